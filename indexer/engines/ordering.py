"""The order of the matches, and the first of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from indexer.engine import Sort
from indexer.engines.fields import ADDED, ID, NO_DAY, decode
from indexer.engines.finding import Found
from indexer.engines.segment import Floats, Ints


class Ranked(NamedTuple):
    """A match that compares with those of other segments; `doc` is its number in its own."""

    key: tuple[float, float]
    id: str
    doc: int


Key = Callable[[Ints], Floats | Ints]
"""What some of the documents are sorted by, ascending; told by their rows."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """Documents of one segment and what they are sorted by: two keys, then the id."""

    found: Found
    docs: Ints
    keys: tuple[Key, Key, Key]

    def first(self, most: int) -> list[Ranked]:
        """The first `most`, in order."""
        return self.ranked(_foremost(most, len(self.docs), self.keys))

    def rows(self) -> Ints:
        """Where each next one of them is in `docs`, from the first to the last."""
        return _sorted(np.arange(len(self.docs)), self.keys)

    def ranked(self, rows: Ints) -> list[Ranked]:
        """The documents in some rows of `docs`."""
        ids = self.found.arrays.values(ID)
        docs = self.docs[rows]
        first, second = (key(rows).tolist() for key in self.keys[:2])
        names = [decode(ids.texts[number]) for number in ids.ordinals[docs].tolist()]
        return list(map(Ranked, zip(first, second, strict=True), names, docs.tolist()))


def ordering(sort: Sort, found: Found, docs: Ints) -> Ordering:
    """The order of some of the matches of a segment."""

    def number(column: str, rows: Ints) -> Ints:
        numbers: Ints = found.arrays.numbers(column)[docs[rows]].astype(np.int64)
        return numbers

    def last_if_none(column: str, rows: Ints) -> Ints:
        days = number(column, rows)
        return np.where(days == NO_DAY, -NO_DAY, days)

    def rank(rows: Ints) -> Ints:
        # Ids are unique among the living, so a place among the texts is a place in order.
        ranks: Ints = found.arrays.values(ID).ordinals[docs[rows]].astype(np.int64)
        return ranks

    def nothing(rows: Ints) -> Ints:
        return np.zeros(len(rows), dtype=np.int64)

    match sort:
        case Sort.RELEVANCE:
            scores = -found.scores(docs)
            return Ordering(found, docs, (lambda rows: scores[rows], nothing, rank))
        case Sort.ADDED:
            return Ordering(found, docs, (lambda rows: -number(ADDED, rows), nothing, rank))
        case Sort.NEWEST:
            return Ordering(
                found,
                docs,
                (lambda rows: -number("newest", rows), lambda rows: -number("oldest", rows), rank),
            )
        case Sort.OLDEST:
            return Ordering(
                found,
                docs,
                (
                    lambda rows: last_if_none("oldest", rows),
                    lambda rows: last_if_none("newest", rows),
                    rank,
                ),
            )


def _foremost(most: int, count: int, keys: Sequence[Key]) -> Ints:
    """The first `most` rows in order of `keys`, without sorting them all."""
    rows = np.arange(count)
    chosen: list[Ints] = []
    wanted = most
    for key in keys:
        if len(rows) <= wanted or wanted <= 0:
            break
        values = key(rows)
        limit = np.partition(values, wanted - 1)[wanted - 1]
        chosen.append(rows[values < limit])
        wanted -= len(chosen[-1])
        rows = rows[values == limit]
    return _sorted(np.concatenate([*chosen, rows]), keys)[: max(most, 0)]


def _sorted(rows: Ints, keys: Sequence[Key]) -> Ints:
    return rows[np.lexsort([key(rows) for key in reversed(keys)])]
