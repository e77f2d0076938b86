"""Purging a record: catalogue, originals and journal; `indexer/purging.py` sees to the index.

Each step may be killed and done again, and is: a purge that did not come to its end is begun
anew and goes through all of them.  The first makes the record a tombstone; that all were done is
noted last (`archive.catalogue.purged.note_end`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive import backup
from archive.catalogue import events, purged, records
from archive.catalogue.copying import reading_file
from archive.catalogue.database import Catalogue, compact
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home, sync_folder
from archive.journal import take_out, write_journal
from archive.originals import Originals
from archive.record import Record

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Held:
    """A backup that still holds a purged record: its folder and its name; or, where `trouble`
    says why that cannot be told, a place that may hold it."""

    target: Path
    name: str
    trouble: str = ""


def make_tombstone(
    catalogue: Catalogue, record_id: str, *, at: datetime, agent: str, reason: str
) -> Record:
    """Blank the record in the catalogue, unless that was done before; the record after it.

    Raises `UserMistake` if there is no such record.
    """
    with catalogue.writing() as connection:
        held = records.get(connection, record_id)
        if held is None:
            raise UserMistake(f"There is no record {record_id}.")
        if held.purged:
            return held
        return purged.blank(connection, held, at=at, agent=agent, reason=reason)


def remove_traces(
    home: Home, catalogue: Catalogue, record: Record, progress: Progress | None = None
) -> None:
    """Remove a purged record's originals, and what the journal says of it.

    Raises `ArchiveTrouble` and `OSError`; what is left is removed when it is called again.
    """
    # Whoever adds the same bytes again says so under this lock, and looks whether they are there.
    with catalogue.writing() as connection:
        for digest in purged.purged_digests(connection, record):
            path = Originals(home).path(digest)
            for each in (path, *home.aside.glob(f"{digest}.*")):
                each.unlink(missing_ok=True)
                if each.parent.is_dir():
                    sync_folder(each.parent)
    write_journal(home, catalogue)
    with catalogue.reading() as connection:
        take_out(home, connection, purged.was_blanked(connection), progress)


def overwrite_free_space(catalogue: Catalogue) -> None:
    """Write the catalogue's file anew, so that nothing that was removed is left in it.

    Raises `ArchiveTrouble` if somebody reads it all the time.
    """
    compact(catalogue)


def backups_holding(catalogue: Catalogue, record_id: str, named: tuple[Path, ...]) -> list[Held]:
    """The backups that hold the record as it was: of the folders that are `named`, and of those
    to which this archive was ever backed up; and where it was ever exported to."""
    with catalogue.reading() as connection:
        copies = events.copies(connection)
    known = [Path(place) for place, backed_up in copies if backed_up]
    found: list[Held] = []
    for target in dict.fromkeys((*named, *known)):
        found += _holding(target, record_id)
    exported = "it was exported to, and is not looked into"
    found += [Held(Path(place), "", exported) for place, backed_up in copies if not backed_up]
    return found


def _holding(target: Path, record_id: str) -> Iterator[Held]:
    if not target.is_dir():
        yield Held(target, "", "it is not there now")
        return
    for name in backup.snapshot_names(target):
        path = backup.snapshot_folder(target, name) / backup.CATALOGUE
        try:
            with reading_file(path) as connection:
                content = records.newest_content(connection, record_id)
        except ArchiveTrouble as error:
            yield Held(target, name, str(error))
            continue
        if content is not None and not json.loads(content).get("purged"):
            yield Held(target, name)
