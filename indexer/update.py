"""Keeping the index true to the catalogue by draining the change log."""

from __future__ import annotations

from collections.abc import Sequence

from archive.catalogue import changes
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from indexer import generations
from indexer.filling import BATCH, Progress, drain, fill
from indexer.reindexing import build, disk_told, is_of
from indexer.reuse.learning import behind as reuse_behind
from indexer.reuse.learning import update_reuse


def update(home: Home, catalogue: Catalogue, progress: Progress | None = None) -> int:
    """Bring the index, and what is kept of reused text, up to the newest change; how many
    records were indexed.

    Waits for another update to end: what that had already passed over would otherwise be
    left out.  Builds the index if there is none, or only one of another catalogue (after a
    restored backup).  Raises `ArchiveTrouble` if the index is unreadable, cannot be written,
    or was made by other rules.
    """
    with disk_told(home):
        count = _brought_up_to_date(home, catalogue, progress)
        update_reuse(home, catalogue)
        return count


def index_again(
    home: Home, catalogue: Catalogue, wanted: Sequence[str], progress: Progress | None = None
) -> None:
    """Index these records again in the generation that answers.  Raises `ArchiveTrouble`."""
    with disk_told(home):
        for start in range(0, len(wanted), BATCH):
            # A batch at a time, so that what is added meanwhile need not wait.
            with generations.locked(home, "update", wait=True):
                name = _to_be_added_to(home)
                fill(home, catalogue, name, wanted[start : start + BATCH])
            if progress:
                progress(min(start + BATCH, len(wanted)), len(wanted))


def behind(home: Home, catalogue: Catalogue) -> bool:
    """Whether `update` would have anything to do."""
    if not _has_index(home, catalogue) or reuse_behind(home, catalogue):
        return True
    name = generations.current_name(home)
    with catalogue.reading() as connection:
        return name is None or (
            changes.newest(connection) != generations.read_state(home, name).position
        )


def _brought_up_to_date(home: Home, catalogue: Catalogue, progress: Progress | None) -> int:
    if not _has_index(home, catalogue):
        with generations.locked(home, "reindex", wait=True):
            if not _has_index(home, catalogue):
                return build(home, catalogue, progress)
    with generations.locked(home, "update", wait=True):
        return drain(home, catalogue, _to_be_added_to(home), progress)


def _has_index(home: Home, catalogue: Catalogue) -> bool:
    """Whether the index that answers is there and was made from this very catalogue."""
    name = generations.current_name(home)
    return name is not None and is_of(home, catalogue, name)


def _to_be_added_to(home: Home) -> str:
    name = generations.current_name(home)
    if name is None:
        raise ArchiveTrouble("There is no index yet. Run “pressmark update” to build it.")
    rules = generations.read_state(home, name).rules
    if not rules:
        raise ArchiveTrouble(
            "It is not known what the index has learnt, for a file of it is damaged. "
            "Run “pressmark index check --repair”; until then it goes on answering."
        )
    if rules != generations.rules_in_force():
        raise ArchiveTrouble(
            "The index was made by another version of the program and is not added to. "
            "Run “pressmark reindex”; until then it goes on answering."
        )
    return name
