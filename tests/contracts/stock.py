"""The same documents and queries for stock Whoosh: an index in its own format, and its nodes.

Stock answers with `limit=None`, for its limit and its totals are wrong for an `or` under a
filter.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from whoosh import query as stock
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import FileIndex, open_dir
from whoosh.writing import SegmentWriter

from indexer.document import IndexDocument
from indexer.engines.fields import ACCESS, ADDED, DAYS, ID, term_field, value_field
from indexer.engines.storage import DurableStorage
from indexer.query.terms import (
    All,
    AnyOf,
    Fuzzy,
    Having,
    Node,
    Phrase,
    Prefix,
    Term,
    Wildcard,
    Without,
)
from tests.contracts.asking import document

WORDS = ("ab", "abc", "b", "ba", "bad", "c", "cab", "d", "dab", "e")


def add_by_whoosh(folder: Path, documents: Iterable[IndexDocument], **commit: Any) -> None:
    """Add documents with Whoosh's own writer, one by one."""
    writer = SegmentWriter(FileIndex(DurableStorage(folder)), codec=W3Codec())
    for each in documents:
        row: dict[str, Any] = {ID: (each.id,), ACCESS: (each.access,), ADDED: each.added}
        row |= {term_field(name): terms for name, terms in each.terms.items()}
        row |= {value_field(name): values for name, values in each.values.items()}
        row |= {day: getattr(each, day) for day in DAYS}
        writer.add_document(**row)
    writer.commit(**commit or {"merge": False})


def answered(folder: Path, query: stock.Query) -> dict[str, float]:
    """The ids and scores of all documents that Whoosh's own searcher finds."""
    with open_dir(str(folder)).searcher() as searcher:
        ids = searcher.reader().column_reader(ID)
        return {ids[hit.docnum]: hit.score for hit in searcher.search(query, limit=None)}


def in_stock(node: Node) -> stock.Query:
    """What a node is called there."""
    match node:
        case Term(field, text, boost):
            return stock.Term(term_field(field), text, boost=boost)
        case Phrase(field, (text,), _, boost):
            return stock.Term(term_field(field), text, boost=boost)
        case Phrase(field, texts, slop, boost):
            return stock.Phrase(term_field(field), list(texts), slop=slop + 1, boost=boost)
        case Prefix(field, text):
            return stock.Prefix(term_field(field), text)
        case Wildcard(field, pieces):
            return stock.Wildcard(term_field(field), "*".join(pieces))
        case Fuzzy(field, text, edits):
            return stock.FuzzyTerm(term_field(field), text, maxdist=edits, prefixlength=0)
        case Having(field, value):
            return stock.Term(value_field(field), value, boost=0.0)
        case Without(part):  # scores 1 by itself; and stock's AndNot lets its first one pass
            return stock.ConstantScoreQuery(stock.Not(in_stock(part)), 1e-9)
        case All(parts):
            return stock.And([in_stock(part) for part in parts])
        case AnyOf(parts):
            return stock.Or([in_stock(part) for part in parts])
        case _:
            raise AssertionError(node)


def some_documents(numbers: random.Random, count: int, first: int = 0) -> list[IndexDocument]:
    """Documents of a few words, the first of them in most documents, the last in few."""
    weights = [1 / (place + 1) for place in range(len(WORDS))]

    def words(most: int) -> str:
        return " ".join(numbers.choices(WORDS, weights, k=numbers.randint(0, most)))

    return [
        document(
            f"r{first + number}",
            words(numbers.choice((5, 40, 300))),
            title=words(6),
            outlet=numbers.sample(("Coast", "Hill"), numbers.randint(0, 2)),
            author=numbers.sample(("Ines", "Jun", "Pia"), numbers.randint(0, 1)),
            date=f"2024-0{numbers.randint(1, 9)}-11",
            access=numbers.choice(("open", "staff")),
            added=numbers.randint(0, 2_000_000_000),
        )
        for number in range(count)
    ]


def some_query(numbers: random.Random, depth: int = 2, *, expanding: bool = False) -> Node:
    """A query of the operators that stock has; with `expanding`, prefixes and the like too."""

    def word() -> str:
        return numbers.choice((*WORDS, "absent"))

    def parts(least: int) -> tuple[Node, ...]:
        count = numbers.randint(least, 3)
        return tuple(some_query(numbers, depth - 1, expanding=expanding) for _ in range(count))

    field = numbers.choice(("title", "body"))
    boost = numbers.choice((1.0, 1.0, 2.0, 0.5))
    kinds = ["term", "term", "phrase"] + ["prefix", "wildcard", "fuzzy"] * expanding
    if depth:
        kinds += ["all", "any", "any", "but", "having", "restricted"]
    match numbers.choice(kinds):
        case "term":
            return Term(field, word(), boost)
        case "phrase":
            texts = tuple(word() for _ in range(numbers.randint(2, 3)))
            return Phrase(field, texts, numbers.choice((0, 0, 1, 3)), boost)
        case "prefix":
            return Prefix(field, word()[:2])
        case "wildcard":
            return Wildcard(field, (word()[:1], numbers.choice(("", word()[-1:]))))
        case "fuzzy":
            return Fuzzy(field, word(), 1)
        case "all":
            return All(parts(2))
        case "any":
            return AnyOf(parts(2))
        case "but":
            return All((some_query(numbers, 0), Without(some_query(numbers, depth - 1))))
        case "having":
            return All((*parts(1), Having("outlet", numbers.choice(("Coast", "Hill")))))
        case _:
            return All((AnyOf(parts(2)), Having("author", numbers.choice(("Ines", "Jun")))))


def differences(
    found: dict[str, float], expected: dict[str, float], *, scored: bool
) -> Sequence[str]:
    """The ids in one of the answers only, or with other scores."""
    return sorted(
        (found.keys() ^ expected.keys())
        | {
            id
            for id in found.keys() & expected.keys()
            if scored and abs(found[id] - expected[id]) >= 1e-6
        }
    )
