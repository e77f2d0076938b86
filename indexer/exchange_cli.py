"""The verbs that take an archive elsewhere: export, import."""

from __future__ import annotations

from pathlib import Path

import click

from archive.catalogue.database import Catalogue
from archive.console import Context, progress, tell
from archive.errors import UserMistake
from archive.exchange.ocfl import export_ocfl
from archive.exchange.packing import pack
from archive.exchange.unpacking import unpack
from archive.home import Home
from archive.journal import write_journal
from indexer.audience import Audience
from indexer.query.errors import QueryError
from indexer.search import SearchService
from indexer.state import SearchState

_FOLDER = click.Path(path_type=Path)
_EVERY = 2**31 - 1


@click.command(epilog="\b\nExample:  pressmark export --bag /mnt/press --query 'outlet:ledger'")
@click.option("--bag", type=_FOLDER, metavar="TARGET", help="As a BagIt bag (RFC 8493).")
@click.option("--ocfl", type=_FOLDER, metavar="TARGET", help="As an OCFL 1.1 storage root.")
@click.option("--query", help="Only the records that it finds.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.argument("record_ids", nargs=-1, metavar="[RECORD]...")
@click.pass_obj
def export(
    context: Context,
    bag: Path | None,
    ocfl: Path | None,
    query: str | None,
    dry_run: bool,
    record_ids: tuple[str, ...],
) -> None:
    """Export the archive, or some records, to the new folder TARGET, while it is in use.

    A bag has everything: the originals, all that the catalogue knows as JSON Lines, the
    descriptions as CSV, the events as PREMIS 3.0; “pressmark import” takes it in again. A
    storage root has an object for each record with a version for each revision. Withdrawn
    records are in it, with the reason. What is written is read again before it counts. The
    exit status is 1 if an original is lacking.
    """
    if (bag is None) is (ocfl is None):
        raise click.UsageError("Take one of --bag and --ocfl.")
    if query is not None and record_ids:
        raise click.UsageError("Take a --query or records by their ids.")
    with context.archive() as (home, catalogue):
        chosen = record_ids or None
        if query is not None:
            chosen = _found(home, catalogue, query)
        with progress("Reading" if dry_run else "Exporting") as show:
            made = (pack if bag else export_ocfl)(
                home,
                catalogue,
                bag or ocfl or Path(),
                chosen,
                at=context.now(),
                agent=context.agent,
                dry_run=dry_run,
                progress=show,
            )
        if not dry_run:
            write_journal(home, catalogue)
    for digest, reason in made.lacking:
        tell(f"{digest}: {reason}")
    what = "would be exported" if dry_run else f"are in {bag or ocfl}"
    tell(
        f"{_counted(made.records, 'record')} and {_counted(made.originals, 'original')} "
        f"({made.size / 1_000_000:.1f} MB) {what}."
    )
    if made.lacking:
        tell("Originals of which the archive has no good copy are lacking; see “pressmark mend”.")
        raise click.exceptions.Exit(1)


@click.command("import", epilog="\b\nExample:  pressmark import /mnt/press")
@click.argument("bag", type=_FOLDER)
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_obj
def import_(context: Context, bag: Path, dry_run: bool) -> None:
    """Import BAG, a bag that “pressmark export” made, with the history of every record.

    Prints the id of each record that is added. Records that are here with the same history
    stay as they are. A record or authority that has another history here is told and left
    out; then the exit status is 1. A bag that is damaged, incomplete or not what it says it
    is changes nothing.
    """
    with context.archive() as (home, catalogue):
        with progress("Reading" if dry_run else "Importing") as show:
            done = unpack(
                home,
                catalogue,
                bag,
                at=context.now(),
                agent=context.agent,
                dry_run=dry_run,
                progress=show,
            )
        if not dry_run:
            context.after_change(home, catalogue)
    for record_id in done.added:
        click.echo(f"{'would be ' if dry_run else ''}added\t{record_id}")
    for name, reason in done.refused:
        tell(f"{name}: {reason}; it was left out")
    for digest, reason in done.lacking:
        tell(f"{digest}: {reason}")
    tell(
        f"{'would be: ' if dry_run else ''}{_counted(len(done.added), 'record')} added, "
        f"{done.held} here already, {done.authorities} authorities added, "
        f"{done.authorities_held} here already, {len(done.refused)} left out."
    )
    if done.refused or done.lacking:
        raise click.exceptions.Exit(1)


COMMANDS = (export, import_)


def _found(home: Home, catalogue: Catalogue, query: str) -> tuple[str, ...]:
    service = SearchService(home, catalogue)
    try:
        return service.ids(SearchState(q=query), audience=Audience.STAFF, limit=_EVERY)[1]
    except QueryError as error:
        raise UserMistake(f"{error.message} {error.advice}") from error


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
