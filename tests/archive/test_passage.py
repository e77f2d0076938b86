from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.passage import Passage, find_again, moved, passage_at, places_in

TEXT = "The gate was shut. Help the paper. The boat lay idle. Help the paper. It rained."


def test_a_passage_keeps_its_words_and_what_stands_on_both_sides() -> None:
    assert passage_at(7, "one two three", 4, 7) == Passage(7, 4, 7, "two", "one ", " three")


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 4), (0, 99)])
def test_a_range_outside_the_text_is_no_passage(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no part of a text"):
        passage_at(1, "eight ch", start, end)


def test_it_is_found_again_where_white_space_changed() -> None:
    passage = passage_at(1, TEXT, 35, 53)
    assert passage.quote == "The boat lay idle."
    assert find_again(passage, "Before.\n\nThe boat\nlay   idle. After.") == (9, 29)


@pytest.mark.parametrize(("start", "place"), [(19, (23, 38)), (54, (58, 73))])
def test_of_two_places_the_one_with_the_same_context_is_taken(
    start: int, place: tuple[int, int]
) -> None:
    passage = passage_at(1, TEXT, start, start + 15)
    assert passage.quote == "Help the paper."
    assert find_again(passage, f"New {TEXT}") == place


def test_a_place_with_nothing_of_the_context_is_still_a_place() -> None:
    passage = passage_at(1, TEXT, 0, 18)
    assert find_again(passage, "The gate was shut.") == (0, 18)


def test_what_does_not_stand_there_is_lost_and_keeps_its_place() -> None:
    passage = passage_at(1, TEXT, 35, 53)
    lost = moved(passage, 2, "Something else.")
    assert (lost.lost, lost.extract_id, lost.start, lost.quote) == (True, 1, 35, passage.quote)
    found = moved(lost, 3, f"New {TEXT}")
    assert found == passage_at(3, f"New {TEXT}", 39, 57)


def test_places_ascend_and_what_meets_is_one() -> None:
    places = [(54, 69), (0, 5), (4, 8), (8, 10), (19, 34)]
    passages = [passage_at(1, TEXT, *place) for place in places]
    assert places_in(passages, 1) == ((0, 10), (19, 34), (54, 69))


def test_a_passage_of_another_extract_or_a_lost_one_has_no_place() -> None:
    passage = passage_at(1, TEXT, 0, 18)
    assert places_in([passage], 2) == ()
    assert places_in([moved(passage, 2, "Another.")], 1) == ()


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=8))
def test_the_first_place_of_words_is_where_an_expression_finds_them(text: str, quote: str) -> None:
    found = find_again(Passage(1, 0, 0, quote, "", ""), text)
    sought = re.search(r"\s+".join(quote.split()), text) if quote.split() else None
    assert found == (sought.span() if sought else None)


@given(st.text("ab. \n\u00a0", min_size=1, max_size=60), st.data())
def test_a_passage_with_words_is_found_in_its_own_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    passage = passage_at(1, text, start, end)
    place = find_again(passage, text)
    if passage.quote.split():
        assert place is not None
        assert text[slice(*place)].split() == passage.quote.split()
    else:
        assert place is None


@given(st.text("ab \n\u00a0", max_size=40), st.text("ab \u2003", max_size=8), st.integers(0, 40))
def test_of_places_with_the_same_context_the_nearest_is_taken(
    text: str, quote: str, near: int
) -> None:
    words = r"\s+".join(quote.split())
    places = [found.span(1) for found in re.finditer(f"(?=({words}))", text)] if words else []
    found = find_again(Passage(1, near, near, quote, "", ""), text)
    assert found == min(places, key=lambda place: abs(place[0] - near), default=None)


def test_words_that_nearly_stand_there_everywhere_are_sought_in_the_time_of_the_text() -> None:
    # Word by word from each beginning it would be a thousand million steps.
    quote = " ".join(["."] * 20_000 + ["end"])
    assert find_again(Passage(1, 0, 0, quote, "", ""), ". " * 50_000) is None
