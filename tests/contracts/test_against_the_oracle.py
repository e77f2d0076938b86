"""Whoosh answers generated requests as the brute-force engine does."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indexer.document import IndexDocument
from indexer.engine import (
    Cell,
    Filter,
    ScoredId,
    Searcher,
    SearchRequest,
    SearchResult,
    Sort,
    Span,
    Unit,
)
from indexer.engines.whoosh_generation import create
from indexer.query.terms import (
    All,
    AnyOf,
    Combined,
    DateRange,
    Everything,
    Fuzzy,
    Having,
    Leaf,
    Missing,
    Near,
    Node,
    Phrase,
    Preferring,
    Prefix,
    Term,
    Wildcard,
    Without,
)
from tests.contracts.asking import TERMS, VALUES, day, document, terms
from tests.contracts.brute_force import BruteForceGeneration

IDS = st.sampled_from([f"r{i}" for i in range(12)])
WORDS = st.sampled_from(["a", "b", "c", "ab", "abc"])
OUTLETS = st.sampled_from(["Coast", "Hill", "Ähre"])
AUTHORS = st.sampled_from(["Ines", "Jun"])
DAYS = st.integers(day("2019-12-20"), day("2023-01-10"))
ACCESS = st.sets(st.sampled_from(["open", "snippets", "staff"]), min_size=1).map(frozenset)


@st.composite
def documents(draw: st.DrawFn) -> IndexDocument:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    kind = draw(st.sampled_from(["day", "interval", "open", "none"]))
    if kind == "day":
        last = first
    dated = kind != "none"
    return IndexDocument(
        id=draw(IDS),
        terms=terms(draw(st.lists(WORDS, max_size=2)), draw(st.lists(WORDS, max_size=8))),
        values={
            "outlet": tuple(draw(st.lists(OUTLETS, unique=True, max_size=2))),
            "author": tuple(draw(st.lists(AUTHORS, unique=True, max_size=2))),
        },
        earliest=first if dated and kind != "open" else None,
        latest=last if dated else None,
        oldest=(last if kind == "open" else first) if dated else None,
        newest=last if dated else None,
        access=draw(st.sampled_from(["open", "open", "snippets", "staff"])),
        added=draw(st.sampled_from([0, 1_700_000_000, 5_000_000_000])),
    )


BOOSTS = st.sampled_from([0.5, 1.0, 2.0])
DATE_RANGES = st.builds(DateRange, st.none() | DAYS, st.none() | DAYS)


def leaves(fields: st.SearchStrategy[str]) -> st.SearchStrategy[Leaf]:
    pieces = st.lists(st.sampled_from(["", "a", "b", "bc"]), max_size=4).map(tuple)
    return st.one_of(
        st.builds(Term, fields, WORDS, BOOSTS),
        st.builds(
            Phrase, fields, st.lists(WORDS, max_size=4).map(tuple), st.integers(0, 3), BOOSTS
        ),
        st.builds(Prefix, fields, st.sampled_from(["", "a", "ab", "d"]), BOOSTS),
        st.builds(Wildcard, fields, pieces, BOOSTS),
        st.builds(Fuzzy, fields, WORDS, st.integers(0, 2), BOOSTS),
    )


@st.composite
def nears(draw: st.DrawFn) -> Near:
    one = leaves(st.sampled_from(["body", "body_stem"]))
    several = st.builds(AnyOf, st.lists(one, max_size=3).map(tuple))
    parts = draw(st.lists(one | several, min_size=2, max_size=4))
    distances = [draw(st.integers(0, 3)) for _ in parts[1:]]
    return Near(tuple(parts), tuple(distances), draw(st.booleans()))


WORDS_AND_PHRASES = leaves(st.sampled_from(["title", "body"])).filter(
    lambda leaf: isinstance(leaf, Term | Phrase)
)
NODES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        leaves(st.sampled_from(["title", "body"])),
        nears(),
        st.builds(Combined, st.lists(WORDS_AND_PHRASES, max_size=3).map(tuple), BOOSTS),
        DATE_RANGES,
        st.builds(Having, st.just("outlet"), OUTLETS),
        st.builds(Missing, st.sampled_from(["outlet", "author", "date"])),
        st.just(Everything()),
    ),
    lambda parts: st.one_of(
        st.builds(All, st.lists(parts, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(parts, max_size=3).map(tuple)),
        st.builds(Preferring, parts, st.lists(parts, max_size=2).map(tuple)),
        st.builds(Without, parts),
    ),
    max_leaves=6,
)


def filters(field: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Filter]:
    several = st.lists(st.none() | values, max_size=2, unique=True).map(tuple)
    return st.builds(Filter, st.just(field), several, st.booleans())


@st.composite
def folds(draw: st.DrawFn) -> tuple[tuple[str, ...], ...]:
    ids = draw(st.permutations([f"r{i}" for i in range(14)]))
    cuts = sorted(draw(st.lists(st.integers(0, 14), max_size=5)))
    return tuple(tuple(ids[a:b]) for a, b in itertools.pairwise(cuts))


REQUESTS = st.builds(
    SearchRequest,
    query=NODES,
    filters=st.lists(filters("outlet", OUTLETS) | filters("author", AUTHORS), max_size=3).map(
        tuple
    ),
    dates=st.none() | DATE_RANGES | st.just(Missing("date")),
    access=ACCESS,
    sort=st.sampled_from(list(Sort)),
    offset=st.integers(0, 3),
    limit=st.integers(0, 5),
    facets=st.just(("outlet", "author")),
    most_values=st.none() | st.integers(0, 3),
    bars=st.none()
    | st.builds(Span, st.sampled_from(list(Unit)), st.none() | DAYS, st.none() | DAYS),
    folds=st.just(()) | folds(),
    hidden=st.frozensets(IDS, max_size=3),
)
COMMITS = st.lists(
    st.tuples(st.lists(documents(), max_size=6), st.lists(IDS, max_size=2)),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    commits=COMMITS,
    requests=st.lists(REQUESTS, min_size=1, max_size=8),
    columns=st.lists(NODES, max_size=3),
    word=WORDS,
)
@example(
    commits=[([document("r1", "a b", outlet=["Coast"])], []), ([document("r1", "b")], ["r0"])],
    requests=[SearchRequest(AnyOf((Term("body", "a"), Without(Term("body", "b")))))],
    columns=[],
    word="a",
)
def test_whoosh_answers_as_the_oracle_does(
    tmp_path_factory: pytest.TempPathFactory,
    commits: list[tuple[list[IndexDocument], list[str]]],
    requests: list[SearchRequest],
    columns: list[Node],
    word: str,
) -> None:
    oracle = BruteForceGeneration(TERMS, VALUES)
    whoosh = create(tmp_path_factory.mktemp("index") / "whoosh", TERMS, VALUES)
    for batch, removed in commits:
        oracle.apply(batch, removed)
        whoosh.apply(batch, removed)
    expected, searcher = oracle.searcher(), whoosh.searcher()
    assert sorted(searcher.ids()) == sorted(expected.ids())
    assert searcher.values("outlet") == expected.values("outlet")
    for request in requests:
        true, answer = expected.search(request), searcher.search(request)
        assert _counts(answer) == _counts(true)
        _same_hits(searcher, expected, request, answer.hits, true.hits)
        _bars_find_what_they_count(searcher, request, answer)
        _same_table(searcher, expected, request, columns)
        for edits in (0, 1, 2):
            assert searcher.similar(
                "body", word, edits=edits, access=request.access
            ) == expected.similar("body", word, edits=edits, access=request.access)


def _counts(result: SearchResult) -> tuple[object, ...]:
    return result.total, result.folded, result.facets, result.untold, result.bars, result.undated


def _same_hits(
    searcher: Searcher,
    oracle: Searcher,
    request: SearchRequest,
    hits: tuple[ScoredId, ...],
    expected: tuple[ScoredId, ...],
) -> None:
    """Scores are an engine's own, and so is the order by them."""
    assert len(hits) == len(expected)
    if request.sort is not Sort.RELEVANCE:
        assert _folded(hits) == _folded(expected)
        return
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    whole = dataclasses.replace(request, offset=0, limit=1000)
    everything = searcher.search(whole).hits
    assert sorted(_folded(everything)) == sorted(_folded(oracle.search(whole).hits))
    assert hits == everything[request.offset : request.offset + request.limit]


