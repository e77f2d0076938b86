"""Comparing an index with the catalogue that it was made from."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from archive.catalogue import authorities, changes, records
from archive.catalogue.database import Catalogue
from archive.home import Home
from indexer import generations
from indexer.document import IndexDocument
from indexer.engine import Searcher, SearchRequest
from indexer.filling import BATCH, Progress, documents_of
from indexer.generations import CONTENT
from indexer.headings import headings_of
from indexer.query.terms import All, DateRange, Having, Missing, Node, Phrase

_PHRASES, _WORDS = 6, 8
_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class Differences:
    """Where an index is not what the catalogue comes to: records that it lacks, records that
    the catalogue lacks, records that it holds otherwise, and of which a field does not find
    them (an id and the field's name).  `held` is how many records it holds, `behind` how many
    changes it has yet to learn; what they are about is not compared."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    stale: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    twice: int
    held: int
    behind: int

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.stale or self.wrong or self.twice)

    @property
    def ids(self) -> tuple[str, ...]:
        """The records that differ."""
        wrong = (record_id for record_id, _ in self.wrong)
        return tuple(dict.fromkeys((*self.missing, *self.extra, *self.stale, *wrong)))


def compare(
    home: Home,
    catalogue: Catalogue,
    name: str,
    *,
    every: bool,
    progress: Progress | None = None,
) -> Differences:
    """Compare a generation with the catalogue: the ids of all records; what was indexed of
    `every` record, or else of a sample; and for a sample, field by field, whether it is found
    by what it holds.

    It may learn meanwhile.  Raises `GenerationUnreadable`.
    """
    # In this order: what the searcher knows beyond this position was changed later.
    position = generations.read_state(home, name).position
    searcher = generations.open_named(home, name).searcher()
    with catalogue.reading() as connection:
        expected = list(records.standing_ids(connection))
        later = {c.record_id for c in changes.after(connection, position, limit=1_000_000)}
        behind = changes.newest(connection) - position
        headings = headings_of(authorities.every(connection))
    held = set(searcher.ids())
    both = [] if None in later else [i for i in expected if i in held and i not in later]
    sample = set(random.Random(position).sample(both, min(_SAMPLE, len(both))))
    wanted = both if every else [i for i in both if i in sample]
    contents = frozenset(searcher.values(CONTENT))
    stale: list[str] = []
    wrong: list[tuple[str, str]] = []
    for start in range(0, len(wanted), BATCH):
        with catalogue.reading() as connection:
            batch = wanted[start : start + BATCH]
            documents = documents_of(connection, batch, headings)
            now = {c.record_id for c in changes.after(connection, position, limit=1_000_000)}
        for document in documents:
            if document.id in now or None in now:
                continue  # changed since; the next update learns it
            if document.values[CONTENT][0] not in contents:
                stale.append(document.id)
            elif document.id in sample:
                wrong += [(document.id, field) for field in _unfound(searcher, document)]
        if progress:
            progress(start + len(batch), len(wanted))
    return Differences(
        missing=_sorted(set(expected) - held, later),
        extra=_sorted(held - set(expected), later),
        stale=tuple(stale),
        wrong=tuple(wrong),
        twice=searcher.count() - len(held),
        held=len(held),
        behind=behind,
    )


def _sorted(ids: Collection[str], later: Collection[str | None]) -> tuple[str, ...]:
    return tuple(sorted(each for each in ids if each not in later))


def _unfound(searcher: Searcher, document: IndexDocument) -> Iterator[str]:
    """The fields by which the document is not found although it should be."""
    itself = Having(CONTENT, document.values[CONTENT][0])
    for field, node in _told(document):
        request = SearchRequest(All((itself, node)), access=frozenset({document.access}), limit=1)
        result = searcher.search(request)
        if [hit.id for hit in result.hits] != [document.id] or result.total != 1:
            yield field


def _told(document: IndexDocument) -> Iterator[tuple[str, Node]]:
    """For each field what a document that is indexed as it should be matches."""
    for field, terms in document.terms.items():
        if terms:
            phrases = tuple(Phrase(field, part) for part in _parts(terms))
            yield field, All(phrases)
    for field, values in document.values.items():
        if values:
            yield field, All(tuple(Having(field, value) for value in values))
        else:
            yield field, Missing(field)
    yield (
        "date",
        Missing("date")
        if document.latest is None
        else DateRange(document.earliest, document.latest),
    )


def _parts(terms: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Phrases that stand in the terms: the first, the last, and some between."""
    last = max(0, len(terms) - _WORDS)
    starts = {last * part // (_PHRASES - 1) for part in range(_PHRASES)}
    return (tuple(terms[start : start + _WORDS]) for start in sorted(starts))
