"""Pressmark's engine as the harness of peers wants an engine to be.

The harness says what words are and stores texts nowhere, so neither is Pressmark's: its index
holds the harness's words in one field, and what a hit shows comes from an SQLite file, as a
record of an archive does.  Run by `tests/bench/peers.py`, in the harness's own process.

The index is one segment; `PRESSMARK_SEGMENTS` in the environment says how many else.
"""

from __future__ import annotations

import datetime
import itertools
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import FACETS, TOPV, docs, tokens  # type: ignore[import-not-found]

from indexer.document import IndexDocument
from indexer.engine import SearchRequest
from indexer.engines import whoosh_generation
from indexer.engines.whoosh_generation import create, open_generation
from indexer.query.terms import All, DateRange, Having, Node, Phrase, Term


class Engine:
    name = "pressmark"

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def build(self, tsv: str) -> int:
        self._path.mkdir()
        records = sqlite3.connect(self._path / "records.sqlite")
        records.execute("CREATE TABLE record (id TEXT PRIMARY KEY, title, date, text)")
        self._count = 0
        generation = create(self._path / "index", ["body"], FACETS)
        segments = int(os.environ.get("PRESSMARK_SEGMENTS", "1"))
        with Path(tsv).open(encoding="utf-8") as lines:
            part = -(-sum(1 for _ in lines) // segments)
        documents = self._documents(tsv, records)
        with records:
            for made in range(segments):
                # What this adds becomes one segment, and those that were there stay.
                whoosh_generation.to_merge = lambda held, made=made: list(held)[made:]
                generation.apply(itertools.islice(documents, part))
        records.close()
        return self._count

    def _documents(self, tsv: str, records: sqlite3.Connection) -> Iterator[IndexDocument]:
        for each in docs(tsv):
            row = (each.id, each.title, each.date, each.text)
            records.execute("INSERT INTO record VALUES (?, ?, ?, ?)", row)
            day = _day(each.date)
            self._count += 1
            yield IndexDocument(
                each.id,
                {"body": tokens(each.text)},
                {name: _listed(getattr(each, name)) for name in FACETS},
                day, day, day, day,
                "open",
            )  # fmt: skip

    def open(self) -> None:
        self._generation = open_generation(self._path / "index")
        self._searcher = self._generation.searcher()
        self._records = sqlite3.connect(self._path / "records.sqlite")

    def search(self, q: Any, mode: str) -> dict[str, Any]:
        query: Node = (
            Phrase("body", tuple(q.terms))
            if q.kind == "phrase"
            else All(tuple(Term("body", term) for term in q.terms))
        )
        if q.dfrom:  # in the query: the harness counts a facet under its own filter, too
            dates = DateRange(_day(q.dfrom), _day(q.dto))
            query = All((query, dates, Having(q.ff, q.fv)))
        facets = FACETS if mode != "top" else ()
        result = self._searcher.search(SearchRequest(query, facets=facets))
        ids = [hit.id for hit in result.hits]
        marks = ",".join("?" * len(ids))
        rows = {
            row[0]: row
            for row in self._records.execute(
                f"SELECT id, title, date, text FROM record WHERE id IN ({marks})", ids
            )
        }
        hits: list[tuple[Any, ...]] = [rows[id][:3] for id in ids]
        if mode == "full":
            words = re.compile("(?:" + "|".join(map(re.escape, q.terms)) + r")\b")
            hits = [(*rows[id][:3], _passage(words, rows[id][3])) for id in ids]
        found: dict[str, Any] = {"total": result.total, "hits": hits}
        if mode != "top":
            found["facets"] = {
                name: [(c.value, c.count) for c in result.facets[name][: TOPV + 1] if c.value][
                    :TOPV
                ]
                for name in FACETS
            }
        return found


def _passage(words: re.Pattern[str], text: str) -> str:
    """Two hundred characters around the first of the words, with these words marked."""
    # Sought in small letters without a boundary in front: then the pattern begins with letters,
    # which `re` skips to.
    small = text.lower() if text.isascii() else "".join(c.lower()[:1] for c in text)
    found = next(_standing(words, small, 0, len(small)), None)
    start = max(0, (found.start() if found else 0) - 60)
    marked, at = [], start
    for word in _standing(words, small, start, start + 200):
        marked += [text[at : word.start()], "<b>", text[word.start() : word.end()], "</b>"]
        at = word.end()
    return "".join(marked) + text[at : start + 200]


def _standing(words: re.Pattern[str], small: str, start: int, end: int) -> Iterator[re.Match[str]]:
    for found in words.finditer(small, start, end):
        before = small[found.start() - 1 : found.start()]
        if not (before.isalnum() or before == "_"):
            yield found


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,) if value else ()


def _day(number: int) -> int | None:
    """The day number of a date written as a number, 19870226."""
    if not number:
        return None
    return datetime.date(number // 10000, number // 100 % 100, number % 100).toordinal()
