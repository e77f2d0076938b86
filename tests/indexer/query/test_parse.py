from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.errors import QueryError
from indexer.query.parse import parse_query
from indexer.query.syntax import (
    Absent,
    And,
    Dated,
    Exact,
    Expression,
    Fielded,
    FieldKind,
    Fuzzy,
    Near,
    Not,
    Or,
    Pattern,
    Quoted,
    Starts,
    Word,
)
from tests.indexer.query.typed import TYPED

FIELDS: dict[str, FieldKind] = {
    "title": "text",
    "body": "text",
    "outlet": "value",
    "author": "value",
    "stance": "code",
    "date": "date",
}


def brief(node: Expression | None) -> Any:
    """The tree without places: words as strings, the rest as tuples."""
    match node:
        case None:
            return None
        case Word(_, words):
            return " ".join(words)
        case Quoted(_, words, 0):
            return ("phrase", *words)
        case Quoted(_, words, slop):
            return (f"phrase~{slop}", *words)
        case Starts(word):
            return f"{word}*"
        case Pattern(pieces):
            return "*".join(pieces)
        case Fuzzy(words, edits):
            return ("fuzzy", *words, edits)
        case Exact(_, words, slop):
            return (f"exact~{slop}" if slop else "exact", *words)
        case Fielded(field, _, operand):
            return (f"{field}:", brief(operand))
        case Absent(field):
            return (f"{field}:none",)
        case Dated(first, last):
            return ("date", first, last)
        case Near(parts, distances):
            return (f"near/{'/'.join(map(str, distances))}", *map(brief, parts))
        case Not(part):
            return ("not", brief(part))
        case And(parts):
            return ("and", *map(brief, parts))
        case Or(parts):
            return ("or", *map(brief, parts))


def parsed(text: str, *, any_words: bool = False) -> Any:
    return brief(parse_query(text, fields=FIELDS, any_words=any_words).root)


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse_query(text, fields=FIELDS)
    return caught.value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("ferry", "ferry"),
        ("ferry strike", ("and", "ferry", "strike")),
        ("ferry AND strike", ("and", "ferry", "strike")),
        ("and or not", ("and", "and", "or", "not")),
        ("ferry OR boat", ("or", "ferry", "boat")),
        ("a b OR c d", ("or", ("and", "a", "b"), ("and", "c", "d"))),
        ("a (b OR c)", ("and", "a", ("or", "b", "c"))),
        ("ferry NOT strike", ("and", "ferry", ("not", "strike"))),
        ("NOT NOT a", ("not", ("not", "a"))),
        ("a OR NOT b", ("or", "a", ("not", "b"))),
        ("ferry -strike", ("and", "ferry", ("not", "strike"))),
        ('ferry -"night boat"', ("and", "ferry", ("not", ("phrase", "night", "boat")))),
        ("ferry -(a OR b)", ("and", "ferry", ("not", ("or", "a", "b")))),
        ("(-a b)", ("and", ("not", "a"), "b")),
        ("-author:ivo", ("not", ("author:", "ivo"))),
        ("+ferry +strike", ("and", "ferry", "strike")),
        ('+"night boat"', ("phrase", "night", "boat")),
        ("+(a b)", ("and", "a", "b")),
        ("Korrin-Vale", "korrin vale"),
        ("a NEAR/5 b c", ("and", ("near/5", "a", "b"), "c")),
        ("a NEAR/5 b NEAR/3 c", ("near/5/3", "a", "b", "c")),
        ("(a NEAR/5 b) NEAR/3 c", ("near/3", ("near/5", "a", "b"), "c")),
        ("a NEAR/5 (b OR c)", ("near/5", "a", ("or", "b", "c"))),
        ('"a b" NEAR/0 cd*e', ("near/0", ("phrase", "a", "b"), "cd*e")),
        ("a NEAR/5 () NEAR/3 b", ("near/3", "a", "b")),
        ("() NEAR/5 a", "a"),
        ("a -b NEAR/5 c", ("and", "a", ("not", ("near/5", "b", "c")))),
        ("NEAR", "near"),
        ("a NEAR b", ("and", "a", "near", "b")),
        ("near/5", "near 5"),
    ],
)
def test_words_and_operators(text: str, tree: Any) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        '"night boat"',
        "“night boat”",
        "„night boat“",
        "«night boat»",
        "»night boat«",
        "‹night boat›",
        "‘night boat’",
        '"night boat”',
        '"night, boat!"',
        '" night boat "',
        '"night boat"~',
    ],
)
def test_straight_curly_and_angle_quotes_make_a_phrase(text: str) -> None:
    assert parsed(text) == ("phrase", "night", "boat")


