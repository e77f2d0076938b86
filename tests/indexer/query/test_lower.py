from collections.abc import Sequence

import pytest

from indexer.query.errors import QueryError
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.query.syntax import FieldKind
from indexer.query.terms import (
    All,
    AnyOf,
    DateRange,
    Everything,
    Missing,
    Node,
    Phrase,
    Prefix,
    Term,
    Without,
)

FIELDS: dict[str, FieldKind] = {
    "title": "text",
    "body": "text",
    "outlet": "value",
    "author": "value",
    "stance": "code",
    "date": "date",
}


def lowered(text: str, languages: Sequence[str] = ()) -> Node:
    return lower(parse_query(text, fields=FIELDS), languages=languages)


def word(text: str) -> Node:
    return AnyOf((Term("title_stem", text, 2.0), Term("body_stem", text)))


def phrase(*texts: str, slop: int = 0) -> Node:
    return AnyOf((Phrase("title", texts, slop, 2.0), Phrase("body", texts, slop)))


def test_nothing_asked_is_everything() -> None:
    assert lowered("") == Everything()
    assert lowered(" & ") == Everything()


def test_a_plain_word_is_sought_by_itself_and_its_stem_in_each_language() -> None:
    assert lowered("Boats") == word("boats")
    assert lowered("boats", ["en", "az"]) == AnyOf(
        (
            Term("title_stem", "boats", 2.0),
            Term("title_stem", "boat", 2.0),
            Term("body_stem", "boats"),
            Term("body_stem", "boat"),
        )
    )
    assert lowered("boat", ["en", "en-GB", "fr"]) == word("boat")


def test_words_operators_and_parentheses() -> None:
    assert lowered("a b") == All((word("a"), word("b")))
    assert lowered("a OR b") == AnyOf((word("a"), word("b")))
    assert lowered("a -b") == All((word("a"), Without(word("b"))))
    assert lowered("-a") == Without(word("a"))
    assert lowered("any: a -b") == AnyOf((word("a"), word("b")))


def test_a_phrase_is_sought_by_surface_forms_in_title_or_body() -> None:
    assert lowered('"night boats"', ["en"]) == phrase("night", "boats")
    assert lowered('"night boats"~3', ["en"]) == phrase("night", "boats", slop=3)
    assert lowered('"Boats"', ["en"]) == AnyOf((Term("title", "boats", 2.0), Term("body", "boats")))


def test_a_word_of_several_words_is_their_phrase() -> None:
    assert lowered("Korrin-Vale", ["en"]) == phrase("korrin", "vale")
    assert lowered("2031-05-09") == phrase("2031", "05", "09")
    assert lowered("新聞") == phrase("新", "聞")


def test_a_prefix_is_sought_among_surface_forms() -> None:
    assert lowered("Boa*") == AnyOf((Prefix("title", "boa", 2.0), Prefix("body", "boa")))
    assert lowered("author:iv*") == Prefix("author_words", "iv")


def test_title_and_body_can_be_searched_alone() -> None:
    assert lowered("title:boat") == Term("title_stem", "boat", 2.0)
    assert lowered('body:"night boat"') == Phrase("body", ("night", "boat"))
    assert lowered("title:boa*") == Prefix("title", "boa", 2.0)


def test_a_value_is_sought_by_the_words_of_its_name() -> None:
    assert lowered("author:Čedo") == Term("author_words", "cedo")
    assert lowered("outlet:Harbour.Ko") == Phrase("outlet_words", ("harbour", "ko"))
    assert lowered('outlet:"Old Quay"') == Phrase("outlet_words", ("old", "quay"))
    assert lowered("outlet:none") == Missing("outlet")
    assert lowered("date:none") == Missing("date")


def test_a_stance_is_sought_whole() -> None:
    assert lowered('stance:"harbour-board:critical"') == Phrase(
        "stance_words", ("|", "harbour", "board", ":", "critical", "|")
    )
    assert lowered("stance:ferry:mixed") == Phrase(
        "stance_words", ("|", "ferry", ":", "mixed", "|")
    )


def test_half_a_stance_is_sought_as_target_or_position() -> None:
    position = Phrase("stance_words", (":", "critical", "|"))
    target = Phrase("stance_words", ("|", "critical", ":"))
    assert lowered("stance:critical") == AnyOf((target, position))
    assert lowered('stance:":critical"') == position
    assert lowered('stance:"critical:"') == target


def test_dates_become_day_numbers() -> None:
    assert lowered("date:2031-05") == DateRange(741_563, 741_593)
    assert lowered("date:2031-05..") == DateRange(741_563, None)


@pytest.mark.parametrize(
    ("text", "position", "length"),
    [
        ("a NEAR/5 b", 2, 6),
        ("a bo*t", 2, 4),
        ("boat~", 0, 5),
        ("author:boat~", 7, 5),
        ("=Boat", 0, 5),
    ],
)
def test_what_is_not_answered_yet_is_refused_at_its_place(
    text: str, position: int, length: int
) -> None:
    with pytest.raises(QueryError, match="not answered yet") as caught:
        lowered(text)
    assert (caught.value.position, caught.value.length) == (position, length)
    assert caught.value.advice
