"""Documents made of words, and ways to ask an engine for them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from indexer.document import IndexDocument
from indexer.engine import Generation, Searcher, SearchRequest, SearchResult, Sort
from indexer.query.terms import AnyOf, Node, Term

TERMS = ("title", "body", "body_stem")
VALUES = ("outlet", "author")

Make = Callable[[], Generation]


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


def terms(title: Sequence[str], body: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The terms of a document of these words; the stem of each is its first letter."""
    stems = tuple(word[:1] for word in body)
    return {"title": tuple(title), "body": tuple(body), "body_stem": stems}


def document(
    id: str,
    body: str = "",
    *,
    title: str = "",
    outlet: Sequence[str] = (),
    author: Sequence[str] = (),
    date: str | None = None,
    until: str | None = None,
    open_beginning: bool = False,
    access: str = "open",
    added: int = 0,
) -> IndexDocument:
    """A document of the given words; `date` and `until` are days, `until` the last one."""
    first = day(date) if date else None
    last = day(until) if until else first
    return IndexDocument(
        id=id,
        terms=terms(title.split(), body.split()),
        values={"outlet": tuple(outlet), "author": tuple(author)},
        earliest=None if open_beginning else first,
        latest=last,
        oldest=first,
        newest=last,
        access=access,
        added=added,
    )


def holding(make: Make, *documents: IndexDocument) -> Searcher:
    """A searcher over `documents`, each added in a commit of its own."""
    generation = make()
    for one in documents:
        generation.apply([one])
    return generation.searcher()


def found(searcher: Searcher, query: Node, **options: object) -> str:
    """The ids found, ascending, as one text."""
    request = SearchRequest(query, limit=1000, **options)  # type: ignore[arg-type]
    result = searcher.search(request)
    assert result.total == len(result.hits)
    return " ".join(sorted(hit.id for hit in result.hits))


def in_order(searcher: Searcher, query: Node, sort: Sort) -> str:
    """The ids found, in the order of the hits."""
    hits = searcher.search(SearchRequest(query, sort=sort, limit=1000)).hits
    return " ".join(hit.id for hit in hits)


def scores(searcher: Searcher, query: Node) -> dict[str, float]:
    return {hit.id: hit.score for hit in searcher.search(SearchRequest(query, limit=1000)).hits}


def body(*words: str) -> AnyOf:
    """Any of these words in the body."""
    return AnyOf(tuple(Term("body", word) for word in words))


def bars(result: SearchResult) -> dict[str, tuple[int, int]]:
    """The certain and the possible matches of each bar, by its first day."""
    return {
        datetime.date.fromordinal(bar.first).isoformat(): (bar.certain, bar.possible)
        for bar in result.bars
    }
