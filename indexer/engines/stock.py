"""A segment as stock Whoosh writes it, read as arrays: of an index made before there were
segments of our own, or written to with Whoosh's own tools."""

from __future__ import annotations

import struct
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import VarBytesColumn
from whoosh.filedb.compound import CompoundStorage
from whoosh.formats import Existence, Format
from whoosh.reading import TermNotFound

from indexer.engines.fields import ADDED, ID, NO_DAY, decode, encode, term_field
from indexer.engines.segment import (
    NO_INTS,
    NO_POSTINGS,
    Array,
    Inverted,
    Postings,
    Tally,
    Values,
)
from indexer.engines.storage import DurableStorage

_T = TypeVar("_T")
_ENTRY = struct.Struct("!ii")  # in Whoosh's dictionary: how long a key is and what it maps to
_FIELD_NUMBER = 2  # bytes that a key begins with
_POSTINGS = Format()
_EXISTENCE = Existence()


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
            self._size += _bytes(postings)
            while self._size > self._limit:
                _, forgotten = self._entries.popitem(last=False)
                self._size -= _bytes(forgotten)


class StockArrays:
    """A `SegmentArrays` over a segment in Whoosh's format."""

    def __init__(self, storage: DurableStorage, segment: Any, kept: KeptPostings) -> None:
        file = storage.open_file(segment.make_filename(segment.COMPOUND_EXT))
        try:
            self._files = CompoundStorage(file, use_mmap=False)
            codec = segment.codec()
            self._terms = codec.terms_reader(self._files, segment)
            self._documents = codec.per_document_reader(self._files, segment)
        except BaseException:
            file.close()
            raise
        weakref.finalize(self, _close, file)
        self._segment = segment
        self._lock = threading.RLock()
        self._postings = kept
        self._kept: dict[tuple[str, str], Any] = {}
        self._tally: tuple[tuple[str, ...], Tally] | None = None
        self.size: int = segment.doc_count_all()

    def total_length(self, field: str) -> int:
        return int(self._documents.field_length(term_field(field)))

    def document_frequency(self, field: str, text: str) -> int:
        with self._lock:
            try:
                return int(self._terms.doc_frequency(term_field(field), encode(text)))
            except KeyError:
                return 0

    def postings(self, field: str, text: str, positions: bool = False) -> Postings:
        name, data = term_field(field), encode(text)
        key = (self._segment.segment_id(), name, data, positions)
        with self._lock:
            postings = self._postings.get(key)
            if postings is None:
                postings = self._read(name, data, _POSTINGS, positions)
                self._postings.keep(key, postings)
            return postings

    def beginning(self, field: str, start: str) -> Iterator[str]:
        return map(decode, self._dictionary(term_field(field), encode(start)))

    def vocabulary(self, field: str) -> list[str]:
        return self._once("vocabulary", field, lambda: list(self.beginning(field, "")))

    def lengths(self, field: str) -> Array:
        name = f"_{term_field(field)}_len"
        return self._once("lengths", field, lambda: self._column(name, "u1", 0))

    def values(self, field: str) -> Values:
        return self._once("values", field, lambda: self._values(field))

    def tally(self, fields: tuple[str, ...]) -> Tally:
        with self._lock:
            if self._tally is None or self._tally[0] != fields:
                self._tally = fields, Tally(list(map(self.values, fields)), self.size)
            return self._tally[1]

    def numbers(self, column: str) -> Array:
        kind, missing = (">i8", 0) if column == ADDED else (">i4", NO_DAY)
        return self._once("numbers", column, lambda: self._column(column, kind, missing))

    def inverted(self, field: str) -> Inverted:
        with self._lock:
            texts = list(self._dictionary(field, b""))
            read = [self._read(field, text, _POSTINGS, True) for text in texts]
        return Inverted(
            texts,
            np.cumsum([0, *(len(postings.docs) for postings in read)]),
            np.concatenate([NO_INTS, *(postings.docs for postings in read)]),
            np.concatenate([NO_INTS, *(postings.counts for postings in read)]),
            np.cumsum([0, *(len(postings.positions) for postings in read)]),
            np.concatenate([NO_INTS, *(postings.positions for postings in read)]),
        )

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

    def _once(self, what: str, field: str, read: Callable[[], _T]) -> _T:
        with self._lock:
            if (what, field) not in self._kept:
                self._kept[what, field] = read()
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
            return NO_POSTINGS
        while matcher.is_active():
            matcher._read_data()
            gaps, weights, values = matcher._data
            docs.append(np.cumsum(gaps, dtype=np.int64))
            counts.append(
                np.full(len(gaps), 1.0 if weights is None else weights)
                if weights is None or isinstance(weights, float)
                else np.array(weights)
            )
            if positions and values is not None:
                places.extend(values)
            matcher._next_block()
        return Postings(
            np.concatenate(docs),
            np.concatenate(counts).astype(np.int64),
            np.frombuffer(b"".join(places), dtype=np.uint32).astype(np.int64),
        )

    def _column(self, name: str, kind: str, missing: int) -> Array:
        """A column of fixed-size numbers; Whoosh leaves out trailing default values."""
        filename = W3Codec.column_filename(self._segment, name)
        column = np.full(self.size, missing, dtype=np.dtype(kind).newbyteorder("="))
        if self._files.file_exists(filename):
            data = self._files.open_file(filename).get(0, self._files.file_length(filename))
            stored = np.frombuffer(data, dtype=kind)
            column[: len(stored)] = stored
        return column

    def _values(self, field: str) -> Values:
        if field == ID:  # by far the quicker way to one value a document
            given = list(self._documents.column_reader(ID, VarBytesColumn()))
            texts = sorted(set(given))
            number = {text: i for i, text in enumerate(texts)}
            ordinals = np.fromiter(map(number.__getitem__, given), np.int64, len(given))
            firsts = np.concatenate(([0], np.cumsum(np.bincount(ordinals))))
            docs = np.argsort(ordinals, kind="stable")
            return Values(texts, firsts, lambda: docs, np.arange(self.size + 1), ordinals)
        texts = list(self._dictionary(field, b""))
        read = [self._read(field, text, _EXISTENCE).docs for text in texts]
        docs = np.concatenate([NO_INTS, *read])
        sizes = [len(docs) for docs in read]
        return Values(
            texts,
            np.cumsum([0, *sizes]),
            lambda: docs,
            np.concatenate(([0], np.cumsum(np.bincount(docs, minlength=self.size)))),
            np.repeat(np.arange(len(texts)), sizes)[np.argsort(docs, kind="stable")],
        )


def _close(file: Any) -> None:
    if not file.is_closed:
        file.close()


def _bytes(postings: Postings) -> int:
    """About how much it takes to keep."""
    return postings.docs.nbytes + postings.counts.nbytes + postings.positions.nbytes + 500
