"""Extraction: from originals to extracts, in processes that may break.

Whatever reads a file that somebody else made may take all memory, never end or crash, and a
library that parses one may have a hole.  So originals are read in child processes with limits
(`archive/extraction/confinement.py`), and what a child cannot read within them is an extract
without text whose warning says why.  Plain text of up to 32 kB is read here meanwhile: its
reader is ours and linear, and a round trip would cost as much again.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain, compress, repeat
from multiprocessing.connection import Connection
from pathlib import Path

from archive import readers
from archive.containers import BadBag, Container, Lacking, NotUnpacked, Piece
from archive.extraction.confinement import LIMITS, Limits
from archive.extraction.telling import MESSAGE_BYTES, understood, understood_piece
from archive.reading import Source, unread
from archive.record import Extract

_AT_ONCE = max(1, min(4, os.cpu_count() or 1))
_LITTLE = 32_000
_BATCH = 32
_BATCH_BYTES = 2_000_000
_MARGIN = 60.0


def extract_all(sources: Sequence[Source]) -> tuple[Extract, ...]:
    """What the readers make of these originals, in order.  Never raises; takes as long as the
    limits allow at most."""
    return _extraction(os.getpid()).read(sources)


def extract(source: Source) -> Extract:
    """What the readers make of one original, as `extract_all`."""
    return extract_all((source,))[0]


def unpack(container: Container) -> Iterator[Piece | Lacking]:
    """The parts of a container, in order, each when it is asked for.

    Raises `NotUnpacked` or `BadBag` before the first.
    """
    return _extraction(os.getpid()).unpack(container)


class Extraction:
    """A few child processes that read originals; each is begun when it is first needed."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="extraction")
        self._mine = threading.local()
        self._children: list[_Child] = []
        self._idle: list[_Child] = []

    def read(self, sources: Sequence[Source], limits: Limits = LIMITS) -> tuple[Extract, ...]:
        """As `extract_all`; `limits` are those of one original."""
        here = [_is_little_text(each) for each in sources]
        apart = [each for each, is_little in zip(sources, here, strict=True) if not is_little]
        told = self._threads.map(self._read, _batches(apart), repeat(limits))
        # While the children read theirs.
        little = iter([readers.read(each) for each in compress(sources, here)])
        others = chain.from_iterable(told)
        return tuple(next(little if is_little else others) for is_little in here)

    def unpack(self, container: Container, limits: Limits = LIMITS) -> Iterator[Piece | Lacking]:
        """As `unpack`; `limits` are those of one part."""
        # In a child of its own: others read meanwhile what it has told.
        child = self._idle.pop() if self._idle else self._begun()
        found = whole = False
        try:
            for piece in child.unpack(container, limits):
                yield piece
                found = True
            whole = True
        except (NotUnpacked, BadBag):
            whole = True
            raise
        except _Broken as error:
            if not found:
                raise NotUnpacked(str(error)) from error
            yield Lacking("", str(error))
        finally:
            if whole:
                self._idle.append(child)
            else:
                self._end(child)

    def close(self) -> None:
        """End the child processes."""
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.end()

    def _read(self, batch: Sequence[Source], limits: Limits) -> list[Extract]:
        found: list[Extract] = []
        while len(found) < len(batch):
            child: _Child | None = getattr(self._mine, "child", None)
            try:
                if child is None:
                    child = self._mine.child = self._begun()
                for extract in child.read(batch[len(found) :], limits):
                    found.append(extract)
            except _Broken as error:
                if child is not None:
                    self._end(child)
                    self._mine.child = None
                found.append(unread(str(error)))
        return found

    def _begun(self) -> _Child:
        child = _Child()
        self._children.append(child)
        return child

    def _end(self, child: _Child) -> None:
        self._children.remove(child)
        child.end()


class _Broken(Exception):
    """The child process cannot go on: says why."""


class _Child:
    """One child process, which reads in processes of its own, with their limits."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "archive.extraction.child", str(theirs.fileno())],
                    cwd=Path(readers.__file__).parents[2],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    # Ctrl-C goes to every process of the terminal; this one ends with its parent.
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise _Broken(f"no process to read it in could be begun: {error}") from error
        self._connection = Connection(ours.detach())

    def read(self, batch: Sequence[Source], limits: Limits) -> Iterator[Extract]:
        """The extracts, in order.  Raises `_Broken` in the place of the one that is to blame."""
        try:
            self._connection.send_bytes(pickle.dumps((limits, tuple(batch))))
            for _ in batch:
                if not self._connection.poll(limits.seconds + _MARGIN):
                    raise _Broken("the process that read it did not answer")
                yield understood(self._connection.recv_bytes(MESSAGE_BYTES))
        except (OSError, EOFError, ValueError) as error:
            raise _Broken("the process that read it ended unexpectedly") from error

    def unpack(self, container: Container, limits: Limits) -> Iterator[Piece | Lacking]:
        """The parts.  Raises `NotUnpacked` and `BadBag`, after which it is ready for another
        task, and `_Broken`."""
        refusal: NotUnpacked | BadBag | None = None
        try:
            self._connection.send_bytes(pickle.dumps((limits, container)))
            while True:
                if not self._connection.poll(limits.seconds + _MARGIN):
                    raise _Broken("the process that unpacked it did not answer")
                try:
                    piece = understood_piece(self._connection.recv_bytes(MESSAGE_BYTES))
                except (NotUnpacked, BadBag) as error:
                    refusal = error
                    continue
                if piece is None:
                    break
                yield piece
        except (OSError, EOFError, ValueError) as error:
            raise _Broken("the process that unpacked it ended unexpectedly") from error
        if refusal:
            raise refusal

    def end(self) -> None:
        self._connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, 9)
        self._process.wait()


@cache
def _extraction(_process: int) -> Extraction:
    """The one of this process: after a fork there is another."""
    extraction = Extraction()
    atexit.register(extraction.close)
    return extraction


def _is_little_text(source: Source) -> bool:
    return (
        len(source.content) <= _LITTLE
        and readers.media_type_of(source.content, source.name) == "text/plain"
    )


def _batches(sources: Sequence[Source]) -> Iterator[Sequence[Source]]:
    batch: list[Source] = []
    size = 0
    for source in sources:
        if batch and (len(batch) == _BATCH or size + len(source.content) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += len(source.content)
    if batch:
        yield batch
