"""Jobs in the catalogue: asked for by anybody, taken up by one worker.

A worker holds a job by a lease that it renews; whoever has lost the lease is told so and
must stop.  What somebody wishes of a running job is noted, and heeded by the worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from archive.catalogue import schema
from archive.errors import UserMistake
from archive.job import Job, State, Wish

LEASE = timedelta(minutes=2)
ATTEMPTS = 3
"""A job that was taken up so often without getting any further needs attention."""

_WAITING = (State.QUEUED, State.RUNNING, State.PAUSED, State.ATTENTION)


class LeaseLost(Exception):
    """The job is no longer this worker's."""


def put(
    connection: Connection,
    kind: str,
    parameters: Mapping[str, object],
    *,
    asked_by: str,
    at: datetime,
) -> int:
    """Queue a job; its id.  The same one, if it is already queued."""
    table = schema.job
    waiting = select(table).where(table.c.state == State.QUEUED.value, table.c.kind == kind)
    for row in connection.execute(waiting):
        if row.parameters == dict(parameters):
            return int(row.id)
    made = connection.execute(
        insert(table),
        {
            "kind": kind,
            "parameters": dict(parameters),
            "asked_by": asked_by,
            "asked_at": at.isoformat(),
            "state": State.QUEUED.value,
            "wish": Wish.NONE.value,
            "done": 0,
            "attempts": 0,
            "message": "",
            "failures": [],
        },
    )
    (job_id,) = made.inserted_primary_key or (None,)
    assert isinstance(job_id, int)
    return job_id


