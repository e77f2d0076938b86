"""What every search engine promises; the brute-force engine and Whoosh both pass."""

from __future__ import annotations

import datetime
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indexer.document import IndexDocument
from indexer.engine import (
    FacetCount,
    Filter,
    Generation,
    ScoredId,
    Searcher,
    SearchRequest,
    SearchResult,
    Sort,
)
from indexer.engines.whoosh_generation import create
from indexer.query.terms import (
    All,
    AnyOf,
    DateRange,
    Everything,
    Missing,
    Node,
    Phrase,
    Prefix,
    Term,
    TooManyTerms,
    Without,
)
from tests.contracts.brute_force import BruteForceGeneration

TERMS = ("title", "body")
VALUES = ("outlet", "author")

Make = Callable[[], Generation]


@pytest.fixture(params=["brute force", "whoosh"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    numbers = itertools.count()
    if request.param == "whoosh":
        return lambda: create(tmp_path / str(next(numbers)), TERMS, VALUES)
    return lambda: BruteForceGeneration(TERMS, VALUES)


def day(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal()


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
) -> IndexDocument:
    """A document of the given words; `date` and `until` are days, `until` the last one."""
    first = day(date) if date else None
    last = day(until) if until else first
    return IndexDocument(
        id=id,
        terms={"title": tuple(title.split()), "body": tuple(body.split())},
        values={"outlet": tuple(outlet), "author": tuple(author)},
        earliest=None if open_beginning else first,
        latest=last,
        oldest=first,
        newest=last,
        access=access,
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


# Nodes


def test_a_term_is_found_in_its_own_field_only(make: Make) -> None:
    searcher = holding(make, document("1", "harbour"), document("2", title="harbour"))
    assert found(searcher, Term("body", "harbour")) == "1"
    assert found(searcher, Term("title", "harbour")) == "2"
    assert found(searcher, Term("body", "harb")) == ""
    assert found(searcher, Term("nowhere", "harbour")) == ""


def test_an_index_without_documents_answers(make: Make) -> None:
    searcher = make().searcher()
    request = SearchRequest(
        All((Term("body", "a"), Prefix("body", "b"), Phrase("body", ("c", "d")))),
        facets=("outlet", "date"),
    )
    assert searcher.search(request) == SearchResult(0, (), {"outlet": (), "date": ()})
    assert (searcher.count(), list(searcher.ids()), searcher.values("outlet")) == (0, [], ())


@pytest.mark.parametrize(
    ("texts", "slop", "ids"),
    [
        (("old", "bridge"), 0, "1 2"),
        (("old", "stone", "bridge"), 0, "3"),
        (("old", "bridge"), 1, "1 2 3"),
        (("bridge", "old"), 0, "2"),
        (("bridge", "old"), 9, "2 5"),
        (("old", "old"), 0, "4"),
        (("old", "old", "old"), 0, ""),
        (("old", "old", "town"), 0, "4"),
        (("old", "bridge", "old"), 0, "2"),
        (("bridge",), 0, "1 2 3 5"),
        (("bridge",), 3, "1 2 3 5"),
        (("absent",), 0, ""),
        (("old", "absent"), 5, ""),
        ((), 0, ""),
        ((), 5, ""),
    ],
)
def test_a_phrase_stands_in_order_within_its_slop(
    make: Make, texts: tuple[str, ...], slop: int, ids: str
) -> None:
    searcher = holding(
        make,
        document("1", "the old bridge"),
        document("2", "old bridge old"),
        document("3", "old stone bridge"),
        document("4", "old old town"),
        document("5", "bridge a b c old"),
    )
    assert found(searcher, Phrase("body", texts, slop)) == ids


def test_slop_counts_between_neighbours_and_finds_a_way_past_a_dead_end(make: Make) -> None:
    # The first "b" after "a" is too far from "c"; the second is not.
    searcher = holding(make, document("1", "a b b x c"), document("2", "a b x x c"))
    assert found(searcher, Phrase("body", ("a", "b", "c"), 1)) == "1"
    assert found(searcher, Phrase("body", ("a", "b", "c"), 2)) == "1 2"


def test_a_phrase_does_not_run_from_one_document_into_the_next(make: Make) -> None:
    generation = make()
    generation.apply([document("1", "x old"), document("2", "bridge y")])
    assert found(generation.searcher(), Phrase("body", ("old", "bridge"), 2**40)) == ""


def test_a_prefix_finds_every_term_that_starts_with_it(make: Make) -> None:
    searcher = holding(
        make,
        document("1", "port"),
        document("2", "porter harbour"),
        document("3", "po"),
        document("4", title="port"),
        document("5", "sport porz"),
    )
    assert found(searcher, Prefix("body", "port")) == "1 2"
    assert found(searcher, Prefix("body", "po")) == "1 2 3 5"
    assert found(searcher, Prefix("body", "q")) == ""


def test_a_prefix_scores_its_boost_however_often_it_matches(make: Make) -> None:
    searcher = holding(make, document("1", "port porter ported"), document("2", "x port y z"))
    assert scores(searcher, Prefix("body", "port", 2.5)) == {"1": 2.5, "2": 2.5}


def test_a_prefix_of_more_than_200_terms_is_refused(make: Make) -> None:
    generation = make()
    generation.apply([document("1", " ".join(f"a{i:03}" for i in range(199)))])
    generation.apply([document("2", "a199 b")])
    assert found(generation.searcher(), Prefix("body", "a")) == "1 2"
    generation.apply([document("3", "a200")])
    with pytest.raises(TooManyTerms) as refusal:
        found(generation.searcher(), Without(All((Prefix("body", "a"),))))
    assert (refusal.value.prefix, refusal.value.limit) == ("a", 200)
    assert found(generation.searcher(), Prefix("body", "a1")) == "1 2"
    generation.apply([], ["3"])
    assert found(generation.searcher(), Prefix("body", "a")) == "1 2"


@pytest.mark.parametrize(
    ("first", "last", "ids"),
    [
        ("2024-03-01", "2024-03-31", "day month open"),
        ("2024-03-10", "2024-03-10", "day month open"),
        ("2024-03-11", "2024-03-20", "month open"),
        ("2024-04-01", None, "open"),
        ("2024-05-02", None, ""),
        (None, "2024-02-29", "open"),
        (None, "1850-01-01", "open"),
        (None, "2024-03-01", "month open"),
        (None, None, "day month open"),
        ("2024-03-20", "2024-03-11", ""),
    ],
)
def test_a_date_range_matches_what_it_overlaps(
    make: Make, first: str | None, last: str | None, ids: str
) -> None:
    searcher = holding(
        make,
        document("day", date="2024-03-10"),
        document("month", date="2024-03-01", until="2024-03-31"),
        document("open", date="2024-05-01", open_beginning=True),
        document("undated"),
    )
    wanted = DateRange(day(first) if first else None, day(last) if last else None)
    assert found(searcher, wanted) == ids
    assert found(searcher, Everything(), dates=wanted) == ids
    assert set(scores(searcher, wanted).values()) <= {0.0}


def test_days_beyond_the_calendar_are_only_far_away(make: Make) -> None:
    searcher = holding(
        make,
        document("first", date="0001-01-01"),
        document("last", date="9999-12-31"),
        document("open", date="0001-01-02", open_beginning=True),
    )
    assert found(searcher, DateRange(-(10**30), 10**30)) == "first last open"
    assert found(searcher, DateRange(10**30, None)) == ""
    assert found(searcher, DateRange(None, 1)) == "first open"
    years = searcher.search(SearchRequest(Everything(), facets=("date",))).facets["date"]
    assert years == (FacetCount("9999", 1), FacetCount("0001", 2))


def test_missing_means_not_stated(make: Make) -> None:
    searcher = holding(
        make,
        document("1", outlet=["Morning Post of Velm"]),
        document("2", author=["Ansa Tirel"], date="2024-01-01"),
        document("3", outlet=[""], date="2024-01-01", open_beginning=True),
    )
    assert found(searcher, Missing("outlet")) == "2"
    assert found(searcher, Missing("author")) == "1 3"
    assert found(searcher, Missing("date")) == "1"
    assert found(searcher, Missing("nowhere")) == "1 2 3"


def test_parts_combine(make: Make) -> None:
    searcher = holding(make, document("1", "a b"), document("2", "b c"), document("3", "c"))
    a, b, c = (Term("body", word) for word in "abc")
    assert found(searcher, All((a, b))) == "1"
    assert found(searcher, AnyOf((a, c))) == "1 2 3"
    assert found(searcher, Without(b)) == "3"
    assert found(searcher, All((b, Without(a)))) == "2"
    assert found(searcher, AnyOf((a, Without(b)))) == "1 3"
    assert found(searcher, All((Without(a), Without(b)))) == "3"
    assert found(searcher, Without(Without(a))) == "1"
    assert found(searcher, Without(Everything())) == ""
    assert found(searcher, All(())) == "1 2 3"
    assert found(searcher, AnyOf(())) == ""
    assert found(searcher, Without(AnyOf(()))) == "1 2 3"
    assert found(searcher, All((a, AnyOf(())))) == ""


def test_scores_add_up(make: Make) -> None:
    searcher = holding(make, document("1", "a b b"), document("2", "b"), document("3", "a x"))
    a, b = Term("body", "a"), Term("body", "b")
    alone_a, alone_b = scores(searcher, a), scores(searcher, b)
    both = {id: alone_a.get(id, 0) + alone_b.get(id, 0) for id in "123"}
    assert scores(searcher, AnyOf((a, b))) == pytest.approx(both)
    assert scores(searcher, All((a, b))) == pytest.approx({"1": both["1"]})
    assert scores(searcher, All((Everything(), b, Without(Term("body", "x"))))) == alone_b
    assert scores(searcher, AnyOf((Without(a), Everything(), Missing("outlet")))) == {
        "1": 0.0,
        "2": 0.0,
        "3": 0.0,
    }


def test_a_boost_multiplies_the_score(make: Make) -> None:
    searcher = holding(make, document("1", "a b b"), document("2", "b a"))
    for node, boosted in (
        (Term("body", "b"), Term("body", "b", 3.0)),
        (Phrase("body", ("a", "b")), Phrase("body", ("a", "b"), 0, 3.0)),
        (Phrase("body", ("a",)), Phrase("body", ("a",), 0, 3.0)),
    ):
        tripled = {id: 3 * score for id, score in scores(searcher, node).items()}
        assert scores(searcher, boosted) == pytest.approx(tripled)


# Filters, access, facets


def small_press(make: Make) -> Searcher:
    return holding(
        make,
        document("1", "a", outlet=["Coast"], author=["Ines", "Jun"], date="2023-05-05"),
        document("2", "a", outlet=["Coast"], author=["Jun"], date="2024-02-01"),
        document("3", "a", outlet=["Hill"], author=["Ines"]),
        document("4", "a", date="2023-12-30", until="2024-01-02"),
        document("5", "b", outlet=["Hill", "Coast"], date="2022-01-01"),
    )


def test_values_of_a_filter_are_alternatives_and_filters_are_all_required(make: Make) -> None:
    searcher = small_press(make)
    everything = Everything()
    assert found(searcher, everything, filters=(Filter("outlet", ("Coast",)),)) == "1 2 5"
    assert found(searcher, everything, filters=(Filter("outlet", ("Coast", "Hill")),)) == "1 2 3 5"
    assert found(searcher, everything, filters=(Filter("outlet", (None,)),)) == "4"
    assert found(searcher, everything, filters=(Filter("outlet", ("Hill", None)),)) == "3 4 5"
    assert found(searcher, everything, filters=(Filter("outlet", ()),)) == ""
    assert found(searcher, everything, filters=(Filter("outlet", ("coast",)),)) == ""
    assert found(searcher, everything, filters=(Filter("nowhere", ("x",)),)) == ""
    assert found(searcher, everything, filters=(Filter("nowhere", (None,)),)) == "1 2 3 4 5"
    both = (Filter("outlet", ("Coast",)), Filter("author", ("Ines",)))
    assert found(searcher, everything, filters=both) == "1"
    same = (Filter("outlet", ("Coast",)), Filter("outlet", ("Hill",)))
    assert found(searcher, everything, filters=same) == "5"


def test_an_or_under_a_filter_and_dates_has_its_true_total(make: Make) -> None:
    generation = make()
    generation.apply(
        document(
            f"{i:04}",
            "a" if i % 2 else "b",
            outlet=["Coast" if i % 3 else "Hill"],
            date="2024-01-01" if i % 5 else "2020-01-01",
        )
        for i in range(600)
    )
    request = SearchRequest(
        body("a", "b"),
        filters=(Filter("outlet", ("Hill",)),),
        dates=DateRange(day("2023-01-01"), None),
        limit=3,
        facets=("outlet", "date"),
    )
    result = generation.searcher().search(request)
    assert (result.total, len(result.hits)) == (160, 3)
    assert result.facets["outlet"] == (FacetCount("Coast", 320), FacetCount("Hill", 160))
    assert result.facets["date"] == (FacetCount("2024", 160), FacetCount("2020", 40))


def test_a_facet_ignores_its_own_filter_and_heeds_the_others(make: Make) -> None:
    result = small_press(make).search(
        SearchRequest(
            Term("body", "a"),
            filters=(Filter("outlet", ("Coast",)), Filter("author", ("Jun",))),
            dates=DateRange(day("2024-01-01"), None),
            facets=("outlet", "author", "date"),
        )
    )
    assert result.total == 1
    assert result.facets == {
        "outlet": (FacetCount("Coast", 1),),
        "author": (FacetCount("Jun", 1),),
        "date": (FacetCount("2024", 1), FacetCount("2023", 1)),
    }


def test_facets_count_matches_by_value_and_not_stated_last(make: Make) -> None:
    result = small_press(make).search(
        SearchRequest(Everything(), limit=0, facets=("outlet", "author", "nowhere"))
    )
    assert (result.total, result.hits) == (5, ())
    assert result.facets == {
        "outlet": (FacetCount("Coast", 3), FacetCount("Hill", 2), FacetCount(None, 1)),
        "author": (FacetCount("Ines", 2), FacetCount("Jun", 2), FacetCount(None, 2)),
        "nowhere": (FacetCount(None, 5),),
    }


def test_a_value_that_is_filtered_on_is_shown_even_at_0(make: Make) -> None:
    result = small_press(make).search(
        SearchRequest(
            Term("body", "b"),
            filters=(
                Filter("author", ("Jun", "Nobody of that name")),
                Filter("outlet", (None, "Hill")),
            ),
            facets=("author", "outlet"),
        )
    )
    assert result.total == 0
    assert result.facets == {
        "author": (
            FacetCount("Jun", 0),
            FacetCount("Nobody of that name", 0),
            FacetCount(None, 1),
        ),
        "outlet": (FacetCount("Hill", 0), FacetCount(None, 0)),
    }


def test_the_date_facet_counts_an_interval_in_each_year_it_overlaps(make: Make) -> None:
    searcher = small_press(make)
    assert searcher.search(SearchRequest(Everything(), facets=("date",))).facets["date"] == (
        FacetCount("2024", 2),
        FacetCount("2023", 2),
        FacetCount("2022", 1),
        FacetCount(None, 1),
    )


def test_an_open_beginning_counts_in_every_listed_year_up_to_its_last(make: Make) -> None:
    searcher = holding(
        make,
        document("1", date="2010-06-01"),
        document("2", date="2020-06-01", until="2021-06-01"),
        document("3", date="2015-06-01", open_beginning=True),
        document("4", date="2020-07-01", open_beginning=True),
    )
    assert searcher.search(SearchRequest(Everything(), facets=("date",))).facets["date"] == (
        FacetCount("2021", 1),
        FacetCount("2020", 2),
        FacetCount("2015", 2),
        FacetCount("2010", 3),
    )


def test_what_may_not_be_seen_does_not_exist(make: Make) -> None:
    searcher = holding(
        make,
        document("1", "a", outlet=["Coast"], access="open"),
        document("2", "a", outlet=["Coast"], access="snippets", date="2020-01-01"),
        document("3", "a", outlet=["Hill"], access="staff", date="2021-01-01"),
    )
    result = searcher.search(
        SearchRequest(
            Term("body", "a"), access=frozenset({"open", "snippets"}), facets=("outlet", "date")
        )
    )
    assert sorted(hit.id for hit in result.hits) == ["1", "2"]
    assert (result.total, result.facets) == (
        2,
        {
            "outlet": (FacetCount("Coast", 2),),
            "date": (FacetCount("2020", 1), FacetCount(None, 1)),
        },
    )
    assert found(searcher, Without(Term("body", "b")), access=frozenset({"staff"})) == "3"
    assert found(searcher, Everything(), access=frozenset()) == ""


# Order and pages


def test_sorting_by_date_puts_no_date_last_and_breaks_ties_by_id(make: Make) -> None:
    searcher = holding(
        make,
        document("f", date="2024-01-05"),
        document("e"),
        document("d", date="2023-01-01", until="2024-01-05"),
        document("c", date="2024-01-05"),
        document("b", date="2023-01-01"),
        document("a"),
    )
    assert in_order(searcher, Everything(), Sort.NEWEST) == "c f d b a e"
    assert in_order(searcher, Everything(), Sort.OLDEST) == "b d c f a e"
    assert in_order(searcher, Everything(), Sort.RELEVANCE) == "a b c d e f"


def test_sorting_by_relevance_puts_the_better_match_first(make: Make) -> None:
    searcher = holding(make, document("1", "a x x x"), document("2", "a a a"), document("3", "x"))
    assert in_order(searcher, Term("body", "a"), Sort.RELEVANCE) == "2 1"


def test_pages_follow_one_another_and_end(make: Make) -> None:
    generation = make()
    ids = [f"{i:02}" for i in range(25)]
    for start in range(0, 25, 4):
        generation.apply(document(id, "a") for id in ids[start : start + 4])
    searcher = generation.searcher()
    pages = [
        [hit.id for hit in searcher.search(SearchRequest(Everything(), offset=o, limit=10)).hits]
        for o in (0, 10, 20, 30, 10**9)
    ]
    assert pages == [ids[:10], ids[10:20], ids[20:], [], []]
    assert searcher.search(SearchRequest(Everything(), offset=30)).total == 25


# Writing


def test_a_document_replaces_the_one_with_its_id(make: Make) -> None:
    generation = make()
    generation.apply([document("1", "a", outlet=["Coast"]), document("2", "a")])
    generation.apply([document("1", "b", outlet=["Hill"])])
    searcher = generation.searcher()
    assert found(searcher, Term("body", "a")) == "2"
    assert found(searcher, Term("body", "b")) == "1"
    assert (searcher.count(), sorted(searcher.ids())) == (2, ["1", "2"])
    assert searcher.values("outlet") == ("Hill",)


def test_the_last_of_two_documents_with_one_id_wins(make: Make) -> None:
    generation = make()
    generation.apply([document("1", "a"), document("1", "b")])
    assert found(generation.searcher(), Term("body", "a")) == ""
    assert found(generation.searcher(), Term("body", "b")) == "1"


def test_applying_the_same_again_changes_nothing(make: Make) -> None:
    generation = make()
    request = SearchRequest(body("a", "b"), sort=Sort.NEWEST, facets=("outlet", "author", "date"))
    batch = [
        document("1", "a b", outlet=["Coast"], date="2024-01-01"),
        document("2", "b", author=["Jun"]),
    ]
    answers = []
    for _ in range(12):
        generation.apply(batch, ["3"])
        result = generation.searcher().search(request)
        answers.append((result.total, [hit.id for hit in result.hits], result.facets))
    assert answers[0] == (
        2,
        ["1", "2"],
        {
            "outlet": (FacetCount("Coast", 1), FacetCount(None, 1)),
            "author": (FacetCount("Jun", 1), FacetCount(None, 1)),
            "date": (FacetCount("2024", 1), FacetCount(None, 1)),
        },
    )
    assert all(answer == answers[0] for answer in answers)


def test_removed_documents_are_gone_and_unknown_ids_are_no_error(make: Make) -> None:
    generation = make()
    generation.apply([document(str(i), "a b", outlet=["Coast"]) for i in range(5)])
    generation.apply([document("5", "a")], ["1", "3", "unknown"])
    generation.apply([], ["4"])
    generation.apply([], [])
    searcher = generation.searcher()
    assert found(searcher, Term("body", "a")) == "0 2 5"
    assert found(searcher, Phrase("body", ("a", "b"))) == "0 2"
    assert found(searcher, Without(Term("body", "b"))) == "5"
    generation.apply([], ["0", "2", "5"])
    assert generation.searcher().count() == 0
    assert found(generation.searcher(), Everything()) == ""


def test_a_document_both_removed_and_given_is_kept(make: Make) -> None:
    generation = make()
    generation.apply([document("1", "a")])
    generation.apply([document("1", "b")], ["1"])
    assert found(generation.searcher(), Term("body", "b")) == "1"


def test_an_unknown_field_is_refused_and_nothing_changes(make: Make) -> None:
    generation = make()
    strange: Mapping[str, tuple[str, ...]] = {"summary": ("a",)}
    wrong = IndexDocument("2", strange, {}, None, None, None, None, "open")
    with pytest.raises(ValueError, match="field"):
        generation.apply([document("1", "a"), wrong])
    assert generation.searcher().count() == 0
    generation.apply([document("1", "a")])
    assert generation.searcher().count() == 1


def test_document_frequency_is_at_least_true_and_0_only_for_an_unknown_term(make: Make) -> None:
    generation = make()
    generation.apply([document("1", "a a b"), document("2", "a")])
    generation.apply([document("3", "a")], ["1"])
    searcher = generation.searcher()
    assert searcher.document_frequency("body", "a") >= 2
    assert searcher.document_frequency("body", "absent") == 0
    assert searcher.document_frequency("title", "a") == 0
    assert searcher.document_frequency("nowhere", "a") == 0


def test_values_are_distinct_and_ascending(make: Make) -> None:
    searcher = small_press(make)
    assert searcher.values("outlet") == ("Coast", "Hill")
    assert searcher.values("nowhere") == ()


def test_text_of_any_script_and_broken_text_is_kept_as_it_is(make: Make) -> None:
    words = ("ərazi", "Ստեփան", "報", "\U0001d518", "a\x00b", "\udc80", "x" * 5000)
    one = IndexDocument("報-1", {"body": words}, {"outlet": words}, None, None, None, None, "open")
    searcher = holding(make, one, document("2", "other"))
    for word in words:
        assert found(searcher, Term("body", word)) == "報-1"
        assert found(searcher, Prefix("body", word[:1])) == "報-1"
        assert found(searcher, Everything(), filters=(Filter("outlet", (word,)),)) == "報-1"
    assert found(searcher, Phrase("body", words)) == "報-1"
    assert searcher.values("outlet") == tuple(sorted(words))


def test_a_searcher_shows_one_commit_whatever_is_written_after(make: Make) -> None:
    generation = make()
    generation.apply(document(f"{i:02}", "a", outlet=["Coast"]) for i in range(20))
    searcher = generation.searcher()
    request = SearchRequest(
        All((Term("body", "a"), Phrase("body", ("a",)))), facets=("outlet", "date")
    )
    for i in range(20):
        generation.apply([document(f"{i:02}", "b b")], [f"{19 - i:02}"])
        assert searcher.search(request).total == 20
    assert searcher.search(request).facets["outlet"] == (FacetCount("Coast", 20),)
    assert searcher.search(request).hits[0].id == "00"
    assert searcher.count() == len(set(searcher.ids())) == 20
    assert generation.searcher().search(request).total == 0
    searcher.close()


def test_readers_see_whole_commits_only_while_100_are_made(make: Make) -> None:
    generation = make()
    pair = [document("1", "0"), document("2", "0")]
    generation.apply(pair)
    done = threading.Event()
    wrong: list[object] = []
    looks = itertools.count()

    def read() -> None:
        while not done.is_set():
            try:
                searcher = generation.searcher()
                hits = scores(searcher, Everything())
                outlets = searcher.search(SearchRequest(Everything(), facets=("outlet",)))
                if sorted(hits) != ["1", "2"] or len(outlets.facets["outlet"]) != 1:
                    wrong.append((hits, outlets))
                next(looks)
            except BaseException as error:
                wrong.append(error)
                raise

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for i in range(100):
            generation.apply([document(id, outlet=[str(i)]) for id in ("1", "2")])
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert next(looks) > 0


# Against the oracle

WORDS = st.sampled_from(["a", "b", "c", "ab", "abc"])
OUTLETS = st.sampled_from(["Coast", "Hill", "Ähre"])
AUTHORS = st.sampled_from(["Ines", "Jun"])
DAYS = st.integers(day("2019-12-20"), day("2023-01-10"))


@st.composite
def documents(draw: st.DrawFn) -> IndexDocument:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    kind = draw(st.sampled_from(["day", "interval", "open", "none"]))
    if kind == "day":
        last = first
    dated = kind != "none"
    return IndexDocument(
        id=draw(st.sampled_from([f"r{i}" for i in range(12)])),
        terms={
            "title": tuple(draw(st.lists(WORDS, max_size=2))),
            "body": tuple(draw(st.lists(WORDS, max_size=8))),
        },
        values={
            "outlet": tuple(draw(st.lists(OUTLETS, unique=True, max_size=2))),
            "author": tuple(draw(st.lists(AUTHORS, unique=True, max_size=2))),
        },
        earliest=first if dated and kind != "open" else None,
        latest=last if dated else None,
        oldest=(last if kind == "open" else first) if dated else None,
        newest=last if dated else None,
        access=draw(st.sampled_from(["open", "open", "snippets", "staff"])),
    )


FIELDS = st.sampled_from(["title", "body"])
BOOSTS = st.sampled_from([0.5, 1.0, 2.0])
DATE_RANGES = st.builds(DateRange, st.none() | DAYS, st.none() | DAYS)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, FIELDS, WORDS, BOOSTS),
    st.builds(Phrase, FIELDS, st.lists(WORDS, max_size=4).map(tuple), st.integers(0, 3), BOOSTS),
    st.builds(Prefix, FIELDS, st.sampled_from(["", "a", "ab", "d"]), BOOSTS),
    DATE_RANGES,
    st.builds(Missing, st.sampled_from(["outlet", "author", "date"])),
    st.just(Everything()),
)


def _combined(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.builds(All, several) | st.builds(AnyOf, several) | st.builds(Without, parts)


FILTERS = st.one_of(
    st.builds(
        Filter, st.just("outlet"), st.lists(st.none() | OUTLETS, max_size=2, unique=True).map(tuple)
    ),
    st.builds(
        Filter, st.just("author"), st.lists(st.none() | AUTHORS, max_size=2, unique=True).map(tuple)
    ),
)
REQUESTS = st.builds(
    SearchRequest,
    query=st.recursive(LEAVES, _combined, max_leaves=6),
    filters=st.lists(FILTERS, max_size=2).map(tuple),
    dates=st.none() | DATE_RANGES,
    access=st.sets(st.sampled_from(["open", "snippets", "staff"]), min_size=1).map(frozenset),
    sort=st.sampled_from(list(Sort)),
    offset=st.integers(0, 3),
    limit=st.integers(0, 5),
    facets=st.just(("outlet", "author", "date")),
)
COMMITS = st.lists(
    st.tuples(
        st.lists(documents(), max_size=6),
        st.lists(st.sampled_from([f"r{i}" for i in range(12)]), max_size=2),
    ),
    min_size=1,
    max_size=4,
)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(commits=COMMITS, requests=st.lists(REQUESTS, min_size=1, max_size=8))
@example(
    commits=[([document("r1", "a b", outlet=["Coast"])], []), ([document("r1", "b")], ["r0"])],
    requests=[SearchRequest(AnyOf((Term("body", "a"), Without(Term("body", "b")))))],
)
def test_whoosh_answers_as_the_oracle_does(
    tmp_path_factory: pytest.TempPathFactory,
    commits: list[tuple[list[IndexDocument], list[str]]],
    requests: list[SearchRequest],
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
        assert (answer.total, answer.facets) == (true.total, true.facets)
        _same_hits(searcher, expected, request, answer.hits, true.hits)


def _same_hits(
    searcher: Searcher,
    oracle: Searcher,
    request: SearchRequest,
    hits: tuple[ScoredId, ...],
    expected: tuple[ScoredId, ...],
) -> None:
    assert len(hits) == len(expected)
    if request.sort is not Sort.RELEVANCE:
        assert [hit.id for hit in hits] == [hit.id for hit in expected]
        return
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    whole = SearchRequest(request.query, request.filters, request.dates, request.access, limit=1000)
    everything = searcher.search(whole).hits
    assert {hit.id for hit in everything} == {hit.id for hit in oracle.search(whole).hits}
    assert hits == everything[request.offset : request.offset + request.limit]
