from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import get_args

import pytest

from indexer.fields import QUERY_FIELDS
from indexer.query import guide, syntax
from indexer.query.guide import GUIDE, LIMITS, Row, stemmed_languages
from indexer.query.lower import lower
from indexer.query.parse import parse_query

ROWS = [row for section in GUIDE for row in section.rows]


def nodes(part: object) -> Iterator[type]:
    """The types of all nodes of a syntax tree."""
    if isinstance(part, tuple):
        for each in part:
            yield from nodes(each)
    elif is_dataclass(part):
        yield type(part)
        for field in fields(part):
            yield from nodes(getattr(part, field.name))


@pytest.mark.parametrize("row", ROWS, ids=[row.form for row in ROWS])
def test_an_example_is_answered_and_is_an_example_of_its_row(row: Row) -> None:
    query = parse_query(row.example, fields=QUERY_FIELDS)
    lower(query, languages=["en"])
    assert row.node in set(nodes(query.root))
    assert row.meaning


def test_every_kind_of_node_and_every_field_has_a_row() -> None:
    assert {row.node for row in ROWS} == set(get_args(syntax.Expression))
    named = {row.form.partition(":")[0] for row in ROWS if ":" in row.form}
    assert named >= set(QUERY_FIELDS)
    for operator in ("AND", "OR", "NOT", "NEAR/", "-", "(", "any:", "~", "*", "=", '"'):
        assert any(operator in row.form for row in ROWS)


def test_limits_are_those_that_are_checked() -> None:
    told = " ".join([*LIMITS, *(row.limit for row in ROWS)])
    for number in ("4,096", "400", "64", "32", "10", "100", "200", "2 letters"):
        assert number in told


def test_languages_with_stems_are_named() -> None:
    assert {"English", "Russian", "Armenian", "Turkish"} <= {*stemmed_languages()}
    assert "Azerbaijani" not in stemmed_languages()
    assert "other one" in (guide.stemmed_languages.__doc__ or "")
