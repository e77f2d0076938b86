"""Filling a generation: from records of the catalogue to what the index holds of them.

At least once and idempotent: what a generation has learnt is noted after the commit, and a
record indexed twice is the same as once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import islice

from sqlalchemy import Connection

from archive.catalogue import authorities, changes, extracts, records
from archive.catalogue.chain import canonical
from archive.catalogue.changes import Change
from archive.catalogue.database import Catalogue
from archive.home import Home
from indexer import generations
from indexer.affected import affected
from indexer.document import IndexDocument
from indexer.engine import Generation
from indexer.generations import CONTENT
from indexer.headings import Headings, headings_of
from indexer.normalise import index_document

Progress = Callable[[int, int], None]
"""Called with how many steps are done, and how many there are."""

BATCH = 1000
"""Records in a commit."""


def fill(
    home: Home,
    catalogue: Catalogue,
    name: str,
    wanted: Sequence[str],
    progress: Progress | None = None,
) -> None:
    """Index these records as they are now, in commits that each stand for themselves.

    Those that are in the catalogue no more, or withdrawn, are removed.  Nobody else writes to
    the generation.
    """
    generation = generations.open_named(home, name)
    with catalogue.reading() as connection:
        headings = headings_of(authorities.every(connection))
    done = 0
    for batch in _batches(wanted):
        with catalogue.reading() as connection:
            documents = documents_of(connection, batch, headings)
        _apply(generation, documents, batch)
        generations.note(home, name, generations.read_state(home, name))
        done += len(batch)
        if progress:
            progress(done, len(wanted))


def drain(home: Home, catalogue: Catalogue, name: str, progress: Progress | None = None) -> int:
    """Index what has changed since the generation's position; how many records that were."""
    state = generations.read_state(home, name)
    done = 0
    while True:
        with catalogue.reading() as connection:
            batch = changes.after(connection, state.position, limit=10_000)
            if not batch:
                return done
            wanted = changed_records(connection, home, name, batch)
            mark = changes.mark(connection, batch[-1].seq)
        fill(home, catalogue, name, wanted, progress)
        files = generations.read_state(home, name).files
        state = replace(state, position=batch[-1].seq, mark=mark, files=files)
        generations.note(home, name, state)
        done += len(wanted)


def changed_records(
    connection: Connection, home: Home, name: str, batch: Sequence[Change]
) -> Sequence[str]:
    """The records that these changes are about: those that changed, and those that a changed
    authority concerns, as far as the generation has them."""
    if any(change.record_id is None and change.authority is None for change in batch):
        return list(records.ids(connection))
    changed = [change.record_id for change in batch if change.record_id]
    if any(change.authority for change in batch):
        searcher = generations.open_named(home, name).searcher()
        changed += affected(connection, searcher, batch)
    return list(dict.fromkeys(changed))


def documents_of(
    connection: Connection, ids: Sequence[str], headings: Headings
) -> list[IndexDocument]:
    """What the index is to hold of these records; those that are no more, or withdrawn, are
    left out."""
    found = [r for r in records.many(connection, ids).values() if r.withdrawn is None]
    texts = extracts.texts(connection, (r.extract_id for r in found if r.extract_id))
    return [
        with_content(index_document(record, texts.get(record.extract_id or 0), headings))
        for record in found
    ]


def with_content(document: IndexDocument) -> IndexDocument:
    """The document, with what tells it from any other (`CONTENT`) among its values."""
    # Not `asdict`, which copies every term, and takes longer than all else of indexing.
    content = {field.name: getattr(document, field.name) for field in fields(document)}
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    return replace(document, values={**document.values, CONTENT: (digest,)})


def _apply(generation: Generation, documents: list[IndexDocument], ids: Sequence[str]) -> None:
    held = {document.id for document in documents}
    generation.apply(documents, removed=[each for each in ids if each not in held])


def _batches(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, BATCH)):
        yield batch