def _folded(hits: tuple[ScoredId, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(hit.id, hit.folded) for hit in hits]


def _bars_find_what_they_count(
    searcher: Searcher, request: SearchRequest, answer: SearchResult
) -> None:
    for bar in answer.bars[:40]:
        within = dataclasses.replace(request, dates=DateRange(bar.first, bar.last), bars=None)
        assert searcher.search(within).total == bar.certain + bar.possible


def _same_table(
    searcher: Searcher, oracle: Searcher, request: SearchRequest, columns: list[Node]
) -> None:
    """Each cell counts what the oracle's does, and its best is what a search finds first."""
    cells = searcher.cross(request, "outlet", columns)
    expected = oracle.cross(request, "outlet", columns)
    assert {key: cell.count for key, cell in cells.items()} == {
        key: cell.count for key, cell in expected.items()
    }
    if request.sort is not Sort.RELEVANCE:
        assert _best(cells) == _best(expected)
    whole = dataclasses.replace(request, offset=0, limit=1000, folds=())
    hits = searcher.search(whole).hits
    for (value, column), cell in cells.items():
        row = Missing("outlet") if value is None else Having("outlet", value)
        inside = SearchRequest(All((columns[column], row)), limit=1000)
        ids = {hit.id for hit in searcher.search(inside).hits}
        assert cell.best == next(hit for hit in hits if hit.id in ids)


def _best(cells: Mapping[tuple[str | None, int], Cell]) -> dict[tuple[str | None, int], str]:
    return {key: cell.best.id for key, cell in cells.items()}
