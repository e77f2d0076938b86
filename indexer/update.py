"""Keeping the index true to the catalogue: draining the change log, and building anew.

Draining is at least once and idempotent: the position is noted after the commit, and a
record indexed twice is the same as once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from sqlalchemy import Connection

from archive.catalogue import authorities, changes, extracts, records
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from indexer import generations
from indexer.engine import Generation
from indexer.headings import Headings, headings_of
from indexer.normalise import index_document

Progress = Callable[[int, int], None]
"""Called with how many records are done, and how many there are."""

_BATCH = 1000


def update(home: Home, catalogue: Catalogue, progress: Progress | None = None) -> int:
    """Bring the index up to the newest change; how many records were indexed.

    Waits for another update to end: what that had already passed over would otherwise be
    left out.  Builds the index if there is none, or only one of another catalogue (after a
    restored backup).  Raises `ArchiveTrouble` if the index is unreadable, cannot be written,
    or was made by other rules.
    """
    with _disk_told(home):
        if not _has_index(home, catalogue):
            with generations.locked(home, "reindex", wait=True):
                if not _has_index(home, catalogue):
                    return _build(home, catalogue, progress)
        with generations.locked(home, "update", wait=True):
            return _catch_up(home, catalogue, progress)


def reindex(home: Home, catalogue: Catalogue, progress: Progress | None = None) -> int:
    """Build a new generation from the catalogue and let it answer; how many records it holds.

    The old one answers, and goes on learning, until the new one is complete, has caught up
    and was compared with the catalogue.  Raises `ArchiveTrouble` if another reindex is
    running, the disk refuses or the two differ; then nothing has changed.
    """
    with _disk_told(home), generations.locked(home, "reindex", wait=False) as mine:
        if not mine:
            raise ArchiveTrouble("Another reindex is running; wait until it has ended.")
        return _build(home, catalogue, progress)


@contextmanager
def _disk_told(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveTrouble(
            f"The index in {home.index} cannot be written: {error.strerror}. Put that right "
            "and run “pressmark update”; the archive itself is unharmed."
        ) from error


def behind(home: Home, catalogue: Catalogue) -> bool:
    """Whether `update` would have anything to do."""
    if not _has_index(home, catalogue):
        return True
    name = generations.current_name(home)
    with catalogue.reading() as connection:
        return name is None or (
            changes.newest(connection) != generations.read_state(home, name).position
        )


def _has_index(home: Home, catalogue: Catalogue) -> bool:
    """Whether the index that answers is there and was made from this very catalogue."""
    name = generations.current_name(home)
    if name is None:
        return False
    state = generations.read_state(home, name)
    with catalogue.reading() as connection:
        return changes.mark(connection, state.position) == state.mark


def _build(home: Home, catalogue: Catalogue, progress: Progress | None) -> int:
    """Stage, fill, catch up, verify, promote; the reindex lock is held."""
    with catalogue.reading() as connection:
        position = changes.newest(connection)
        mark = changes.mark(connection, position)
        wanted = list(records.ids(connection))
    name = generations.stage(home, position, mark)
    try:
        _index(home, catalogue, name, wanted, progress)
        with generations.locked(home, "update", wait=True):
            _drain(home, catalogue, name, None)
            held = _verified(home, catalogue, name)
            generations.promote(home, name)
    except BaseException:
        generations.discard(home, name)
        raise
    return held


def _catch_up(home: Home, catalogue: Catalogue, progress: Progress | None) -> int:
    name = generations.current_name(home)
    assert name is not None
    if generations.read_state(home, name).rules != generations.rules_in_force():
        raise ArchiveTrouble(
            "The index was made by another version of the program and is not added to. "
            "Run “pressmark reindex”; until then it goes on answering."
        )
    return _drain(home, catalogue, name, progress)


def _drain(home: Home, catalogue: Catalogue, name: str, progress: Progress | None) -> int:
    """Index what has changed since the generation's position; how many records that were."""
    state = generations.read_state(home, name)
    done = 0
    while True:
        with catalogue.reading() as connection:
            batch = changes.after(connection, state.position, limit=10_000)
            if not batch:
                return done
            if any(change.record_id is None for change in batch):
                wanted = list(records.ids(connection))
            else:
                wanted = list(dict.fromkeys(c.record_id for c in batch if c.record_id))
            mark = changes.mark(connection, batch[-1].seq)
        _index(home, catalogue, name, wanted, progress)
        state = replace(state, position=batch[-1].seq, mark=mark)
        generations.write_state(home, name, state)
        done += len(wanted)


def _index(
    home: Home,
    catalogue: Catalogue,
    name: str,
    wanted: Sequence[str],
    progress: Progress | None,
) -> None:
    generation = generations.open_named(home, name)
    with catalogue.reading() as connection:
        headings = headings_of(authorities.every(connection))
    done = 0
    for batch in _batches(wanted):
        with catalogue.reading() as connection:
            _apply(connection, generation, batch, headings)
        done += len(batch)
        if progress:
            progress(done, len(wanted))


def _apply(
    connection: Connection, generation: Generation, ids: Sequence[str], headings: Headings
) -> None:
    found = records.many(connection, ids)
    texts = extracts.texts(connection, (r.extract_id for r in found.values() if r.extract_id))
    documents = [
        index_document(record, texts.get(record.extract_id or 0), headings)
        for record in found.values()
    ]
    generation.apply(documents, removed=[each for each in ids if each not in found])


def _verified(home: Home, catalogue: Catalogue, name: str) -> int:
    """How many records the generation holds; they are those of the catalogue, id by id.

    What changed after the generation's position is not compared: the next update learns it.
    """
    held = set(generations.open_named(home, name).searcher().ids())
    position = generations.read_state(home, name).position
    with catalogue.reading() as connection:
        expected = set(records.ids(connection))
        later = {c.record_id for c in changes.after(connection, position, limit=1_000_000)}
    if (held ^ expected) - later:
        raise ArchiveTrouble(
            f"The new index holds {len(held)} records where the catalogue has {len(expected)}; "
            "it was not put to use. Run “pressmark reindex” again."
        )
    return len(held)


def _batches(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
