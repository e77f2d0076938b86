"""One segment of an index, read as arrays.

A segment never changes once it is written (which of its documents are deleted is noted
elsewhere).  Document numbers are the segment's own, from 0.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from indexer.engines.fields import decode, encode

Array = npt.NDArray[Any]
"""Numbers of whatever integer type they are kept in."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NO_INTS: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that have a term, ascending, and how often; `positions` all in one row."""

    docs: Array
    counts: Array
    positions: Array


NO_POSTINGS = Postings(NO_INTS, NO_INTS, NO_INTS)


@dataclass(frozen=True, slots=True)
class Inverted:
    """All terms of a field, ascending: the postings of `texts[i]` are those from `firsts[i]`
    up to `firsts[i + 1]`, their positions those from `places[i]` up to `places[i + 1]`."""

    texts: Sequence[bytes]
    firsts: Array
    docs: Array
    counts: Array
    places: Array
    positions: Array


class Values:
    """A value field, both ways round.

    `docs[firsts[i]:firsts[i + 1]]` have the value `texts[i]`, texts ascending, and the
    document `d` has the values of the numbers `ordinals[starts[d]:starts[d + 1]]`.  `docs` are
    read when they are asked for: to count values they need not be.
    """

    def __init__(
        self,
        texts: Sequence[bytes],
        firsts: Array,
        docs: Callable[[], Array],
        starts: Array,
        ordinals: Array,
    ) -> None:
        self.texts = texts
        self.firsts = firsts
        self._docs = docs
        self.starts = starts
        self.ordinals = ordinals
        self.size = len(starts) - 1

    @cached_property
    def docs(self) -> Array:
        """The documents, value by value."""
        return self._docs()

    @cached_property
    def names(self) -> list[str]:
        """The values, ascending."""
        return list(map(decode, self.texts))

    @cached_property
    def stated(self) -> Mask:
        """True for documents with any value."""
        stated: Mask = self.starts[1:] > self.starts[:-1]
        return stated

    def documents(self, value: str) -> Array:
        """The documents with `value`, ascending."""
        number = find(self.texts, encode(value))
        return (
            NO_INTS if number is None else self.docs[self.firsts[number] : self.firsts[number + 1]]
        )

    def having(self, values: Sequence[str | None]) -> Mask:
        """Documents with at least one of `values`; None stands for no value."""
        chosen = ~self.stated if None in values else np.zeros(self.size, dtype=np.bool_)
        for value in values:
            if value is not None:
                chosen[self.documents(value)] = True
        return chosen

    def pairs(self, docs: Ints) -> tuple[Ints, Array]:
        """Every value of the documents: which of them has it, and the number of the value."""
        counts = self.starts[docs + 1] - self.starts[docs]
        numbers = self.ordinals[ranges(self.starts[docs], counts)]
        return np.repeat(np.arange(len(docs)), counts), numbers


class Tally:
    """Counts the values of some value fields.

    The values of all fields are numbered through, a field's in order and "not stated" after
    them.  Takes 8 bytes a document and field of memory.
    """

    def __init__(self, fields: Sequence[Values], size: int) -> None:
        self._bounds = np.cumsum([0, *(len(values.texts) + 1 for values in fields)])
        self._first = np.empty((size, len(fields)), dtype=np.int64)
        self._all = np.zeros(int(self._bounds[-1]), dtype=np.int64)
        docs, numbers = [NO_INTS], [NO_INTS]
        for column, values in enumerate(fields):
            base, unstated = int(self._bounds[column]), int(self._bounds[column + 1]) - 1
            starts = values.starts.astype(np.int64)
            counts = np.diff(starts)
            having = np.flatnonzero(counts)
            self._first[:, column] = unstated
            self._first[having, column] = base + values.ordinals[starts[having]].astype(np.int64)
            self._all[base:unstated] = np.diff(values.firsts)
            self._all[unstated] = size - len(having)
            with_further = np.flatnonzero(counts > 1)
            further = counts[with_further] - 1
            docs.append(np.repeat(with_further, further))
            rows = ranges(starts[with_further] + 1, further)
            numbers.append(base + values.ordinals[rows].astype(np.int64))
        having_further = np.concatenate(docs)
        self._further = np.concatenate(numbers)[np.argsort(having_further, kind="stable")]
        self._starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(having_further, minlength=size), out=self._starts[1:])

    def counts(self, docs: Ints) -> Ints:
        """How many of the documents, each named once, have each value."""
        size = len(self._first)
        if 2 * len(docs) <= size:
            return self._counted(docs)
        others = np.ones(size, dtype=np.bool_)
        others[docs] = False
        return self._all - self._counted(np.flatnonzero(others))

    def _counted(self, docs: Ints) -> Ints:
        first = self._first.take(docs, axis=0).ravel()
        counts = np.bincount(first, minlength=int(self._bounds[-1]))
        if len(self._further):
            starts = self._starts.take(docs)
            further = self._further[ranges(starts, self._starts.take(docs + 1) - starts)]
            counts += np.bincount(further, minlength=len(counts))
        return counts


class SegmentArrays(Protocol):
    """A segment's terms, values, days and ids.  Threads may share it.

    What it returns is not to be written to.  Its file stays open, even if deleted by a merge,
    until the last user is gone.
    """

    size: int
    """How many documents it has, deleted ones included."""

    def total_length(self, field: str) -> int:
        """How many terms all its documents have in term field `field`."""

    def document_frequency(self, field: str, text: str) -> int:
        """How many of its documents, deleted ones included, have the term."""

    def postings(self, field: str, text: str, positions: bool = False) -> Postings:
        """The documents that have the term; `positions` stays empty unless asked for."""

    def beginning(self, field: str, start: str) -> Iterator[str]:
        """The terms of `field` that start with `start`, ascending."""

    def vocabulary(self, field: str) -> Sequence[str]:
        """Every term of `field`, ascending.  Kept, some 70 bytes a term."""

    def lengths(self, field: str) -> Array:
        """How many terms each document has in term field `field`, as Whoosh's
        `length_to_byte` tells it."""

    def values(self, field: str) -> Values:
        """The value field called `field` in the schema; also ids and access."""

    def tally(self, fields: tuple[str, ...]) -> Tally:
        """For the value fields called so in the schema.  The last asked for is kept."""

    def numbers(self, column: str) -> Array:
        """The column of days or seconds, a number a document."""

    def inverted(self, field: str) -> Inverted:
        """All postings of the field called so in the schema."""


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A segment and which of its documents are not deleted; `live` None means all."""

    arrays: SegmentArrays
    live: Mask | None

    def living(self, docs: Array) -> Array:
        """Those of the documents that are not deleted."""
        return docs if self.live is None else docs[self.live[docs]]

    def count(self) -> int:
        """How many documents are not deleted."""
        return self.arrays.size if self.live is None else int(np.count_nonzero(self.live))


def find(texts: Sequence[bytes], text: bytes) -> int | None:
    """Where `text` is among the ascending `texts`."""
    place = bisect.bisect_left(texts, text)
    return place if place < len(texts) and texts[place] == text else None


def ranges(starts: Array, counts: Array) -> Ints:
    """The numbers from each of `starts` on, as many as `counts` says, all in one row."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - counts), counts)
