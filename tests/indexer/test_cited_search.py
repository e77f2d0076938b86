from __future__ import annotations

import json

from indexer.audience import Audience
from indexer.cited_search import (
    LIMIT,
    CitedSearch,
    Since,
    as_content,
    cite,
    compare,
    from_content,
    in_words,
)
from indexer.engine import Filter
from indexer.state import SearchState

STATE = SearchState(
    q='"sluice logs"',
    filters=(Filter("outlet", ("Quay Courier", None)), Filter("author", ("X",), excluded=True)),
    since="2024",
    page=3,
)


def cited(*ids: str, total: int | None = None) -> CitedSearch:
    return cite(
        STATE,
        position=7,
        audience=Audience.READER,
        total=len(ids) if total is None else total,
        ids=ids,
    )


def test_what_is_kept_of_a_search() -> None:
    content = as_content(cited("a", "b"))
    assert content == {
        "parameters": [
            ["q", '"sluice logs"'], ["not_author", "X"], ["outlet", "Quay Courier"],
            ["outlet", "none"], ["from", "2024"],
        ],
        "position": 7,
        "audience": "reader",
        "total": 2,
        "ids": ["a", "b"],
    }  # fmt: skip
    assert from_content(json.loads(json.dumps(content))) == cited("a", "b")


def test_a_cited_search_can_be_asked_again_from_its_first_page() -> None:
    again = cited().state(["outlet", "author"])
    assert again.page == 1
    assert again.chosen("outlet") == ("Quay Courier", None)
    assert again.excluded("author") == ("X",)
    assert (again.q, again.since) == ('"sluice logs"', "2024")


def test_half_a_surrogate_pair_can_be_kept() -> None:
    kept = cite(SearchState(q="a\ud800"), position=0, audience=Audience.STAFF, total=0, ids=())
    assert kept.parameters == (("q", "a?"),)


def test_what_staff_cited_does_not_exist_for_readers() -> None:
    by_staff = cite(STATE, position=0, audience=Audience.STAFF, total=0, ids=())
    assert not by_staff.exists_for(Audience.READER)
    assert by_staff.exists_for(Audience.STAFF)
    assert cited().exists_for(Audience.READER)
    assert cited().exists_for(Audience.STAFF)


def test_what_is_new_gone_and_withdrawn_since() -> None:
    since = compare(cited("a", "b", "c"), 3, ["d", "b", "e"], {"c"}.__contains__)
    assert since == Since(3, 3, True, new=("d", "e"), gone=("a",), withdrawn=("c",))
    assert in_words(since) == "2 new, 1 no longer found, 1 withdrawn since"


def test_an_unchanged_search_says_so() -> None:
    since = compare(cited("a", "b"), 2, ["b", "a"], lambda _: True)
    assert in_words(since) == "the same records since"


def test_of_too_many_only_the_totals_are_compared() -> None:
    many = cited(*map(str, range(LIMIT + 5)))
    assert len(many.ids) == LIMIT
    assert many.total == LIMIT + 5

    def never(_: str) -> bool:
        raise AssertionError

    since = compare(many, 3, (never(each) for each in "abc"), never)
    assert since == Since(LIMIT + 5, 3, compared=False)
    assert in_words(since) == (
        "10,005 found then, 3 now; more than 10,000 are not compared one by one"
    )
    assert not compare(cited("a"), LIMIT + 1, (), never).compared
