from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from indexer.answer import Dates
from indexer.engine import Bar, Unit
from indexer.state import SearchState
from webapp.histogram import PLOT, WIDTH, histogram

pytestmark = pytest.mark.usefixtures("request_context")


def year(number: int, certain: int, possible: int = 0) -> Bar:
    first, last = date(number, 1, 1), date(number, 12, 31)
    return Bar(first.toordinal(), last.toordinal(), certain, possible)


def day(text: str, certain: int = 1) -> Bar:
    number = date.fromisoformat(text).toordinal()
    return Bar(number, number, certain, 0)


def test_a_bar_is_the_search_for_its_period() -> None:
    drawn = histogram(Dates(Unit.YEAR, None, (year(2024, 9, 3),), 0), SearchState("ferry", page=4))
    (bar,) = drawn.columns
    assert (bar.label, bar.count, bar.certain, bar.possible) == ("2024", 12, 9, 3)
    assert bar.address == "/?q=ferry&from=2024&to=2024"
    assert drawn.wider is None


def test_the_possible_part_stands_on_the_certain_one() -> None:
    drawn = histogram(Dates(Unit.YEAR, None, (year(2024, 9, 3),), 0), SearchState())
    (bar,) = drawn.columns
    assert bar.certain_y + bar.certain_height == pytest.approx(PLOT)
    assert bar.possible_y + bar.possible_height == pytest.approx(bar.certain_y)
    assert bar.certain_height == pytest.approx(3 * bar.possible_height)


def test_years_without_a_record_are_gaps() -> None:
    bars = (year(2021, 1), year(2025, 1))
    drawn = histogram(Dates(Unit.YEAR, None, bars, 0), SearchState())
    first, last = drawn.columns
    assert last.x - first.x == pytest.approx(4 * drawn.slot)
    assert [name for _, name in drawn.labels] == ["2021", "2022", "2023", "2024", "2025"]


def test_a_century_fits_with_labels_that_do_not_touch() -> None:
    bars = (year(1916, 1), year(2025, 1))
    drawn = histogram(Dates(Unit.YEAR, None, bars, 0), SearchState())
    assert drawn.columns[-1].x + drawn.columns[-1].width <= WIDTH
    assert [name for _, name in drawn.labels] == ["1920", "1940", "1960", "1980", "2000", "2020"]
    places = [x for x, _ in drawn.labels]
    assert min(b - a for a, b in pairwise(places)) >= 30


def test_more_years_than_can_be_drawn_are_counted() -> None:
    bars = tuple(year(number, 1) for number in range(1500, 2026))
    drawn = histogram(Dates(Unit.YEAR, None, bars, 0), SearchState())
    assert (len(drawn.columns), drawn.earlier) == (300, 226)
    assert drawn.columns[0].label == "1726"


def test_zooming_out_goes_from_days_to_months_to_years() -> None:
    days = Dates(Unit.DAY, "2024-09", (day("2024-09-18"),), 0)
    state = SearchState("ferry", since="2024-09", until="2024-09")
    drawn = histogram(days, state)
    assert drawn.title == "Records by day, September 2024"
    assert drawn.columns[0].label == "18 September 2024"
    assert drawn.wider == ("2024", "/?q=ferry&from=2024&to=2024")
    months = Dates(Unit.MONTH, "2024", (), 0)
    assert histogram(months, state).wider == ("All years", "/?q=ferry")


def test_a_chosen_day_is_given_up_by_choosing_it_again() -> None:
    days = Dates(Unit.DAY, "2024-09", (day("2024-09-18"), day("2024-09-20")), 0)
    chosen, other = histogram(days, SearchState(since="2024-09-18", until="2024-09-18")).columns
    assert (chosen.chosen, chosen.outside) == (True, False)
    assert chosen.address == "/?from=2024-09&to=2024-09"
    assert (other.chosen, other.outside) == (False, True)


def test_dates_not_stated_are_a_constraint_that_can_be_given_up() -> None:
    def undated(state: SearchState) -> str:
        return histogram(Dates(Unit.YEAR, None, (), 2), state).undated_address

    assert undated(SearchState()) == "/?from=none&to=none"
    assert undated(SearchState("any: a b", since="2024")) == "/?q=any%3A+a+b&from=none&to=none"
    assert undated(SearchState("a", since="none", until="none")) == "/?q=a"
