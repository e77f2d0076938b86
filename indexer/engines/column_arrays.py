"""A segment of our own: how it is laid down in a file of arrays, and read from it.

Of a field called `f` in the schema there are

    f/text       its terms, ascending, one after the other
    f/ends       where each ends in the text, from a 0 on
    f/firsts     where the postings of each begin, and the last end
    f/docs       the documents of all postings
    f/counts     how often each has the term                            term fields only
    f/places     where the positions of each term begin, and the last end      "
    f/positions  the positions of all postings                                 "
    f/lengths    how many terms each document has (Whoosh's `length_to_byte`)   "
    f/starts     where the values of each document begin, and the last end    value fields only
    f/ordinals   the numbers of the values of all documents                    "

and of a column `c` its numbers.  The notes hold how many `documents` there are and the total
length of each term field in `totals`.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from indexer.engines.arrays import Array, ArrayFile
from indexer.engines.fields import decode, encode, term_field
from indexer.engines.segment import (
    NO_INTS,
    NO_POSTINGS,
    Inverted,
    Postings,
    Tally,
    Values,
    find,
)

_T = TypeVar("_T")
_REMEMBERED = 10_000
_UNKNOWN = -1


class Texts(Sequence[bytes]):
    """Texts that stand one after the other."""

    def __init__(self, text: Array, ends: Array) -> None:
        self._text = text.data
        self._ends = ends.data

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> bytes:  # type: ignore[override]  # no slices
        return bytes(self._text[self._ends[place] : self._ends[place + 1]])

    def __iter__(self) -> Iterator[bytes]:
        text, start = bytes(self._text), 0
        for end in self._ends[1:]:
            yield text[start:end]
            start = end


class ColumnArrays:
    """A `SegmentArrays` over a file of ours."""

    def __init__(self, path: Path) -> None:
        """Raises GenerationUnreadable if the file is damaged or of another version."""
        self._file = ArrayFile(path)
        self._kept: dict[tuple[str, str], Any] = {}
        self._numbers: dict[tuple[str, bytes], int | None] = {}
        self._tally: tuple[tuple[str, ...], Tally] | None = None
        self.size: int = self._file.notes["documents"]

    def fields(self) -> list[str]:
        """What the fields with terms are called in the schema, ascending."""
        return sorted(self._file.notes.get("fields", ()))

    def scored(self, name: str) -> bool:
        """Whether a field called `name` in the schema is a term field."""
        return f"{name}/counts" in self._file

    def total_length(self, field: str) -> int:
        return self.field_total(term_field(field))

    def field_total(self, name: str) -> int:
        """As `total_length`, of a field called `name` in the schema."""
        return int(self._file.notes.get("totals", {}).get(name, 0))

    def document_frequency(self, field: str, text: str) -> int:
        name = term_field(field)
        number = self.number(name, encode(text))
        return 0 if number is None else self.frequency_of(name, number)

    def postings(self, field: str, text: str, positions: bool = False) -> Postings:
        name = term_field(field)
        number = self.number(name, encode(text))
        return NO_POSTINGS if number is None else self.postings_of(name, number, positions)

    def number(self, name: str, text: bytes) -> int | None:
        """Where a term is among those of a field called `name` in the schema.  The last asked
        for are remembered: a search asks for each of its terms several times."""
        number = self._numbers.get((name, text), _UNKNOWN)
        if number == _UNKNOWN:
            if len(self._numbers) >= _REMEMBERED:
                self._numbers = {}
            number = self._numbers[name, text] = find(self.texts(name), text)
        return number

    def frequency_of(self, name: str, number: int) -> int:
        """How many documents have a term, by its number in a field of the schema."""
        firsts = self._extents(name)
        return int(firsts[number + 1] - firsts[number])

    def postings_of(self, name: str, number: int, positions: bool) -> Postings:
        """The postings of a term by its number in a field called `name` in the schema."""
        firsts = self._extents(name)
        first, last = firsts[number], firsts[number + 1]
        docs = self._file.part(f"{name}/docs", first, last)
        if not self.scored(name):
            return Postings(docs, NO_INTS, NO_INTS)
        counts = self._file.part(f"{name}/counts", first, last)
        if not positions:
            return Postings(docs, counts, NO_INTS)
        places = self._once("places", name, lambda: self._file.array(f"{name}/places").data)
        return Postings(
            docs,
            counts,
            self._file.part(f"{name}/positions", places[number], places[number + 1]),
        )

    def beginning(self, field: str, start: str) -> Iterator[str]:
        texts, prefix = self.texts(term_field(field)), encode(start)
        for number in range(bisect.bisect_left(texts, prefix), len(texts)):
            if not (text := texts[number]).startswith(prefix):
                return
            yield decode(text)

    def vocabulary(self, field: str) -> list[str]:
        name = term_field(field)
        return self._once("vocabulary", name, lambda: list(map(decode, self.texts(name))))

    def lengths(self, field: str) -> Array:
        return self.field_lengths(term_field(field))

    def field_lengths(self, name: str) -> Array:
        """As `lengths`, of a field called `name` in the schema."""
        return self._once("lengths", name, lambda: self._file.array(f"{name}/lengths"))

    def values(self, field: str) -> Values:
        return self._once("values", field, lambda: self._values(field))

    def tally(self, fields: tuple[str, ...]) -> Tally:
        if self._tally is None or self._tally[0] != fields:
            self._tally = fields, Tally(list(map(self.values, fields)), self.size)
        return self._tally[1]

    def numbers(self, column: str) -> Array:
        return self._once("numbers", column, lambda: self._file.array(column))

    def inverted(self, field: str) -> Inverted:
        whole = self._file.array
        scored = self.scored(field)
        return Inverted(
            self.texts(field),
            whole(f"{field}/firsts"),
            whole(f"{field}/docs"),
            whole(f"{field}/counts") if scored else NO_INTS,
            whole(f"{field}/places") if scored else NO_INTS,
            whole(f"{field}/positions") if scored else NO_INTS,
        )

    def texts(self, name: str) -> Texts:
        """The terms of a field called `name` in the schema."""
        return self._once("texts", name, lambda: self._texts(name))

    def _texts(self, name: str) -> Texts:
        if f"{name}/text" not in self._file:
            return Texts(np.empty(0, np.uint8), np.zeros(1, np.uint8))
        return Texts(self._file.array(f"{name}/text"), self._file.array(f"{name}/ends"))

    def _extents(self, name: str) -> memoryview:
        return self._once("firsts", name, lambda: self._file.array(f"{name}/firsts").data)

    def _values(self, field: str) -> Values:
        whole = self._file.array
        if f"{field}/text" not in self._file:
            none = np.zeros(self.size + 1, int)
            return Values((), np.zeros(1, int), lambda: NO_INTS, none, NO_INTS)
        return Values(
            self.texts(field),
            whole(f"{field}/firsts"),
            lambda: whole(f"{field}/docs"),
            whole(f"{field}/starts"),
            whole(f"{field}/ordinals"),
        )

    def _once(self, what: str, name: str, read: Callable[[], _T]) -> _T:
        kept = self._kept.get((what, name))
        if kept is None:  # two threads may both read it: they read the same
            kept = self._kept[what, name] = read()
        found: _T = kept
        return found
