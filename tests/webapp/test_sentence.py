from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.engine import Filter, Sort
from indexer.state import SearchState
from webapp.sentence import asked, constraints

LABELS = {"stance": {"board:critical": "Water board: critical"}}


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (SearchState(), "All records, newest first"),
        (SearchState("ferry"), "Records matching ferry, most relevant first"),
        (
            SearchState("a b", any_words=True, sort=Sort.OLDEST),
            "Records with any of the words a b, oldest first",
        ),
        (
            SearchState(
                filters=(
                    Filter("outlet", ("Courier", None)),
                    Filter("stance", ("board:critical",)),
                ),
                since="2024-09",
                until="2025",
            ),
            "Records published by Courier or an outlet not stated, with the stance "
            "Water board: critical, dated from September 2024 up to 2025, newest first",
        ),
        (
            SearchState(
                filters=(
                    Filter("outlet", ("Courier", "Review"), excluded=True),
                    Filter("author", (None,), excluded=True),
                    Filter("stance", ("board:critical", None), excluded=True),
                ),
            ),
            "Records not published by Courier or Review, with an author stated, without the "
            "stance Water board: critical, with a stance stated, newest first",
        ),
        (SearchState(since="2024", until="2024"), "Records dated 2024, newest first"),
        (SearchState(since="2024"), "Records dated from 2024 on, newest first"),
        (SearchState(until="2024"), "Records dated up to 2024, newest first"),
    ],
)
def test_a_search_reads_as_a_sentence(state: SearchState, sentence: str) -> None:
    assert "".join(part.text for part in asked(state, LABELS)) == sentence


def test_each_constraint_can_be_taken_away_alone() -> None:
    state = SearchState("q", (Filter("author", ("A", None)),), since="2024-01-05", page=3)
    found = constraints(state, {}, {"author": "Author"})
    assert [(each.label, each.value) for each in found] == [
        ("Author", "A"),
        ("Author", "not stated"),
        ("From", "5 January 2024"),
    ]
    first = replace(state, filters=(Filter("author", (None,)),), page=1)
    assert [each.without for each in found] == [
        first,
        replace(state, filters=(Filter("author", ("A",)),), page=1),
        replace(state, since="", page=1),
    ]


def test_one_date_is_one_constraint() -> None:
    (found,) = constraints(SearchState(since="2024", until="2024"), {}, {})
    assert (found.label, found.value, found.without) == ("Date", "2024", SearchState())


def test_what_is_left_out_is_a_constraint_too() -> None:
    state = SearchState(filters=(Filter("outlet", ("A", None), excluded=True),))
    found = constraints(state, {}, {"outlet": "Outlet"})
    assert [(each.label, each.value, each.excluded) for each in found] == [
        ("Outlet", "A", True),
        ("Outlet", "stated", False),
    ]
    assert [each.without.filters for each in found] == [
        (Filter("outlet", (None,), excluded=True),),
        (Filter("outlet", ("A",), excluded=True),),
    ]


def test_the_order_is_told_only_where_records_are_listed() -> None:
    parts = asked(SearchState("ferry"), {}, ordered=False)
    assert "".join(part.text for part in parts) == "Records matching ferry"
