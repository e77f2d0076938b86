"""A job: something long that was asked of the worker, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a job stands.  A job that needs attention could not go on and may be resumed."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    ATTENTION = "needs attention"
    DONE = "done"
    FAILURES = "done with failures"
    CANCELLED = "cancelled"


class Wish(StrEnum):
    """What somebody wishes of a job that runs; the worker heeds it between two steps."""

    NONE = ""
    PAUSE = "pause"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Job:
    """One job.  `done` of `total` steps, `rate` of them a second lately; `worker` has it until
    `lease`; `attempts` counts how often it was taken up without getting any further.

    `message` says in a sentence how it stands; `failures` are what it could not do, one line
    each, beginning with what it is about.
    """

    id: int
    kind: str
    parameters: Mapping[str, object]
    asked_by: str
    asked_at: datetime
    state: State
    wish: Wish = Wish.NONE
    done: int = 0
    total: int | None = None
    rate: float | None = None
    started: datetime | None = None
    ended: datetime | None = None
    worker: str | None = None
    lease: datetime | None = None
    attempts: int = 0
    message: str = ""
    failures: tuple[str, ...] = ()

    @property
    def left(self) -> timedelta | None:
        """How long it will still take, if it goes on as lately."""
        if self.state is not State.RUNNING or self.total is None or not self.rate:
            return None
        return timedelta(seconds=max(0, self.total - self.done) / self.rate)

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (State.DONE, State.FAILURES, State.CANCELLED)
