"""The worker with its jobs, in a thread and, where it is killed, in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from archive.catalogue import jobs
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home
from archive.job import Job, State
from archive.journal import journal_lag
from archive.originals import Originals
from indexer import filling, generations
from indexer.jobs.asking import change, start
from indexer.jobs.timers import put_due
from indexer.search import SearchService
from indexer.update import update
from indexer.worker import is_at_work, work
from tests.conftest import NOW
from tests.indexer.adding import add, total

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0
"""Seconds after which what should have happened counts as never happening."""


BEGUN = time.monotonic()


def now() -> datetime:
    return NOW + timedelta(seconds=time.monotonic() - BEGUN)


@contextmanager
def worker(home: Home) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(home, stop.wait, now))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def until(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.05)
    return False


def ask(catalogue: Catalogue, kind: str, **options: object) -> int:
    return start(catalogue, kind, options, agent="ana", at=NOW).id


def job(catalogue: Catalogue, job_id: int) -> Job:
    with catalogue.reading() as connection:
        found = jobs.get(connection, job_id)
    assert found is not None
    return found


def reached(catalogue: Catalogue, job_id: int, *states: State) -> bool:
    return until(lambda: job(catalogue, job_id).state in states)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Indexing commits one record after the other, and waits before each until this is set."""
    going = threading.Event()
    real = filling.documents_of

    def waiting(*arguments: object) -> object:
        going.wait(PATIENCE)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "BATCH", 1)
    monkeypatch.setattr(filling, "documents_of", waiting)
    return going


def test_what_is_added_is_found_and_in_the_journal(home: Home, catalogue: Catalogue) -> None:
    with worker(home):
        assert until(lambda: is_at_work(home))
        add(home, catalogue, "One ferry.")
        assert until(lambda: generations.current_name(home) is not None)
        assert until(lambda: total(SearchService(home, catalogue), "ferry") == 1)
        assert until(lambda: journal_lag(home, catalogue) == 0)
    assert not is_at_work(home)


