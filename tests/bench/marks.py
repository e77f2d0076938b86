"""Whether marks are right: `make bench-marks`.

Asks an archive of old newspapers and of newswire generated queries over every operator of the
language.  Every hit that must hold a word of the query has a mark; a matcher that shares no code
with the product confirms hits and marks, and finds none missed, in sampled records; page, JSON
and exports tell the same.

The folder has `newspapers-1916.jsonl.gz` and `reuters.jsonl.gz`: `body` and `date`, and `title`,
`outlet`, `author` and `url` where there are any.  `--part 1/2 --keep FOLDER` and `--part 2/2`, one
after the other has made the archive, are one run on two cores.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from cachetools import LRUCache, cached
from rich.console import Console
from rich.table import Table

from archive import ingest
from archive.articles import articles_in
from archive.authority import read_csv
from archive.catalogue import authorities
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from archive.home import Home
from archive.originals import Originals
from indexer import hits
from indexer.update import update
from tests.marks.comparing import Comparing, stock_of
from tests.marks.generating import Generator
from tests.marks.second_matcher import read_authorities, words_in

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PLACES = ROOT / "corpus" / "authorities" / "places.csv"

PAPERS = "newspapers-1916.jsonl.gz"
WIRE = "reuters.jsonl.gz"

SEED = 1916
NEWSWIRE = 3_000
SETS = 14


def build(data: Path, root: Path) -> tuple[Home, list[Path]]:
    """The archive at `root`, made if there is none, and the files of its authorities."""
    invented = root.with_suffix(".csv")
    home = Home(root)
    if not home.catalogue.exists():
        # In its place when it is whole: the next run takes what is there for complete.
        unfinished = root.with_name(f"{root.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _fill(data, unfinished, invented)
        unfinished.rename(root)
    catalogue = open_catalogue(home)
    update(home, catalogue)
    catalogue.close()
    return home, [PLACES, invented]


def _fill(data: Path, root: Path, invented: Path) -> None:
    home, _ = begin_archive(root)
    articles = root.with_suffix(".jsonl")
    chosen = random.Random(SEED)
    rows = list(_rows(data / PAPERS))
    wire = list(_rows(data / WIRE))
    rows += chosen.sample(wire, min(NEWSWIRE, len(wire)))
    with articles.open("w", encoding="utf-8") as lines:
        for number, row in enumerate(rows):
            lines.write(json.dumps(_article(row, number)) + "\n")
    _invent_names(rows, invented, chosen)
    catalogue = open_catalogue(home)
    with catalogue.writing() as connection:
        for path in (PLACES, invented):
            authorities.put(connection, read_csv(path), at=datetime.now(UTC), agent="benchmark")
    outcomes = ingest.add(
        articles_in(articles),
        catalogue,
        Originals(home),
        agent="benchmark",
        now=lambda: datetime.now(UTC),
    )
    for number, _ in enumerate(outcomes):
        _say(f"\radded {number + 1} of {len(rows)}", end="")
    _say("")
    update(home, catalogue)
    catalogue.close()


def _article(row: dict[str, Any], number: int) -> dict[str, str]:
    said = {key: row[key] for key in ("title", "outlet", "author", "url") if row.get(key)}
    day = row["date"][:10]
    # Some dates are known less well, and some not at all.
    shapes = (day, day, day, day[:7], f"{day[:4]}~", f"{day}/..", "")
    date = shapes[number % len(shapes)]
    stance = ("", "", "trade:critical", "trade:supportive; weather:neutral")[number % 4]
    said |= {"date": date} if date else {}
    said |= {"stance": stance} if stance else {}
    return said | {"text": row["body"] or row.get("title") or "[nothing]"}


def _invent_names(rows: Sequence[dict[str, Any]], path: Path, chosen: random.Random) -> None:
    """Sets of words of the texts, as if they were names of the same."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("kind", "id", "heading", "variants", "equivalents"))
        last = ""
        for number in range(SETS):
            names: list[str] = []
            while len(names) < 5:
                words = words_in(chosen.choice(rows)["body"][:2000])
                count = chosen.choice((1, 1, 2, 3))
                if len(words) > 20:
                    at = chosen.randrange(len(words) - count)
                    name = " ".join(words[at : at + count])
                    names += [name] if len(name) > 4 and ";" not in name else []
            # A name of two sets is of neither.
            shared = [last] if number % 5 == 4 else []
            last = names[0]
            kind = ("place", "person", "organisation")[number % 3]
            heading = f"{names[0]} / {names[1]}"
            row = (
                kind,
                f"set-{number}",
                heading,
                "; ".join(names[3:]),
                "; ".join(names[:3] + shared),
            )
            writer.writerow(row)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201


def _part(typed: str) -> tuple[int, int]:
    number, _, of = typed.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"“{typed}” is no part; write 1/2 for the first of two")
    return int(number), int(of)


def main(arguments: list[str] | None = None) -> int:
    """Compare, print a table and the differences; the exit status is 1 if there are any, and 2
    without the articles."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA, help="folder of articles")
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--records", type=int, default=200, help="matched a second time")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--keep", type=Path, help="keep the archive here, and use it")
    parser.add_argument(
        "--part", type=_part, default=(1, 1), metavar="I/N", help="every Nth of the queries"
    )
    asked = parser.parse_args(arguments)
    if missing := [name for name in (PAPERS, WIRE) if not (asked.data / name).is_file()]:
        parser.error(f"there is no {' and no '.join(missing)} in {asked.data}")
    part, parts = asked.part
    # The product remembers as many texts as readers look at; here all are, again and again.
    hits._analysed = cached(LRUCache(sys.maxsize))(hits._analysed.__wrapped__)
    with tempfile.TemporaryDirectory() as scratch:
        home, files = build(asked.data, asked.keep or Path(scratch) / "home")
        comparing = Comparing(home, read_authorities(files))
        _say(f"{len(comparing.every)} records; reading {asked.records} of them a second time")
        chosen = random.Random(asked.seed)
        papers = sorted(r.id for r in comparing.every.values() if not r.title)
        others = sorted(comparing.every.keys() - {*papers})
        half = asked.records // 2
        comparing.take([*chosen.sample(papers, half), *chosen.sample(others, half)])
        generator = Generator(stock_of(comparing), chosen)
        began = time.monotonic()
        tally = comparing.tally
        for number in count(1):
            if tally.queries >= asked.queries // parts:
                break
            query, equivalents = generator.query(), chosen.random() < 0.9
            if number % parts != part % parts:
                continue
            comparing.compare(query, equivalents=equivalents, paths=tally.queries % 4 == 0)
            spent = time.monotonic() - began
            _say(
                f"\r{tally.queries} queries, {tally.hits} hits, {tally.marks} marks, "
                f"{len(tally.differences)} differences, {spent:.0f} s ",
                end="",
            )
    _say("")
    table = Table("what", "how many")
    for name, amount in (
        ("queries answered", tally.queries),
        ("of them finding nothing", tally.empty),
        ("refused: too many words", tally.refused),
        ("hits", tally.hits),
        ("sampled hits matched twice", tally.records),
        ("marks checked", tally.marks),
        ("reasons checked", tally.reasons),
        ("queries on every path", tally.pages),
        ("differences", len(tally.differences)),
    ):
        table.add_row(name, f"{amount:,}")
    Console().print(table)
    for difference in tally.differences[:50]:
        print(difference)  # noqa: T201
    return 1 if tally.differences else 0


if __name__ == "__main__":
    sys.exit(main())