def get(connection: Connection, job_id: int) -> Job | None:
    """The job; None if there is none of this id."""
    row = connection.execute(select(schema.job).where(schema.job.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def waiting(connection: Connection) -> tuple[Job, ...]:
    """The jobs of which something is still to come, in the order in which they were asked for."""
    table = schema.job
    query = select(table).where(table.c.state.in_([s.value for s in _WAITING])).order_by(table.c.id)
    return tuple(_job(row) for row in connection.execute(query))


def over(connection: Connection, *, limit: int) -> tuple[Job, ...]:
    """The jobs that ended last, newest first."""
    table = schema.job
    ended = [state.value for state in State if state not in _WAITING]
    query = select(table).where(table.c.state.in_(ended)).order_by(table.c.ended.desc(), table.c.id)
    return tuple(_job(row) for row in connection.execute(query.limit(limit)))


def counts(connection: Connection) -> Mapping[State, int]:
    """How many jobs are in each state; states that none is in are left out."""
    table = schema.job
    query = select(table.c.state, func.count()).group_by(table.c.state)
    return {State(state): count for state, count in connection.execute(query)}


def newest(connection: Connection, kind: str, *, asked_by: str | None = None) -> Job | None:
    """The job of this kind that was asked for last, by anybody or by this one."""
    table = schema.job
    query = select(table).where(table.c.kind == kind).order_by(table.c.id.desc()).limit(1)
    if asked_by is not None:
        query = query.where(table.c.asked_by == asked_by)
    row = connection.execute(query).one_or_none()
    return None if row is None else _job(row)


def take(connection: Connection, *, worker: str, place: str, at: datetime) -> Job | None:
    """Take up the job that is next; None if there is none.

    The caller is the only worker at `place` (`worker` begins with it), so that a job which
    runs there was left by a worker that died, and is next.  A job of a worker elsewhere needs
    attention once its lease has ended: this catalogue may be a copy of the one it works on.
    """
    table = schema.job
    for job in waiting(connection):
        if job.state is State.RUNNING:
            ours = (job.worker or "").startswith(place)
            if not ours and job.lease and job.lease < at:
                _set(
                    connection,
                    job.id,
                    state=State.ATTENTION.value,
                    worker=None,
                    message=f"It ran elsewhere ({job.worker}) and was not heard of since.",
                )
            if not ours:
                continue
            if job.wish is not Wish.NONE:  # it died before it could heed that
                stop(connection, job.id, worker=job.worker or "", at=at, wish=job.wish)
                continue
            if job.attempts >= ATTEMPTS:
                _set(
                    connection,
                    job.id,
                    state=State.ATTENTION.value,
                    worker=None,
                    message=f"The worker died of it {ATTEMPTS} times without getting any further.",
                )
                continue
        elif job.state is not State.QUEUED:
            continue
        connection.execute(
            update(table)
            .where(table.c.id == job.id)
            .values(
                state=State.RUNNING.value,
                worker=worker,
                lease=(at + LEASE).isoformat(),
                started=(job.started or at).isoformat(),
                attempts=job.attempts + 1,
                rate=None,
                message="",
                failures=[],
            )
        )
        return get(connection, job.id)
    return None


def beat(
    connection: Connection,
    job_id: int,
    *,
    worker: str,
    at: datetime,
    progress: tuple[int, int] | None,
    rate: float | None,
) -> Wish:
    """Renew the lease, note how far it is; what is wished of the job.  Raises `LeaseLost`."""
    job = _held(connection, job_id, worker)
    values: dict[str, Any] = {"lease": (at + LEASE).isoformat(), "rate": rate}
    if progress:
        values |= {"done": progress[0], "total": progress[1]}
        if progress[0] > job.done:
            values["attempts"] = 1
    _set(connection, job_id, **values)
    return job.wish


def end(
    connection: Connection,
    job_id: int,
    *,
    worker: str,
    at: datetime,
    message: str,
    failures: Sequence[str],
) -> None:
    """It is done, with these failures.  Raises `LeaseLost`."""
    _held(connection, job_id, worker)
    _set(
        connection,
        job_id,
        state=(State.FAILURES if failures else State.DONE).value,
        wish=Wish.NONE.value,
        ended=at.isoformat(),
        worker=None,
        lease=None,
        rate=None,
        message=message,
        failures=list(failures),
    )


def stop(connection: Connection, job_id: int, *, worker: str, at: datetime, wish: Wish) -> None:
    """It was stopped as wished; with no wish it waits for the next worker.  Raises `LeaseLost`."""
    _held(connection, job_id, worker)
    states = {Wish.NONE: State.QUEUED, Wish.PAUSE: State.PAUSED, Wish.CANCEL: State.CANCELLED}
    _set(
        connection,
        job_id,
        state=states[wish].value,
        wish=Wish.NONE.value,
        ended=at.isoformat() if wish is Wish.CANCEL else None,
        worker=None,
        lease=None,
        rate=None,
        attempts=0,
    )


def trouble(connection: Connection, job_id: int, *, worker: str, message: str) -> None:
    """It cannot go on, for this reason.  Raises `LeaseLost`."""
    _held(connection, job_id, worker)
    _set(
        connection,
        job_id,
        state=State.ATTENTION.value,
        wish=Wish.NONE.value,
        worker=None,
        lease=None,
        rate=None,
        message=message,
    )


def ask(connection: Connection, job_id: int, wish: Wish, *, at: datetime) -> Job:
    """Pause or cancel a job; one that runs is asked to, and heeds it soon.

    Raises `UserMistake` if there is no such job, or nothing to pause or cancel.
    """
    job = _known(connection, job_id)
    if job.state is State.RUNNING:
        _set(connection, job_id, wish=wish.value)
    elif job.state is State.QUEUED and wish is Wish.PAUSE:
        _set(connection, job_id, state=State.PAUSED.value)
    elif not job.over and wish is Wish.CANCEL:
        _set(connection, job_id, state=State.CANCELLED.value, ended=at.isoformat())
    else:
        raise UserMistake(f"Job {job_id} is {job.state}; it cannot be {_ASKED[wish]}.")
    return _known(connection, job_id)


def resume(connection: Connection, job_id: int) -> Job:
    """Queue a paused job, or one that needs attention, again; a pause not yet heeded is off.

    Raises `UserMistake` if there is no such job, or nothing to resume.
    """
    job = _known(connection, job_id)
    if job.state in (State.PAUSED, State.ATTENTION):
        _set(connection, job_id, state=State.QUEUED.value, attempts=0, message="")
    elif job.state is State.RUNNING and job.wish is Wish.PAUSE:
        _set(connection, job_id, wish=Wish.NONE.value)
    else:
        raise UserMistake(f"Job {job_id} is {job.state}; there is nothing to resume.")
    return _known(connection, job_id)


_ASKED = {Wish.PAUSE: "paused", Wish.CANCEL: "cancelled"}


def _known(connection: Connection, job_id: int) -> Job:
    job = get(connection, job_id)
    if job is None:
        raise UserMistake(f"There is no job {job_id}.")
    return job


def _held(connection: Connection, job_id: int, worker: str) -> Job:
    job = get(connection, job_id)
    if job is None or job.state is not State.RUNNING or job.worker != worker:
        raise LeaseLost
    return job


def _set(connection: Connection, job_id: int, **values: Any) -> None:
    connection.execute(update(schema.job).where(schema.job.c.id == job_id).values(**values))


def _job(row: Any) -> Job:
    def moment(written: str | None) -> datetime | None:
        return datetime.fromisoformat(written) if written else None

    return Job(
        id=row.id,
        kind=row.kind,
        parameters=row.parameters,
        asked_by=row.asked_by,
        asked_at=datetime.fromisoformat(row.asked_at),
        state=State(row.state),
        wish=Wish(row.wish),
        done=row.done,
        total=row.total,
        rate=row.rate,
        started=moment(row.started),
        ended=moment(row.ended),
        worker=row.worker,
        lease=moment(row.lease),
        attempts=row.attempts,
        message=row.message,
        failures=tuple(row.failures),
    )
