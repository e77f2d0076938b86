"""Purging a record: nothing of its content is left in the archive's files, and that it was is.

Steps that may each be killed and done again.  The first makes the record a tombstone, so that it
is withdrawn from then on; a purge that was not finished is begun anew.  That it came to its end is
an event, so that people are told of those that did not.
"""

from __future__ import annotations

from datetime import datetime

from archive import purging
from archive.catalogue import purged
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from archive.record import Record
from indexer import generations
from indexer.filling import Progress
from indexer.reindexing import build, discard_unfinished, disk_told
from indexer.reuse import learning
from indexer.update import update


def purge(
    home: Home,
    catalogue: Catalogue,
    record_id: str,
    *,
    at: datetime,
    agent: str,
    reason: str,
    progress: Progress | None = None,
) -> Record:
    """Remove all that tells of a record's content from catalogue, originals, journal, index and
    what is kept of reused text; the record as it is then, a tombstone.

    An original that another record has as well is kept, and so is what was read in it.  Raises
    `UserMistake` if there is no such record, and `ArchiveTrouble` if a step cannot be done now:
    then the record is withdrawn, and the purge is to be begun again.
    """
    record = purging.make_tombstone(catalogue, record_id, at=at, agent=agent, reason=reason)
    purging.remove_traces(home, catalogue, record, progress)
    with catalogue.reading() as connection:
        gone = purged.purged_extracts(connection)
    with disk_told(home):
        learning.forget(home, gone)
        _remove_from_index(home, catalogue)
    purging.overwrite_free_space(catalogue)
    with catalogue.writing() as connection:
        purged.note_end(connection, record.id, at=at, agent=agent)
    return record


def _remove_from_index(home: Home, catalogue: Catalogue) -> None:
    """Let no generation hold anything of records that are no longer indexed."""
    if _learns(home):
        update(home, catalogue)
    with generations.locked(home, "reindex", wait=False) as mine:
        if not mine:
            raise ArchiveTrouble(
                "The record is withdrawn, but a reindex is running; purge again when it has ended."
            )
        discard_unfinished(home)
        name = generations.current_name(home)
        if name is None:
            return
        if not _learns(home):
            build(home, catalogue)
            generations.forget_previous(home)
            return
        generations.forget_previous(home)
        with generations.locked(home, "update", wait=True):
            name = generations.current_name(home)
            assert name is not None
            generations.open_named(home, name).compact()
            generations.note(home, name, generations.read_state(home, name))


def _learns(home: Home) -> bool:
    """Whether there is an index that the changes of the catalogue can be told to."""
    name = generations.current_name(home)
    rules = generations.rules_in_force()
    return name is not None and generations.read_state(home, name).rules == rules
