"""Restoring an archive into an empty home, or one whose catalogue is lost.

From a backup, from the journal, or from both: the backup's catalogue first, then what the
journal knows beyond it.  Originals that are still there are read and kept, the others come
from the backup.  The catalogue gets its name last: until then there is no archive, and an
interrupted restore can be begun again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from archive import backup
from archive.catalogue import entries, events, records, sessions, soundness
from archive.catalogue import originals as catalogued
from archive.catalogue.database import Catalogue, fold_in, open_catalogue
from archive.copying import NotTheBytes, examine
from archive.errors import ArchiveTrouble, UserMistake
from archive.founding import begin_archive, upgrade_archive
from archive.home import Home, prepare_home, sync_folder
from archive.journal import JournalDamaged, find_reach, replay_journal, write_journal
from archive.locks import locked
from archive.mending import keep_aside, put_in_place
from archive.originals import Originals

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: the backup that was used, how many records and originals there are,
    how many originals came from the backup, how many entries only the journal knew, what is
    lacking (an original's digest and why), and notes for the person who asked."""

    home: Home
    name: str | None
    records: int
    originals: int
    copied: int
    replayed: int
    lacking: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def restore(
    source: Path | None,
    root: Path,
    *,
    at: datetime,
    agent: str,
    name: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Restore the archive at `root` from the backup in `source` and the journal at `root`.

    Without `source` from the journal alone.  `name` is the backup to use, else the newest.
    With `dry_run` nothing is written there; the catalogue is made in a temporary folder.
    Raises `UserMistake`, before anything is written, if there is an archive at `root`, or
    nothing to restore from; `ArchiveTrouble` if what there is to restore from is damaged or
    the disk refuses.
    """
    if Home(root).catalogue.exists():
        raise UserMistake(
            f"There is an archive at {root}, and it was not touched. Restore into an empty "
            "folder; if its catalogue is damaged, move catalogue.sqlite away first."
        )
    chosen = _chosen(source, name) if source else None
    if source is None and not find_reach(Home(root)).position:
        raise UserMistake(f"There is no journal at {root}; name a backup to restore from.")
    try:
        if dry_run:
            with tempfile.TemporaryDirectory(prefix="pressmark-restoring-") as folder:
                return _foreseen(source, chosen, Home(root), Path(folder), progress)
        home = prepare_home(root)
        with locked(home.scratch / "restore.lock", wait=False) as mine:
            if not mine:
                raise ArchiveTrouble(f"Another restore to {root} is running; wait for its end.")
            for left in home.scratch.glob("restoring-*"):
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=home.scratch, prefix="restoring-") as folder:
                return _restore(source, chosen, home, Path(folder), at, agent, progress)
    except OSError as error:
        raise ArchiveTrouble(
            f"The archive was not restored to {root}: {error.strerror}. "
            "Put that right and restore again."
        ) from error


def _chosen(source: Path, name: str | None) -> str:
    try:
        names = backup.snapshot_names(source)
    except OSError as error:
        raise UserMistake(f"{source} cannot be read: {error.strerror}.") from error
    if not names:
        raise UserMistake(f"{source} holds no backup.")
    if name is not None and name not in names:
        raise UserMistake(f"{source} holds no backup {name}; it holds {', '.join(names)}.")
    return name or names[-1]


def _restore(
    source: Path | None,
    name: str | None,
    home: Home,
    folder: Path,
    at: datetime,
    agent: str,
    progress: Progress | None,
) -> Restored:
    unfinished = _begun(source, name, folder)
    notes = []
    catalogue = open_catalogue(unfinished)
    try:
        damage, replayed = _brought_up(home, catalogue, progress)
        if damage:
            notes.append(f"{damage} What it says after that was not restored.")
        lacking, copies = _take_originals(
            source,
            home,
            catalogue,
            lambda copy, digest: put_in_place(home, copy, digest, at),
            progress,
        )
        with catalogue.writing() as connection:
            sessions.end_all(connection)  # whoever signed out since the backup stays signed out
            _note(connection, name, replayed, lacking, at=at, agent=agent)
            counts = records.count(connection), catalogued.count(connection)
        # Only the file is given its name.
        fold_in(catalogue)
    finally:
        catalogue.close()
    if damage:
        notes.append(f"The damaged journal is kept as {keep_aside(home, home.journal, at)}.")
        home.journal.mkdir()
    _put_in_place(home, unfinished, at)
    catalogue = open_catalogue(home)
    try:
        write_journal(home, catalogue)
    finally:
        catalogue.close()
    return Restored(home, name, *counts, copies, replayed, lacking, tuple(notes))


def _foreseen(
    source: Path | None,
    name: str | None,
    home: Home,
    folder: Path,
    progress: Progress | None,
) -> Restored:
    """What a restore would come to; `home` is only read."""
    catalogue = open_catalogue(_begun(source, name, folder))
    try:
        damage, replayed = _brought_up(home, catalogue, progress)
        lacking, copies = _take_originals(source, home, catalogue, examine, progress)
        with catalogue.reading() as connection:
            counts = records.count(connection), catalogued.count(connection)
    finally:
        catalogue.close()
    notes = (f"{damage} What it says after that would not be restored.",) if damage else ()
    return Restored(home, name, *counts, copies, replayed, lacking, notes)


def _begun(source: Path | None, name: str | None, folder: Path) -> Home:
    """An archive in `folder` with the catalogue of the backup, or with an empty one."""
    unfinished = Home(folder / "home")
    if source and name:
        _take_catalogue(source, name, unfinished)
    else:
        begin_archive(unfinished.root)
    return unfinished


def _brought_up(
    home: Home, catalogue: Catalogue, progress: Progress | None
) -> tuple[str | None, int]:
    """Replay the journal: what is wrong with it, if anything, and how many entries it added.

    Raises `ArchiveTrouble` if the catalogue is not sound then.
    """
    with catalogue.writing() as connection:
        begun = entries.newest(connection)
        damage = _replayed(home, connection, progress)
        replayed = entries.newest(connection) - begun
    with catalogue.reading() as connection:
        if found := list(soundness.faults(connection)):
            raise ArchiveTrouble(f"What was to be restored is damaged: {found[0]}")
    return damage, replayed


def _take_catalogue(source: Path, name: str, unfinished: Home) -> None:
    try:
        backup.check_snapshot(source, name)
        unfinished.root.mkdir()
        shutil.copyfile(
            backup.snapshot_folder(source, name) / backup.CATALOGUE, unfinished.catalogue
        )
    except NotTheBytes as error:
        others = [each for each in backup.snapshot_names(source) if each != name]
        advice = f"Choose another: {', '.join(others)}." if others else "There is no other."
        raise ArchiveTrouble(f"The backup {name} is not whole ({error}). {advice}") from error
    upgrade_archive(unfinished)


def _replayed(home: Home, connection: Connection, progress: Progress | None) -> str | None:
    """Replay the journal; what is wrong with it, if it cannot be read to its end."""
    try:
        replay_journal(home, connection, progress=progress)
    except JournalDamaged as error:
        return str(error)
    return None


def _take_originals(
    source: Path | None,
    home: Home,
    catalogue: Catalogue,
    take: Callable[[Path, str], None],
    progress: Progress | None,
) -> tuple[tuple[tuple[str, str], ...], int]:
    """Make every original good by taking copies; those that cannot be, with the reason, and how
    many were taken."""
    lacking, taken = [], 0
    with catalogue.reading() as connection:
        total = catalogued.count(connection)
        for done, held in enumerate(catalogued.every(connection), start=1):
            try:
                examine(Originals(home).path(held.digest), held.digest)
            except NotTheBytes as error:
                reason = str(error)
                try:
                    if source is None:
                        raise
                    copy = Originals(Home(source)).path(held.digest)
                    take(copy, held.digest)
                    taken += 1
                except NotTheBytes as worse:
                    lacking.append((held.digest, str(worse) or reason))
            if progress:
                progress(done, total)
    return tuple(lacking), taken


def _note(
    connection: Connection,
    name: str | None,
    replayed: int,
    lacking: tuple[tuple[str, str], ...],
    *,
    at: datetime,
    agent: str,
) -> None:
    for digest, reason in lacking:
        events.log(
            connection,
            events.FIXITY_CHECK,
            at=at,
            agent=agent,
            detail=reason,
            outcome="failure",
            digest=digest,
        )
    for digest in {each.digest for each in catalogued.damaged(connection)} - dict(lacking).keys():
        events.log(
            connection,
            events.FIXITY_CHECK,
            at=at,
            agent=agent,
            detail=f"SHA-256 {digest}",
            digest=digest,
        )
    detail = f"restored from {f'the backup {name} and ' if name else ''}{replayed} journal entries"
    events.log(connection, events.RECOVERY, at=at, agent=agent, detail=detail)


def _put_in_place(home: Home, unfinished: Home, at: datetime) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        # SQLite would read them as the new catalogue's.
        left = home.catalogue.with_name(home.catalogue.name + suffix)
        if left.exists():
            keep_aside(home, left, at)
    with unfinished.catalogue.open("rb") as stream:
        os.fsync(stream.fileno())
    os.link(unfinished.catalogue, home.catalogue)
    sync_folder(home.root)
