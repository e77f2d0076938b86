"""Asking for jobs: what the command line and the site have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from archive.catalogue import jobs
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from archive.home import Home
from archive.job import Job, State, Wish
from indexer.jobs.kinds import KIND, Task, parameters_of, to_retry

VERBS = ("pause", "resume", "cancel", "retry")


def start(
    catalogue: Catalogue, kind: str, options: Mapping[str, object], *, agent: str, at: datetime
) -> Job:
    """Queue a job.  Raises `UserMistake`."""
    if kind not in KIND:
        raise UserMistake(f"There is no kind of job “{kind}”; there are {', '.join(KIND)}.")
    parameters = parameters_of(KIND[kind], options)
    with catalogue.writing() as connection:
        job_id = jobs.put(connection, kind, parameters, asked_by=agent, at=at)
        return _known(jobs.get(connection, job_id), job_id)


def foresee(
    home: Home,
    catalogue: Catalogue,
    kind: str,
    options: Mapping[str, object],
    *,
    agent: str,
    now: Callable[[], datetime],
) -> int:
    """How many records a job of this kind would change.  Raises `UserMistake`, also for a kind
    that changes none."""
    told = KIND[kind]
    parameters = parameters_of(told, options)
    if told.foresee is None:
        raise UserMistake(f"A {kind} job changes no record; there is nothing to foresee.")
    return told.foresee(Task(home, catalogue, parameters, agent, now, lambda _done, _total: None))


def change(catalogue: Catalogue, job_id: int, verb: str, *, agent: str, at: datetime) -> Job:
    """Pause, resume, cancel a job; or retry what it could not do, which is a new job.

    Raises `UserMistake`.
    """
    with catalogue.writing() as connection:
        if verb in ("pause", "cancel"):
            return jobs.ask(connection, job_id, Wish(verb), at=at)
        if verb == "resume":
            return jobs.resume(connection, job_id)
        job = _known(jobs.get(connection, job_id), job_id)
        if job.state not in (State.FAILURES, State.CANCELLED) or job.kind not in KIND:
            raise UserMistake(f"Job {job_id} is {job.state}; there is nothing to retry.")
        parameters: Mapping[str, object] = job.parameters
        if job.state is State.FAILURES:
            parameters = to_retry(KIND[job.kind], job.parameters, job.failures)
        again = jobs.put(connection, job.kind, parameters, asked_by=agent, at=at)
        return _known(jobs.get(connection, again), again)


def verbs_for(job: Job) -> tuple[str, ...]:
    """What can be done about a job now."""
    if job.state is State.RUNNING:
        second = ("resume",) if job.wish is Wish.PAUSE else ("pause",)
        return () if job.wish is Wish.CANCEL else (*second, "cancel")
    return {
        State.QUEUED: ("pause", "cancel"),
        State.PAUSED: ("resume", "cancel"),
        State.ATTENTION: ("resume", "cancel"),
        State.FAILURES: ("retry",),
        State.CANCELLED: ("retry",),
    }.get(job.state, ())


def _known(job: Job | None, job_id: int) -> Job:
    if job is None:
        raise UserMistake(f"There is no job {job_id}.")
    return job
