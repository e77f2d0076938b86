"""The librarian's verbs that keep what is there: fixity, mend, backup, restore, catalogue check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from archive import backup as backups
from archive import fixity as checks
from archive.catalogue import originals as catalogued
from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.console import Context, progress, say, tell
from archive.home import existing_home
from archive.journal import write_journal
from archive.mending import mend as mend_originals
from archive.restore import restore as restore_archive

_FOLDER = click.Path(path_type=Path)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")


@click.command(epilog="\b\nExample:  pressmark fixity --due")
@click.option("--due", is_flag=True, help="Only those whose turn has come.")
@click.pass_obj
def fixity(context: Context, due: bool) -> None:
    """Check every original against its digest.

    With --due a ninetieth of them a day, the oldest check first, so that each is checked
    within 90 days. Prints a line for each original that is damaged or missing: its digest,
    its records, what is wrong; then the exit status is 1. A check that was interrupted goes
    on when it is begun again within a day.
    """
    check = checks.check_due if due else checks.check_all
    with context.archive() as (home, catalogue):
        with progress("Checking") as show:
            count = check(home, catalogue, agent=context.agent, now=context.now, progress=show)
        with catalogue.reading() as connection:
            damaged = catalogued.damaged(connection)
        write_journal(home, catalogue)
    for each in damaged:
        click.echo("\t".join((each.digest, ",".join(each.record_ids), each.reason)))
    tell(f"{_originals(count)} checked; {len(damaged) or 'none'} damaged or missing.")
    if damaged:
        tell("“pressmark mend” replaces them from a backup.")
        raise click.exceptions.Exit(1)


@click.command(epilog="\b\nExample:  pressmark mend /mnt/backup")
@click.argument("source", type=_FOLDER)
@_DRY_RUN
@click.pass_obj
def mend(context: Context, source: Path, dry_run: bool) -> None:
    """Replace damaged and missing originals by those in SOURCE, a backup or a BagIt bag.

    Takes those whose last check failed. What is replaced is kept in the folder aside/ of the
    archive. The exit status is 1 if any is left.
    """
    with context.archive() as (home, catalogue):
        with progress("Mending") as show:
            mended = mend_originals(
                home,
                catalogue,
                source,
                at=context.now(),
                agent=context.agent,
                dry_run=dry_run,
                progress=show,
            )
        if not dry_run:
            write_journal(home, catalogue)
    for digest in mended.whole:
        click.echo(f"{'would be ' if dry_run else ''}whole\t{digest}")
    _tell_lacking(mended.left)
    would = "would be " if dry_run else ""
    tell(f"{_originals(len(mended.whole))} {would}whole again, {len(mended.left)} not.")
    if mended.left:
        raise click.exceptions.Exit(1)


@click.command(epilog="\b\nExample:  pressmark backup /mnt/backup")
@click.argument("target", type=_FOLDER)
@click.option("--thorough", is_flag=True, help="Read the originals already there again, too.")
@_DRY_RUN
@click.pass_obj
def backup(context: Context, target: Path, thorough: bool, dry_run: bool) -> None:
    """Back the archive up to the folder TARGET, while it is in use.

    Prints the name of the backup. Originals that are there already are not copied again;
    what is written is read again before the backup counts. All backups of the last 30 days
    are kept, and the last one of each month before. The index is not backed up.
    """
    with context.archive() as (home, catalogue):
        if dry_run:
            with progress("Reading") as show:
                made = backups.foresee(home, catalogue, target, thorough=thorough, progress=show)
        else:
            with progress("Backing up") as show:
                made = backups.back_up(
                    home,
                    catalogue,
                    target,
                    at=context.now(),
                    agent=context.agent,
                    thorough=thorough,
                    progress=show,
                )
            write_journal(home, catalogue)
            say(made.name)
    facts = made.facts
    are, were = ("would be", "would be") if dry_run else ("are", "were")
    tell(
        f"{facts.records} records and {_originals(facts.originals)} ({_size(facts.size)}) {are} in "
        f"the backup; {made.copied} ({_size(made.size)}) {were} copied now."
    )
    _tell_lacking(made.lacking)
    if made.lacking:
        tell(f"These {are} not in the backup, for the archive has no good copy of them.")
        raise click.exceptions.Exit(1)


@click.command(epilog="\b\nExample:  pressmark restore /mnt/backup")
@click.argument("source", type=_FOLDER, required=False)
@click.option("--name", help="The backup to use, by its name; else the newest.")
@_DRY_RUN
@click.pass_obj
def restore(context: Context, source: Path | None, name: str | None, dry_run: bool) -> None:
    """Restore the archive from SOURCE, a folder of backups, to where PRESSMARK_HOME says.

    That is an empty folder, or an archive whose catalogue.sqlite is lost: then what its
    journal knows beyond the backup is restored as well, and its originals are kept where
    they are good. Without SOURCE its journal has to do. Nothing is ever overwritten. The
    exit status is 1 if an original is lacking.
    """
    with progress("Restoring") as show:
        restored = restore_archive(
            source,
            context.root,
            at=context.now(),
            agent=context.agent,
            name=name,
            dry_run=dry_run,
            progress=show,
        )
    for note in restored.notes:
        tell(note)
    _tell_lacking(restored.lacking)
    beyond = f"{restored.replayed} entries of the journal"
    tell(
        f"{restored.records} records and {_originals(restored.originals)} "
        f"{'would be ' if dry_run else ''}restored from "
        f"{f'the backup {restored.name} and {beyond}' if restored.name else beyond}; "
        f"{_originals(restored.copied)} {'would be' if dry_run else 'were'} copied."
    )
    if not dry_run:
        catalogue = open_catalogue(restored.home)
        try:
            context.after_change(restored.home, catalogue)
        finally:
            catalogue.close()
    if restored.lacking:
        raise click.exceptions.Exit(1)


@click.group(epilog="\b\nExample:  pressmark catalogue check")
def catalogue() -> None:
    """Look after the catalogue."""


@catalogue.command(epilog="\b\nExample:  pressmark catalogue check")
@click.pass_obj
def check(context: Context) -> None:
    """Prove that the catalogue is what was written, or say what is not.

    Its pages, references and chains of digests are checked; then a catalogue is made from
    the journal alone, and every row compared. Changes nothing. The exit status is 1 if
    anything is wrong.
    """
    with progress("Checking") as show:
        checked = check_catalogue(existing_home(context.root), show)
    for fault in checked.faults:
        say(fault)
    tell(f"{checked.compared} entries of the journal compared; {len(checked.faults)} faults.")
    if checked.unknown:
        tell(
            f"{checked.unknown} entries are not in the journal yet, so that their rows could not "
            "be compared."
        )
    for record_id in checked.half_purged:
        tell(
            f"The purge of {record_id} was interrupted: the archive's files may still hold some of "
            f"it. Repeat it: pressmark purge {record_id} --reason again --yes"
        )
    if checked.faults:
        raise click.exceptions.Exit(1)


COMMANDS = (fixity, mend, backup, restore, catalogue)


def _tell_lacking(lacking: Sequence[tuple[str, str]]) -> None:
    for digest, reason in lacking:
        tell(f"{digest}: {reason}")


def _originals(count: int) -> str:
    return f"{count} original" if count == 1 else f"{count} originals"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"
