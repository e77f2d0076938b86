"""The worker: one for an archive.  It drains the change log and writes the journal while the
site runs, so that what is added is found, and does the jobs that were asked for."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from archive.catalogue import jobs
from archive.catalogue.database import Catalogue, open_catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from archive.job import State
from archive.journal import write_journal
from archive.locks import locked
from indexer.jobs.running import Run
from indexer.jobs.timers import any_due, put_due
from indexer.queue import queue_behind, update_queue
from indexer.update import behind, update

_log = logging.getLogger("pressmark.worker")

PAUSE = 0.25
"""Seconds between two looks at the change log."""

_BEAT = 1.0
_LOOK = 5.0
_FAREWELL = 15.0


class SecondWorker(ArchiveTrouble):
    """There is a worker for this archive already."""

    def __init__(self, home: Home) -> None:
        super().__init__(
            f"There is a worker for the archive at {home.root} already (“pressmark serve” has one "
            "beside it), and one is enough."
        )


def work(
    home: Home, wait: Callable[[float], bool], now: Callable[[], datetime], *, patient: bool = True
) -> None:
    """Drain the change log, write the journal and do jobs until `wait`, given seconds, returns
    True.

    Trouble is logged once when it begins, and tried again: the site goes on answering from
    what is indexed.  While another worker is there, a `patient` one waits to take its place;
    else `SecondWorker` is raised.
    """
    told = ""
    while True:
        try:
            with locked(home.scratch / "worker.lock", wait=False) as mine:
                if mine:
                    _work(home, wait, now)
                    return
            if not patient:
                raise SecondWorker(home)
        except OSError as error:
            sentence = f"The worker cannot begin: {home.scratch}: {error.strerror}."
            if not patient:
                raise ArchiveTrouble(sentence) from error
            if sentence != told:
                _log.error("%s", sentence)
                told = sentence
        if wait(_BEAT):
            return


def is_at_work(home: Home) -> bool:
    """Whether there is a worker for this archive.  Raises `OSError`."""
    with locked(home.scratch / "worker.lock", wait=False) as free:
        return not free


def _work(home: Home, wait: Callable[[float], bool], now: Callable[[], datetime]) -> None:
    catalogue = open_catalogue(home)
    place = f"{socket.gethostname()} {home.root} "
    worker = f"{place}{os.getpid()}"
    told: dict[str, str] = {}
    run: Run | None = None
    beaten = looked = monotonic() - _LOOK

    def trying(what: str, step: Callable[[], None]) -> None:
        try:
            step()
            told.pop(what, None)
        except (ArchiveTrouble, OSError) as error:
            if told.get(what) != str(error):
                _log.error("%s", error)
                told[what] = str(error)

    def index() -> None:
        if behind(home, catalogue):
            update(home, catalogue, lambda *_: trying("jobs", attend))

    def keep_journal() -> None:
        write_journal(home, catalogue)

    def draw_questions() -> None:
        if queue_behind(catalogue):
            update_queue(home, catalogue, now=now)

    def attend() -> None:
        nonlocal run, beaten
        if run and run.over:
            run.settle()
            run = None
        elif run and monotonic() - beaten >= _BEAT:
            beaten = monotonic()
            run.beat()

    def look_after_jobs() -> None:
        nonlocal run, looked
        attend()
        if monotonic() - looked >= _LOOK:
            looked = monotonic()
            _put_due(catalogue, now())
        if run is None:
            run = _take(home, catalogue, worker, place, now)

    try:
        while True:
            trying("index", index)
            trying("journal", keep_journal)
            trying("queue", draw_questions)
            trying("jobs", look_after_jobs)
            if wait(PAUSE):
                break
        if run:
            run.stop(_FAREWELL)
            if run.over:
                run.settle()
    finally:
        catalogue.close()


def _put_due(catalogue: Catalogue, now: datetime) -> None:
    with catalogue.reading() as connection:
        if not any_due(connection, now):
            return
    with catalogue.writing() as connection:
        put_due(connection, now)


def _take(
    home: Home, catalogue: Catalogue, worker: str, place: str, now: Callable[[], datetime]
) -> Run | None:
    with catalogue.reading() as connection:
        if not any(job.state in (State.QUEUED, State.RUNNING) for job in jobs.waiting(connection)):
            return None
    with catalogue.writing() as connection:
        job = jobs.take(connection, worker=worker, place=place, at=now())
    return Run(home, catalogue, job, worker=worker, now=now) if job else None
