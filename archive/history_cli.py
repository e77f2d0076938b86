"""The archivist's verbs for a record that is there: amend, history, revert, withdraw, reinstate."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import click
from sqlalchemy import Connection

from archive import amending
from archive.amending import Change, amend_within
from archive.catalogue import records
from archive.console import NUMBER, Context, say, say_json, tell
from archive.edtf import BadDate
from archive.errors import ArchiveTrouble, UserMistake
from archive.history import Difference, differences, going_back
from archive.presenting import difference_as_json, revision_as_json
from archive.record import ARCHIVIST, PROPERTIES, Statement
from archive.values import BadValue, one_line

_PROPERTY = {row.column: row for row in PROPERTIES}
_SPAN = re.compile(r"(\d{1,9})\.\.(\d{1,9})\Z", re.ASCII)
_IDS = click.argument("record_ids", nargs=-1, required=True, metavar="ID...")
_REASON = click.option("--reason", required=True, help="Why; it stays in the history.")
_BASED_ON = click.option(
    "--based-on",
    type=NUMBER,
    metavar="N",
    help="Only if the record is still at this revision.",
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")


@click.command(epilog="\b\nExample:  pressmark history 4r9zk2m0c7ht --compare 1..2")
@click.argument("record_id", metavar="ID")
@click.option("--compare", metavar="A..B", help="What revision B holds otherwise than revision A.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a revision or difference.")
@click.pass_obj
def history(context: Context, record_id: str, compare: str | None, as_json: bool) -> None:
    """Show what became of a record: every revision, who made it, when and why."""
    with context.archive() as (_, catalogue), catalogue.reading() as connection:
        held = {
            revision.number: (revision, record)
            for revision, record in records.revisions(connection, record_id)
        }
    if not held:
        raise ArchiveTrouble(_unknown(record_id))
    if compare is None:
        for revision, _ in held.values():
            if as_json:
                say_json(revision_as_json(revision))
            else:
                when = f"{revision.at:%Y-%m-%d %H:%M}"
                say(f"{revision.number}  {when}  {revision.agent}: {revision.reason}")
        return
    span = _SPAN.match(compare)
    if not span:
        raise UserMistake(f"“{compare}” is no pair of revisions; write it like 1..2.")
    numbers = int(span[1]), int(span[2])
    for number in numbers:
        if number not in held:
            raise UserMistake(
                f"The record {record_id} has no revision {number}; it has {len(held)}."
            )
    (_, before), (_, after) = (held[number] for number in numbers)
    found = differences(before, after)
    for each in found:
        if as_json:
            say_json(difference_as_json(each))
        else:
            _say_difference(each)
    if not found:
        tell("They hold the same.")


@click.command(
    epilog="\b\nExample:  pressmark amend 4r9zk2m0c7ht --set outlet='The Ledger' --clear author "
    "--reason 'as printed on page 1'"
)
@click.argument("record_id", metavar="ID")
@click.option(
    "--set", "values", multiple=True, metavar="NAME=VALUE", help="What holds, as in a manifest."
)
@click.option("--clear", "cleared", multiple=True, metavar="NAME", help="Nothing is stated of it.")
@_REASON
@_BASED_ON
@_DRY_RUN
@click.pass_obj
def amend(
    context: Context,
    record_id: str,
    values: tuple[str, ...],
    cleared: tuple[str, ...],
    reason: str,
    based_on: int | None,
    dry_run: bool,
) -> None:
    """Correct a record's description.

    NAME is a column of a manifest: title, outlet, date, author, … What was held of it before
    stays in the history. What the original says is never changed.
    """
    statements = [_statement(each) for each in values]
    names = [_named(each) for each in cleared]
    if not statements and not names:
        raise UserMistake("Nothing is to be changed; say what with --set or --clear.")
    if both := {each.property for each in statements}.intersection(names):
        raise UserMistake(f"The {min(both)} is both set and cleared.")
    try:
        change = amending.describing(statements, names)
    except (BadValue, BadDate) as error:
        raise UserMistake(f"{error}.") from None
    _amend(context, (record_id,), lambda _: change, reason, based_on=based_on, dry_run=dry_run)


@click.command(epilog="\b\nExample:  pressmark revert 4r9zk2m0c7ht 1 --reason 'set by mistake'")
@click.argument("record_id", metavar="ID")
@click.argument("revision", metavar="REVISION", type=NUMBER)
@_REASON
@_BASED_ON
@_DRY_RUN
@click.pass_obj
def revert(
    context: Context,
    record_id: str,
    revision: int,
    reason: str,
    based_on: int | None,
    dry_run: bool,
) -> None:
    """Make a record what it was at an older revision.

    That is a new revision: nothing is taken out of the history.
    """

    def change(connection: Connection) -> Change:
        return going_back(connection, record_id, revision)

    _amend(context, (record_id,), change, reason, based_on=based_on, dry_run=dry_run)


@click.command(
    epilog="\b\nExample:  pressmark withdraw 4r9zk2m0c7ht --reason 'asked for by its author'"
)
@_IDS
@_REASON
@_DRY_RUN
@click.pass_obj
def withdraw(context: Context, record_ids: tuple[str, ...], reason: str, dry_run: bool) -> None:
    """Withdraw records: all that are named, or none if one is unknown.

    At once nobody finds or reads them any more; at their address stands that they were
    withdrawn, when and why. Nothing is removed: “pressmark reinstate” shows them again.
    """
    change = amending.withdrawing(reason.strip())
    _amend(context, record_ids, lambda _: change, reason, dry_run=dry_run)


@click.command(epilog="\b\nExample:  pressmark reinstate 4r9zk2m0c7ht --reason 'rights are clear'")
@_IDS
@_REASON
@_DRY_RUN
@click.pass_obj
def reinstate(context: Context, record_ids: tuple[str, ...], reason: str, dry_run: bool) -> None:
    """Show withdrawn records again: all that are named, or none if one is unknown."""
    _amend(context, record_ids, lambda _: amending.reinstating(), reason, dry_run=dry_run)


COMMANDS = (amend, history, revert, withdraw, reinstate)


def _amend(
    context: Context,
    record_ids: Sequence[str],
    change: Callable[[Connection], Change],
    reason: str,
    *,
    based_on: int | None = None,
    dry_run: bool,
) -> None:
    """Change all of the records, or none; a line for each."""
    if not one_line(reason).strip():
        raise UserMistake("The reason is empty; say in a few words why.")
    wanted = tuple(dict.fromkeys(record_ids))
    outcomes = []
    with context.archive() as (home, catalogue):
        with catalogue.writing() as connection:
            held = records.many(connection, wanted)
            for record_id in wanted:
                if record_id not in held:
                    raise ArchiveTrouble(f"{_unknown(record_id)} Nothing was changed.")
            for record_id in wanted:
                after = amend_within(
                    connection,
                    record_id,
                    change(connection),
                    based_on=based_on,
                    at=context.now(),
                    agent=context.agent,
                    reason=reason.strip(),
                )
                outcomes.append((held[record_id], after))
            if dry_run:
                connection.rollback()
        for before, after in outcomes:
            if after.revision == before.revision:
                click.echo(f"unchanged\t{before.id}\t{before.revision}")
            else:
                would = "would be " if dry_run else ""
                click.echo(f"{would}changed\t{after.id}\t{after.revision}")
        if not dry_run and any(a.revision != b.revision for b, a in outcomes):
            context.after_change(home, catalogue)


def _statement(written: str) -> Statement:
    name, sign, value = written.partition("=")
    if not sign:
        raise UserMistake(f"“{written}” sets nothing; write it like outlet='The Ledger'.")
    return Statement(_named(name), value, ARCHIVIST)


def _named(column: str) -> str:
    """The name of the property in a manifest's column."""
    row = _PROPERTY.get(column.strip().lower())
    if row is None:
        raise UserMistake(f"“{column}” is none of {', '.join(_PROPERTY)}.")
    return row.name


def _say_difference(each: Difference) -> None:
    say(each.label)
    for sign, values in (("  ", each.kept), ("- ", each.removed), ("+ ", each.added)):
        for value in values:
            say(f"  {sign}{value}")
    before, after = each.basis
    if before != after:
        say(f"  was found at {before or 'nowhere'}, rests on {after or 'nothing'} now")


def _unknown(record_id: str) -> str:
    return f"There is no record “{record_id}” in the archive."
