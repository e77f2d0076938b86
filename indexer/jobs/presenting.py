"""Jobs in words, the same at the command line and on the site."""

from __future__ import annotations

from datetime import timedelta

from archive.job import Job, State, Wish
from indexer.jobs.kinds import KIND


def what(job: Job) -> str:
    """What was asked for: `Reindex (query: ferry)`."""
    label = KIND[job.kind].label if job.kind in KIND else job.kind
    told = [
        name if value is True else f"{name}: {_shown(value)}"
        for name, value in job.parameters.items()
    ]
    return f"{label} ({'; '.join(told)})" if told else label


def how_far(job: Job) -> str:
    """How far it is: `1,200 of 10,000, 85 a second, 2 minutes left`; '' if that is unknown."""
    if job.total is None:
        return ""
    parts = [f"{job.done:,} of {job.total:,}"]
    if job.state is State.RUNNING and job.rate:
        parts.append(
            f"{job.rate:.0f} a second" if job.rate >= 1 else f"{60 * job.rate:.0f} a minute"
        )
    if job.left is not None:
        parts.append(f"{lasting(job.left)} left")
    return ", ".join(parts)


def how_it_stands(job: Job) -> str:
    """Its state, with a wish that was not heeded yet."""
    wishes = {Wish.PAUSE: ", to be paused", Wish.CANCEL: ", to be cancelled"}
    return job.state + wishes.get(job.wish, "")


def lasting(time: timedelta) -> str:
    """A length of time, rounded: `40 seconds`, `3 minutes`, `2 hours`."""
    seconds = time.total_seconds()
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= 1.5 * length or unit == "second":
            count = max(1, round(seconds / length))
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    raise AssertionError("a second is the last")


def _shown(value: object) -> str:
    return f"{len(value)} of them" if isinstance(value, list) else str(value)
