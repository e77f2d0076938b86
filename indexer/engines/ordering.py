"""The order of the matches, and the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from indexer.engine import Sort
from indexer.engines.fields import NO_DAY
from indexer.engines.finding import Found
from indexer.engines.segment import Floats, Ints, Mask


class Ranked(NamedTuple):
    """A match that compares with those of other segments; `doc` is its number in its own."""

    key: tuple[float, float]
    id: str
    score: float
    doc: int


@dataclass(frozen=True, slots=True)
class Ordering:
    """Documents of one segment and what they are sorted by: the earlier key first, ascending,
    the last of them the id."""

    found: Found
    docs: Ints
    keys: tuple[Floats | Ints, Floats | Ints, Ints]

    def first(self, most: int) -> list[Ranked]:
        """The first `most`, in order."""
        return [self.ranked(int(row)) for row in _foremost(most, self.keys)]

    def rows(self) -> Ints:
        """Where each next one of them is in `docs`, from the first to the last."""
        return np.lexsort(self.keys[::-1])

    def ranked(self, row: int) -> Ranked:
        """The document at `docs[row]`."""
        doc = int(self.docs[row])
        key = float(self.keys[0][row]), float(self.keys[1][row])
        return Ranked(key, self.found.arrays.ids()[doc], float(self.found.scores[doc]), doc)


def ordering(sort: Sort, found: Found, matches: Mask) -> Ordering:
    """The order of those documents of a segment that `matches` says."""
    docs = np.flatnonzero(matches)
    ranks = found.arrays.ranks()[docs]
    if sort is Sort.RELEVANCE:
        return Ordering(found, docs, (-found.scores[docs], np.zeros(len(docs)), ranks))
    if sort is Sort.ADDED:
        return Ordering(found, docs, (-found.arrays.added()[docs], np.zeros(len(docs)), ranks))
    oldest = found.arrays.days("oldest")[docs]
    newest = found.arrays.days("newest")[docs]
    if sort is Sort.NEWEST:
        return Ordering(found, docs, (-newest, -oldest, ranks))
    oldest, newest = (np.where(days == NO_DAY, -NO_DAY, days) for days in (oldest, newest))
    return Ordering(found, docs, (oldest, newest, ranks))


def _foremost(most: int, keys: Sequence[Floats | Ints]) -> Ints:
    """The places of the first `most` rows in order of `keys`, without sorting them all."""
    rows = np.arange(len(keys[0]))
    chosen: list[Ints] = []
    wanted = most
    for key in keys:
        if len(rows) <= wanted or wanted <= 0:
            break
        values = key[rows]
        limit = np.partition(values, wanted - 1)[wanted - 1]
        chosen.append(rows[values < limit])
        wanted -= len(chosen[-1])
        rows = rows[values == limit]
    rows = np.concatenate([*chosen, rows])
    return rows[np.lexsort([key[rows] for key in reversed(keys)])][: max(most, 0)]
