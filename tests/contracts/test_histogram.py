"""What every search engine promises of the histogram of dates."""

from __future__ import annotations

import pytest

from indexer.engine import Bar, Filter, Searcher, SearchRequest, SearchResult, Span, Unit
from indexer.query.terms import DateRange, Everything, Term
from tests.contracts.asking import Make, bars, day, document, found, holding

EVERYTHING = Everything()


def histogram(
    searcher: Searcher, unit: Unit, first: str | None = None, last: str | None = None
) -> SearchResult:
    span = Span(unit, day(first) if first else None, day(last) if last else None)
    return searcher.search(SearchRequest(EVERYTHING, bars=span))


def several_years(make: Make) -> Searcher:
    return holding(
        make,
        document("1", "a", date="2023-05-05", outlet=["Coast"]),
        document("2", "a", date="2024-02-01", until="2024-02-29"),
        document("3", "a", date="2023-12-30", until="2024-01-02"),
        document("4", "b", date="2021-01-01", until="2024-12-31"),
        document("5", "a"),
    )


def test_a_bar_tells_what_lies_in_it_from_what_sticks_out(make: Make) -> None:
    searcher = several_years(make)
    assert histogram(searcher, Unit.YEAR).bars == (
        Bar(day("2021-01-01"), day("2021-12-31"), 0, 1),
        Bar(day("2022-01-01"), day("2022-12-31"), 0, 1),
        Bar(day("2023-01-01"), day("2023-12-31"), 1, 2),
        Bar(day("2024-01-01"), day("2024-12-31"), 1, 2),
    )
    assert bars(histogram(searcher, Unit.MONTH, "2023-11-01", "2024-03-31")) == {
        "2023-11-01": (0, 1),
        "2023-12-01": (0, 2),
        "2024-01-01": (0, 2),
        "2024-02-01": (1, 1),
        "2024-03-01": (0, 1),
    }
    assert bars(histogram(searcher, Unit.DAY, "2023-12-29", "2023-12-31")) == {
        "2023-12-29": (0, 1),
        "2023-12-30": (0, 2),
        "2023-12-31": (0, 2),
    }


def test_a_day_is_certain_in_every_bar_that_it_is_in(make: Make) -> None:
    searcher = holding(make, document("1", date="2024-02-29"), document("2", date="2024-02-29"))
    for unit, first, last in (
        (Unit.YEAR, "2024-01-01", "2024-12-31"),
        (Unit.MONTH, "2024-02-01", "2024-02-29"),
        (Unit.DAY, "2024-02-29", "2024-02-29"),
    ):
        assert histogram(searcher, unit).bars == (Bar(day(first), day(last), 2, 0),)


def test_only_whole_periods_of_the_span_are_listed(make: Make) -> None:
    searcher = several_years(make)
    assert [*bars(histogram(searcher, Unit.YEAR, "2022-01-02", "2024-12-30"))] == ["2023-01-01"]
    assert [*bars(histogram(searcher, Unit.YEAR, "2023-01-01"))] == ["2023-01-01", "2024-01-01"]
    assert [*bars(histogram(searcher, Unit.YEAR, None, "2021-12-31"))] == ["2021-01-01"]
    for first, last in (("2024-01-01", "2023-12-31"), ("2030-01-01", None), (None, "1990-01-01")):
        assert histogram(searcher, Unit.YEAR, first, last).bars == ()


def test_an_open_beginning_counts_in_every_listed_period_up_to_its_last(make: Make) -> None:
    searcher = holding(
        make,
        document("1", date="2010-06-01"),
        document("2", date="2020-06-01", until="2021-06-01"),
        document("3", date="2015-06-01", open_beginning=True),
        document("4", date="2020-07-01", open_beginning=True),
    )
    assert bars(histogram(searcher, Unit.YEAR)) == {
        "2010-01-01": (1, 2),
        "2015-01-01": (0, 2),
        "2020-01-01": (0, 2),
        "2021-01-01": (0, 1),
    }
    assert bars(histogram(searcher, Unit.YEAR, "2008-01-01", "2016-12-31")) == {
        "2010-01-01": (1, 2),
        "2015-01-01": (0, 2),
    }
    assert bars(histogram(searcher, Unit.MONTH, "2020-07-01", "2020-08-31")) == {
        "2020-07-01": (0, 2),
        "2020-08-01": (0, 1),
    }
    assert histogram(searcher, Unit.YEAR, "2011-01-01", "2014-12-31").bars == ()


def test_bars_ignore_the_dates_and_heed_query_filters_and_access(make: Make) -> None:
    request = SearchRequest(
        Term("body", "a"),
        filters=(Filter("outlet", ("Coast",), excluded=True),),
        dates=DateRange(day("2024-02-01"), None),
        bars=Span(Unit.YEAR),
    )
    result = several_years(make).search(request)
    assert (result.total, result.undated) == (1, 1)
    assert bars(result) == {"2023-01-01": (0, 1), "2024-01-01": (1, 1)}
    searcher = holding(make, document("1", date="2024-01-01", access="staff"), document("2"))
    readers = SearchRequest(EVERYTHING, access=frozenset({"open"}), bars=Span(Unit.DAY))
    assert (searcher.search(readers).bars, searcher.search(readers).undated) == ((), 1)


def test_bars_that_nobody_asked_for_are_not_counted(make: Make) -> None:
    result = several_years(make).search(SearchRequest(EVERYTHING))
    assert (result.bars, result.undated) == ((), 0)


@pytest.mark.parametrize("unit", list(Unit))
def test_the_ends_of_the_calendar_are_bars_like_others(make: Make, unit: Unit) -> None:
    searcher = holding(
        make,
        document("first", date="0001-01-01"),
        document("last", date="9999-12-31"),
        document("all", date="0001-01-01", until="9999-12-31"),
        document("open", date="0001-01-02", open_beginning=True),
    )
    [*_, last] = histogram(searcher, unit, "9999-01-01").bars
    assert (last.last, last.certain, last.possible) == (day("9999-12-31"), 1, 1)
    first, *_ = histogram(searcher, unit, None, "0001-12-31").bars
    assert (first.first, first.certain, first.possible) == (day("0001-01-01"), 1, 2)
    far = Span(unit, 10**30, None), Span(unit, None, -(10**30)), Span(unit, 10**30, -(10**30))
    for span in far:
        assert searcher.search(SearchRequest(EVERYTHING, bars=span)).bars == ()


def test_an_interval_of_centuries_costs_no_more_than_the_bars_asked_for(make: Make) -> None:
    searcher = holding(make, document("1", date="0001-01-01", until="9999-12-31"))
    assert bars(histogram(searcher, Unit.DAY, "1582-10-10", "1582-10-11")) == {
        "1582-10-10": (0, 1),
        "1582-10-11": (0, 1),
    }
    assert len(histogram(searcher, Unit.YEAR).bars) == 9999


def test_the_dates_of_a_bar_find_what_it_counts(make: Make) -> None:
    searcher = several_years(make)
    for unit in (Unit.YEAR, Unit.MONTH):
        for bar in histogram(searcher, unit).bars:
            ids = found(searcher, EVERYTHING, dates=DateRange(bar.first, bar.last))
            assert len(ids.split()) == bar.certain + bar.possible
