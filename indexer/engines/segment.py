"""One segment of an index, read as arrays.

A segment never changes once it is written (which of its documents are deleted is noted
elsewhere), so what is read from it is read once and kept as long as the segment is.
Document numbers are the segment's own, from 0.
"""

from __future__ import annotations

import bisect
import struct
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import VarBytesColumn
from whoosh.filedb.compound import CompoundStorage
from whoosh.formats import Existence, Format
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from indexer.engines.fields import ADDED, ID, NO_DAY, decode, encode, term_field
from indexer.engines.storage import DurableStorage

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_T = TypeVar("_T")
_ENTRY = struct.Struct("!ii")  # in Whoosh's dictionary: how long a key is and what it maps to
_FIELD_NUMBER = 2  # bytes that a key begins with
_LENGTHS: Floats = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float64)
_NONE: Ints = np.empty(0, dtype=np.int64)
_POSTINGS = Format()
_EXISTENCE = Existence()


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that have a term, ascending, and how often; `positions` all in one row."""

    docs: Ints
    counts: Ints
    positions: Ints

    def size(self) -> int:
        """About how many bytes it takes to keep."""
        return self.docs.nbytes + self.counts.nbytes + self.positions.nbytes + 500


class KeptPostings:
    """Postings read lately, up to `limit` bytes of them, for all segments of a generation."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[tuple[str, str, bytes, bool], Postings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, bytes, bool]) -> Postings | None:
        """What was kept under `key`, if it still is."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key]

    def keep(self, key: tuple[str, str, bytes, bool], postings: Postings) -> None:
        """Keep `postings` in the place of those not used for longest."""
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = postings
            self._size += postings.size()
            while self._size > self._limit:
                _, forgotten = self._entries.popitem(last=False)
                self._size -= forgotten.size()


@dataclass(frozen=True, slots=True)
class Values:
    """A value field: `docs[starts[i]:starts[i + 1]]` have `names[i]`, names ascending;
    `stated` is true for documents with any value."""

    names: list[str]
    starts: Ints
    docs: Ints
    stated: Mask

    def having(self, values: tuple[str | None, ...]) -> Mask:
        """Documents with at least one of `values`; None stands for no value."""
        chosen = np.zeros(len(self.stated), dtype=np.bool_)
        for value in values:
            if value is None:
                chosen |= ~self.stated
                continue
            i = bisect.bisect_left(self.names, value)
            if i < len(self.names) and self.names[i] == value:
                chosen[self.docs[self.starts[i] : self.starts[i + 1]]] = True
        return chosen

    def counts(self, matches: Mask) -> Ints:
        """How many of `matches` have each of `names`."""
        upto = np.concatenate(([0], np.cumsum(matches[self.docs], dtype=np.int64)))
        return upto[self.starts[1:]] - upto[self.starts[:-1]]


class SegmentArrays:
    """A segment's terms, values, days and ids.  Threads may share it.

    Its file stays open, even if deleted by a merge, until the last user is gone.
    """

    def __init__(self, storage: DurableStorage, segment: Any, kept: KeptPostings) -> None:
        """Raises ValueError if the segment's file is not of the size it was written with."""
        name = segment.make_filename(segment.COMPOUND_EXT)
        storage.check_size(name)
        file = storage.open_file(name)
        try:
            self._files = CompoundStorage(file, use_mmap=False)
            codec = segment.codec()
            self._terms = codec.terms_reader(self._files, segment)
            self._documents = codec.per_document_reader(self._files, segment)
        except BaseException:
            file.close()
            raise
        weakref.finalize(self, file.close)
        self._segment = segment
        self._lock = threading.RLock()
        self._postings = kept
        self._kept: dict[tuple[str, str], Any] = {}
        self.size: int = segment.doc_count_all()

    def total_length(self, field: str) -> int:
        """How many terms all its documents have in term field `field`."""
        return int(self._documents.field_length(term_field(field)))

    def document_frequency(self, field: str, text: str) -> int:
        """How many of its documents, deleted ones included, have the term."""
        with self._lock:
            try:
                return int(self._terms.doc_frequency(term_field(field), encode(text)))
            except KeyError:
                return 0

    def postings(self, field: str, text: str, positions: bool = False) -> Postings:
        """The documents that have the term; `positions` stays empty unless asked for."""
        with self._lock:
            return self._term(term_field(field), encode(text), positions)

    def find(self, id: str) -> list[int]:
        """The documents with this id (more than one only if all but one are deleted)."""
        with self._lock:
            return [int(doc) for doc in self._read(ID, encode(id), _EXISTENCE).docs]

    def beginning(self, field: str, start: str) -> Iterator[str]:
        """The terms of `field` that start with `start`, ascending."""
        return map(decode, self._dictionary(term_field(field), encode(start)))

    def vocabulary(self, field: str) -> list[str]:
        """Every term of `field`, ascending.  Kept, some 70 bytes a term."""
        return self._once("vocabulary", field, lambda name: list(self.beginning(name, "")))

    def lengths(self, field: str) -> Floats:
        """How many terms each document has in term field `field`, about (within 4 percent)."""
        return self._once("lengths", field, self._read_lengths)

    def values(self, field: str) -> Values:
        """The value field called `field` in the schema."""
        return self._once("values", field, self._read_values)

    def added(self) -> Ints:
        """When each document was added, in seconds since 1970."""
        return self._once("added", ADDED, self._read_added)

    def days(self, column: str) -> Ints:
        """Each document's day number in `column`; NO_DAY where there is none."""
        return self._once("days", column, self._read_days)

    def ids(self) -> list[str]:
        """The ids in order of document number."""
        return self._once("ids", ID, self._read_ids)

    def ranks(self) -> Ints:
        """Each document's place when its segment is sorted by id."""
        return self._once("ranks", ID, self._read_ranks)

    def _dictionary(self, field: str, start: bytes) -> Iterator[bytes]:
        """The texts in the dictionary that start with `start`, ascending; the stretch they
        stand in is read at once, for Whoosh takes two reads a term."""
        with self._lock:
            if field not in self._terms._fieldmap:
                return
            table = self._terms._tindex
            key = self._terms._keycoder(field, start)
            after = key[:-1] + bytes((key[-1] + 1,))  # 255 ends neither UTF-8 nor a field number
            first, end = (
                table.endofdata if place is None else place
                for place in (table.closest_key_pos(key), table.closest_key_pos(after))
            )
            stretch = table.dbfile.get(first, end - first)
        at = 0
        while at < len(stretch):
            key_length, data_length = _ENTRY.unpack_from(stretch, at)
            at += _ENTRY.size
            yield stretch[at + _FIELD_NUMBER : at + key_length]
            at += key_length + data_length

    def _term(self, field: str, text: bytes, positions: bool) -> Postings:
        key = (self._segment.segment_id(), field, text, positions)
        postings = self._postings.get(key)
        if postings is None:
            postings = self._read(field, text, _POSTINGS, positions)
            self._postings.keep(key, postings)
        return postings

    def _once(self, what: str, field: str, read: Callable[[str], _T]) -> _T:
        with self._lock:
            if (what, field) not in self._kept:
                self._kept[what, field] = read(field)
            kept: _T = self._kept[what, field]
            return kept

    def _read(self, field: str, text: bytes, form: Any, positions: bool = False) -> Postings:
        """A term's postings, block by block: a matcher's own steps take a call a document."""
        docs: list[Any] = []
        counts: list[Any] = []
        places: list[bytes] = []
        try:
            matcher = self._terms.matcher(field, text, form)
        except TermNotFound:
            return Postings(_NONE, _NONE, _NONE)
        while matcher.is_active():
            matcher._read_data()
            gaps, weights, values = matcher._data
            docs.append(np.cumsum(gaps, dtype=np.int64))
            counts.append(
                np.full(len(gaps), 1.0 if weights is None else weights)
                if weights is None or isinstance(weights, float)
                else np.array(weights)
            )
            if positions:
                places.extend(values)
            matcher._next_block()
        return Postings(
            np.concatenate(docs),
            np.concatenate(counts).astype(np.int64),
            np.frombuffer(b"".join(places), dtype=np.uint32).astype(np.int64),
        )

    def _column(self, name: str, kind: str, missing: int) -> npt.NDArray[Any]:
        """A column of fixed-size numbers; Whoosh leaves out trailing default values."""
        filename = W3Codec.column_filename(self._segment, name)
        column = np.full(self.size, missing, dtype=np.int64)
        if self._files.file_exists(filename):
            data = self._files.open_file(filename).get(0, self._files.file_length(filename))
            stored = np.frombuffer(data, dtype=kind)
            column[: len(stored)] = stored
        return column

    def _read_lengths(self, field: str) -> Floats:
        lengths: Floats = _LENGTHS[self._column(f"_{term_field(field)}_len", "u1", 0)]
        return lengths

    def _read_added(self, column: str) -> Ints:
        return self._column(column, ">i8", 0)

    def _read_days(self, column: str) -> Ints:
        return self._column(column, ">i4", NO_DAY)

    def _read_ids(self, field: str) -> list[str]:
        column = self._documents.column_reader(field, VarBytesColumn())
        return [decode(value) for value in column]

    def _read_ranks(self, _field: str) -> Ints:
        ids = self.ids()
        ranks = np.empty(self.size, dtype=np.int64)
        ranks[sorted(range(self.size), key=ids.__getitem__)] = np.arange(self.size)
        return ranks

    def _read_values(self, field: str) -> Values:
        names: list[str] = []
        docs: list[Ints] = []
        for text in self._dictionary(field, b""):
            names.append(decode(text))
            docs.append(self._read(field, text, _EXISTENCE).docs)
        starts = np.cumsum([0, *map(len, docs)], dtype=np.int64)
        every = np.concatenate([_NONE, *docs])
        stated = np.zeros(self.size, dtype=np.bool_)
        stated[every] = True
        return Values(names, starts, every, stated)


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A segment and which of its documents are not deleted."""

    arrays: SegmentArrays
    live: Mask
