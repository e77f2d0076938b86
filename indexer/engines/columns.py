"""Segments of our own, by Whoosh's extension points: what the table of contents of an index
holds of them, and by what Whoosh itself reads them.

A `ColumnSegment` is pickled into every table of contents, so this module's name and that
class's are part of the layout.  Whoosh's own searcher works on such an index, as slowly as on
its own; a commit of Whoosh's own writer with `optimize=True` rewrites it in Whoosh's format.
"""

from __future__ import annotations

import bisect
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import Codec, FieldCursor, PerDocumentReader, Segment, TermsReader
from whoosh.columns import ColumnReader
from whoosh.matching.mcore import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from indexer.engines.column_arrays import ColumnArrays
from indexer.engines.column_writing import LENGTHS
from indexer.engines.fields import ADDED, DAYS, ID
from indexer.engines.segment import Array, Values

_BLOCK = 128
"""Postings of which Whoosh knows the best score that one of them may have."""


class ColumnSegment(Segment):  # type: ignore[misc]
    """How many documents a segment has and which of them are deleted."""

    def __init__(self, indexname: str, documents: int = 0) -> None:
        super().__init__(indexname)
        self._documents = documents
        self._deleted = 0
        self._bits = b""

    def codec(self) -> ColumnCodec:
        return ColumnCodec()

    def should_assemble(self) -> bool:
        return False  # it is one file from the beginning

    def filename(self) -> str:
        """The name of its file."""
        return str(self.make_filename(self.COMPOUND_EXT))

    def set_doc_count(self, count: int) -> None:
        self._documents = count

    def doc_count_all(self) -> int:
        return self._documents

    def deleted_count(self) -> int:
        return self._deleted

    def deleted_docs(self) -> Iterator[int]:
        return iter(np.flatnonzero(self._mask()).tolist())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._bits) and bool(self._bits[docnum >> 3] >> (docnum & 7) & 1)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if not 0 <= docnum < self._documents:
            raise IndexError(f"There is no document {docnum} among {self._documents}.")
        self.delete_documents(np.array([docnum]), delete)

    def delete_documents(self, docs: Array, delete: bool = True) -> None:
        """Delete many at once."""
        mask = self._mask()
        mask[docs] = delete
        self._deleted = int(np.count_nonzero(mask))
        self._bits = np.packbits(mask, bitorder="little").tobytes() if self._deleted else b""

    def _mask(self) -> Any:
        bits = np.frombuffer(self._bits, np.uint8) if self._bits else np.zeros(0, np.uint8)
        mask = np.zeros(self._documents, dtype=np.bool_)
        known = np.unpackbits(bits, bitorder="little").view(np.bool_)[: self._documents]
        mask[: len(known)] = known
        return mask


class ColumnCodec(Codec):  # type: ignore[misc]
    """Reads `ColumnSegment`s for Whoosh; they are written in bulk, not by its writers."""

    def per_document_writer(self, _storage: Any, _segment: Any) -> _NoWriter:
        return _NoWriter()

    def field_writer(self, _storage: Any, _segment: Any) -> _NoWriter:
        return _NoWriter()

    def per_document_reader(self, storage: Any, segment: ColumnSegment) -> _Documents:
        return _Documents(_opened(storage, segment), segment)

    def terms_reader(self, storage: Any, segment: ColumnSegment) -> _Terms:
        return _Terms(_opened(storage, segment))

    def new_segment(self, _storage: Any, indexname: str) -> ColumnSegment:
        return ColumnSegment(indexname)


class _NoWriter:
    is_closed = False

    def start_doc(self, docnum: int) -> None:
        raise NotImplementedError(
            "Documents are added to such a segment in bulk; a writer with Whoosh's own codec "
            "adds them one by one, in a segment of its own."
        )

    def close(self) -> None:
        self.is_closed = True


def _opened(storage: Any, segment: ColumnSegment) -> ColumnArrays:
    return ColumnArrays(Path(storage.folder, segment.filename()))


