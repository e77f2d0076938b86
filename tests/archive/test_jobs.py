from __future__ import annotations

from datetime import timedelta

import pytest

from archive.catalogue import jobs
from archive.catalogue.database import Catalogue
from archive.catalogue.jobs import ATTEMPTS, LEASE, LeaseLost
from archive.errors import UserMistake
from archive.job import Job, State, Wish
from tests.conftest import NOW

LATER = NOW + LEASE + timedelta(seconds=1)


def put(catalogue: Catalogue, kind: str = "reindex", **parameters: object) -> int:
    with catalogue.writing() as connection:
        return jobs.put(connection, kind, parameters, asked_by="ana", at=NOW)


def take(catalogue: Catalogue, worker: str = "here 1", *, late: bool = False) -> Job | None:
    with catalogue.writing() as connection:
        at = LATER if late else NOW
        return jobs.take(connection, worker=worker, place=worker.split(" ")[0] + " ", at=at)


def state(catalogue: Catalogue, job_id: int) -> State:
    with catalogue.reading() as connection:
        job = jobs.get(connection, job_id)
    assert job is not None
    return job.state


def test_jobs_are_taken_up_in_the_order_in_which_they_were_asked_for(catalogue: Catalogue) -> None:
    first, second = put(catalogue), put(catalogue, "fixity")
    for expected in (first, second):
        job = take(catalogue)
        assert job is not None
        assert (job.id, job.state, job.asked_by) == (expected, State.RUNNING, "ana")
        with catalogue.writing() as connection:
            jobs.end(connection, job.id, worker="here 1", at=NOW, message="Done.", failures=())
    assert take(catalogue) is None
    with catalogue.reading() as connection:
        assert [job.id for job in jobs.over(connection, limit=9)] == [first, second]


def test_the_same_job_is_not_queued_twice(catalogue: Catalogue) -> None:
    assert put(catalogue, query="ferry") == put(catalogue, query="ferry")
    assert put(catalogue, query="ferry") != put(catalogue, query="quay")


def test_a_job_whose_worker_died_is_taken_up_by_the_next_one_here(catalogue: Catalogue) -> None:
    job_id = put(catalogue)
    take(catalogue, "here 1")
    again = take(catalogue, "here 2")
    assert again is not None
    assert (again.id, again.worker, again.attempts) == (job_id, "here 2", 2)
    with catalogue.writing() as connection, pytest.raises(LeaseLost):
        jobs.end(connection, job_id, worker="here 1", at=NOW, message="", failures=())


def test_a_job_that_kills_its_workers_without_getting_further_needs_attention(
    catalogue: Catalogue,
) -> None:
    job_id = put(catalogue)
    for n in range(ATTEMPTS):
        assert take(catalogue, f"here {n}")
    assert take(catalogue, "here 9") is None
    assert state(catalogue, job_id) is State.ATTENTION


def test_a_job_that_gets_further_each_time_is_taken_up_ever_again(catalogue: Catalogue) -> None:
    put(catalogue)
    for n in range(ATTEMPTS + 3):
        job = take(catalogue, f"here {n}")
        assert job is not None
        with catalogue.writing() as connection:
            jobs.beat(
                connection, job.id, worker=f"here {n}", at=NOW, progress=(n + 1, 99), rate=1.0
            )


def test_a_job_of_a_worker_elsewhere_is_left_alone_and_then_needs_attention(
    catalogue: Catalogue,
) -> None:
    job_id = put(catalogue)
    take(catalogue, "there 1")
    assert take(catalogue, "here 1") is None
    assert state(catalogue, job_id) is State.RUNNING
    assert take(catalogue, "here 1", late=True) is None
    assert state(catalogue, job_id) is State.ATTENTION


@pytest.mark.parametrize(
    ("wish", "expected"), [(Wish.PAUSE, State.PAUSED), (Wish.CANCEL, State.CANCELLED)]
)
def test_what_is_wished_of_a_running_job_is_told_to_its_worker(
    catalogue: Catalogue, wish: Wish, expected: State
) -> None:
    job_id = put(catalogue)
    take(catalogue)
    with catalogue.writing() as connection:
        assert jobs.ask(connection, job_id, wish, at=NOW).state is State.RUNNING
        told = jobs.beat(connection, job_id, worker="here 1", at=NOW, progress=(1, 2), rate=None)
        assert told is wish
        jobs.stop(connection, job_id, worker="here 1", at=NOW, wish=told)
    assert state(catalogue, job_id) is expected


def test_a_worker_that_died_before_it_heeded_a_wish_is_not_taken_up_again(
    catalogue: Catalogue,
) -> None:
    job_id = put(catalogue)
    take(catalogue)
    with catalogue.writing() as connection:
        jobs.ask(connection, job_id, Wish.CANCEL, at=NOW)
    assert take(catalogue, "here 2") is None
    assert state(catalogue, job_id) is State.CANCELLED


def test_a_paused_job_waits_until_it_is_resumed(catalogue: Catalogue) -> None:
    job_id = put(catalogue)
    with catalogue.writing() as connection:
        jobs.ask(connection, job_id, Wish.PAUSE, at=NOW)
    assert take(catalogue) is None
    with catalogue.writing() as connection:
        jobs.resume(connection, job_id)
    assert take(catalogue) is not None


def test_what_cannot_be_done_is_refused(catalogue: Catalogue) -> None:
    job_id = put(catalogue)
    with catalogue.writing() as connection:
        with pytest.raises(UserMistake, match="nothing to resume"):
            jobs.resume(connection, job_id)
        jobs.ask(connection, job_id, Wish.CANCEL, at=NOW)
        with pytest.raises(UserMistake, match="cannot be paused"):
            jobs.ask(connection, job_id, Wish.PAUSE, at=NOW)
        with pytest.raises(UserMistake, match="There is no job 99"):
            jobs.resume(connection, 99)


def test_the_time_left_is_told_from_the_rate() -> None:
    job = Job(1, "reindex", {}, "ana", NOW, State.RUNNING, done=100, total=400, rate=10.0)
    assert job.left == timedelta(seconds=30)
    assert Job(1, "reindex", {}, "ana", NOW, State.QUEUED, total=4, rate=1.0).left is None
