"""Freshness: how soon an added record is found, while readers ask.

    python -m tests.bench.fresh RECORDS SECONDS ADDS [HOME [EVERY]]

serves an archive of so many invented records of 120 words (made in HOME, if that is not there
yet), which 8 readers ask, each EVERY so many seconds (0.5 if it is not said), whether or not the
last answer has come: for so many seconds quiet, then while so many records are added, one after
the other, each with `pressmark add` and found by a word of its own.  It prints how long it took
until the site found the record, from the command's start, from its line, which acknowledges it,
and from its return; what the command took of the processor; and the readers' percentiles, quiet
and meanwhile.

The records are written into the catalogue in bulk: without originals and journal, which no search
reads, and as if no question had to be asked of them.  The index is built as always.
"""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from archive.catalogue import changes, extracts, questions, records
from archive.catalogue.database import Catalogue, open_catalogue
from archive.founding import begin_archive
from archive.home import Home
from archive.identifier import mint
from archive.record import Description, Extract, Original, Record
from indexer.update import update
from tests.bench.load import OUTLETS, WEIGHTS, WORDS, for_seconds, open_loop
from tests.bench.machine import machine
from tests.serving import COMMAND, ROOT, Served, served

_LENGTH = 120  # words, as an agency report has
_ROWS = 2000
_LONGEST = 120.0


def build(root: Path, count: int) -> Home:
    """An archive of so many records, indexed; the one at `root`, if there is one."""
    home, new = begin_archive(root)
    catalogue = open_catalogue(home)
    if new:
        fill(catalogue, islice(_invented(), count))
    update(home, catalogue)
    catalogue.close()
    return home


def fill(catalogue: Catalogue, documents: Iterable[tuple[str, Description]]) -> None:
    """Write these texts and descriptions into an empty catalogue, in bulk."""
    at, rest = datetime.now(UTC), iter(documents)
    while made := list(islice(rest, _ROWS)):
        originals = [
            Original(hashlib.sha256(words.encode()).hexdigest(), len(words), "text/plain")
            for words, _ in made
        ]
        with catalogue.writing() as connection:
            records.add_originals(connection, originals, at=at)
            ids = extracts.add_all(
                connection,
                [
                    (original.digest, Extract("text/2", words))
                    for original, (words, _) in zip(originals, made, strict=True)
                ],
                at=at,
            )
            records.begin_all(
                connection,
                [
                    Record(mint(), 1, at, description, {}, (original,), extract_id)
                    for original, (_, description), extract_id in zip(
                        originals, made, ids, strict=True
                    )
                ],
                agent="bench",
            )
            # As if they had been journaled long ago.
            connection.execute(text("DELETE FROM entry"))
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'entry'"))
            newest = changes.newest(connection)
            questions.set_position(connection, newest, changes.mark(connection, newest))


def _invented() -> Iterator[tuple[str, Description]]:
    places = random.Random(5)
    for number in itertools.count():
        words = places.choices(WORDS, cum_weights=WEIGHTS, k=_LENGTH)
        yield (
            f"{' '.join(words)} {number}.",
            Description(
                title=" ".join(words[:6]),
                publisher=places.choice(OUTLETS),
                issued=f"20{places.randint(10, 24)}-{places.randint(1, 12):02}",
                language="en",
            ),
        )


def added(home: Home, site: Served, inbox: Path, number: int) -> tuple[float, ...]:
    """Add a record; the seconds until the site finds it from the command's start, from its line,
    and from its return, and those of the processor."""
    places = random.Random(f"{number} {time.time_ns()}")
    word = "zz" + "".join(places.choices("bdfgklmnprstv", k=12))
    path = inbox / f"{number}.txt"
    path.write_text(" ".join((word, *places.choices(WORDS, cum_weights=WEIGHTS, k=_LENGTH))))
    seen: list[float] = []
    watching = threading.Thread(target=lambda: seen.append(_found(site, word)))
    watching.start()
    spent, begun = _spent(), time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "add", str(path)],
        cwd=ROOT,
        env={**os.environ, "PRESSMARK_HOME": str(home.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    process.stdout.readline()
    acknowledged = time.monotonic()
    if status := process.wait():
        raise SystemExit(f"pressmark add ended with {status}")
    returned, processor = time.monotonic(), _spent() - spent
    watching.join()
    since = (max(0.0, seen[0] - each) for each in (begun, acknowledged, returned))
    return (*since, processor)


def _found(site: Served, word: str) -> float:
    """When the site finds the word."""
    last = time.monotonic() + _LONGEST
    while time.monotonic() < last:
        connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=60)
        connection.request("GET", f"/api/v1/search?q={word}&limit=1")
        total = json.loads(connection.getresponse().read())["total"]
        connection.close()
        if total:
            return time.monotonic()
        time.sleep(0.1)
    raise SystemExit(f"what was added is not found after {_LONGEST:g} s")


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(count: int, seconds: float, adds: int, root: Path, every: float = 0.5) -> int:
    home = build(root, count)
    say(f"{machine()}\n{count} records, 8 readers asking every {every:g} s each")
    with served(home.root) as site, tempfile.TemporaryDirectory() as inbox:
        open_loop(site, 8, 1 / every, for_seconds(5))
        quiet = open_loop(site, 8, 1 / every, for_seconds(seconds))
        say(quiet.line("quiet"))
        times: list[tuple[float, ...]] = []

        def add() -> None:
            for number in range(adds):
                times.append(added(home, site, Path(inbox), number))

        adding = threading.Thread(target=add)
        adding.start()
        during = open_loop(site, 8, 1 / every, adding.is_alive)
        adding.join()
        say(during.line("adding"))
    for place, what in enumerate(("start", "acknowledged", "return", "processor")):
        ordered = sorted(each[place] for each in times)
        half, most = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
        say(f"{what:<13} {1000 * half:7.0f} ms p50   {1000 * most:7.0f} ms p95   {adds} adds")
    errors = quiet.errors + during.errors
    say("\n".join(errors[:20]) or "no errors")
    return bool(errors) or len(times) < adds


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(sys.argv[4]) if sys.argv[4:] else Path(scratch) / "home"
        rest = map(float, sys.argv[5:])
        status = main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), place, *rest)
    sys.exit(status)
