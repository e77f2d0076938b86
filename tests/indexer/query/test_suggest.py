from rapidfuzz.distance import Levenshtein

from indexer.fields import QUERY_FIELDS
from indexer.query.parse import parse_query
from indexer.query.suggest import suggestions

HELD = {"ferry": 9, "ferries": 4, "harbour": 7, "harbor": 2, "harbours": 8, "night": 3, "tal": 1}


def similar(word: str, edits: int) -> list[tuple[str, int]]:
    near = [(term, n) for term, n in HELD.items() if 0 < Levenshtein.distance(word, term) <= edits]
    return sorted(near, key=lambda each: (-each[1], each[0]))


def suggested(text: str, *, any_words: bool = False) -> tuple[str, ...]:
    query = parse_query(text, fields=QUERY_FIELDS, any_words=any_words)
    return suggestions(query, similar, HELD.__contains__)


def test_an_unknown_word_is_replaced_by_the_nearest_that_the_archive_has() -> None:
    assert suggested("harbou") == ("harbour", "harbor", "harbours")
    assert suggested("fery") == ("ferry",)


def test_all_else_stays_as_it_was_typed() -> None:
    assert suggested('Night  -boat (fery OR "the  Harbuor’s") date:2031 outlet:fery') == (
        'Night  -boat (ferry OR "the  Harbuor’s") date:2031 outlet:fery',
    )
    assert suggested("title:fery any:") == ("title:ferry any:",)
    assert suggested("any: fery NOT") == ("any: ferry NOT",)
    assert suggested("fery night", any_words=True) == ("ferry night",)
    assert suggested('+"nihgt fery"~2') == ('+"night ferry"~2',)
    assert suggested("fery-night") == ("ferry-night",)


def test_a_word_typed_twice_is_replaced_twice_and_several_at_once() -> None:
    assert suggested("fery fery") == ("ferry ferry",)
    assert suggested("fery nigth") == ("ferry night",)


def test_nothing_is_suggested_for_known_short_or_strange_words() -> None:
    assert suggested("ferry night") == ()
    assert suggested("ta") == ()
    assert suggested("tel") == ("tal",)
    assert suggested("tex") == ()
    assert suggested("zzzzzz") == ()
    assert suggested("fery* fery~ =fery -fery author:fery") == ()
    assert suggested("") == ()


def test_long_queries_are_left_alone() -> None:
    assert suggested("fery " + " ".join(f"night{n}" for n in range(16))) == ()
    assert suggested("fery1 fery2 fery3 fery4 fery5") == ()
