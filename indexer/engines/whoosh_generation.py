"""One index kept by Whoosh in a folder: made, written and opened here."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import TOC, EmptyIndexError, FileIndex, clean_files
from whoosh.writing import LockError, SegmentWriter

from indexer.document import IndexDocument
from indexer.engine import GenerationBusy, GenerationUnreadable
from indexer.engines.building import SegmentBuilder
from indexer.engines.column_arrays import ColumnArrays
from indexer.engines.columns import ColumnCodec, ColumnSegment
from indexer.engines.fields import (
    ACCESS,
    ADDED,
    DAYS,
    ID,
    LAYOUT,
    declared,
    encode,
    schema_of,
    term_field,
    value_field,
)
from indexer.engines.joining import join
from indexer.engines.merging import to_merge
from indexer.engines.segment import LiveSegment, SegmentArrays, find
from indexer.engines.stock import KeptPostings, StockArrays
from indexer.engines.storage import DurableStorage, flush
from indexer.engines.whoosh_searcher import WhooshSearcher

_NAME = "MAIN"  # Whoosh's own default, so that its tools open the index as well
_MOST_DOCUMENTS = 20_000  # in memory while they are added
_MOST_TERMS = 20_000_000  # likewise, of all fields together
_KEPT_BYTES = 64 * 2**20  # of postings read from stock segments
_TRIES = 25
_PAUSE = 0.01  # seconds


def create(folder: Path, terms: Sequence[str], values: Sequence[str]) -> WhooshGeneration:
    """Make an empty index in `folder`, new or empty, with these term and value fields.

    Raises FileExistsError if there is anything in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder}: not empty; an index is made in a new folder.")
    TOC.create(DurableStorage(folder), schema_of(terms, values), _NAME)
    flush(folder.parent)
    return WhooshGeneration(folder)


def open_generation(folder: Path) -> WhooshGeneration:
    """Open the index in `folder`.  Raises GenerationUnreadable."""
    return WhooshGeneration(folder)


