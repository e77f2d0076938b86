"""How fast the engine is: building, merging, opening and answering, beside stock Whoosh.

    python -m tests.bench.engine [--corpus FILE.jsonl.gz] [--documents N] [--stock N]
                                 [--json FILE]

A corpus has a JSON object a line, with `title`, `body`, `date`, `author` and `places`; without
one the text is made up.  The figures are printed and written to `--json`, else to
`var/bench.json`.  Each step runs in a process of its own, so that its memory is its own; times
are of the processor, for the machine is rarely idle.  The same documents and queries are given
to stock Whoosh, its own codec and searcher, as far as `--stock` documents go.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import itertools
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from whoosh.index import open_dir

from indexer.analysis import text_terms, value_terms
from indexer.document import IndexDocument
from indexer.engine import SearchRequest, Span, Unit
from indexer.engines.whoosh_generation import create, open_generation
from indexer.query.terms import All, AnyOf, DateRange, Having, Node, Phrase, Prefix, Term
from tests.bench.machine import machine
from tests.contracts.stock import add_by_whoosh, in_stock

TERMS = ("title", "title_stem", "title_exact", "body", "body_stem", "body_exact", "author_words")
VALUES = ("outlet", "author")
EACH = 40
"""Queries of each class."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", default="")
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--stock", type=int, default=2000)
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        told = measured(options, name)
    for step, figures in told.items():
        row = "  ".join(f"{key} {value}" for key, value in figures.items())
        sys.stdout.write(f"{step:28} {row}\n")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(told, indent=1) + "\n")


