"""The site under load: how long its search page takes, quiet and while the index is built anew.

    python -m tests.bench.load RECORDS SECONDS [HOME [SOAK]]

serves an archive of so many invented records (made in HOME, if that is not there yet) and
asks it, each for so many seconds:

    quiet      8 readers, each twice a second, whether or not the last answer has come
    reindex    the same while a reindex runs, from its beginning to its end
    hostile    the same beside one visitor who asks 60 hostile queries, one after the other
    clients    32 clients who ask again as soon as they are answered, with a reindex running
    soak       the 8 readers for SOAK seconds, ten times noting the server's memory and files

and prints answers, errors, and the 50th and 99th percentile in milliseconds, counted from
when the question was due; and the server's memory and open files before and after.
"""

from __future__ import annotations

import http.client
import itertools
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

from archive import ingest
from archive.catalogue import jobs, records
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from archive.home import Home
from archive.originals import Originals
from archive.record import Statement
from archive.submission import Submission, from_bytes
from archive.values import described
from indexer.jobs.asking import start
from indexer.update import update
from tests.serving import Served, served

_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "il")]
OUTLETS = tuple(f"The {name} Courier" for name in ("Quay", "Ford", "Weir", "Lock", "Mill", "Dam"))


def vocabulary(count: int, seed: int = 7) -> list[str]:
    """So many invented words, the most frequent first."""
    places = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(places.choices(_SYLLABLES, k=places.randint(1, 4)))] = None
    return list(words)


WORDS = vocabulary(20_000)
WEIGHTS = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(WORDS))))


def documents(count: int) -> Iterator[Submission]:
    """Invented documents of 300 words, of which a few are frequent and most are rare (Zipf)."""
    places = random.Random(11)
    for number in range(count):
        text = " ".join(places.choices(WORDS, cum_weights=WEIGHTS, k=300)) + "."
        said = [
            Statement("publisher", places.choice(OUTLETS), "manifest"),
            Statement(
                "issued", f"20{places.randint(10, 24)}-{places.randint(1, 12):02}", "manifest"
            ),
            Statement("language", "en", "manifest"),
            Statement("title", " ".join(places.choices(WORDS[:2000], k=6)), "manifest"),
        ]
        name = f"{number}.txt"
        yield from_bytes(text.encode(), name, name, tuple(said), described(said))


def build(root: Path, count: int) -> Home:
    """An archive of so many records, indexed; the one at `root`, if there is one."""
    home, new = begin_archive(root)
    catalogue = open_catalogue(home)
    if new:
        given = ingest.add(
            documents(count), catalogue, Originals(home), agent="a", now=lambda: datetime.now(UTC)
        )
        assert all(outcome.good for outcome in given)
    update(home, catalogue)
    with catalogue.reading() as connection:
        assert records.count(connection) == count
    catalogue.close()
    return home


def honest(places: random.Random) -> str:
    """A search as a reader asks it."""
    word, second = places.choices(WORDS, cum_weights=WEIGHTS, k=2)
    query = places.choice((word, f"{word} {second}", f'"{word} {second}"', f"{word} OR {second}"))
    facet = places.choice(
        ("", "", f"&outlet={quote(places.choice(OUTLETS))}", "&from=2015&to=2019")
    )
    return f"/?q={quote(query)}{facet}"


def hostile() -> list[str]:
    """Sixty searches that are made to cost much."""
    often = WORDS[:400]
    queries = [
        " OR ".join(often[:390]),
        " ".join(often[:400]),
        f'"{" ".join(often[:30])}"',
        "any: " + " ".join(often),
        " ".join(f"-{word}" for word in often[:32]),
        " NEAR/50 ".join(often[:30]),
        "(" * 10 + often[0] + ")" * 10,
        "(" * 4000,
        *(f"{syllable}*" for syllable in _SYLLABLES[:16]),
        *(f"{word}~2" for word in often[:12]),
        *(f"{word[:2]}*{word[-1]}" for word in often[20:32]),
        *(f'"{often[n]} {often[n + 1]}"~100' for n in range(12)),
    ]
    return [f"/?q={quote(query)}&sort=oldest&page=999" for query in queries[:60]]