class WhooshGeneration:
    """A `Generation` in a folder.  Threads may share it, and processes the folder; a child
    made by fork opens its own, for an open file has one place to read from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._segments: dict[str, SegmentArrays] = {}
        self._kept = KeptPostings(_KEPT_BYTES)
        self._commit = -1
        self._searcher = WhooshSearcher(())
        self._refresh()

    def apply(self, documents: Iterable[IndexDocument], removed: Iterable[str] = ()) -> None:
        """As `Generation.apply`.  Takes the documents as they come: memory is bounded."""
        writer = self._writer()
        try:
            terms, values = self._declared(writer)
            new = _NewSegments(writer.storage, terms, values)
            for document in documents:
                new.add(document)
            segments = new.finished()
            changed = self._delete(writer, {*new.ids, *removed})
            if segments or changed:
                writer.commit(mergetype=lambda _, old: self._merged(writer, [*old, *segments]))
            else:
                writer.cancel()
        except BaseException:
            with contextlib.suppress(Exception):
                writer.cancel()
            if writer.writelock.fd is not None:
                writer.writelock.release()
            writer.storage.abandon()
            raise

    def compact(self) -> None:
        """Write every segment anew that has deleted documents, in one commit: nothing of these
        is left in any file of the folder, nor of what a commit that was killed left behind.
        Raises as `apply` does."""
        writer = self._writer()
        try:
            clean_files(writer.storage, _NAME, writer.generation - 1, writer.segments)
            worn = [segment for segment in writer.segments if segment.has_deletions()]
            if worn:
                writer.commit(mergetype=lambda _, old: self._merged(writer, old, worn))
            else:
                writer.cancel()
        except BaseException:
            with contextlib.suppress(Exception):
                writer.cancel()
            if writer.writelock.fd is not None:
                writer.writelock.release()
            writer.storage.abandon()
            raise

    def searcher(self) -> WhooshSearcher:
        with self._lock:
            if TOC._latest_generation(DurableStorage(self.folder), _NAME) != self._commit:
                self._refresh()
            return self._searcher

    def damaged(self) -> list[str]:
        """The names of its files whose content is not what was written; reads all of it."""
        storage = DurableStorage(self.folder)
        while True:
            contents, _ = self._newest()
            names = sorted(s.make_filename(s.COMPOUND_EXT) for s in contents.segments)
            found = storage.damaged(names)
            if TOC._latest_generation(storage, _NAME) == contents.generation:
                return found

    def _writer(self) -> Any:
        try:
            index = FileIndex(DurableStorage(self.folder), indexname=_NAME)
            return SegmentWriter(index, codec=ColumnCodec())
        except LockError:
            raise GenerationBusy(self.folder) from None
        except Exception as error:
            if isinstance(error, OSError):
                raise
            raise GenerationUnreadable(self.folder, _reason(error)) from error

    def _declared(self, writer: Any) -> tuple[list[str], list[str]]:
        try:
            return declared(writer.schema)
        except ValueError as error:
            raise GenerationUnreadable(self.folder, str(error)) from error

    def _delete(self, writer: Any, ids: set[str]) -> bool:
        """Mark the documents with these ids as deleted; whether there were any."""
        changed = False
        for segment in writer.segments:
            docs = [
                doc
                for doc in _having_ids(self._open(writer.storage, segment), ids)
                if not segment.is_deleted(doc)
            ]
            _mark_deleted(segment, docs)
            changed = changed or bool(docs)
        return changed

    def _merged(
        self, writer: Any, segments: Sequence[Any], worn: Sequence[Any] | None = None
    ) -> list[Any]:
        """The segments of the commit: those with living documents, some of them made one; those
        that are `worn`, or else those that `to_merge` chooses."""
        merged = to_merge(segments) if worn is None else [s for s in worn if s.doc_count()]
        kept = [s for s in segments if s.doc_count() and s not in merged]
        if not merged:
            return kept
        terms, values = self._declared(writer)
        segment = ColumnSegment(_NAME)
        size = join(
            writer.storage.new_path(segment.filename()),
            [LiveSegment(self._open(writer.storage, s), _live(s)) for s in merged],
            term_fields=[term_field(name) for name in terms],
            value_fields=[ID, ACCESS, *map(value_field, values)],
            columns=[ADDED, *DAYS],
        )
        segment.set_doc_count(size)
        for obsolete in {*segments} - {*kept}:
            writer.storage.discard(obsolete.make_filename(obsolete.COMPOUND_EXT))
        return [*kept, segment]

    def _open(self, storage: DurableStorage, segment: Any) -> SegmentArrays:
        known = self._segments.get(segment.segment_id())
        if known is not None:
            return known
        name = segment.make_filename(segment.COMPOUND_EXT)
        storage.check_size(name)
        if isinstance(segment, ColumnSegment):
            return ColumnArrays(self.folder / name)
        return StockArrays(storage, segment, self._kept)

    def _refresh(self) -> None:
        """Open the newest commit.  Segments that it shares with the last stay open."""
        contents, opened = self._newest()
        self._segments = {s.segment_id(): arrays for s, arrays in opened}
        self._commit = contents.generation
        self._searcher = WhooshSearcher([LiveSegment(arrays, _live(s)) for s, arrays in opened])

    def _newest(self) -> tuple[Any, list[tuple[Any, SegmentArrays]]]:
        """The newest commit's table of contents and segments.

        A writer may delete the files of a commit while it is being opened: then there is a
        newer one, and it is tried.
        """
        storage = DurableStorage(self.folder)
        tries = 0
        while True:
            tries += 1
            try:
                contents = TOC.read(storage, _NAME)
                if ID not in contents.schema or contents.schema[ID].layout != LAYOUT:
                    raise ValueError("it was made by another version")
                return contents, [(s, self._open(storage, s)) for s in contents.segments]
            except GenerationUnreadable:
                raise
            except (FileNotFoundError, EmptyIndexError) as error:
                if tries == _TRIES or not self.folder.is_dir():
                    raise GenerationUnreadable(self.folder, _reason(error)) from error
            except Exception as error:  # damaged pickles raise whatever they please
                raise GenerationUnreadable(self.folder, _reason(error)) from error
            time.sleep(_PAUSE)


def _reason(error: Exception) -> str:
    if isinstance(error, EmptyIndexError):
        return "there is no index"
    if isinstance(error, FileNotFoundError):
        return f"{Path(error.filename).name} is missing"
    return str(error) or type(error).__name__


class _NewSegments:
    """The documents of a commit, in segments of bounded size."""

    def __init__(
        self, storage: DurableStorage, terms: Sequence[str], values: Sequence[str]
    ) -> None:
        self._storage = storage
        self._fields = terms, values
        self._segments: list[ColumnSegment] = []
        self._builder = SegmentBuilder(terms, values)
        self._replaced: list[tuple[int, int]] = []
        self.ids: dict[str, tuple[int, int]] = {}
        """Which segment each document is in, and its number there."""

    def add(self, document: IndexDocument) -> None:
        if document.id in self.ids:
            self._replaced.append(self.ids[document.id])
        self.ids[document.id] = len(self._segments), self._builder.size
        self._builder.add(document)
        if self._builder.size >= _MOST_DOCUMENTS or self._builder.tokens >= _MOST_TERMS:
            self._write()

    def finished(self) -> list[ColumnSegment]:
        """The segments, all written."""
        if self._builder.size:
            self._write()
        for number, segment in enumerate(self._segments):
            _mark_deleted(segment, [doc for of, doc in self._replaced if of == number])
        return self._segments

    def _write(self) -> None:
        segment = ColumnSegment(_NAME, self._builder.size)
        self._builder.write(self._storage.new_path(segment.filename()))
        self._segments.append(segment)
        self._builder = SegmentBuilder(*self._fields)


def _having_ids(arrays: SegmentArrays, ids: Iterable[str]) -> Iterable[int]:
    """The documents with these ids (several with one only if all but one are deleted)."""
    values = arrays.values(ID)
    for id in ids:
        number = find(values.texts, encode(id))
        if number is not None:
            yield from values.docs[values.firsts[number] : values.firsts[number + 1]].tolist()


def _mark_deleted(segment: Any, docs: Sequence[int]) -> None:
    if docs and isinstance(segment, ColumnSegment):
        segment.delete_documents(np.array(docs))
    elif docs:
        for doc in docs:
            segment.delete_document(doc)


def _live(segment: Any) -> Any:
    """Which documents are not deleted; None if none is."""
    if not segment.has_deletions():
        return None
    live = np.ones(segment.doc_count_all(), dtype=np.bool_)
    live[list(segment.deleted_docs())] = False
    return live
