"""From documents to a segment of our own, whole arrays at a time."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from pathlib import Path

import numpy as np

from indexer.document import IndexDocument
from indexer.engines.arrays import Array, ArrayWriter
from indexer.engines.column_writing import Outline, write_terms, write_values
from indexer.engines.fields import (
    ACCESS,
    ADDED,
    DAYS,
    ID,
    NO_DAY,
    encode,
    term_field,
    value_field,
)

_TOKENS_AT_ONCE = 500_000


class _Numbering(dict[str, int]):
    """Numbers for texts, from 0, in the order in which they first come."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class _Terms:
    """The terms of a field, document by document."""

    def __init__(self) -> None:
        self._numbers = _Numbering()
        self._terms = array("I")
        self._lengths = array("I")

    def extend(self, documents: Iterable[Collection[str]]) -> None:
        """The terms of the next documents."""
        documents = list(documents)
        every = chain.from_iterable(documents)
        self._terms.extend(map(self._numbers.__getitem__, every))
        self._lengths.extend(map(len, documents))

    def inverted(self) -> tuple[Outline, tuple[Array, Array, Array]]:
        """The field's terms and all its postings."""
        texts = sorted(self._numbers)
        ranks = np.empty(len(texts), dtype=np.uint64)
        given = np.fromiter(map(self._numbers.__getitem__, texts), np.int64, len(texts))
        ranks[given] = np.arange(len(texts), dtype=np.uint64)
        lengths = np.frombuffer(self._lengths, np.uint32).astype(np.int64)
        # Sorting numbers made of the term above and the place below takes no more than a
        # sort of numbers, and keeps the places of each term in order.
        places = ranks[np.frombuffer(self._terms, np.uint32)] << np.uint64(32)
        places |= np.arange(len(places), dtype=np.uint64)
        places.sort()
        terms = (places >> np.uint64(32)).astype(np.int64)
        order = (places & np.uint64(2**32 - 1)).astype(np.int64)
        docs = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)[order]
        positions = order - (np.cumsum(lengths) - lengths)[docs]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])
        starts = np.flatnonzero(first)
        counts = np.diff(starts, append=len(order))
        outline = Outline(
            list(map(encode, texts)),
            _offsets(np.bincount(terms[starts], minlength=len(texts))),
            _offsets(np.bincount(terms, minlength=len(texts))),
            int(counts.max(initial=0)),
            int(positions.max(initial=0)),
        )
        return outline, (docs[starts], counts, positions)


class SegmentBuilder:
    """Documents on their way into a segment.  Takes some 20 bytes a term of memory, and at the
    end some 40 more a term of the largest field."""

    def __init__(self, term_fields: Collection[str], value_fields: Collection[str]) -> None:
        self._terms = {name: _Terms() for name in term_fields}
        self._values = {name: _Terms() for name in value_fields}
        self._ids = _Terms()
        self._access = _Terms()
        self._days = {name: array("i") for name in DAYS}
        self._added = array("q")
        self._waiting: list[IndexDocument] = []
        self._tokens_waiting = 0
        self.size = 0
        self.tokens = 0

    def add(self, document: IndexDocument) -> None:
        """Add a document; its number is `size` as it was before.

        Raises ValueError for a field that was not declared.
        """
        self._check(document, document.terms, self._terms)
        self._check(document, document.values, self._values)
        tokens = sum(map(len, document.terms.values()))
        self._waiting.append(document)
        self._tokens_waiting += tokens
        self.tokens += tokens
        self.size += 1
        if self._tokens_waiting >= _TOKENS_AT_ONCE:
            self._take()

    def write(self, path: Path) -> None:
        """Write the segment's file."""
        self._take()
        with ArrayWriter(path) as writer:
            writer.notes["documents"] = self.size
            for name, days in self._days.items():
                writer.add(name, np.frombuffer(days, np.int32))
            writer.add(ADDED, np.frombuffer(self._added, np.int64))
            valued = {value_field(name): field for name, field in self._values.items()}
            for name, field in {ID: self._ids, ACCESS: self._access, **valued}.items():
                outline, postings = field.inverted()
                write_values(writer, name, self.size, outline, [postings])
            for name, field in self._terms.items():
                outline, postings = field.inverted()
                write_terms(writer, term_field(name), self.size, outline, [postings])

    def _take(self) -> None:
        """Take in what waits, field by field: a field's numbering then stays at hand."""
        waiting, self._waiting, self._tokens_waiting = self._waiting, [], 0
        for name, terms in self._terms.items():
            terms.extend(document.terms.get(name, ()) for document in waiting)
        for name, values in self._values.items():
            values.extend(dict.fromkeys(document.values.get(name, ())) for document in waiting)
        self._ids.extend((document.id,) for document in waiting)
        self._access.extend((document.access,) for document in waiting)
        for name, days in self._days.items():
            told: list[int | None] = [getattr(document, name) for document in waiting]
            days.extend(NO_DAY if day is None else day for day in told)
        self._added.extend(document.added for document in waiting)

    def _check(
        self, document: IndexDocument, given: Mapping[str, object], declared: Mapping[str, object]
    ) -> None:
        if given.keys() <= declared.keys():
            return
        names = ", ".join(sorted(given.keys() - declared.keys()))
        raise ValueError(f"{document.id}: the index was made without the field {names}.")


def _offsets(counts: Array) -> Array:
    return np.concatenate(([0], np.cumsum(counts)))
