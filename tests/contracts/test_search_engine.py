"""What every search engine promises; the brute-force engine and Whoosh both pass."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping

import pytest

from indexer.document import IndexDocument
from indexer.engine import (
    FacetCount,
    Filter,
    Searcher,
    SearchRequest,
    SearchResult,
    Sort,
    Span,
    Unit,
)
from indexer.query.terms import (
    All,
    AnyOf,
    Combined,
    DateRange,
    Everything,
    Having,
    Missing,
    Phrase,
    Preferring,
    Prefix,
    Term,
    TooManyTerms,
    Without,
)
from tests.contracts.asking import (
    Make,
    bars,
    body,
    day,
    document,
    found,
    holding,
    in_order,
    scores,
)

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
        facets=("outlet",),
        bars=Span(Unit.YEAR),
    )
    assert searcher.search(request) == SearchResult(0, (), {"outlet": ()})
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
    assert (refusal.value.leaf, refusal.value.limit) == (Prefix("body", "a"), 200)
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


def test_having_asks_for_one_exact_value(make: Make) -> None:
    searcher = small_press(make)
    assert found(searcher, Having("outlet", "Coast")) == "1 2 5"
    assert found(searcher, Having("author", "Jun")) == "1 2"
    assert found(searcher, Without(Having("outlet", "Hill"))) == "1 2 4"
    assert found(searcher, Having("outlet", "coast")) == ""
    assert found(searcher, Having("nowhere", "Coast")) == ""
    assert scores(searcher, Having("author", "Jun")) == {"1": 0.0, "2": 0.0}


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


def test_combined_parts_find_what_any_of_them_finds(make: Make) -> None:
    searcher = holding(
        make, document("1", "a b"), document("2", "b a", title="c"), document("3", "c")
    )
    parts = (Term("title", "c"), Phrase("body", ("a", "b")))
    assert found(searcher, Combined(parts)) == "1 2"
    assert found(searcher, Combined(())) == ""


def test_combined_parts_score_alike_however_rare_each_is(make: Make) -> None:
    searcher = holding(
        make, document("1", "rare x"), document("2", "common x"), document("3", "common y z")
    )
    names = (Term("body", "rare"), Term("body", "common"))
    found = scores(searcher, Combined(names))
    assert found["1"] == found["2"] > 0
    assert scores(searcher, Combined(names, 3.0)) == {
        id: pytest.approx(3 * score) for id, score in found.items()
    }


def test_a_combined_word_weighs_against_the_length_of_its_own_text(make: Make) -> None:
    searcher = holding(
        make,
        document("1", "x y", title="a b"),
        document("2", "x y " * 40, title="a c"),
        document("3", "x " * 20, title="d"),
    )
    found = scores(searcher, Combined((Term("title", "a", 2.0), Term("body", "a"))))
    assert found["1"] == pytest.approx(found["2"])


def test_a_title_is_no_longer_for_others_having_none(make: Make) -> None:
    titled = (document("1", "x", title="a"), document("2", "x", title="a b c d e f g h"))
    word = Combined((Term("title", "a"), Term("body", "a")))
    alone = scores(holding(make, *titled), word)
    others = (document(str(number), "x") for number in range(3, 23))
    among = scores(holding(make, *titled, *others), word)
    assert among["1"] / among["2"] == pytest.approx(alone["1"] / alone["2"])


def test_what_is_preferred_scores_more_and_finds_nothing(make: Make) -> None:
    searcher = holding(make, document("1", "a b"), document("2", "a"), document("3", "b c"))
    a, b = Term("body", "a"), Term("body", "b")
    alone, also = scores(searcher, a), scores(searcher, b)
    assert scores(searcher, Preferring(a, (b, Term("body", "absent")))) == pytest.approx(
        {"1": alone["1"] + also["1"], "2": alone["2"]}
    )
    assert found(searcher, Without(Preferring(a, (b,)))) == "3"
    assert found(searcher, All((b, Preferring(a, ())))) == "1"
    begins = Preferring(Everything(), (Prefix("body", "c"),))
    assert scores(searcher, begins) == {"1": 0, "2": 0, "3": 1}


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


def test_an_excluding_filter_keeps_out_what_has_any_of_its_values(make: Make) -> None:
    searcher = small_press(make)

    def without(*values: str | None) -> str:
        return found(searcher, Everything(), filters=(Filter("outlet", values, excluded=True),))

    assert without("Coast") == "3 4"
    assert without("Coast", "Hill") == "4"
    assert without(None) == "1 2 3 5"
    assert without("Nobody of that name") == without() == "1 2 3 4 5"
    both = (Filter("outlet", ("Coast",)), Filter("outlet", ("Hill",), excluded=True))
    assert found(searcher, Everything(), filters=both) == "1 2"
    same = (Filter("outlet", ("Coast",)), Filter("outlet", ("Coast",), excluded=True))
    assert found(searcher, Everything(), filters=same) == ""


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
        facets=("outlet",),
    )
    result = generation.searcher().search(request)
    assert (result.total, len(result.hits)) == (160, 3)
    assert result.facets["outlet"] == (FacetCount("Coast", 320), FacetCount("Hill", 160))


def test_a_facet_ignores_its_own_filter_and_heeds_the_others(make: Make) -> None:
    result = small_press(make).search(
        SearchRequest(
            Term("body", "a"),
            filters=(Filter("outlet", ("Coast",)), Filter("author", ("Jun",))),
            dates=DateRange(day("2024-01-01"), None),
            facets=("outlet", "author"),
        )
    )
    assert result.total == 1
    assert result.facets == {
        "outlet": (FacetCount("Coast", 1),),
        "author": (FacetCount("Jun", 1),),
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


def test_a_facet_ignores_its_own_exclusion_and_keeps_what_is_excluded_at_0(make: Make) -> None:
    result = small_press(make).search(
        SearchRequest(
            Term("body", "a"),
            filters=(
                Filter("outlet", ("Coast",)),
                Filter("outlet", ("Hill", None), excluded=True),
                Filter("author", ("Ines", "Nobody of that name"), excluded=True),
            ),
            facets=("outlet", "author"),
        )
    )
    assert [hit.id for hit in result.hits] == ["2"]
    assert result.facets == {
        "outlet": (FacetCount("Coast", 1), FacetCount("Hill", 0), FacetCount(None, 1)),
        "author": (
            FacetCount("Jun", 2),
            FacetCount("Ines", 1),
            FacetCount("Nobody of that name", 0),
        ),
    }


def test_what_may_not_be_seen_does_not_exist(make: Make) -> None:
    searcher = holding(
        make,
        document("1", "a", outlet=["Coast"], access="open"),
        document("2", "a", outlet=["Coast"], access="snippets", date="2020-01-01"),
        document("3", "a", outlet=["Hill"], access="staff", date="2021-01-01"),
    )
    result = searcher.search(
        SearchRequest(
            Term("body", "a"),
            access=frozenset({"open", "snippets"}),
            facets=("outlet",),
            bars=Span(Unit.YEAR),
        )
    )
    assert sorted(hit.id for hit in result.hits) == ["1", "2"]
    assert (result.total, result.facets) == (2, {"outlet": (FacetCount("Coast", 2),)})
    assert (bars(result), result.undated) == ({"2020-01-01": (1, 0)}, 1)
    assert found(searcher, Without(Term("body", "b")), access=frozenset({"staff"})) == "3"
    assert found(searcher, Everything(), access=frozenset()) == ""


# Order and pages


def test_hidden_ids_do_not_exist_whatever_the_index_has_of_them(make: Make) -> None:
    generation = make()
    generation.apply(
        [
            document("1", "tea", outlet=["Coast"], date="2024-01-01"),
            document("2", "tea ferry", outlet=["Harbour"], date="2025-01-01"),
        ]
    )
    generation.apply([document("3", "tea", outlet=["Harbour"]), document("4", "salt")])
    searcher = generation.searcher()
    request = SearchRequest(
        Term("body", "tea"),
        facets=("outlet",),
        bars=Span(Unit.YEAR),
        folds=(("2", "1"),),
        hidden=frozenset({"2", "4", "never there"}),
    )
    result = searcher.search(request)
    assert [(hit.id, hit.folded) for hit in result.hits] == [("1", ()), ("3", ())]
    assert (result.total, result.folded, result.undated) == (2, 0, 1)
    assert result.facets["outlet"] == (FacetCount("Coast", 1), FacetCount("Harbour", 1))
    assert [bar.certain for bar in result.bars] == [1]
    cells = searcher.cross(request, "outlet", [Term("body", "ferry"), Everything()])
    assert {key: cell.count for key, cell in cells.items()} == {
        ("Coast", 1): 1,
        ("Harbour", 1): 1,
    }
    assert found(searcher, Without(Term("body", "tea")), hidden=frozenset({"3"})) == "4"


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


def test_sorting_by_when_it_was_added_puts_the_newest_first_and_breaks_ties_by_id(
    make: Make,
) -> None:
    searcher = holding(
        make,
        document("c", added=1_700_000_000),
        document("b", added=1_700_000_000),
        document("a", added=1_600_000_000),
        document("d", added=5_000_000_000),
    )
    assert in_order(searcher, Everything(), Sort.ADDED) == "d b c a"


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
    request = SearchRequest(body("a", "b"), sort=Sort.NEWEST, facets=("outlet", "author"))
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
    request = SearchRequest(All((Term("body", "a"), Phrase("body", ("a",)))), facets=("outlet",))
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