def measured(options: argparse.Namespace, folder: str) -> dict[str, dict[str, Any]]:
    many, few = str(options.documents), str(min(options.stock, options.documents))

    def run(step: str, index: str, count: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.bench.engine"]
        command += ["step", step, f"{folder}/{index}", options.corpus, count]
        ended = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        figures: dict[str, Any] = json.loads(ended.stdout)
        return figures

    return {
        "machine": {
            "it is": machine(),
            "documents": many,
            "of stock": few,
        },
        "build": run("build", "one", many),
        "build, as many as stock": run("build", "few", few),
        "build, stock": run("stock", "stock", few),
        "build in three": run("three", "three", many),
        "open and first answer": run("cold", "one", many),
        "search, one segment": run("search", "one", many),
        "search, three segments": run("search", "three", many),
        "search, as many as stock": run("search", "few", few),
        "search, stock": run("search_stock", "stock", few),
        "merge": run("merge", "three", many),
    }


def step(name: str, folder: Path, corpus: str, count: int) -> dict[str, Any]:
    """One of the steps, in this process; its figures."""
    started = time.process_time()
    if name in ("build", "three"):
        generation = create(folder, TERMS, VALUES)
        texts = records(corpus, count)
        parts = 3 if name == "three" else 1
        for _ in range(parts):
            generation.apply(documents(itertools.islice(texts, -(-count // parts))))
        return built(folder, count, started)
    if name == "stock":
        create(folder, TERMS, VALUES)
        add_by_whoosh(folder, documents(records(corpus, count)))
        return built(folder, count, started)
    if name == "merge":
        from indexer.engines import merging

        merging.MOST_LARGE = merging.MOST_SMALL = 0
        generation = open_generation(folder)
        started = time.process_time()
        generation.apply([], [next(iter(generation.searcher().ids()))])
        return built(folder, count, started)
    classes = queries(corpus, count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if name == "cold":
        started = time.perf_counter()
        searcher = open_generation(folder).searcher()
        searcher.search(requested(classes["two words"][0]))
        return {"wall ms": round(1000 * (time.perf_counter() - started), 1)}
    if name == "search_stock":
        del classes["filtered"]  # for its ranges are of indexed numbers, ours of columns
        with open_dir(str(folder)).searcher() as stock:
            return timed(
                classes,
                lambda node: stock.search(in_stock(node), limit=None, groupedby=["v_outlet"]),
            )
    searcher = open_generation(folder).searcher()
    found = timed(classes, lambda node: searcher.search(requested(node)))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, "MB more": round(after - before)}


def built(folder: Path, count: int, started: float) -> dict[str, Any]:
    seconds = time.process_time() - started
    return {
        "documents a second": round(count / seconds),
        "seconds": round(seconds, 2),
        "MB": round(sum(file.stat().st_size for file in folder.iterdir()) / 1e6, 1),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def timed(classes: dict[str, list[Node]], ask: Any) -> dict[str, str]:
    """Median and 95th percentile of each class and of all, in milliseconds, once warm."""
    figures, every = {}, []
    for name, nodes in classes.items():
        taken = []
        for node in nodes:
            ask(node)
            started = time.thread_time()
            ask(node)
            taken.append(1000 * (time.thread_time() - started))
        every += taken
        figures[name] = told(taken)
    return {**figures, "all": told(every)}


def told(taken: list[float]) -> str:
    return f"{median(taken):.2f}/{sorted(taken)[int(0.95 * len(taken))]:.2f}"


def requested(node: Node) -> SearchRequest:
    return SearchRequest(node, facets=VALUES, bars=Span(Unit.YEAR))


def records(corpus: str, count: int) -> Iterator[dict[str, Any]]:
    """The first records of a corpus, again and again if it has too few."""
    number = 0
    while number < count:
        for record in read(corpus):
            yield {**record, "id": f"r{number}"}
            number += 1
            if number == count:
                return


def read(corpus: str) -> Iterator[dict[str, Any]]:
    if corpus:
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
        return
    numbers = random.Random(5)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = ["".join(numbers.choices(syllables, k=numbers.randint(1, 4))) for _ in range(40_000)]
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    for _ in range(20_000):
        text = numbers.choices(words, cum_weights=weights, k=numbers.randint(20, 300))
        sentences = (" ".join(text[start : start + 12]) for start in range(6, len(text), 12))
        yield {
            "title": " ".join(text[:6]),
            "body": ". ".join(sentences),
            "date": f"19{numbers.randint(70, 99)}-0{numbers.randint(1, 9)}-15",
            "author": f"author {numbers.randint(1, 300)}",
            "places": [f"place {int(numbers.paretovariate(1))}"],
        }  # fmt: skip


def documents(given: Iterator[dict[str, Any]]) -> Iterator[IndexDocument]:
    """From text to terms by the archive's own analyser, as records are."""
    for record in given:
        title = text_terms(record["title"] or "", "en")
        body = text_terms(record["body"] or "", "en")
        authors = (record["author"],) if record["author"] else ()
        yield IndexDocument(
            record["id"],
            {
                "title": title.surface, "title_stem": title.stems, "title_exact": title.exact,
                "body": body.surface, "body_stem": body.stems, "body_exact": body.exact,
                "author_words": value_terms(authors),
            },
            {"outlet": tuple(record["places"]), "author": authors},
            *[day_of(record["date"])] * 4,
            "open",
        )  # fmt: skip


def day_of(date: str | None) -> int | None:
    try:
        return datetime.date.fromisoformat((date or "")[:10]).toordinal()
    except ValueError:
        return None


def queries(corpus: str, count: int) -> dict[str, list[Node]]:
    """Queries of several classes, their words taken from the documents themselves."""
    numbers = random.Random(7)
    some = list(documents(records(corpus, min(count, 3000))))
    having: dict[str, int] = {}
    for document in some:
        for word in set(document.terms["body"]):
            having[word] = having.get(word, 0) + 1
    frequent = sorted(w for w, n in having.items() if n > len(some) / 20)
    rare = sorted(w for w, n in having.items() if 2 <= n <= 20 and len(w) > 3)
    long = [document for document in some if len(document.terms["body"]) > 30]

    def words(most: int) -> tuple[str, ...]:
        body = numbers.choice(long).terms["body"]
        start = numbers.randrange(len(body) - most)
        return body[start : start + most]

    def either(word: str) -> Node:
        stem = text_terms(word, "en").stems[0]
        return AnyOf((Term("title_stem", stem, 2.0), Term("body_stem", stem)))

    def filtered() -> Node:
        document = numbers.choice([d for d in long if d.values["outlet"] and d.latest])
        day = document.latest or 0
        value = Having("outlet", document.values["outlet"][0])
        return All((either(words(1)[0]), value, DateRange(day - 400, day + 400)))

    return {
        "frequent": [either(numbers.choice(frequent)) for _ in range(EACH)],
        "rare": [either(numbers.choice(rare)) for _ in range(EACH)],
        "two words": [All(tuple(map(either, words(2)))) for _ in range(EACH)],
        "phrase": [Phrase("body", words(3)) for _ in range(EACH)],
        "prefix": [Prefix("body", numbers.choice(rare)) for _ in range(EACH)],
        "filtered": [filtered() for _ in range(EACH)],
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["step"]:
        name, folder, corpus, count = sys.argv[2:]
        sys.stdout.write(json.dumps(step(name, Path(folder), corpus, int(count))))
    else:
        main()
