"""The child process: `python -m archive.extraction.child DESCRIPTOR`.

It imports the readers once and forks for every batch, so that each is read in a fresh process
with limits, and a process that broke costs a few milliseconds to replace.  Itself it looks at
no file: it hands on what the forked processes tell, and says in their place why one ended.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection, Pipe
from typing import NoReturn

from archive import readers
from archive.extraction.confinement import Limits, confined, granted, without_network
from archive.extraction.telling import MESSAGE_BYTES, told, unread
from archive.reading import Source

_SENTENCES = "The first boat of the day left the quay at six, and nobody was on board. " * 5
_PAGE = f"<html><title>A page</title><h1>A page</h1><p>By Nobody, 5 March 2021<p>{_SENTENCES}"
_FOREMOST = (
    Source(_PAGE.encode(), "a.html"),
    Source(f"A text\n\nBy Nobody, 5 March 2021\n\n{_SENTENCES}".encode(), "a.txt"),
)
"""Read once before any fork, so that what the readers load is loaded once."""


_NO_MEMORY = 77


def main(connection: Connection) -> None:
    """Read what comes until the parent is gone."""
    # Threads do not survive a fork, and one reader at a time has no use for them.
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    os.putenv("OMP_NUM_THREADS", "1")
    without_network()
    for source in _FOREMOST:
        readers.read(source)
    gc.freeze()
    while True:
        try:
            limits, batch = pickle.loads(connection.recv_bytes())
            _read_all(connection, limits, batch)
        except (OSError, EOFError):
            return


def _read_all(parent: Connection, limits: Limits, batch: Sequence[Source]) -> None:
    done = 0
    while done < len(batch):
        ours, theirs = Pipe(duplex=False)
        process = os.fork()
        if process == 0:
            parent.close()
            ours.close()
            _read(theirs, limits, batch[done:])
        theirs.close()
        late = False
        try:
            while done < len(batch):
                late = not ours.poll(limits.seconds)
                if late:
                    break
                parent.send_bytes(ours.recv_bytes(MESSAGE_BYTES))
                done += 1
        except EOFError:
            pass
        finally:
            ours.close()
            os.kill(process, signal.SIGKILL)
            _, status, used = os.wait4(process, 0)
        if done < len(batch):
            ended = os.waitstatus_to_exitcode(status)
            reason = _late(limits) if late else _why(ended, used.ru_maxrss * 1024, limits)
            parent.send_bytes(told(unread(reason)))
            done += 1


def _read(parent: Connection, limits: Limits, batch: Sequence[Source]) -> NoReturn:
    """In the process that reads: tell an extract for each source, or end on the way."""
    try:
        confined(limits)
        for source in batch:
            granted(limits)
            try:
                extract = told(readers.read(source))
            except MemoryError:
                os._exit(_NO_MEMORY)
            parent.send_bytes(extract)
    finally:
        os._exit(0)


def _why(status: int, memory: int, limits: Limits) -> str:
    """Why a process ended that should not have; `memory` is the most that it had, in bytes."""
    if status == -signal.SIGXCPU:
        return f"reading it took more than {limits.processor} seconds of processor time"
    if status == _NO_MEMORY or (status < 0 and memory > limits.memory / 2):
        return f"reading it took more than {limits.memory // 1_000_000:,} MB of memory"
    how = signal.strsignal(-status) if status < 0 else f"exit status {status}"
    return f"the program that read it broke ({how})"


def _late(limits: Limits) -> str:
    return f"reading it took more than {limits.seconds:g} seconds"


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
