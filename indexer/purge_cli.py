"""The librarian's verb that removes for good: purge."""

from __future__ import annotations

from pathlib import Path

import click

from archive.catalogue import records
from archive.catalogue.purged import kept_digests
from archive.console import Context, progress, tell
from archive.errors import ArchiveTrouble, UserMistake
from archive.purging import backups_holding
from archive.values import one_line
from indexer.purging import purge as purge_record

_FOLDER = click.Path(path_type=Path)


@click.command(
    epilog="\b\nExample:  pressmark purge 4r9zk2m0c7ht --reason 'court order of 2026-11-30' --yes"
)
@click.argument("record_id", metavar="ID")
@click.option("--reason", required=True, help="Why; everybody can read it, at its address.")
@click.option("--yes", is_flag=True, help="Really do it. It cannot be undone.")
@click.option(
    "--backup",
    "backups",
    multiple=True,
    type=_FOLDER,
    metavar="FOLDER",
    help="Look into this folder of backups as well.",
)
@click.pass_obj
def purge(
    context: Context, record_id: str, reason: str, yes: bool, backups: tuple[Path, ...]
) -> None:
    """Remove all that tells of a record's content, for good.

    Its originals, what was read in them, what was said of it, its older revisions, what the
    journal and the index hold of it. What stays is that it was here, who purged it, when and
    why. Backups are not touched: those that still hold it are printed, a line each, for you to
    remove. If it is interrupted the record is withdrawn; purge it again until it says that it
    is done. To hide a record and keep it, use “pressmark withdraw”.
    """
    why = " ".join(one_line(reason).split())
    if not why:
        raise UserMistake("The reason is empty; say in a few words why.")
    with context.archive() as (home, catalogue):
        with catalogue.reading() as connection:
            record = records.get(connection, record_id)
        if record is None:
            raise ArchiveTrouble(f"There is no record “{record_id}” in the archive at {home.root}.")
        if not yes:
            title = record.description.title or "without a title"
            raise UserMistake(
                f"Nothing was done. The record {record_id} ({title}) and its "
                f"{len(record.originals)} originals would be removed for good; say --yes."
            )
        with progress("Purging") as show:
            after = purge_record(
                home,
                catalogue,
                record_id,
                at=context.now(),
                agent=context.agent,
                reason=why,
                progress=show,
            )
        context.after_change(home, catalogue)
        found = backups_holding(catalogue, record_id, backups)
        with catalogue.reading() as connection:
            kept = kept_digests(connection, after)
    for digest in kept:
        click.echo(f"held\toriginals\t{digest}")
        tell(
            f"The original {digest} is kept: it belongs to other records, or holds theirs as well."
        )
    for each in found:
        cells = ("unknown" if each.trouble else "held", str(each.target), each.name)
        click.echo("\t".join(map(one_line, cells)))
        if each.trouble:
            tell(f"{each.target}: {each.trouble}; it may still hold the record.")
    tell(f"The record {record_id} is purged.")
    if any(not each.trouble for each in found):
        tell("The backups above still hold it; remove them, or it can come back.")
    if home.aside.is_dir() and any(home.aside.iterdir()):
        tell(f"{home.aside} holds what was damaged and replaced; look whether it is part of that.")


COMMANDS = (purge,)
