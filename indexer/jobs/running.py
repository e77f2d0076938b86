"""One job, done in a thread of its own, so that the worker goes on looking after the rest."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from archive.catalogue import jobs
from archive.catalogue.database import Catalogue
from archive.catalogue.jobs import LeaseLost
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home
from archive.job import Job, Wish
from indexer.jobs.kinds import KIND, Outcome, Stopped, Task

_log = logging.getLogger("pressmark.jobs")


class Run:
    """A job that was taken up and is being done.

    The job's thread does the work and says how far it is; what becomes of it in the catalogue
    is written by the worker's thread alone, in `beat` and `settle`.
    """

    def __init__(
        self,
        home: Home,
        catalogue: Catalogue,
        job: Job,
        *,
        worker: str,
        now: Callable[[], datetime],
    ) -> None:
        self.job = job
        self._catalogue = catalogue
        self._worker = worker
        self._now = now
        self._stop: Wish | None = None
        self._progress: tuple[int, int] | None = None
        self._first: tuple[float, int] | None = None
        self._ended: Outcome | Stopped | str = "It ended without a word."
        task = Task(home, catalogue, job.parameters, job.asked_by, now, self._show)
        self._thread = threading.Thread(target=self._do, args=(task,), daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether the thread has ended, so that the job can be settled."""
        return not self._thread.is_alive()

    def beat(self) -> None:
        """Renew the lease, note how far it is, heed what is wished of it."""
        try:
            with self._catalogue.writing() as connection:
                wish = jobs.beat(
                    connection,
                    self.job.id,
                    worker=self._worker,
                    at=self._now(),
                    progress=self._progress,
                    rate=self._rate(),
                )
        except LeaseLost:
            self._stop = Wish.NONE
            return
        if wish is not Wish.NONE:
            self._stop = wish

    def stop(self, seconds: float) -> None:
        """Have it stop at its next step, to be gone on with later; wait so long for that."""
        self._stop = self._stop or Wish.NONE
        self._thread.join(seconds)

    def settle(self) -> None:
        """Write down what came of it; the thread has ended."""
        ended, at = self._ended, self._now()
        try:
            with self._catalogue.writing() as connection:
                job_id, worker = self.job.id, self._worker
                if self._progress:
                    jobs.beat(
                        connection,
                        job_id,
                        worker=worker,
                        at=at,
                        progress=self._progress,
                        rate=None,
                    )
                if isinstance(ended, Outcome):
                    jobs.end(
                        connection,
                        job_id,
                        worker=worker,
                        at=at,
                        message=ended.message,
                        failures=ended.failures,
                    )
                elif isinstance(ended, Stopped):
                    jobs.stop(connection, job_id, worker=worker, at=at, wish=ended.wish)
                else:
                    jobs.trouble(connection, job_id, worker=worker, message=ended)
        except LeaseLost:
            _log.error("Job %d was taken from this worker.", self.job.id)

    def _show(self, done: int, total: int) -> None:
        self._progress = done, total
        if self._first is None:
            self._first = monotonic(), done
        if self._stop is not None:
            raise Stopped(self._stop)

    def _rate(self) -> float | None:
        if self._first is None or self._progress is None:
            return None
        seconds = monotonic() - self._first[0]
        steps = self._progress[0] - self._first[1]
        return steps / seconds if seconds > 0 and steps > 0 else None

    def _do(self, task: Task) -> None:
        try:
            self._ended = KIND[self.job.kind].run(task)
        except Stopped as stopped:
            self._ended = stopped
        except (ArchiveTrouble, UserMistake) as error:
            self._ended = str(error)
        except OSError as error:
            self._ended = f"The system says: {error.strerror}."
        except Exception as error:
            # Its message may quote a document, which is not logged.
            self._ended = f"The program failed ({type(error).__name__}); its log says where."
            _log.error("%s\n%s", self._ended, "".join(traceback.format_tb(error.__traceback__)))
