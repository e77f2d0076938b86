from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.record import Description, Record
from indexer.fields import FIELDS
from indexer.headings import Headings
from indexer.matching import seeks_text
from indexer.query.terms import All, AnyOf, DateRange, Everything, Missing, Node, Term, Without

ADDED = datetime(2026, 1, 15, tzinfo=UTC)
FIELD = {field.name: field for field in FIELDS}


@pytest.mark.parametrize(
    ("tag", "name"),
    [("en", "English"), ("ru", "Russian"), ("az-latn", "Azerbaijani (Latin)"), ("zz", "zz")],
)
def test_a_language_is_counted_by_its_tag_and_shown_by_its_name(tag: str, name: str) -> None:
    language = FIELD["language"]
    record = Record("r", 1, ADDED, Description(language=tag), {}, (), None)
    assert language.values(record, Headings()) == (tag,)
    assert language.label_of(tag, Headings()) == name


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Everything(), False),
        (All((Missing("author"), DateRange(1, 2))), False),
        (Term("author_words", "ruiz"), False),
        (AnyOf((Term("author_words", "ruiz"), Without(Term("body_stem", "x")))), True),
        (Term("title", "ferry"), True),
    ],
)
def test_texts_are_looked_at_only_for_a_query_that_seeks_text(node: Node, expected: bool) -> None:
    assert seeks_text(node) is expected
