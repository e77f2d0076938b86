"""Kill the worker's verbs wherever they make something durable, with a reader looping beside.

As a script: `python -m tests.crash.killed_indexing POINTS [VERB]`, so many kills each of
reindexing and of updating.  Every point is another moment of the run: those just before and
just after each fsync, rename, link, mkdir, and those at which a transaction begins and commits.
Interrupted, it tells what was done so far.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

from archive import ingest
from archive.catalogue import records
from archive.catalogue.database import Catalogue, open_catalogue
from archive.errors import ArchiveTrouble
from archive.founding import begin_archive
from archive.home import Home
from archive.originals import Originals
from archive.record import Description
from archive.submission import from_bytes
from indexer import generations
from indexer.audience import Audience
from indexer.checking import check_index
from indexer.reindexing import reindex
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import update
from tests.crash.dying import killed

_PROCESSES = multiprocessing.get_context("spawn")
_STILL = "steamer"
"""What every record says that is there from the beginning; how many do never changes."""


@dataclass
class Tally:
    """What a run came to; `wrongs` should be empty."""

    killed: int = 0
    asked: int = 0
    resumed: int = 0
    wrongs: list[str] = field(default_factory=list)


def add(home: Home, catalogue: Catalogue, texts: list[str]) -> None:
    """Add documents without indexing them."""
    given = [from_bytes(text.encode(), f"{n}.txt", f"{n}.txt", (), Description())
             for n, text in enumerate(texts)]  # fmt: skip
    outcomes = ingest.add(
        given, catalogue, Originals(home), agent="adder", now=lambda: datetime.now(UTC)
    )
    assert all(outcome.good for outcome in outcomes)


def archive(root: Path, count: int) -> Home:
    """An archive of so many records, indexed."""
    home, _ = begin_archive(root)
    catalogue = open_catalogue(home)
    add(home, catalogue, [f"The {_STILL} {n}\n\nIt left on day {n}." for n in range(count)])
    update(home, catalogue)
    reindex(home, catalogue)
    catalogue.close()
    return home


def total(home: Home, q: str) -> int:
    """How many records a new reader finds."""
    catalogue = open_catalogue(home)
    try:
        return SearchService(home, catalogue).total(SearchState(q=q), audience=Audience.STAFF)
    finally:
        catalogue.close()


def reading(root: Path, count: int, told: Path, ending: Event) -> None:
    """Search again and again, with one service and with new ones; tell what goes wrong."""
    home = Home(root)
    asked, wrongs = 0, list[str]()
    catalogue = open_catalogue(home)
    service = SearchService(home, catalogue)
    while not ending.is_set() or not asked:
        try:
            for each in (service, SearchService(home, catalogue)):
                found = each.total(SearchState(q=_STILL), audience=Audience.STAFF)
                if found != count:
                    wrongs.append(f"{found} instead of {count} found")
                asked += 1
        except Exception as error:
            wrongs.append(f"{type(error).__name__}: {error}")
        time.sleep(0.02)
    catalogue.close()
    told.write_text("\n".join([str(asked), *wrongs]))


def run(
    verb: str, count: int, points: int, folder: Path, *, every: int = 1, first: int = 1
) -> Tally:
    """Kill `verb` at `points` moments, beginning with the first, each `every` after the last;
    when the moments of a run are used up, a new run is begun.

    Between two kills a document is added, so that there is something to catch up with.
    """
    tally, home = Tally(), archive(folder / "home", count)
    ending, told = _PROCESSES.Event(), folder / "told"
    reader = _PROCESSES.Process(target=reading, args=(home.root, count, told, ending))
    reader.start()
    catalogue = open_catalogue(home)
    late, moment = 0, first
    try:
        while tally.killed < points:
            add(home, catalogue, [f"Ferry number {late} was late."])
            late += 1
            status = killed(moment, home.root, verb)
            if status == 0:
                moment = first
                continue
            if status != -signal.SIGKILL:
                tally.wrongs.append(f"{verb} at moment {moment} ended with {status}")
            tally.killed += 1
            found = total(home, _STILL)
            if found != count:
                tally.wrongs.append(f"{found} found after a kill at moment {moment}")
            tally.wrongs += [f"{each} after a kill at moment {moment}" for each in torn(home)]
            moment += every
            if tally.killed % 25 == 0 or tally.killed == points:
                tally.resumed += finished(home, catalogue, verb, count + late, tally.wrongs)
    except KeyboardInterrupt:
        pass
    finally:
        catalogue.close()
        ending.set()
        reader.join()
    if reader.exitcode:
        tally.wrongs.append("the reader failed")
    asked, *wrongs = told.read_text().split("\n")
    tally.asked, tally.wrongs = int(asked), tally.wrongs + wrongs
    return tally


def torn(home: Home) -> list[str]:
    """What is not as it was written, of all generations that count."""
    names = {generations.current_name(home), generations.previous_name(home)} - {None}
    return [
        each
        for name in (*names, *generations.unfinished_names(home))
        for each in generations.damaged(home, name or "")
    ]


def finished(home: Home, catalogue: Catalogue, verb: str, count: int, wrongs: list[str]) -> int:
    """Let the verb end in peace; 1, and what is wrong then is noted."""
    done: Callable[[Home, Catalogue], int] = reindex if verb == "reindex" else update
    try:
        done(home, catalogue)
        update(home, catalogue)
        wrongs += check_index(home, catalogue).faults
    except ArchiveTrouble as error:
        wrongs.append(str(error))
    with catalogue.reading() as connection:
        held = records.count(connection)
    if not held == count == total(home, ""):
        wrongs.append(f"{total(home, '')} in the index, {held} in the catalogue, not {count}")
    return 1


if __name__ == "__main__":
    bad = False
    for name in sys.argv[2:] or ("reindex", "update"):
        with tempfile.TemporaryDirectory() as scratch:
            tally = run(name, 20, int(sys.argv[1]), Path(scratch))
        sys.stdout.write(
            f"{name}: {tally.killed} kills, {tally.resumed} times gone on with to the end, "
            f"{tally.asked} searches beside them, "
            f"{len(tally.wrongs)} wrong\n" + "".join(f"  {each}\n" for each in tally.wrongs[:20])
        )
        bad = bad or bool(tally.wrongs)
    sys.exit(bad)
