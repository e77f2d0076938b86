"""A reindex whose worker is killed twice and that is gone on with, while readers ask: a transcript.

As a script: `python -m tests.crash.resumed RECORDS [HOME]`, of an archive as
`tests/bench/load.py` makes it.  The worker of `pressmark serve` is killed with SIGKILL after a
third and after two thirds of the records; the site begins another by itself.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from archive.catalogue import jobs
from archive.catalogue.database import open_catalogue
from archive.job import Job, State
from indexer import generations
from indexer.checking import check_index
from indexer.jobs.asking import start
from indexer.jobs.presenting import how_far, how_it_stands
from tests.bench.load import Timed, build, open_loop
from tests.serving import Served, served


def worker_of(site: Served) -> int | None:
    """The process id of the worker that the site has beside it."""
    children = Path(f"/proc/{site.process.pid}/task").glob("*/children")
    for child in (each for path in children for each in path.read_text().split()):
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    return None


def main(count: int, root: Path) -> int:
    home, began = build(root, count), time.monotonic()
    catalogue = open_catalogue(home)
    timed, ending = Timed(), threading.Event()

    def tell(what: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:7.1f} s  {what}\n")
        sys.stdout.flush()

    def read(job_id: int) -> Job:
        with catalogue.reading() as connection:
            job = jobs.get(connection, job_id)
        assert job is not None
        return job

    def ask() -> None:
        found = open_loop(site, 4, 0.5, lambda: not ending.is_set())
        timed.seconds, timed.errors = found.seconds, found.errors

    tell(f"{count} records; generation {generations.current_name(home)} answers")
    with served(home.root) as site:
        asking = threading.Thread(target=ask)
        asking.start()
        tell("the site answers; 4 readers ask every two seconds each")
        job_id = start(catalogue, "reindex", {}, agent="librarian", at=datetime.now(UTC)).id
        tell(f"job {job_id} was asked for: reindex")
        thirds, told = [1, 2], ""
        while not (job := read(job_id)).over and job.state is not State.ATTENTION:
            worker = worker_of(site)
            line = f"job {job_id}: {how_it_stands(job)} {how_far(job).partition(',  ')[0]}"
            if line != told:
                tell(line)
                told = line
            reached = thirds and job.total and job.done * 3 >= job.total * thirds[0]
            if reached and worker and (job.worker or "").endswith(f" {worker}"):
                os.kill(worker, signal.SIGKILL)
                del thirds[0]
                staged = ", ".join(generations.unfinished_names(home))
                tell(f"kill -9 {worker}, the worker; {staged} is unfinished")
            time.sleep(0.5)
        tell(f"job {job_id}: {how_it_stands(job)}. {job.message}")
        tell(f"generation {generations.current_name(home)} answers")
        ending.set()
        asking.join()
        tell(timed.line("readers").replace("readers   ", "the readers had"))
        faults = check_index(home, catalogue).faults
        tell(f"index check: {'; '.join(faults) or 'no faults'}")
    catalogue.close()
    return bool(thirds or timed.errors or faults or job.state is not State.DONE)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(sys.argv[2]) if sys.argv[2:] else Path(scratch) / "home"
        status = main(int(sys.argv[1]), place)
    sys.exit(status)