def test_apostrophes_are_no_quotation_marks() -> None:
    assert parsed("don’t ’n’ dogs’") == ("and", "don't", "n", "dogs")
    assert parsed("‘We couldn’t sail’: how") == ("and", ("phrase", "we", "couldn't", "sail"), "how")
    assert parsed("‘twas night") == ("and", "twas", "night")
    assert parsed("'night boat'") == ("and", "night", "boat")


def test_a_quotation_mark_between_hebrew_letters_belongs_to_the_word() -> None:
    assert parsed('צה"ל') == 'צה"ל'
    assert parsed('"צה"ל"') == ("phrase", 'צה"ל')
    assert parsed('"ab"') == ("phrase", "ab")


def test_a_phrase_can_have_room_in_it() -> None:
    assert parsed('"night boat"~5 a') == ("and", ("phrase~5", "night", "boat"), "a")
    assert "At most 100 words" in refused('"night boat"~101').message


def test_quotes_in_the_middle_of_a_run_begin_a_phrase() -> None:
    assert parsed('night"the boat"now') == ("and", "night", ("phrase", "the", "boat"), "now")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("& ferry — * + - ~ = strike", ("and", "ferry", "strike")),
        ("...", None),
        ("-", None),
        ("ferry - strike", ("and", "ferry", "strike")),
        ("--ferry", "ferry"),
        ("ferry-strike", "ferry strike"),
        ('ferry ""', "ferry"),
        ('ferry -"…"', "ferry"),
        ("ferry ()", "ferry"),
        ("-() ferry", "ferry"),
        ("~50", "50"),
        ("a=b", "a b"),
    ],
)
def test_what_says_nothing_is_ignored(text: str, tree: Any) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("http://example.org/x", "http example.org x"),
        ("12:30", "12 30"),
        ("note: boat", ("and", "note", "boat")),
        ("unknown:boat", "unknown:boat"),
        ('unknown:"night boat"', ("and", "unknown", ("phrase", "night", "boat"))),
    ],
)
def test_an_unknown_field_is_text(text: str, tree: Any) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("outlet:Courier", ("outlet:", "courier")),
        ("OUTLET:Courier", ("outlet:", "courier")),
        ('outlet:"Old Quay"', ("outlet:", ("phrase", "old", "quay"))),
        ("outlet:“Old Quay”", ("outlet:", ("phrase", "old", "quay"))),
        ("outlet:‘Old Quay’", ("outlet:", ("phrase", "old", "quay"))),
        ("author:iv*", ("author:", "iv*")),
        ("author:none", ("author:none",)),
        ("date:none", ("date:none",)),
        ('author:"none"', ("author:", ("phrase", "none"))),
        ("title:none", ("title:", "none")),
        ("-stance:none", ("not", ("stance:none",))),
        ("(title:a OR body:b)", ("or", ("title:", "a"), ("body:", "b"))),
    ],
)
def test_fields(text: str, tree: Any) -> None:
    assert parsed(text) == tree