def test_every_kind_of_job_is_done_and_says_what_came_of_it(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    add(home, catalogue, "One ferry.", "Two ferries.", "A quay.")
    update(home, catalogue)
    target = tmp_path / "backups"
    asked = {
        ask(catalogue, "reindex"): "3 records indexed; the new index answers.",
        ask(catalogue, "reindex", query="ferry"): "2 records indexed again.",
        ask(catalogue, "update"): "0 records indexed.",
        ask(catalogue, "reextract"): "0 records rest on a new extract.",
        ask(catalogue, "fixity"): "3 originals checked.",
        ask(catalogue, "check"): "The index was checked; it holds 3 records.",
        ask(catalogue, "check", repair=True): "The index was checked; no faults were mended.",
        ask(catalogue, "backup", target=str(target)): "The backup ",
    }
    with worker(home):
        for job_id, message in asked.items():
            assert reached(catalogue, job_id, State.DONE), job(catalogue, job_id)
            assert job(catalogue, job_id).message.startswith(message)


def test_what_a_job_could_not_do_is_told_and_can_be_retried(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.", "Two ferries.")
    (path, _) = sorted(p for p in home.originals.rglob("*") if p.is_file())
    content = path.read_bytes()
    path.unlink()
    first = ask(catalogue, "fixity")
    with worker(home):
        assert reached(catalogue, first, State.FAILURES)
        (failure,) = job(catalogue, first).failures
        assert failure.startswith(path.name)
        path.write_bytes(content)
        assert Originals(home).path(path.name) == path
        second = change(catalogue, first, "retry", agent="ana", at=NOW).id
        assert second != first
        assert reached(catalogue, second, State.DONE)


def test_a_reindex_is_paused_resumed_and_cancelled(
    home: Home, catalogue: Catalogue, slow: threading.Event
) -> None:
    add(home, catalogue, *(f"Ferry {n}." for n in range(5)))
    slow.set()
    update(home, catalogue)
    before = generations.current_name(home)
    slow.clear()
    with worker(home):
        first = ask(catalogue, "reindex")
        assert reached(catalogue, first, State.RUNNING)
        change(catalogue, first, "pause", agent="ana", at=NOW)
        slow.set()
        if reached(catalogue, first, State.PAUSED, State.DONE):
            paused = job(catalogue, first)
        if paused.state is State.PAUSED:
            assert generations.current_name(home) == before
            assert len(generations.unfinished_names(home)) == 1
            change(catalogue, first, "resume", agent="ana", at=NOW)
        assert reached(catalogue, first, State.DONE)
        assert job(catalogue, first).done == 5
        after = generations.current_name(home)
        assert after != before
        slow.clear()
        second = ask(catalogue, "reindex")
        assert reached(catalogue, second, State.RUNNING)
        change(catalogue, second, "cancel", agent="ana", at=NOW)
        # The wish is heard with the next beat, before the next step is let go on.
        time.sleep(2.5)
        slow.set()
        assert reached(catalogue, second, State.CANCELLED)
        assert generations.current_name(home) == after
        assert until(lambda: generations.unfinished_names(home) == ())


def test_a_wish_is_heeded_while_much_is_being_indexed(
    home: Home, catalogue: Catalogue, slow: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, catalogue, *(f"Ferry {n}." for n in range(4)))
    slow.set()
    update(home, catalogue)
    slow.clear()
    with worker(home):
        first = ask(catalogue, "reindex")
        assert reached(catalogue, first, State.RUNNING)

        def long(_home: Home, _catalogue: Catalogue, *progress: Callable[[int, int], None]) -> None:
            deadline = time.monotonic() + PATIENCE
            while job(catalogue, first).state is State.RUNNING and time.monotonic() < deadline:
                for step in progress:
                    step(1, 2)
                time.sleep(0.05)

        monkeypatch.setattr("indexer.worker.behind", lambda *_: True)
        monkeypatch.setattr("indexer.worker.update", long)
        change(catalogue, first, "pause", agent="ana", at=NOW)
        time.sleep(2.5)  # so that the wish is heard before the next step is let go on
        slow.set()
        assert reached(catalogue, first, State.PAUSED, State.DONE)
        assert job(catalogue, first).state is State.PAUSED


def test_a_job_in_trouble_needs_attention_and_goes_on_when_it_is_resumed(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    add(home, catalogue, "One ferry.")
    target = tmp_path / "backups"
    target.write_text("a file where a folder should be")
    job_id = ask(catalogue, "backup", target=str(target))
    with worker(home):
        assert reached(catalogue, job_id, State.ATTENTION)
        assert "needs a folder" in job(catalogue, job_id).message
        target.unlink()
        change(catalogue, job_id, "resume", agent="ana", at=NOW)
        assert reached(catalogue, job_id, State.DONE)


def test_the_timers_queue_what_is_due_once_a_day(catalogue: Catalogue) -> None:
    def due(at: datetime) -> list[str]:
        with catalogue.writing() as connection:
            for each in jobs.waiting(connection):
                jobs.ask(connection, each.id, jobs.Wish.CANCEL, at=at)
            put_due(connection, at)
            return [each.kind for each in jobs.waiting(connection)]

    assert due(NOW) == ["update", "fixity"]
    assert due(NOW + timedelta(hours=1)) == []
    assert due(NOW.replace(hour=2) + timedelta(days=1)) == ["update"]
    assert due(NOW.replace(hour=3) + timedelta(days=1)) == ["fixity"]
    assert due(NOW + timedelta(days=2)) == ["update", "fixity"]


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("reindex", {"due": True}, "A reindex job has no option due"),
        ("reindex", {"query": "NEAR/5 ("}, "."),
        ("backup", {}, "needs its target"),
        ("backup", {"target": "elsewhere"}, "needs its target"),
        ("painting", {}, "There is no kind of job “painting”"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    catalogue: Catalogue, kind: str, options: dict[str, object], told: str
) -> None:
    with pytest.raises(UserMistake, match=told):
        start(catalogue, kind, options, agent="ana", at=NOW)


def test_a_second_worker_does_not_begin(home: Home) -> None:
    with worker(home):
        assert until(lambda: is_at_work(home))
        with pytest.raises(ArchiveTrouble, match="There is a worker for the archive"):
            work(home, lambda _: True, now, patient=False)


KILLED = """
import os, signal, sys, threading
from datetime import UTC, datetime
from pathlib import Path
from archive.home import Home
from indexer import filling, worker

real, left = filling.documents_of, [3]

def dying(*arguments):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments)

filling.documents_of, filling.BATCH = dying, 1
worker.work(Home(Path(sys.argv[1])), threading.Event().wait, lambda: datetime.now(UTC))
"""


def test_a_killed_workers_reindex_is_taken_up_where_it_was(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, *(f"Ferry {n}." for n in range(6)))
    update(home, catalogue)
    job_id = ask(catalogue, "reindex")
    for held in (2, 4):
        killed = subprocess.run([sys.executable, "-c", KILLED, home.root], cwd=ROOT, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert job(catalogue, job_id).state is State.RUNNING
        (staged,) = generations.unfinished_names(home)
        assert generations.open_named(home, staged).searcher().count() == held
        assert total(SearchService(home, catalogue), "ferry") == 6
    with worker(home):
        assert reached(catalogue, job_id, State.DONE)
    assert generations.current_name(home) == staged
    assert total(SearchService(home, catalogue), "ferry") == 6
