"""What every search engine promises of folded matches and of tables of matches."""

from __future__ import annotations

from indexer.engine import (
    Cell,
    FacetCount,
    Filter,
    Folds,
    ScoredId,
    Searcher,
    SearchRequest,
    Sort,
)
from indexer.query.terms import All, AnyOf, DateRange, Everything, Having, Missing, Term, Without
from tests.contracts.asking import Make, day, document, holding

EVERYTHING = Everything()

# Folds


def wire_story(make: Make) -> Searcher:
    return holding(
        make,
        document("1", "a", date="2024-03-01"),
        document("2", "a b", date="2024-02-01", outlet=["Coast"]),
        document("3", "a", date="2024-01-01", access="staff"),
        document("4", "a b"),
        document("5", "b", date="2024-05-01"),
    )


def listed(searcher: Searcher, folds: Folds, **options: object) -> dict[str, tuple[str, ...]]:
    """What is folded under each hit, in order of the hits."""
    request = SearchRequest(**{"query": EVERYTHING, "folds": folds, **options})  # type: ignore[arg-type]
    result = searcher.search(request)
    assert result.folded == sum(len(hit.folded) for hit in result.hits)
    assert result.total == len(result.hits) + result.folded
    return {hit.id: hit.folded for hit in result.hits}


def test_the_first_of_a_group_stands_for_the_others(make: Make) -> None:
    searcher = wire_story(make)
    assert listed(searcher, (("3", "1", "2"),)) == {"3": ("1", "2"), "4": (), "5": ()}
    assert listed(searcher, (("5", "1"), ("2", "4"))) == {"2": ("4",), "3": (), "5": ("1",)}
    assert listed(searcher, ()) == {"1": (), "2": (), "3": (), "4": (), "5": ()}


def test_the_first_that_matches_is_listed_at_its_own_rank(make: Make) -> None:
    searcher = wire_story(make)
    folds = (("3", "1", "2"), ("unknown", "5", "4"))
    assert listed(searcher, folds, access=frozenset({"open"})) == {"1": ("2",), "5": ("4",)}
    assert listed(searcher, folds, query=Term("body", "b"), sort=Sort.OLDEST) == {
        "2": (),
        "5": ("4",),
    }
    assert listed(searcher, folds, filters=(Filter("outlet", ("Coast",)),)) == {"2": ()}
    since = DateRange(day("2024-02-01"), None)
    assert listed(searcher, folds, dates=since, sort=Sort.NEWEST) == {"5": (), "1": ("2",)}
    assert listed(searcher, folds, sort=Sort.NEWEST) == {"5": ("4",), "3": ("1", "2")}


def test_pages_hold_what_is_listed_and_counts_hold_everything(make: Make) -> None:
    generation = make()
    ids = [f"{i:02}" for i in range(30)]
    for start in range(0, 30, 7):
        generation.apply(document(id, "a", outlet=["Coast"]) for id in ids[start : start + 7])
    folds = tuple((ids[i], ids[29 - i]) for i in range(0, 10))
    searcher = generation.searcher()
    pages = [
        searcher.search(
            SearchRequest(EVERYTHING, folds=folds, offset=o, limit=8, facets=("outlet",))
        )
        for o in (0, 8, 16, 24)
    ]
    assert [hit.id for page in pages for hit in page.hits] == ids[:20]
    assert [hit.folded for page in pages for hit in page.hits][8:11] == [("21",), ("20",), ()]
    assert {(p.total, p.folded, p.facets["outlet"]) for p in pages} == {
        (30, 10, (FacetCount("Coast", 30),))
    }


def test_a_group_outlives_its_members(make: Make) -> None:
    generation = make()
    folds = (("1", "2", "3"),)
    generation.apply([document("1"), document("2"), document("3")])
    assert listed(generation.searcher(), folds) == {"1": ("2", "3")}
    generation.apply([document("2", "again")], ["1"])
    assert listed(generation.searcher(), folds) == {"2": ("3",)}
    generation.apply([], ["2", "3"])
    assert listed(generation.searcher(), folds) == {}