# 2031-05-01 is day 741_563 of the proleptic Gregorian calendar.
MAY_1 = 741_563


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("date:2031-05-01", MAY_1, MAY_1),
        ("date:2031-05", MAY_1, MAY_1 + 30),
        ("date:2031-05~", MAY_1, MAY_1 + 30),
        ('date:"2031-05"', MAY_1, MAY_1 + 30),
        ("date:2031-05..2031-06", MAY_1, MAY_1 + 60),
        ("date:2031-05..", MAY_1, None),
        ("date:..2031-05", None, MAY_1 + 30),
        ("date:2031-05/..", MAY_1, None),
        ("date:2031-05/2031-06", MAY_1, MAY_1 + 60),
    ],
)
def test_dates_and_ranges(text: str, first: int | None, last: int | None) -> None:
    assert parsed(text) == ("date", first, last)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date:2031-02-29", "2031-02-29"),
        ("date:May", "May"),
        ("date:2031..2030", "ends before it begins"),
        ("date:..", "on one side"),
    ],
)
def test_an_impossible_date_is_an_error_at_its_place(text: str, message: str) -> None:
    error = refused(f"ferry {text}")
    assert message in error.message
    assert (error.position, error.length) == (11, len(text) - 5)
    assert "2024-09" in error.advice


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("ferr*", "ferr*"),
        ("Fərr*", "ferr*"),
        ("fe*ry", "fe*ry"),
        ("Fə*r**Ý", "fe*r*y"),
        ("fer*r*", "fer*r*"),
        ("ferry*, boat*!", ("and", "ferry*", "boat*")),
        ("(fe*ry),", "fe*ry"),
        ("ferry~", ("fuzzy", "ferry", None)),
        ("ferry~1", ("fuzzy", "ferry", 1)),
        ("ferry~0", ("fuzzy", "ferry", 0)),
        ("Korrin-Vale~", ("fuzzy", "korrin", "vale", None)),
        ("=Ferry", ("exact", "Ferry")),
        ("=Fərry’s,", ("exact", "Fərry's")),
        ("=Night-Boat", ("exact", "Night", "Boat")),
        ('="Night boat"', ("exact", "Night", "boat")),
        ('="Night boat"~2', ("exact~2", "Night", "boat")),
        ("title:=Ferry", ("title:", ("exact", "Ferry"))),
        ('outlet:="Old Quay" a', ("and", ("outlet:", ("exact", "Old", "Quay")), "a")),
        ("outlet:qu*y", ("outlet:", "qu*y")),
        ("author:tal~", ("author:", ("fuzzy", "tal", None))),
    ],
)
def test_word_operators(text: str, tree: Any) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "length"),
    [
        ('night "boat', 6, 1),
        ("AND", 0, 3),
        ("ferry AND", 6, 3),
        ("ferry AND OR boat", 10, 2),
        ("(OR boat)", 1, 2),
        ("NOT", 0, 3),
        ("ferry (NOT)", 7, 3),
        ("NEAR/3 boat", 0, 6),
        ("((", 1, 1),
        ("(a", 0, 1),
        ("a)", 1, 1),
        ("*a*", 0, 3),
        ("night *boat", 6, 5),
        ("b*", 0, 2),
        ("b*at", 0, 4),
        ("Korrin-Val*", 0, 11),
        ("a Korrin-V*e", 2, 10),
        ("fe*ry-boat", 0, 10),
        ("a ferry~3", 2, 7),
        ("a ferry~200", 2, 9),
        ("a NEAR/101 b", 2, 8),
        ('"a b"~101', 5, 4),
        ("title: boat", 0, 6),
        ("outlet:", 0, 7),
        ("outlet:(a b)", 7, 1),
        ('outlet:"…"', 7, 3),
        ("outlet:-", 7, 1),
        ("outlet:=", 7, 1),
        ("outlet:)", 0, 7),
        ("date:=2031", 5, 5),
    ],
)
def test_an_error_points_to_its_place(text: str, position: int, length: int) -> None:
    error = refused(text)
    assert (error.position, error.length) == (position, length)
    assert error.message.endswith((".", "…"))
    assert error.advice


def test_any_words_takes_everything_as_literal_words() -> None:
    expected = ("or", "night", "and", "boat", "author:ivo", "x")
    assert parsed('any: night AND -boat author:ivo ("x') == expected
    assert parsed('night AND -boat author:ivo ("x', any_words=True) == expected
    assert parsed("Any:night boat") == ("or", "night", "boat")
    assert parsed("any:") is None
    assert parsed("any: —") is None
    assert parsed("night any:boat") == ("and", "night", "any:boat")


@pytest.mark.parametrize("text", ["a NEAR/5 -b", "a NEAR/5 NOT b"])
def test_near_says_that_it_cannot_join_what_is_excluded(text: str) -> None:
    error = refused(text)
    assert error.message == "NEAR cannot join what is excluded."
    assert (error.position, error.advice) == (9, "Write NOT before the whole of it.")


def test_every_leaf_knows_its_place() -> None:
    root = parse_query('ab "c d" title:e', fields=FIELDS).root
    assert isinstance(root, And)
    assert [(p.start, p.end) for p in root.parts if not isinstance(p, Not | And | Or)] == [
        (0, 2),
        (3, 8),
        (9, 16),
    ]


@given(TYPED, st.booleans())
def test_whatever_is_typed_is_understood_or_refused(text: str, any_words: bool) -> None:
    error = None
    try:
        parse_query(text, fields=FIELDS, any_words=any_words)
    except QueryError as refusal:
        error = refusal
    if error:
        assert 0 <= error.position < error.position + error.length <= len(text)
        assert len(error.caret(text).split("\n")) == 2


@given(TYPED)
def test_literal_words_are_never_refused(text: str) -> None:
    parse_query(text, fields=FIELDS, any_words=True)
