"""One segment of an index, read as arrays.

A segment never changes once it is written (which of its documents are deleted is noted
elsewhere).  Document numbers are the segment's own, from 0.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
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

_SPARSE = 8
"""Below one document in so many it is cheaper to look each up."""

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
    document `d` has the values of the numbers `ordinals[starts[d]:starts[d + 1]]`.
    """

    def __init__(
        self, texts: Sequence[bytes], firsts: Array, docs: Array, starts: Array, ordinals: Array
    ) -> None:
        self.texts = texts
        self.firsts = firsts
        self.docs = docs
        self.starts = starts
        self.ordinals = ordinals
        self.size = len(starts) - 1

    @cached_property
    def names(self) -> list[str]:
        """The values, ascending."""
        return list(map(decode, self.texts))

    @cached_property
    def codes(self) -> Array | None:
        """The number of each document's only value, `len(texts)` where there is none; None
        if a document has several."""
        counts = np.diff(self.starts)
        if len(counts) and int(counts.max()) > 1:
            return None
        codes = np.full(self.size, len(self.texts), dtype=np.min_scalar_type(len(self.texts)))
        codes[counts > 0] = self.ordinals
        return codes

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
        return np.repeat(np.arange(len(docs)), counts), self._numbers(docs)

    def _numbers(self, docs: Ints) -> Array:
        """The numbers of every value of the documents."""
        starts = self.starts[docs]
        return self.ordinals[ranges(starts, self.starts[docs + 1] - starts)]

    def counts(self, docs: Ints) -> tuple[Ints, int]:
        """How many of the documents have each value, and how many have none."""
        if self.codes is not None:
            counts = np.bincount(self.codes[docs], minlength=len(self.texts) + 1)
            return counts[:-1], int(counts[-1])
        without = len(docs) - int(np.count_nonzero(self.stated[docs]))
        if len(docs) * _SPARSE < self.size:
            return np.bincount(self._numbers(docs), minlength=len(self.texts)), without
        among = np.zeros(self.size, dtype=np.bool_)
        among[docs] = True
        return np.add.reduceat(among[self.docs], self.firsts[:-1], dtype=np.int64), without


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