# Tables


def press(make: Make) -> Searcher:
    return holding(
        make,
        document("1", "a a a b", outlet=["Coast"], author=["Ines"], date="2024-01-01"),
        document("2", "a c c c c", outlet=["Coast", "Hill"], author=["Jun"], date="2024-02-01"),
        document("3", "a a", outlet=["Hill"], author=["Ines", "Jun"]),
        document("4", "a", author=["Ines"], access="staff"),
        document("5", "b", outlet=["Coast"], author=["Ines"]),
    )


COLUMNS = (Having("author", "Ines"), Having("author", "Jun"), Missing("author"))


def counts(cells: dict[tuple[str | None, int], Cell]) -> dict[tuple[str | None, int], object]:
    return {key: (cell.count, cell.best.id) for key, cell in cells.items()}


def test_a_table_counts_matches_by_value_and_column(make: Make) -> None:
    searcher = press(make)
    cells = searcher.cross(SearchRequest(Term("body", "a"), limit=0), "outlet", COLUMNS)
    assert counts({**cells}) == {
        ("Coast", 0): (1, "1"),
        ("Coast", 1): (1, "2"),
        ("Hill", 0): (1, "3"),
        ("Hill", 1): (2, "3"),
        (None, 0): (1, "4"),
    }
    scores = {h.id: h.score for h in searcher.search(SearchRequest(Term("body", "a"))).hits}
    assert all(cell.best == ScoredId(cell.best.id, scores[cell.best.id]) for cell in cells.values())


def test_a_table_heeds_filters_dates_and_access_and_no_page(make: Make) -> None:
    searcher = press(make)
    request = SearchRequest(
        EVERYTHING,
        filters=(Filter("outlet", ("Hill",), excluded=True),),
        access=frozenset({"open"}),
        offset=10,
        folds=(("5", "1"),),
        sort=Sort.NEWEST,
    )
    assert counts({**searcher.cross(request, "outlet", COLUMNS)}) == {("Coast", 0): (2, "1")}
    dated = SearchRequest(EVERYTHING, dates=DateRange(day("2024-01-15"), None))
    assert counts({**searcher.cross(dated, "author", (EVERYTHING,))}) == {("Jun", 0): (1, "2")}


def test_the_best_of_a_cell_is_the_first_in_the_order_asked_for(make: Make) -> None:
    searcher = press(make)
    words = AnyOf((Term("body", "a"), Term("body", "b")))

    def best(sort: Sort) -> dict[str | None, str]:
        cells = searcher.cross(SearchRequest(words, sort=sort), "outlet", (EVERYTHING,))
        return {value: cell.best.id for (value, _), cell in cells.items()}

    assert best(Sort.NEWEST) == {"Coast": "2", "Hill": "2", None: "4"}
    assert best(Sort.OLDEST) == {"Coast": "1", "Hill": "2", None: "4"}
    assert best(Sort.RELEVANCE) == {"Coast": "1", "Hill": "3", None: "4"}


def test_a_table_has_no_empty_cell(make: Make) -> None:
    searcher = press(make)
    request = SearchRequest(Term("body", "a"))
    assert searcher.cross(request, "outlet", ()) == {}
    assert searcher.cross(request, "outlet", (Term("body", "absent"), AnyOf(()))) == {}
    assert searcher.cross(SearchRequest(AnyOf(())), "outlet", (EVERYTHING,)) == {}
    both = All((Term("body", "b"), Without(Term("body", "a"))))
    assert counts({**searcher.cross(SearchRequest(both), "nowhere", (EVERYTHING,))}) == {
        (None, 0): (1, "5")
    }
    assert make().searcher().cross(request, "outlet", COLUMNS) == {}
