"""Checking the catalogue: whether it is sound by itself, and what the journal says it is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from archive.catalogue import entries, purged, soundness
from archive.catalogue.database import Catalogue, engine_for, open_catalogue
from archive.errors import ArchiveTrouble
from archive.founding import begin_archive
from archive.home import Home
from archive.journal import find_reach, journal_locked, replay_journal
from archive.locks import locked

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a catalogue, in sentences; and how many entries were compared with
    the journal, and how many could not be because it lacks them.  `half_purged` are the records
    whose purge was begun and did not come to its end."""

    faults: tuple[str, ...]
    compared: int
    unknown: int
    half_purged: tuple[str, ...] = ()


def check_catalogue(home: Home, progress: Callable[[int, int], None] | None = None) -> Checked:
    """Prove the catalogue, or say what is wrong with it.

    It is sound by itself; and what the journal makes from nothing, in `tmp/`, is the same
    tables, row by row.  The journal's own chain is verified on the way.  Nothing is changed.
    Raises `ArchiveTrouble` if `tmp/` cannot be written.
    """
    try:
        with locked(home.scratch / "check.lock", wait=True):
            for left in home.scratch.glob("check-*"):
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=home.scratch, prefix="check-") as folder:
                return _check(home, begin_archive(Path(folder) / "home")[0], progress)
    except OSError as error:
        raise ArchiveTrouble(
            f"The catalogue cannot be checked, for that needs room in {home.scratch}: "
            f"{error.strerror}."
        ) from error


def _check(home: Home, scratch: Home, progress: Callable[[int, int], None] | None) -> Checked:
    faults: list[str] = []
    compared = unknown = 0
    half_purged: tuple[str, ...] = ()
    replayed = Catalogue(engine_for(scratch.catalogue))
    try:
        catalogue = open_catalogue(home)
        try:
            with catalogue.reading() as connection:
                # What the journal holds at this moment was all written before this view.
                with journal_locked(home):
                    newest = entries.newest(connection)
                    compared = find_reach(home).position
                unknown = newest - compared
                faults += soundness.faults(connection)
                half_purged = purged.unfinished(connection)
                later: set[tuple[str, entries.Key]] = set()
                seen = compared
                while batch := entries.after(connection, seen, limit=_BATCH):
                    later.update((entry.table, entry.key) for entry in batch)
                    seen = batch[-1].seq
                if compared:
                    with replayed.writing() as other:
                        replay_journal(home, other, until=compared, progress=progress)
                    with replayed.reading() as other:
                        faults += soundness.differences(connection, other, later, compared)
        finally:
            catalogue.close()
    except (ArchiveTrouble, ValueError, TypeError, KeyError) as error:
        faults.append(str(error) if isinstance(error, ArchiveTrouble) else _NONSENSE)
    except IntegrityError:
        faults.append("The journal has a row that refers to one that is not there.")
    finally:
        replayed.close()
    return Checked(tuple(faults), compared, max(unknown, 0), half_purged)


_NONSENSE = "The catalogue's file is damaged: a row holds what was never written."
