import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.fields import QUERY_FIELDS
from indexer.query.literal import as_literal
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.query.syntax import And, Word
from tests.indexer.query.typed import TYPED


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("ferry AND", "ferry"),
        ("AND", "and"),
        ("NOT NEAR/5", "not near/5"),
        ('night "boat', "night boat"),
        ("(a OR b", "a b"),
        ("a)", "a"),
        ("title: boat", "title boat"),
        ("outlet:(a b)", "outlet a b"),
        ("date:2031-02-29", "date 2031-02-29"),
        ("*oat Korrin-Val*", "oat Korrin-Val"),
        ("harbour~3", "harbour"),
        ("-night +boat", "night boat"),
        ("(cost ~200 million", "cost 200 million"),
        ("(~2024", "2024"),
        ("a NEAR/500 b", "a b"),
        ("=Boat’s", "Boat’s"),
        ("any: a -b", "a b"),
        ("— *", ""),
        ("", ""),
    ],
)
def test_words_stay_and_signs_and_operators_go(text: str, literal: str) -> None:
    assert as_literal(text) == literal


def test_what_is_too_long_is_cut() -> None:
    assert as_literal("a " * 5000) == " ".join("a" * 400)
    assert as_literal("ab " * 2 + "x" * 5000) == "ab ab"


@given(TYPED | st.text(max_size=60))
def test_it_is_always_understood_as_plain_words(text: str) -> None:
    query = parse_query(as_literal(text), fields=QUERY_FIELDS)
    lower(query, languages=["en"])
    parts = query.root.parts if isinstance(query.root, And) else (query.root,)
    assert all(isinstance(part, Word) for part in parts if part is not None)
    assert not query.any_words
