"""The segments of a commit read as one, so that a query is evaluated once for all of them.

Documents are numbered from 0 through all segments, the first segment's first.  What is put
together is kept for as long as the commit is the newest; of a single segment nothing is copied.
"""

from __future__ import annotations

import bisect
import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from cachetools import LRUCache

from indexer.engines.fields import ACCESS, ID, decode
from indexer.engines.numbering import Numbering, numbering
from indexer.engines.segment import (
    NO_INTS,
    Array,
    Ints,
    LiveSegment,
    Mask,
    Postings,
    SegmentArrays,
    Values,
)

_NUMBERINGS = 4  # are kept
_REMEMBERED = 10_000
_FREQUENT = 2**14  # bytes
_KEPT = 2**25  # bytes
_NO_MASK: Mask = np.empty(0, dtype=np.bool_)


class Whole:
    """All documents of a commit.  Threads may share it."""

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self.segments = tuple(segments)
        sizes = [part.arrays.size for part in segments]
        self._bases: list[int] = np.cumsum([0, *sizes]).tolist()
        self.size: int = self._bases[-1]
        self._kept: dict[object, Array] = {}
        self._lock = threading.Lock()
        self._terms: LRUCache[tuple[str, str, str], tuple[Array, Array]] = LRUCache(_KEPT, _bytes)
        self._having: dict[tuple[str, str], int] = {}
        self._numberings: dict[tuple[str, ...], Numbering] = {}

    @cached_property
    def live(self) -> Mask | None:
        """Which documents are not deleted; None means all."""
        if all(part.live is None for part in self.segments):
            return None
        masks = [
            np.ones(part.arrays.size, np.bool_) if part.live is None else part.live
            for part in self.segments
        ]
        return np.concatenate(masks)

    def living(self, docs: Ints) -> Ints:
        """Those of the documents that are not deleted."""
        return docs if self.live is None else docs[self.live[docs]]

    def seen(self, access: frozenset[str]) -> Mask | None:
        """Which documents have one of these access levels; None means all."""
        if all(access.issuperset(part.arrays.values(ACCESS).names) for part in self.segments):
            return None
        return self._once(access, lambda of: of.values(ACCESS).having(tuple(access)))

    def total_length(self, field: str) -> int:
        """How many terms all documents have in a term field."""
        return sum(part.arrays.total_length(field) for part in self.segments)

    def document_frequency(self, field: str, text: str) -> int:
        """How many documents, deleted ones included, have the term.  The last asked for are
        remembered: a search asks for each of its terms several times."""
        having = self._having.get((field, text))
        if having is None:
            if len(self._having) >= _REMEMBERED:
                self._having = {}
            having = sum(part.arrays.document_frequency(field, text) for part in self.segments)
            self._having[field, text] = having
        return having

    def postings(self, field: str, text: str) -> Postings:
        """The documents that have the term, ascending, and how often; without positions."""
        if len(self.segments) == 1:
            return self.segments[0].arrays.postings(field, text)

        def read() -> tuple[Array, Array]:
            parts = [part.arrays.postings(field, text) for part in self.segments]
            docs = self._numbered([postings.docs for postings in parts])
            return docs, np.concatenate([NO_INTS, *(postings.counts for postings in parts)])

        return Postings(*self._of_term("postings", field, text, read), NO_INTS)

    def positions(self, field: str, text: str) -> tuple[Array, Array]:
        """The positions of a term in all documents that have it, and where those of each
        document begin."""

        def read() -> tuple[Array, Array]:
            parts = [part.arrays.postings(field, text, positions=True) for part in self.segments]
            counts = np.concatenate([NO_INTS, *(part.counts for part in parts)])
            positions = self._together([part.positions for part in parts])
            return positions, np.cumsum(counts) - counts

        return self._of_term("positions", field, text, read)

    def documents(self, field: str, value: str) -> Array:
        """The documents with a value of the value field called `field` in the schema."""
        parts = [part.arrays.values(field).documents(value) for part in self.segments]
        return parts[0] if len(parts) == 1 else self._numbered(parts)

    def having(self, field: str, values: Sequence[str | None]) -> Mask:
        """Documents with at least one of `values`; None stands for no value."""
        return self._together([part.arrays.values(field).having(values) for part in self.segments])

    def stated(self, field: str) -> Mask:
        """Documents with any value."""
        return self._once(("stated", field), lambda of: of.values(field).stated)

    def lengths(self, field: str) -> Array:
        """How many terms each document has in a term field, as Whoosh's `length_to_byte`
        tells it."""
        return self._once(("lengths", field), lambda of: of.lengths(field))

    def numbers(self, column: str) -> Array:
        """The column of days or seconds, a number a document."""
        return self._once(("numbers", column), lambda of: of.numbers(column))

    def numbering(self, fields: tuple[str, ...]) -> Numbering:
        """The values of these value fields, told as in the schema."""
        known = self._numberings.get(fields)
        if known is None:
            parts = [[part.arrays.values(name) for part in self.segments] for name in fields]
            known = numbering(parts)
            if len(self._numberings) >= _NUMBERINGS:
                self._numberings = {}
            self._numberings[fields] = known
        return known

    def counts(self, fields: tuple[str, ...], docs: Ints) -> Ints:
        """How many of the documents have each value, by the numbers of `numbering`."""
        found = self.numbering(fields)
        if len(self.segments) == 1:
            return self.segments[0].arrays.tally(fields).counts(docs)
        counts = np.zeros(len(found.names), dtype=np.int64)
        for place, some in self.split(docs):
            tally = self.segments[place].arrays.tally(fields)
            counts[found.of_segment[place]] += tally.counts(some - self._bases[place])
        return counts

    def pairs(self, field: str, docs: Ints) -> tuple[Ints, Ints]:
        """Every value of the documents, in their order: which of them has it, and its number
        in the `numbering` of the field."""
        of_segment = self.numbering((field,)).of_segment
        rows, numbers = [NO_INTS], [NO_INTS]
        for place, part in enumerate(self.segments):
            within = (docs >= self._bases[place]) & (docs < self._bases[place + 1])
            at = np.flatnonzero(within)
            its_rows, its_numbers = part.arrays.values(field).pairs(docs[at] - self._bases[place])
            rows.append(at[its_rows])
            numbers.append(of_segment[place][its_numbers])
        all_rows = np.concatenate(rows)
        order = np.argsort(all_rows, kind="stable")
        return all_rows[order], np.concatenate(numbers)[order]

    def split(self, docs: Ints) -> Iterator[tuple[int, Ints]]:
        """Ascending documents by segment, told by its place; those segments that have any."""
        if len(self.segments) == 1:
            yield 0, docs
            return
        cuts = docs.searchsorted(self._bases).tolist()
        for place, (start, end) in enumerate(itertools.pairwise(cuts)):
            if start < end:
                yield place, docs[start:end]

    def ids(self, docs: Ints) -> list[str]:
        """The ids of some documents, in the order in which these are given."""
        found = []
        for doc in docs.tolist():
            place = bisect.bisect_right(self._bases, doc) - 1
            ids = self._ids[place]
            found.append(decode(ids.texts[ids.ordinals.item(doc - self._bases[place])]))
        return found

    def ranks(self, place: int, docs: Ints) -> Ints:
        """What documents of one segment are sorted by for the order of their ids."""
        # Ids are unique among the living, so a place among the texts is a place in order.
        ranks: Ints = self._ids[place].ordinals[docs - self._bases[place]].astype(np.int64)
        return ranks

    @cached_property
    def order(self) -> Ints:
        """The place of each document in the order of all ids.  Slow at first, if there are
        several segments."""
        if len(self.segments) == 1:
            return self._ids[0].ordinals.astype(np.int64)
        texts = [ids.texts[n] for ids in self._ids for n in ids.ordinals.tolist()]
        order = np.empty(self.size, dtype=np.int64)
        order[sorted(range(self.size), key=texts.__getitem__)] = np.arange(self.size)
        return order

    @cached_property
    def _ids(self) -> list[Values]:
        return [part.arrays.values(ID) for part in self.segments]

    def _of_term(
        self, what: str, field: str, text: str, read: Callable[[], tuple[Array, Array]]
    ) -> tuple[Array, Array]:
        """What is put together for a term; that of frequent ones is kept for a while."""
        key = what, field, text
        with self._lock:
            kept: tuple[Array, Array] | None = self._terms.get(key)
        if kept is None:
            kept = read()
            if _FREQUENT < _bytes(kept) < _KEPT:
                with self._lock:
                    self._terms[key] = kept
        return kept

    def _numbered(self, parts: Sequence[Array]) -> Ints:
        """Ascending documents, told by segment in the segment's own numbers."""
        docs = [
            part.astype(np.int64) + base for part, base in zip(parts, self._bases, strict=False)
        ]
        return np.concatenate([NO_INTS, *docs])

    def _once(self, what: object, read: Callable[[SegmentArrays], Array]) -> Array:
        """An array of all documents."""
        kept = self._kept.get(what)
        if kept is None:  # two threads may both put it together: they get the same
            kept = self._kept[what] = self._together([read(p.arrays) for p in self.segments])
        return kept

    def _together(self, parts: Sequence[Array]) -> Array:
        return parts[0] if len(parts) == 1 else np.concatenate([_NO_MASK, *parts])


def _bytes(arrays: tuple[Array, Array]) -> int:
    return sum(array.nbytes for array in arrays)