class _Documents(PerDocumentReader):  # type: ignore[misc]
    def __init__(self, arrays: ColumnArrays, segment: ColumnSegment) -> None:
        self._arrays = arrays
        self._segment = segment

    def doc_count(self) -> int:
        return self._segment.doc_count()  # type: ignore[no-any-return]

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return self._segment.has_deletions()  # type: ignore[no-any-return]

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def list_columns(self) -> list[str]:
        return [ID, ADDED, *DAYS]

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self.list_columns()

    def column_reader(self, fieldname: str, _column: Any) -> ColumnReader:
        if fieldname == ID:
            return _Ids(self._arrays.values(ID))
        return _Numbers(self._arrays.numbers(fieldname))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int | None:
        if not self._arrays.scored(fieldname):
            return default
        return int(LENGTHS[self._arrays.field_lengths(fieldname)[docnum]]) or None

    def field_length(self, fieldname: str) -> int:
        return self._arrays.field_total(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        return int(LENGTHS[self._arrays.field_lengths(fieldname).min(initial=255)])

    def max_field_length(self, fieldname: str) -> int:
        return int(LENGTHS[self._arrays.field_lengths(fieldname).max(initial=0)])

    def stored_fields(self, _docnum: int) -> dict[str, Any]:
        return {}


class _Ids(ColumnReader):  # type: ignore[misc]
    def __init__(self, values: Values) -> None:
        self._values = values
        self._doccount = values.size

    def __getitem__(self, docnum: int) -> bytes:
        return self._values.texts[int(self._values.ordinals[docnum])]


class _Numbers(ColumnReader):  # type: ignore[misc]
    def __init__(self, numbers: Array) -> None:
        self._numbers = numbers
        self._doccount = len(numbers)
        self._sign = 1

    def __getitem__(self, docnum: int) -> int:
        return int(self._numbers[docnum])

    def sort_key(self, docnum: int) -> int:
        return self._sign * self[docnum]

    def set_reverse(self) -> None:
        self._sign = -1


class _Terms(TermsReader):  # type: ignore[misc]
    def __init__(self, arrays: ColumnArrays) -> None:
        self._arrays = arrays

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        return self._arrays.number(field, text) is not None

    def indexed_field_names(self) -> list[str]:
        return self._arrays.fields()

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self._arrays, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((field, text) for field in self._arrays.fields() for text in self._from(field, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for field in self._arrays.fields():
            if field >= fieldname:
                start = prefix if field == fieldname else b""
                yield from ((field, text) for text in self._from(field, start))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        number = self._number(fieldname, text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return _info(self._arrays, fieldname, number)

    def frequency(self, fieldname: str, text: bytes) -> float:
        number = self._number(fieldname, text)
        return 0.0 if number is None else float(_info(self._arrays, fieldname, number).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        number = self._number(fieldname, text)
        return 0 if number is None else self._arrays.frequency_of(fieldname, number)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> _Matcher:
        number = self._number(fieldname, text)
        if number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return _Matcher(self._arrays, fieldname, number, format_, (fieldname, text), scorer)

    def _number(self, fieldname: str, text: bytes) -> int | None:
        return self._arrays.number(fieldname, text)

    def _from(self, field: str, start: bytes) -> Iterator[bytes]:
        texts = self._arrays.texts(field)
        return (texts[i] for i in range(bisect.bisect_left(texts, start), len(texts)))


def _info(arrays: ColumnArrays, field: str, number: int) -> TermInfo:
    postings = arrays.postings_of(field, number, positions=False)
    docs, counts = postings.docs, postings.counts
    low, high = int(docs[0]), int(docs[-1])
    if not arrays.scored(field):
        return TermInfo(float(len(docs)), len(docs), 0, 0, 1.0, low, high)
    lengths = LENGTHS[arrays.field_lengths(field)[docs]]
    return TermInfo(
        float(counts.sum()), len(docs), int(lengths.min()), int(lengths.max()),
        float(counts.max()), low, high,
    )  # fmt: skip


class _Cursor(FieldCursor):  # type: ignore[misc]
    def __init__(self, arrays: ColumnArrays, fieldname: str, fieldobj: Any) -> None:
        self._arrays = arrays
        self._name = fieldname
        self._field = fieldobj
        self._texts = arrays.texts(fieldname)
        self._at = 0

    def first(self) -> str | None:
        self._at = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        self._at = bisect.bisect_left(self._texts, self._field.to_bytes(term))
        return self.text()

    def next(self) -> str | None:
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        return self._field.from_bytes(self._texts[self._at]) if self.is_valid() else None

    def term_info(self) -> TermInfo | None:
        return _info(self._arrays, self._name, self._at) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._at < len(self._texts)


class _Matcher(LeafMatcher):  # type: ignore[misc]
    """Postings one by one, with the bounds of a block that Whoosh's own have."""

    def __init__(
        self,
        arrays: ColumnArrays,
        field: str,
        number: int,
        format_: Any,
        term: tuple[str, bytes],
        scorer: Any,
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._postings = arrays.postings_of(field, number, positions=True)
        scored = arrays.scored(field)
        self._docs: list[int] = self._postings.docs.tolist()
        self._counts: list[int] = self._postings.counts.tolist() if scored else []
        self._ends = np.cumsum(self._postings.counts, dtype=np.int64)
        lengths = arrays.field_lengths(field)[self._postings.docs] if scored else np.zeros(1)
        blocks = np.arange(0, len(self._docs), _BLOCK)
        self._most = np.maximum.reduceat(self._postings.counts, blocks) if scored else None
        self._least = np.minimum.reduceat(lengths, blocks) if scored else None
        self._i = 0

    def is_active(self) -> bool:
        return self._i < len(self._docs)

    def reset(self) -> None:
        self._i = 0

    def copy(self) -> _Matcher:
        return copy.copy(self)

    def id(self) -> int:
        return self._docs[self._i]

    def all_ids(self) -> Iterator[int]:
        return iter(self._docs)

    def next(self) -> bool:
        self._i += 1
        return self._i % _BLOCK == 0 or not self.is_active()

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._i = bisect.bisect_left(self._docs, id, self._i)

    def weight(self) -> float:
        return float(self._counts[self._i]) if self._counts else 1.0

    def value(self) -> bytes:
        if not self._counts:
            return b""
        end = int(self._ends[self._i])
        positions = self._postings.positions[end - self._counts[self._i] : end]
        return positions.astype(np.uint32).tobytes()

    def block_max_weight(self) -> float:
        return 1.0 if self._most is None else float(self._most[self._i // _BLOCK])

    def block_min_length(self) -> int:
        return 0 if self._least is None else int(LENGTHS[int(self._least[self._i // _BLOCK])])

    def skip_to_quality(self, minquality: float) -> int:
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._i = (self._i // _BLOCK + 1) * _BLOCK
            skipped += 1
        return skipped
