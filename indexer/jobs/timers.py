"""The jobs that nobody has to ask for: once a day, at an hour (UTC)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from archive.catalogue import jobs

TIMER = "timer"
"""Who asked for such a job."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A job that is due every day at an hour."""

    kind: str
    parameters: Mapping[str, object]
    hour: int


TIMERS = (
    Timer("update", {}, 2),
    Timer("fixity", {"due": True}, 3),  # every original within archive.fixity.DAYS
)


def put_due(connection: Connection, now: datetime) -> None:
    """Queue the jobs that are due: those whose last hour has passed since they were queued last."""
    for timer in TIMERS:
        last = jobs.newest(connection, timer.kind, asked_by=TIMER)
        if last is None or last.asked_at < _last_hour(timer, now):
            jobs.put(connection, timer.kind, timer.parameters, asked_by=TIMER, at=now)


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether `put_due` would queue anything; takes no lock."""
    newest = [(t, jobs.newest(connection, t.kind, asked_by=TIMER)) for t in TIMERS]
    return any(last is None or last.asked_at < _last_hour(t, now) for t, last in newest)


def _last_hour(timer: Timer, now: datetime) -> datetime:
    today = datetime.combine(now.date(), time(timer.hour), now.tzinfo)
    return today if today <= now else today - timedelta(days=1)