@dataclass
class Timed:
    """What was asked: seconds of each answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        if not self.seconds:
            return f"{name:<10} nothing was asked"
        ordered = sorted(self.seconds)
        half, last = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
        return (
            f"{name:<10} {len(ordered):6} answers {len(self.errors):4} errors   "
            f"p50 {1000 * half:7.0f} ms   p99 {1000 * last:7.0f} ms   max {1000 * ordered[-1]:.0f}"
        )


def ask(site: Served, path: str, since: float, timed: Timed, *, allowed: Sequence[int]) -> None:
    """Ask once; the time counts from `since`."""
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status not in allowed:
            timed.errors.append(f"{response.status} for {path[:80]}")
    except OSError as error:
        timed.errors.append(f"{type(error).__name__} for {path[:80]}")
    finally:
        connection.close()
    timed.seconds.append(time.monotonic() - since)


def open_loop(site: Served, readers: int, a_second: float, going: Callable[[], bool]) -> Timed:
    """Readers who ask when they are due, whether or not the last answer has come."""
    timed, places, asked = Timed(), random.Random(3), list[threading.Thread]()
    due, step = time.monotonic(), 1 / (readers * a_second)
    while going():
        time.sleep(max(0.0, due - time.monotonic()))
        arguments = (site, honest(places), due, timed)
        thread = threading.Thread(target=ask, args=arguments, kwargs={"allowed": (200,)})
        thread.start()
        asked.append(thread)
        due += step
    for thread in asked:
        thread.join()
    return timed


def closed_loop(site: Served, clients: int, going: Callable[[], bool]) -> Timed:
    """Clients who ask again as soon as they are answered."""
    timed = Timed()

    def client(seed: int) -> None:
        places = random.Random(seed)
        while going():
            ask(site, honest(places), time.monotonic(), timed, allowed=(200,))

    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return timed


def for_seconds(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


@contextmanager
def reindexing(home: Home) -> Iterator[Callable[[], bool]]:
    """A reindex that the site's worker does; whether it is not done yet."""
    catalogue = open_catalogue(home)
    job_id = start(catalogue, "reindex", {}, agent="bench", at=datetime.now(UTC)).id

    def going() -> bool:
        with catalogue.reading() as connection:
            job = jobs.get(connection, job_id)
        return job is not None and not job.over

    yield going
    while going():
        time.sleep(0.2)
    catalogue.close()


def size_of(site: Served) -> str:
    """The server's memory and how many files it has open."""
    process = Path(f"/proc/{site.process.pid}")
    pages = int((process / "statm").read_text().split()[1])
    return f"{pages * 4096 / 2**20:.0f} MB, {len(list((process / 'fd').iterdir()))} open files"


def main(count: int, seconds: float, root: Path, soak: float = 0) -> int:
    home, errors = build(root, count), list[str]()

    def tell(name: str, timed: Timed) -> None:
        errors.extend(timed.errors)
        sys.stdout.write(timed.line(name) + "\n")
        sys.stdout.flush()

    with served(home.root) as site:
        open_loop(site, 8, 2, for_seconds(5))
        sys.stdout.write(f"{count} records; the server has {size_of(site)}\n")
        tell("quiet", open_loop(site, 8, 2, for_seconds(seconds)))
        with reindexing(home) as going:
            tell("reindex", open_loop(site, 8, 2, going))
        nasty = Timed()

        def nag() -> None:
            for path in hostile():
                ask(site, path, time.monotonic(), nasty, allowed=(200, 400))

        nagging = threading.Thread(target=nag)
        nagging.start()
        tell("honest", open_loop(site, 8, 2, nagging.is_alive))
        nagging.join()
        tell("hostile", nasty)
        with reindexing(home):
            tell("clients", closed_loop(site, 32, for_seconds(seconds)))
        sys.stdout.write(f"the server has {size_of(site)}\n")
        for _ in range(10 if soak else 0):
            tell("soak", open_loop(site, 8, 2, for_seconds(soak / 10)))
            sys.stdout.write(f"the server has {size_of(site)}\n")
    sys.stdout.write("".join(f"{error}\n" for error in errors[:20]) or "no errors\n")
    return bool(errors)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(sys.argv[3]) if sys.argv[3:] and sys.argv[3] else Path(scratch) / "home"
        status = main(int(sys.argv[1]), float(sys.argv[2]), place, *map(float, sys.argv[4:]))
    sys.exit(status)
