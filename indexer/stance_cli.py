"""The coder's verbs: `pressmark stance …`."""

from __future__ import annotations

import io
from pathlib import Path

import click

from archive import amending
from archive.catalogue import records
from archive.catalogue.passages import passage_of
from archive.codings import agreements, every
from archive.console import Context, amend_record, progress, say, say_json, tell, write
from archive.errors import UserMistake
from archive.record import Coding
from archive.stance_table import arriving, read_table, take_in, write_table
from archive.values import BadValue, stance_of


@click.group()
def stance() -> None:
    """Code which stance records take, with the passages that show it."""


@stance.command(
    epilog='\b\nExample:  pressmark stance code 4r9zk2m0c7ht icrc:critical --reason "the headline"'
)
@click.argument("record_id", metavar="ID")
@click.argument("stance", metavar="TARGET:POSITION")
@click.option("--reason", required=True, help="Why; what shows it.")
@click.option("--quote", default="", help="The words of the text that show it.")
@click.pass_obj
def code(context: Context, record_id: str, stance: str, reason: str, quote: str) -> None:
    """Say which stance a record takes, under your name.

    It takes the place of what you said of the same target before; others' codings stay.
    """
    with context.archive() as (home, catalogue):
        try:
            meant = stance_of(stance)
        except BadValue as error:
            raise UserMistake(f"{error}.") from None
        with catalogue.reading() as connection:
            passage = passage_of(connection, record_id, quote) if quote else None
        coding = Coding(meant, context.agent, context.now(), reason, passage)
        amend_record(
            context,
            home,
            catalogue,
            record_id,
            amending.coding(coding),
            reason=f"coded {meant}: {reason}",
        )
    tell(f"{meant}, by {context.agent}")


@stance.command(epilog="\b\nExample:  pressmark stance uncode 4r9zk2m0c7ht icrc")
@click.argument("record_id", metavar="ID")
@click.argument("target")
@click.pass_obj
def uncode(context: Context, record_id: str, target: str) -> None:
    """Take back what you said of a target."""
    with context.archive() as (home, catalogue):
        with catalogue.reading() as connection:
            record = records.get(connection, record_id)
        mine = (each for each in record.codings if each.coder == context.agent) if record else ()
        if record and not any(each.stance.target == target for each in mine):
            raise UserMistake(f"You have said nothing of “{target}” in this record.")
        amend_record(
            context,
            home,
            catalogue,
            record_id,
            amending.uncoding(context.agent, target),
            reason=f"took back the coding of {target}",
        )
    tell("taken back")


@stance.command(epilog="\b\nExample:  pressmark stance agreement")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a target.")
@click.pass_obj
def agreement(context: Context, as_json: bool) -> None:
    """Show how far coders agree on each target: Krippendorff's alpha for nominal data."""
    with context.archive() as (_, catalogue), catalogue.reading() as connection:
        found = agreements(every(connection))
    for each in found:
        if as_json:
            say_json(
                {
                    "target": each.target,
                    "coders": each.coders,
                    "records": each.records,
                    "coded_by_two": each.shared,
                    "positions": dict(each.positions),
                    "alpha": each.alpha,
                    "not_computable": each.reason or None,
                }
            )
            continue
        alpha = f"{each.alpha:.3f}" if each.alpha is not None else f"not computable: {each.reason}"
        say(
            f"{each.target}  alpha {alpha}  ({each.records} records, {each.coders} coders, "
            f"{each.shared} records by two or more)"
        )
    if not found:
        tell("nothing is coded")


@stance.command(epilog="\b\nExample:  pressmark stance export > codings.csv")
@click.pass_obj
def export(context: Context) -> None:
    """Print all codings as CSV."""
    table = io.StringIO(newline="")
    with context.archive() as (_, catalogue), catalogue.reading() as connection:
        write_table(every(connection), table)
    write(table.getvalue())


@stance.command("import", epilog="\b\nExample:  pressmark stance import codings.csv --dry-run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the table, and do nothing.")
@click.pass_obj
def import_(context: Context, file: Path, dry_run: bool) -> None:
    """Take codings from CSV: none if anything in it is wrong.

    The columns are record, target, position, coder, at, reason, quote; the first three are
    needed. Without a coder it is you. All is checked, then written a hundred records at a time.
    If it is stopped, import the table again: that does the rest, and nothing twice.
    """
    rows = read_table(file, context.agent)
    with context.archive() as (home, catalogue):
        with catalogue.reading() as connection, progress("Checking") as show_progress:
            new = arriving(connection, rows, at=context.now(), progress=show_progress)
        if new and not dry_run:
            with progress("Importing") as show_progress:
                take_in(catalogue, new, agent=context.agent, progress=show_progress)
            context.after_change(home, catalogue)
    tell(f"{len(rows)} codings read, {len(new)} new{', none kept (dry run)' if dry_run else ''}")


COMMANDS = (stance,)
