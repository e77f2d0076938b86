from __future__ import annotations

import pytest

from indexer.engine import Filter, Sort
from indexer.state import SearchState
from webapp.addresses import (
    grid_address,
    leaving_out,
    passage_in_original,
    results_address,
    search_address,
)
from webapp.pages.grid import narrowed

pytestmark = pytest.mark.usefixtures("request_context")


def fragment(passage: str) -> str:
    address = passage_in_original("r1", "ab", passage)
    path, _, said = address.partition("#:~:text=")
    assert path == "/r/r1/original/ab"
    return said


@pytest.mark.parametrize(
    ("passage", "said"),
    [
        ("Boats lie still.", "Boats%20lie%20still."),
        ("one-way, up & down", "one%2Dway%2C%20up%20%26%20down"),
        ("a b c d e f g h i j k", "a%20b%20c%20d%20e,g%20h%20i%20j%20k"),
        ("A heading\nand then a line", "A%20heading,and%20then%20a%20line"),
        ("мост закрыт", "%D0%BC%D0%BE%D1%81%D1%82%20%D0%B7%D0%B0%D0%BA%D1%80%D1%8B%D1%82"),
        ("#:~:text=x", "%23%3A~%3Atext%3Dx"),
        (" \n ", ""),
    ],
)
def test_a_passage_is_named_by_its_first_and_its_last_words(passage: str, said: str) -> None:
    assert fragment(passage) == said


def test_a_search_is_taken_along_from_its_first_page() -> None:
    state = SearchState("ferry", page=3)
    assert results_address(state, "csv") == "/search.csv?q=ferry"
    assert grid_address(state, "board") == "/grid?q=ferry&target=board"
    assert grid_address(state, "board", "csv") == "/grid.csv?q=ferry&target=board"


def test_a_narrowed_search_keeps_what_is_left_out() -> None:
    out = Filter("outlet", ("B",), excluded=True)
    state = SearchState(filters=(Filter("outlet", ("A", "C")), out), page=2)
    assert narrowed(state, "outlet", "A") == SearchState(filters=(out, Filter("outlet", ("A",))))


def test_what_leaves_a_value_out_is_the_search_with_it_left_out() -> None:
    filters = (Filter("author", ("Ann",)), Filter("outlet", ("Coast",), excluded=True))
    state = SearchState(q="a&b", filters=filters, since="2024", sort=Sort.OLDEST, page=3)
    for field in ("author", "outlet", "language"):
        for value in ("Hill & Dale", "=x", "none", "é", None):
            expected = search_address(state.toggled(field, value, excluded=True))
            assert leaving_out(state, field)(value) == expected
