"""Keeping up: while much is being added, a process beside indexes what is there already."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection

from archive.catalogue.database import open_catalogue
from archive.errors import ArchiveTrouble
from archive.garbage import collect_seldom
from archive.home import Home
from archive.journal import write_journal
from indexer.update import behind, update
from indexer.worker import is_at_work

_PAUSE = 2.0
"""Seconds between two looks at the change log: what came meanwhile is learnt together."""

_PROCESSES = multiprocessing.get_context("spawn")


@contextmanager
def keeping_up(home: Home) -> Iterator[None]:
    """Within the block a process of its own journals and indexes what changes, unless a worker
    does already.

    It does nothing that an update after the block would not do, and what it did not come to, or
    could not do, is left to that.  It ends with the block, and with this process.
    """
    if is_at_work(home):
        yield
        return
    theirs, ours = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_keep_up, args=(home, theirs), daemon=True)
    # Ctrl-C goes to every process of the terminal; this one ends between two looks.  The mask is
    # inherited; the tracker must run before it is set, because starting it lifts the mask again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    try:
        yield
    finally:
        ours.close()
        process.join()


def _keep_up(home: Home, parent: Connection) -> None:
    """Until the parent closes its end of the pipe or is gone."""
    collect_seldom()
    try:
        with closing(open_catalogue(home)) as catalogue:
            while not parent.poll(_PAUSE):
                write_journal(home, catalogue)
                if behind(home, catalogue):
                    update(home, catalogue)
    except (ArchiveTrouble, OSError):
        return  # told by the update after the block, if it is trouble then
