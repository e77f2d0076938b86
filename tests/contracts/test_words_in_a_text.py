"""What every search engine promises of wildcards, fuzzy words and words near each other."""

from __future__ import annotations

import pytest

from indexer.engine import Searcher
from indexer.query.terms import (
    All,
    AnyOf,
    Fuzzy,
    Near,
    Node,
    Phrase,
    Prefix,
    Term,
    TooManyTerms,
    Wildcard,
    Without,
)
from tests.contracts.asking import Make, body, document, found, holding, scores

EVERYBODY = frozenset({"open", "snippets", "staff"})


def word(text: str) -> Term:
    return Term("body", text)


# Wildcards


@pytest.mark.parametrize(
    ("pieces", "ids"),
    [
        (("h", "r"), "2 3"),
        (("ha", "bour"), "2 3"),
        (("har", "bour"), "2"),
        (("harb", "bour"), ""),
        (("ha", "r", "r"), "2"),
        (("h", "o", "o", ""), ""),
        (("", "our"), "2 3"),
        (("", "a", ""), "1 2 3"),
        (("", ""), "1 2 3 4"),
        (("harbour", ""), "2"),
        (("", "harbour"), "2"),
        (("harbour",), "2"),
        (("harb",), ""),
        ((), ""),
        (("h.", "r"), ""),
    ],
)
def test_a_wildcard_is_its_pieces_in_order_with_anything_between(
    make: Make, pieces: tuple[str, ...], ids: str
) -> None:
    searcher = holding(
        make,
        document("1", "ha"),
        document("2", "x harbour"),
        document("3", "habour y"),
        document("4", "h\nx", title="harbour"),
    )
    assert found(searcher, Wildcard("body", pieces)) == ids


def test_a_wildcard_runs_past_every_character(make: Make) -> None:
    searcher = holding(make, document("1"), document("2", "ə"), document("3", "aəb \U0001d518b"))
    assert found(searcher, Wildcard("body", ("", "ə", ""))) == "2 3"
    assert found(searcher, Wildcard("body", ("\U0001d518", "b"))) == "3"
    assert found(searcher, Wildcard("nowhere", ("", ""))) == ""


def test_a_long_word_full_of_near_misses_is_decided_at_once(make: Make) -> None:
    searcher = holding(make, document("1", "a" * 5000))
    assert found(searcher, Wildcard("body", ("a",) * 40 + ("b",))) == ""
    assert found(searcher, Wildcard("body", ("a",) * 40)) == "1"


# Fuzzy words


@pytest.mark.parametrize(
    ("text", "edits", "ids"),
    [
        ("velmar", 0, "1"),
        ("velmar", 1, "1 2 3 4"),
        ("velmar", 2, "1 2 3 4 5"),
        ("elvmar", 1, ""),
        ("elvmar", 2, "1 3"),
        ("ab", 2, "6"),
        ("", 1, "6"),
        ("", 0, ""),
    ],
)
def test_a_fuzzy_word_is_so_many_code_points_away(
    make: Make, text: str, edits: int, ids: str
) -> None:
    searcher = holding(
        make,
        document("1", "velmar"),
        document("2", "velmər"),
        document("3", "vellmar"),
        document("4", "velma"),
        document("5", "velmari̇"),
        document("6", "報"),
        document("7", title="velmar"),
    )
    assert found(searcher, Fuzzy("body", text, edits)) == ids


# Both, and prefixes


@pytest.mark.parametrize(
    "leaf", [Prefix("body", "a"), Wildcard("body", ("a", "")), Fuzzy("body", "a000", 3)]
)
def test_what_stands_for_more_than_200_terms_is_refused(
    make: Make, leaf: Prefix | Wildcard | Fuzzy
) -> None:
    generation = make()
    generation.apply([document("1", " ".join(f"a{i:03}" for i in range(199)))])
    generation.apply([document("2", "a199 b")])
    assert found(generation.searcher(), leaf) == "1 2"
    generation.apply([document("3", "a200")])
    searcher = generation.searcher()
    for query in (leaf, Without(All((leaf,))), Near((word("b"), AnyOf((leaf,))), (3,))):
        with pytest.raises(TooManyTerms) as refusal:
            found(searcher, query)
        assert (refusal.value.leaf, refusal.value.limit) == (leaf, 200)
    generation.apply([], ["3"])
    assert found(generation.searcher(), leaf) == "1 2"


@pytest.mark.parametrize("leaf", [Wildcard("body", ("p", "t"), 2.5), Fuzzy("body", "port", 1, 2.5)])
def test_what_stands_for_several_terms_scores_its_boost(make: Make, leaf: Node) -> None:
    searcher = holding(make, document("1", "port pot pot"), document("2", "x part"), document("3"))
    assert scores(searcher, leaf) == {"1": 2.5, "2": 2.5}


# Near


def a_and_b(make: Make) -> Searcher:
    return holding(
        make,
        document("1", "a b"),
        document("2", "b a"),
        document("3", "a x b"),
        document("4", "b x x a"),
        document("5", "a x x x x b"),
        document("6", "a"),
    )


