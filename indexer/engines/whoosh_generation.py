"""One index kept by Whoosh in a folder: made, written and opened here."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import TOC, EmptyIndexError, FileIndex
from whoosh.writing import LockError, SegmentWriter

from indexer.document import IndexDocument
from indexer.engine import GenerationBusy, GenerationUnreadable
from indexer.engines.fields import (
    ACCESS,
    ADDED,
    DAYS,
    ID,
    LAYOUT,
    schema_of,
    term_field,
    value_field,
)
from indexer.engines.merging import merge
from indexer.engines.segment import KeptPostings, LiveSegment, SegmentArrays
from indexer.engines.storage import DurableStorage, flush
from indexer.engines.whoosh_searcher import WhooshSearcher

_NAME = "MAIN"  # Whoosh's own default, so that its tools open the index as well
_BLOCK = 4096  # postings a block: they are always read whole
_KEPT_BYTES = 64 * 2**20
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
        self._fields = self._refresh().names()

    def apply(self, documents: Iterable[IndexDocument], removed: Iterable[str] = ()) -> None:
        batch = {document.id: document for document in documents}
        rows = [self._row(document) for document in batch.values()]
        writer = self._writer()
        try:
            changed = self._delete(writer, {*batch, *removed})
            for row in rows:
                writer.add_document(**row)
            if rows or changed:
                writer.commit(mergetype=merge)
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
        return DurableStorage(self.folder).damaged()

    def _row(self, document: IndexDocument) -> dict[str, Any]:
        row: dict[str, Any] = {ID: (document.id,), ACCESS: (document.access,)}
        row |= {term_field(name): terms for name, terms in document.terms.items()}
        row |= {value_field(name): values for name, values in document.values.items()}
        row[ADDED] = document.added
        row |= {day: getattr(document, day) for day in DAYS}
        unknown = row.keys() - self._fields
        if unknown:
            names = ", ".join(sorted(name.partition("_")[2] for name in unknown))
            raise ValueError(f"{document.id}: the index was made without the field {names}.")
        return row

    def _writer(self) -> Any:
        try:
            index = FileIndex(DurableStorage(self.folder), indexname=_NAME)
            return SegmentWriter(index, codec=W3Codec(blocklimit=_BLOCK))
        except LockError:
            raise GenerationBusy(self.folder) from None
        except Exception as error:
            if isinstance(error, OSError):
                raise
            raise GenerationUnreadable(self.folder, _reason(error)) from error

    def _delete(self, writer: Any, ids: set[str]) -> bool:
        """Mark the documents with these ids as deleted; whether there were any."""
        changed = False
        for segment in writer.segments:
            arrays = self._open(writer.storage, segment)
            for id in ids:
                for doc in arrays.find(id):
                    if not segment.is_deleted(doc):
                        segment.delete_document(doc)
                        changed = True
        return changed

    def _open(self, storage: DurableStorage, segment: Any) -> SegmentArrays:
        known = self._segments.get(segment.segment_id())
        return known if known is not None else SegmentArrays(storage, segment, self._kept)

    def _refresh(self) -> Any:
        """Open the newest commit; its schema.  Segments that it shares with the last stay open."""
        contents, opened = self._newest()
        self._segments = {s.segment_id(): arrays for s, arrays in opened}
        self._commit = contents.generation
        self._searcher = WhooshSearcher([LiveSegment(arrays, _live(s)) for s, arrays in opened])
        return contents.schema

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


def _live(segment: Any) -> Any:
    live = np.ones(segment.doc_count_all(), dtype=np.bool_)
    live[list(segment.deleted_docs())] = False
    return live
