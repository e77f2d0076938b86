"""The order of the matches, and the first of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from indexer.engine import Sort
from indexer.engines.fields import ADDED, NO_DAY
from indexer.engines.finding import Found
from indexer.engines.segment import Floats, Ints
from indexer.engines.whole import Whole

_TIES = 4
"""So many times what is wanted is sorted without looking closer."""


class Ranked(NamedTuple):
    """A match that compares with others."""

    first: float
    second: float
    id: str
    doc: int


@dataclass(frozen=True, slots=True, eq=False)
class Ordering:
    """Documents, ascending, and what they are sorted by, ascending: one or two numbers, then
    the id.  The second number is told of some documents when it is needed."""

    whole: Whole
    docs: Ints
    numbers: Floats | Ints
    second: Callable[[Ints], Ints] | None = None

    def first(self, most: int) -> list[Ranked]:
        """The first `most`, in order."""
        if most <= 0:
            return []
        rows = _least(self.numbers, most)
        if len(rows) > _TIES * most:
            limit = self.numbers[rows].max()
            before = rows[self.numbers[rows] < limit]
            tied = rows[self.numbers[rows] == limit]
            rows = np.concatenate((before, self._first_of_tied(tied, most - len(before))))
        return sorted(self.ranked(rows))[:most]

    def rows(self) -> Ints:
        """Where each next one of them is in `docs`, from the first to the last."""
        second = self.second(self.docs) if self.second else np.zeros(len(self.docs))
        return np.lexsort((self.whole.order[self.docs], second, self.numbers))

    def ranked(self, rows: Ints) -> Iterable[Ranked]:
        """The documents in some rows of `docs`."""
        docs = self.docs[rows]
        second = self.second(docs).tolist() if self.second else itertools.repeat(0)
        ids = self.whole.ids(docs)
        return map(Ranked, self.numbers[rows].tolist(), second, ids, docs.tolist())

    def _first_of_tied(self, rows: Ints, wanted: int) -> Ints:
        """Of rows with the same first number those of the first `wanted`, and some more."""
        before = rows[:0]
        if self.second:
            numbers = self.second(self.docs[rows])
            least = _least(numbers, wanted)
            rows, numbers = rows[least], numbers[least]
            before = rows[numbers < numbers.max()]
            rows = rows[numbers == numbers.max()]
        first = [before]
        for place, docs in self.whole.split(self.docs[rows]):
            foremost = docs[_least(self.whole.ranks(place, docs), wanted - len(before))]
            first.append(np.searchsorted(self.docs, foremost))
        return np.concatenate(first)


def ordering(sort: Sort, found: Found, docs: Ints) -> Ordering:
    """The order of some of the matches."""
    whole = found.whole

    def number(column: str, some: Ints) -> Ints:
        numbers: Ints = whole.numbers(column)[some].astype(np.int64)
        return numbers

    def last_if_none(column: str, some: Ints) -> Ints:
        days = number(column, some)
        return np.where(days == NO_DAY, -NO_DAY, days)

    match sort:
        case Sort.RELEVANCE:
            return Ordering(whole, docs, -found.scores(docs))
        case Sort.ADDED:
            return Ordering(whole, docs, -number(ADDED, docs))
        case Sort.NEWEST:
            newest = -number("newest", docs)
            return Ordering(whole, docs, newest, lambda some: -number("oldest", some))
        case Sort.OLDEST:
            oldest = last_if_none("oldest", docs)
            return Ordering(whole, docs, oldest, lambda some: last_if_none("newest", some))


def _least(numbers: Floats | Ints, most: int) -> Ints:
    """Where the least `most` of the numbers are, and all that equal the last of these."""
    if len(numbers) <= most:
        return np.arange(len(numbers))
    return np.flatnonzero(numbers <= np.partition(numbers, most - 1)[most - 1])