@pytest.mark.parametrize(
    ("distance", "ordered", "ids"),
    [
        (0, False, "1 2"),
        (0, True, "1"),
        (1, False, "1 2 3"),
        (1, True, "1 3"),
        (2, False, "1 2 3 4"),
        (4, True, "1 3 5"),
        (2**40, False, "1 2 3 4 5"),
    ],
)
def test_near_counts_the_words_between(make: Make, distance: int, ordered: bool, ids: str) -> None:
    near = Near((word("a"), word("b")), (distance,), ordered)
    assert found(a_and_b(make), near) == ids


def test_near_needs_two_places_for_two_words(make: Make) -> None:
    searcher = holding(make, document("1", "a"), document("2", "a x a"), document("3", "ab a"))
    assert found(searcher, Near((word("a"), word("a")), (9,))) == "2"
    assert found(searcher, Near((word("a"), Prefix("body", "a")), (9,))) == "2 3"
    assert found(searcher, Near((Phrase("body", ("a", "x")), word("x")), (9,))) == ""


def test_each_part_is_near_the_one_before_it_by_one_way_through(make: Make) -> None:
    chain = Near((word("a"), word("b"), word("c")), (0, 1))
    searcher = holding(
        make,
        document("1", "a b x c"),
        document("2", "c b a"),
        document("3", "a b x x c"),
        document("4", "a b x x b c"),
        document("5", "b c x x a"),
    )
    assert found(searcher, chain) == "1 2"


def test_near_measures_from_the_ends_of_a_phrase(make: Make) -> None:
    bridge = Phrase("body", ("old", "stone", "bridge"))
    searcher = holding(
        make,
        document("1", "old stone bridge x river"),
        document("2", "river x old stone bridge"),
        document("3", "old stone river bridge"),
        document("4", "river x x old stone bridge"),
    )
    assert found(searcher, Near((bridge, word("river")), (1,))) == "1 2"
    assert found(searcher, Near((bridge, word("river")), (1,), ordered=True)) == "1"
    assert found(searcher, Near((word("river"), bridge), (2,), ordered=True)) == "2 4"


def test_a_phrase_with_slop_is_near_where_it_is_shortest(make: Make) -> None:
    loose = Phrase("body", ("a", "b"), 4)
    searcher = holding(make, document("1", "a x b x b c"), document("2", "c a a x b"))
    assert found(searcher, Near((loose, word("c")), (0,))) == ""
    assert found(searcher, Near((loose, word("c")), (1,))) == "2"
    assert found(searcher, Near((loose, word("c")), (2,))) == "1 2"


def test_near_takes_any_of_several(make: Make) -> None:
    town = AnyOf((Phrase("body", ("lower", "velm")), word("velmar"), Wildcard("body", ("v", "m"))))
    searcher = holding(
        make,
        document("1", "siege of lower velm"),
        document("2", "velmar x siege"),
        document("3", "siege x x x velm"),
        document("4", "siege x x x lower velm"),
        document("5", "siege"),
    )
    assert found(searcher, Near((word("siege"), town), (1,))) == "1 2"
    assert found(searcher, Near((town, word("siege")), (3,))) == "1 2 3 4"
    assert found(searcher, Near((AnyOf(()), town), (9,))) == ""


def test_fields_of_one_text_have_the_same_positions(make: Make) -> None:
    searcher = holding(make, document("1", "bridges x river"), document("2", "river x x bridge"))
    near = Near((Term("body_stem", "b"), word("river")), (1,))
    assert found(searcher, near) == "1"


def test_near_does_not_reach_from_one_document_into_the_next(make: Make) -> None:
    generation = make()
    generation.apply([document("1", "x a"), document("2", "b y")])
    assert found(generation.searcher(), Near((word("a"), word("b")), (2**40,))) == ""


def test_near_scores_what_its_parts_score_together(make: Make) -> None:
    searcher = a_and_b(make)
    parts = (AnyOf((word("a"), Phrase("body", ("a", "x")))), Prefix("body", "b", 3.0))
    together = scores(searcher, All(parts))
    near = scores(searcher, Near(parts, (1,)))
    assert near == pytest.approx({id: together[id] for id in ("1", "2", "3")})


# Similar terms


def test_similar_terms_are_counted_among_what_may_be_seen(make: Make) -> None:
    generation = make()
    generation.apply([document("1", "velmar velmar velma"), document("2", "velma belmar")])
    generation.apply([document("3", "velma gone", access="staff"), document("4", "velmer")])
    generation.apply([document("5", title="velmat")], ["4"])
    searcher = generation.searcher()
    assert searcher.similar("body", "velmar", edits=1, access=EVERYBODY) == (
        ("velma", 3),
        ("belmar", 1),
    )
    assert searcher.similar("body", "belma", edits=1, access=frozenset({"open"})) == (
        ("velma", 2),
        ("belmar", 1),
    )
    assert searcher.similar("body", "gone", edits=2, access=frozenset({"open"})) == ()
    assert searcher.similar("nowhere", "velmar", edits=2, access=EVERYBODY) == ()


def test_an_index_without_documents_has_no_words_either(make: Make) -> None:
    searcher = make().searcher()
    leaves = Wildcard("body", ("", "")), Fuzzy("body", "a", 2)
    assert found(searcher, AnyOf((*leaves, Near(leaves, (1,)), body("a")))) == ""
    assert searcher.similar("body", "a", edits=2, access=EVERYBODY) == ()
