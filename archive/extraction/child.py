"""The child process: `python -m archive.extraction.child DESCRIPTOR`.

It imports the readers once and forks for every batch and every container, so that each is read
in a fresh process with limits, and a process that broke costs a few milliseconds to replace.
Itself it looks at no file: it hands on what the forked processes tell, and says in their place
why one ended.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection, Pipe
from typing import NoReturn

from archive import readers
from archive.containers import CONTAINERS, BadBag, Container, Lacking, NotUnpacked
from archive.extraction.confinement import Limits, confined, give_way, granted, without_network
from archive.extraction.telling import (
    MESSAGE_BYTES,
    Told,
    told,
    told_otherwise,
    told_piece,
)
from archive.garbage import collect_seldom
from archive.reading import Source, unread

_SENTENCES = "The first boat of the day left the quay at six, and nobody was on board. " * 5
_PAGE = f"<html><title>A page</title><h1>A page</h1><p>By Nobody, 5 March 2021<p>{_SENTENCES}"
_FOREMOST = (
    Source(_PAGE.encode(), "a.html"),
    Source(f"A text\n\nBy Nobody, 5 March 2021\n\n{_SENTENCES}".encode(), "a.txt"),
)
"""Read once before any fork, so that what the readers load is loaded once."""


_PATIENCE = 2.0
_DONE, _NO_MEMORY, _BROKEN = 0, 77, 70


def main(connection: Connection) -> None:
    """Read what comes until the parent is gone."""
    # Threads do not survive a fork, and one reader at a time has no use for them.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    os.putenv("OMP_NUM_THREADS", "1")
    without_network()
    ready = False
    while True:
        try:
            limits, task = pickle.loads(connection.recv_bytes())
            if isinstance(task, Container):
                _unpack_all(connection, limits, task)
                continue
            if not ready:
                for source in _FOREMOST:
                    readers.read(source)
                collect_seldom()
                ready = True
            _read_all(connection, limits, task)
        except (OSError, EOFError):
            return


def _read_all(parent: Connection, limits: Limits, batch: Sequence[Source]) -> None:
    done = 0
    while done < len(batch):
        rest = batch[done:]
        begun = _begun(parent, partial(_read, limits=limits, batch=rest))
        told_of, reason = _handed_on(parent, begun, limits, len(rest))
        done += told_of
        if done < len(batch):
            parent.send_bytes(told(unread(reason)))
            done += 1


def _unpack_all(parent: Connection, limits: Limits, container: Container) -> None:
    begun = _begun(parent, partial(_unpack, limits=limits, container=container))
    count, reason = _handed_on(parent, begun, limits, None)
    if reason:
        what = Told.LACKING if count else Told.NOT_UNPACKED
        parent.send_bytes(told_otherwise(what, reason=reason))
    parent.send_bytes(told_otherwise(Told.END))


def _begun(parent: Connection, work: Callable[[Connection], NoReturn]) -> tuple[int, Connection]:
    ours, theirs = Pipe(duplex=False)
    process = os.fork()
    if process == 0:
        parent.close()
        ours.close()
        work(theirs)
    theirs.close()
    return process, ours


def _handed_on(
    parent: Connection, begun: tuple[int, Connection], limits: Limits, expected: int | None
) -> tuple[int, str]:
    """Hand on what a process tells until it ends, or tells as much as is `expected`: how much
    that was, and why it ended if it should not have."""
    process, ours = begun
    count, late = 0, False
    try:
        while count != expected and not late:
            if not ours.poll(min(_PATIENCE, limits.seconds)):
                give_way(process)
                late = not ours.poll(max(0.0, limits.seconds - _PATIENCE))
            if not late:
                parent.send_bytes(ours.recv_bytes(MESSAGE_BYTES))
                count += 1
    except EOFError:
        pass
    finally:
        ours.close()
        os.kill(process, signal.SIGKILL)
        _, status, used = os.wait4(process, 0)
    if late:
        return count, f"it took more than {limits.seconds:g} seconds"
    ended = os.waitstatus_to_exitcode(status)
    if count == expected or (expected is None and ended == _DONE):
        return count, ""
    return count, _why(ended, used.ru_maxrss * 1024, limits)


def _read(parent: Connection, *, limits: Limits, batch: Sequence[Source]) -> NoReturn:
    """In the process that reads: tell an extract for each source, or end on the way."""
    status = _BROKEN
    try:
        confined(limits)
        for source in batch:
            granted(limits)
            parent.send_bytes(told(readers.read(source)))
        status = _DONE
    except MemoryError:
        status = _NO_MEMORY
    finally:
        os._exit(status)


def _unpack(parent: Connection, *, limits: Limits, container: Container) -> NoReturn:
    """In the process that unpacks: tell each part, or end on the way."""
    status = _BROKEN
    try:
        confined(limits)
        granted(limits)
        try:
            for piece in CONTAINERS[container.media_type](container.content):
                if isinstance(piece, Lacking):
                    message = told_otherwise(Told.LACKING, piece.path, piece.reason)
                else:
                    message = told_piece(piece)
                parent.send_bytes(message)
                granted(limits)
        except NotUnpacked as error:
            parent.send_bytes(told_otherwise(Told.NOT_UNPACKED, reason=str(error)))
        except BadBag as error:
            parent.send_bytes(told_otherwise(Told.BAD_BAG, reason=str(error)))
        status = _DONE
    except MemoryError:
        status = _NO_MEMORY
    finally:
        os._exit(status)


def _why(status: int, memory: int, limits: Limits) -> str:
    """Why a process ended that should not have; `memory` is the most that it had, in bytes."""
    if status == -signal.SIGXCPU:
        return f"it took more than {limits.processor} seconds of processor time"
    if status == _NO_MEMORY or (status < 0 and memory > limits.memory / 2):
        return f"it took more than {limits.memory // 1_000_000:,} MB of memory"
    how = signal.strsignal(-status) if status < 0 else f"exit status {status}"
    return f"the program that reads it broke ({how})"


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
