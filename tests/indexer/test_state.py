from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.engine import Filter, Sort
from indexer.state import SearchState, from_parameters, to_parameters, written

FIELDS = ("author", "collection", "outlet", "stance")

# Lone surrogates cannot be written in an address.
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
NAMED = TEXT.filter(bool)
VALUES = st.none() | st.sampled_from(["none", "=none", "=", "=="]) | NAMED
DATES = st.sampled_from(["", "2024", "2024-09", "2024-09-18", "2023~"])


@st.composite
def states(draw: st.DrawFn) -> SearchState:
    filters = []
    for field in FIELDS:
        if values := draw(st.lists(VALUES, max_size=3, unique=True)):
            filters.append(Filter(field, tuple(values)))
    return SearchState(
        q=draw(TEXT),
        filters=tuple(filters),
        since=draw(DATES),
        until=draw(DATES),
        any_words=draw(st.booleans()),
        equivalents=draw(st.booleans()),
        sort=draw(st.none() | st.sampled_from(Sort)),
        page=draw(st.integers(1, 999_999)),
    )


@given(states())
def test_an_address_says_all_of_a_search(state: SearchState) -> None:
    address = urlencode(to_parameters(state))
    read = parse_qs(address, keep_blank_values=True)
    assert from_parameters(read, FIELDS) == state


@pytest.mark.parametrize(
    ("value", "parameter"),
    [
        (None, "none"),
        ("none", "=none"),
        ("=none", "==none"),
        ("=", "=="),
        ("None", "None"),
        ("a=b", "a=b"),
    ],
)
def test_not_stated_and_the_word_none_are_two_things(value: str | None, parameter: str) -> None:
    assert written(value) == parameter
    assert from_parameters({"outlet": [parameter]}, FIELDS).chosen("outlet") == (value,)


def test_a_value_named_twice_is_chosen_once() -> None:
    asked = from_parameters({"outlet": ["Harbour Wire", "=Harbour Wire", "", "="]}, FIELDS)
    assert asked.chosen("outlet") == ("Harbour Wire",)


@pytest.mark.parametrize("page", ["0", "000", "-1", "1.5", "x", "²", "", " ", "9999999"])
def test_what_is_no_page_is_the_first(page: str) -> None:
    assert from_parameters({"page": [page]}, FIELDS).page == 1


def test_what_is_unknown_is_left_out() -> None:
    parameters = {"publisher": ["x"], "sort": ["best"], "mode": ["most"], "from": [" 2024 "]}
    assert from_parameters(parameters, FIELDS) == SearchState(since="2024")
