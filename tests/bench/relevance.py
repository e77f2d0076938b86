"""How well relevance ranks: `make relevance-score`.

Asks the queries of test collections as a reader would, with “any of these words”, and scores the
first ten hits, beside stock Whoosh's BM25F over its StemmingAnalyzer (any of the words, title and
text in one field) in the same run.  The score is nDCG@10 (Järvelin and Kekäläinen, 2002), a
document being relevant or not: the mean over the queries that have judgements.

The folder has a folder a collection, each with `docs.jsonl.gz` (`id`, `title` if there is one,
`text`), `queries.jsonl.gz` (`id`, `text`) and `qrels.tsv.gz` (query, document, grade; a grade
above 0 is relevant).
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from whoosh import fields, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import RamStorage

from archive import ingest
from archive.articles import articles_in
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from archive.originals import Originals
from indexer.answer import Hit
from indexer.audience import Audience
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import update

COLLECTIONS = Path(__file__).parents[3] / "shared" / "data" / "relevance"
DEPTH = 10

Answers = Callable[[str], Sequence[str]]
"""The ids of the first documents for a query, best first."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, the queries that have judgements, and what is relevant to each of these."""

    name: str
    documents: Sequence[Mapping[str, str]]
    queries: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]


def read_collection(folder: Path) -> Collection:
    relevant: dict[str, set[str]] = {}
    with gzip.open(folder / "qrels.tsv.gz", "rt", encoding="utf-8") as lines:
        for asked, document, grade in (line.split() for line in lines):
            if int(grade) > 0:
                relevant.setdefault(asked, set()).add(document)
    queries = {row["id"]: row["text"] for row in _rows(folder / "queries.jsonl.gz")}
    return Collection(
        folder.name,
        list(_rows(folder / "docs.jsonl.gz")),
        {each: text for each, text in queries.items() if each in relevant},
        {each: frozenset(found) for each, found in relevant.items()},
    )


def ndcg(ranked: Iterable[str], relevant: frozenset[str]) -> float:
    """The discounted gain of the first `DEPTH`, as a share of the best there can be."""
    places = [place for place, each in enumerate(list(ranked)[:DEPTH]) if each in relevant]
    best = range(min(DEPTH, len(relevant)))
    return sum(map(_discount, places)) / sum(map(_discount, best))


def _discount(place: int) -> float:
    return 1 / math.log2(place + 2)


def stock(collection: Collection) -> Answers:
    """Whoosh as it comes."""
    analyser = StemmingAnalyzer()
    schema = fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(analyzer=analyser))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for each in collection.documents:
        writer.add_document(id=each["id"], text=f"{each.get('title', '')}\n{each['text']}")
    writer.commit()
    searcher = index.searcher()

    def answers(asked: str) -> list[str]:
        terms = [query.Term("text", token.text) for token in analyser(asked, mode="query")]
        # Its own limit loses hits: all are asked for, and the first taken.
        found = searcher.search(query.Or(terms).normalize(), limit=None)
        return [hit["id"] for hit in found[:DEPTH]]

    return answers


def pressmark(collection: Collection, root: Path) -> Answers:
    """An archive at `root`, begun with the collection's documents if there is none yet."""
    home, new = begin_archive(root)
    catalogue = open_catalogue(home)
    listing = root.with_suffix(".ids.json")
    if new:
        ids: dict[str, list[str]] = {}
        articles = root.with_suffix(".jsonl")
        with articles.open("w", encoding="utf-8") as lines:
            for each in collection.documents:
                said = {key: each[key] for key in ("title", "text") if each.get(key)}
                lines.write(json.dumps(said) + "\n")
        outcomes = ingest.add(
            articles_in(articles),
            catalogue,
            Originals(home),
            agent="benchmark",
            now=lambda: datetime.now(UTC),
        )
        # Documents of the same bytes are one record, those without text none.
        for each, outcome in zip(collection.documents, outcomes, strict=True):
            if outcome.record_id:
                ids.setdefault(outcome.record_id, []).append(each["id"])
        listing.write_text(json.dumps(ids), "utf-8")
    update(home, catalogue)
    documents = json.loads(listing.read_text("utf-8"))
    service = SearchService(home, catalogue)

    def answers(asked: str) -> list[str]:
        state = SearchState(q=asked, any_words=True)
        found = service.search(state, audience=Audience.READER, limit=DEPTH)
        shown = [id for hit in found.hits for id in (hit.record.id, *_beneath(hit))]
        return [each for id in shown for each in documents[id]]

    return answers


def _beneath(hit: Hit) -> list[str]:
    """The records that are listed under a hit, as having its text over again."""
    return [each.id for each in hit.republications]


def measure(collection: Collection, answers: Answers) -> dict[str, float]:
    """The score, and how long a query takes: milliseconds of this process's time."""
    scores, times = [], []
    for each, asked in collection.queries.items():
        start = time.process_time()
        ranked = answers(asked)
        times.append(1000 * (time.process_time() - start))
        scores.append(ndcg(ranked, collection.relevant[each]))
    twentieths = statistics.quantiles(times, n=20)
    return {
        "ndcg@10": statistics.fmean(scores),
        "ms_p50": statistics.median(times),
        "ms_p95": twentieths[-1],
    }


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure, print a table, and write the figures as JSON if asked to.

    The exit status is 0, or 1 without collections.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=COLLECTIONS, help="folder of collections")
    parser.add_argument("--only", action="append", help="only this collection; repeatable")
    parser.add_argument("--keep", type=Path, help="keep the archives in this folder, and use them")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args(arguments)
    folders = sorted(path.parent for path in asked.data.glob("*/qrels.tsv.gz"))
    if not folders:
        print(f"No test collections at {asked.data}.", file=sys.stderr)  # noqa: T201
        return 1
    table = Table("collection", "queries", "stock", "ours", "ratio", "ms p50", "ms p95")
    figures: dict[str, Any] = {"machine": _machine(), "collections": {}}
    with tempfile.TemporaryDirectory() as scratch:
        kept = asked.keep or Path(scratch)
        kept.mkdir(parents=True, exist_ok=True)
        for folder in folders:
            if asked.only and folder.name not in asked.only:
                continue
            collection = read_collection(folder)
            print(f"{folder.name}: {len(collection.documents)} documents", file=sys.stderr)  # noqa: T201
            theirs = measure(collection, stock(collection))
            ours = measure(collection, pressmark(collection, kept / folder.name))
            count = len(collection.queries)
            figures["collections"][folder.name] = {
                "documents": len(collection.documents),
                "queries": count,
                "stock": theirs,
                "ours": ours,
            }
            ratio = ours["ndcg@10"] / theirs["ndcg@10"]
            row = (f"{theirs['ndcg@10']:.4f}", f"{ours['ndcg@10']:.4f}", f"{ratio:.3f}")
            spent = (f"{ours['ms_p50']:.1f}", f"{ours['ms_p95']:.1f}")
            table.add_row(folder.name, str(count), *row, *spent)
    machine = figures["machine"]
    table.caption = f"{machine['system']}, {machine['cores']} cores, Python {machine['python']}"
    Console().print(table)
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
