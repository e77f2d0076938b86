"""The search page beside Datasette's, over HTTP: the same corpus and queries, asked in turns.

    python -m tests.bench.page SCRATCH CORPUS.jsonl HOME

SCRATCH is where `tests.bench.peers` has run with the engine `sqlite`, whose database Datasette
serves with three facets.  Pressmark is served by its own command from an archive of the same
reports (made in HOME, if that is not there yet; written into the catalogue in bulk, as
`tests.bench.fresh` does), with all it has on a page: five facets, the histogram, up to three
passages a hit and why they match.  Before each of two rounds the archive is changed, so that each
page is made anew, and in each round each query is asked twice in a row: what it takes to
make a page, and to give one out again.  Of each the better of two rounds counts.  It prints the
milliseconds of the wall and of the servers' processors, 50th and 95th percentile, the ratios, and
how large the pages are.
"""

from __future__ import annotations

import http.client
import importlib
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from archive.authority import Authority
from archive.catalogue import authorities
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from archive.home import Home
from archive.record import Description
from indexer.update import update
from tests.bench.fresh import fill
from tests.bench.machine import machine
from tests.serving import free_port, served
from webapp.site import utc_now

_ROUNDS = 2
_TIMES = ("made ", "again")
_NO_LIMIT = 60_000  # milliseconds


class Cost(NamedTuple):
    """Of a page: milliseconds of the wall and of the server's processor, and its bytes."""

    wall: float
    processor: float
    size: int


class Server(NamedTuple):
    """A process that answers at an address of this machine."""

    pid: int
    port: int


def build(root: Path, corpus: Path) -> Home:
    """An archive of the corpus, indexed; the one at `root`, if there is one."""
    home, new = begin_archive(root)
    catalogue = open_catalogue(home)
    if new:
        fill(catalogue, _reports(corpus))
    update(home, catalogue)
    catalogue.close()
    return home


def _reports(corpus: Path) -> Iterator[tuple[str, Description]]:
    with corpus.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            report = json.loads(line)
            if not report["body"]:
                continue
            yield (
                f"{report['body']}\n\n{number}",
                Description(
                    title=report["title"] or None,
                    creator=(report["author"],) if report["author"] else (),
                    publisher=_outlet(*report["places"][:1]),
                    issued=(report["date"] or "")[:10] or None,
                    language="en",
                    collection=tuple(report["topics"]),
                ),
            )


def _outlet(place: str = "wire") -> str:
    return f"Reuters {place}"


@contextmanager
def datasette(scratch: Path) -> Iterator[Server]:
    """Datasette over the harness's database, without its limits of time."""
    port = free_port()
    process = subprocess.Popen(
        [
            scratch / "venv" / "bin" / "datasette", "serve", _database(scratch),
            "-h", "127.0.0.1", "-p", str(port),
            "--setting", "facet_time_limit_ms", str(_NO_LIMIT),
            "--setting", "sql_time_limit_ms", str(_NO_LIMIT),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                _page(Server(process.pid, port), "/-/versions.json")
                break
            except OSError:
                time.sleep(0.2)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait()


def _database(scratch: Path) -> Path:
    return next(scratch.glob("out/**/archive.db"))


def _theirs(query: Any) -> str:
    phrase = query.kind == "phrase"
    words = " ".join(query.terms) if phrase else '" AND "'.join(query.terms)
    asked = [
        ("_search", f'"{words}"'), ("_searchmode", "raw"), ("_facet", "author"), ("_facet", "ym"),
        ("_facet_array", "topics"), ("_size", "10"),
    ]  # fmt: skip
    if query.dfrom:
        asked += [("date__gte", query.dfrom), ("date__lte", query.dto)]
        asked.append((f"{query.ff}__arraycontains", query.fv))
    return f"/archive/docs?{urlencode(asked)}"


def _ours(query: Any) -> str:
    words = " ".join(query.terms)
    asked = [("q", f'"{words}"' if query.kind == "phrase" else words)]
    if query.dfrom:
        asked += [("from", _day(query.dfrom)), ("to", _day(query.dto))]
        of_topic = query.ff == "topics"
        asked.append(("collection", query.fv) if of_topic else ("outlet", _outlet(query.fv)))
    return f"/?{urlencode(asked)}"


def _day(number: int) -> str:
    return f"{number // 10000:04}-{number // 100 % 100:02}-{number % 100:02}"


def _page(server: Server, path: str) -> Cost:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    spent, begun = _spent(server.pid), time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    size = len(response.read())
    wall = time.perf_counter() - begun
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{response.status} for {path}")
    return Cost(1000 * wall, 1000 * (_spent(server.pid) - spent), size)


def _spent(pid: int) -> float:
    """Seconds of the processor that a process has used, all threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def main(scratch: Path, corpus: Path, root: Path) -> int:
    sys.path.insert(0, str(scratch))
    queries = importlib.import_module("common").load_queries(
        next(scratch.glob("out/**/queries.tsv"))
    )
    home = build(root, corpus)
    with served(home.root) as site, datasette(scratch) as other:
        here = Server(site.process.pid, urlsplit(site.address).port or 0)
        asked = {
            here: [_ours(each) for each in queries],
            other: [_theirs(each) for each in queries],
        }
        for server, paths in asked.items():
            for path in paths[::5]:
                _page(server, path)
        costs: dict[tuple[Server, str], dict[int, Cost]] = defaultdict(dict)
        for _ in range(_ROUNDS):
            _change(home)
            for number in range(len(queries)):
                for (server, paths), time_of in product(asked.items(), _TIMES):
                    cost = _page(server, paths[number])
                    best = costs[server, time_of]
                    best[number] = Cost(*map(min, cost, best.get(number, cost)))
    sys.stdout.write(f"{machine()}\n{len(queries)} queries, {_ROUNDS} rounds\n")
    for time_of, (place, name) in product(_TIMES, enumerate(Cost._fields)):
        ours, theirs = (
            sorted(cost[place] for cost in costs[server, time_of].values())
            for server in (here, other)
        )
        halves, lasts = ((_at(ours, part), _at(theirs, part)) for part in (0.5, 0.95))
        sys.stdout.write(
            f"{time_of}, {name:<10} Pressmark {halves[0]:9.1f} / {lasts[0]:9.1f}   "
            f"Datasette {halves[1]:9.1f} / {lasts[1]:9.1f}   "
            f"1/{halves[1] / halves[0]:.1f} · 1/{lasts[1] / lasts[0]:.1f}\n"
        )
    return 0


def _change(home: Home) -> None:
    """Change the archive in something that no page shows."""
    catalogue = open_catalogue(home)
    now = utc_now()
    place = Authority("place", f"nowhere-{now:%Y%m%d%H%M%S%f}", f"Nowhere at {now:%c}")
    with catalogue.writing() as connection:
        authorities.put(connection, [place], at=now, agent="benchmark")
    catalogue.close()


def _at(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    sys.exit(main(*map(Path, sys.argv[1:])))
