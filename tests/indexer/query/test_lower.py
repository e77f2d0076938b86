from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.authority import Authority
from indexer.equivalents import NO_NAMES, Names, names_of
from indexer.query.errors import QueryError
from indexer.query.forms import Source
from indexer.query.lower import (
    FUNCTION_WORD_WEIGHT,
    NEIGHBOURS_WEIGHT,
    Lowered,
    lower,
    too_many,
)
from indexer.query.parse import parse_query
from indexer.query.syntax import FieldKind
from indexer.query.terms import (
    All,
    AnyOf,
    Combined,
    DateRange,
    Everything,
    Fuzzy,
    Having,
    Leaf,
    Missing,
    Near,
    Node,
    Phrase,
    Preferring,
    Prefix,
    Term,
    TooManyTerms,
    Wildcard,
    Without,
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


TOWN = Authority(
    "place", "old-vask", "Vask / Orrin", ("Vasque",), ("Vask", "Orrin", "Bel Orm", "Васк")
)
NAMES = names_of([TOWN])


def whole(text: str, languages: Sequence[str] = (), names: Names = NO_NAMES) -> Lowered:
    return lower(parse_query(text, fields=FIELDS), languages=languages, names=names)


def lowered(text: str, languages: Sequence[str] = (), names: Names = NO_NAMES) -> Node:
    """What must be found, whatever is preferred of it."""
    node = whole(text, languages, names).node
    return node.part if isinstance(node, Preferring) else node


def preferred(text: str, languages: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """The phrases of the body that score more."""
    node = whole(text, languages).node
    more = node.preferred if isinstance(node, Preferring) else ()
    assert all(isinstance(each, Combined) and each.boost == NEIGHBOURS_WEIGHT for each in more)
    leaves = [leaf for each in more if isinstance(each, Combined) for leaf in each.parts]
    assert all(isinstance(leaf, Phrase) and leaf.slop == 0 for leaf in leaves)
    found = [leaf for leaf in leaves if isinstance(leaf, Phrase) and leaf.field == "body_stem"]
    assert all(replace(leaf, field="title_stem", boost=2.0) in leaves for leaf in found)
    return [leaf.texts for leaf in found]


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        lowered(text)
    return caught.value


def word(text: str) -> Node:
    return Combined((Term("title_stem", text, 2.0), Term("body_stem", text)))


def phrase(*texts: str, slop: int = 0) -> Node:
    return Combined((Phrase("title", texts, slop, 2.0), Phrase("body", texts, slop)))


def test_nothing_asked_is_everything() -> None:
    assert lowered("") == Everything()
    assert lowered(" & ") == Everything()


def test_a_plain_word_is_sought_by_itself_and_its_stem_in_each_language() -> None:
    assert lowered("Boats") == word("boats")
    assert lowered("boats", ["en", "az"]) == Combined(
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


def test_a_word_typed_twice_counts_twice() -> None:
    twice = Combined((Term("title_stem", "a", 2.0), Term("body_stem", "a")), 2.0)
    assert lowered("any: a b A") == AnyOf((twice, word("b")))
    assert lowered("a b a") == All((twice, word("b")))
    assert lowered('-a -a "a b" "a b"') == All(
        (Without(word("a")), Combined(phrase("a", "b").parts, 2.0))
    )


def test_neighbours_are_preferred_as_a_phrase_of_stems() -> None:
    assert preferred("night boats") == [("night", "boats")]
    assert preferred("night boats sail", ["en", "en-GB"]) == [
        ("night", "boats"),
        ("night", "boat"),
        ("boats", "sail"),
        ("boat", "sail"),
    ]
    assert preferred("any: night, boats") == [("night", "boats")]
    assert preferred("any: Korrin-Vale b") == [("korrin", "vale"), ("vale", "b")]
    assert preferred("a b a b") == [("a", "b"), ("b", "a")]
    for apart in ("boats", "a AND b", "a OR b", 'a "b" c', "a -b", "-(a b)", "a outlet:b", "a a"):
        assert preferred(apart) == []


def test_neighbours_are_preferred_wherever_they_stand_in_a_query() -> None:
    node = lowered("x OR (a b)")
    assert isinstance(node, AnyOf)
    assert [isinstance(part, Preferring) for part in node.parts] == [False, True]


def test_function_words_count_less_and_part_nothing() -> None:
    def weight(node: Node) -> float:
        assert isinstance(node, Combined)
        return node.boost

    node = lowered("what boats sail to the bridge", ["en", "fr"])
    assert isinstance(node, All)
    less = FUNCTION_WORD_WEIGHT
    assert [weight(part) for part in node.parts] == [less, 1, 1, less, less, 1]
    assert preferred("what boats to the bridge") == [
        ("what", "boats"), ("boats", "to"), ("to", "the"), ("the", "bridge"),
    ]  # fmt: skip
    assert preferred("what boats to the bridge", ["en"])[0] == ("boats", "bridge")


def test_where_any_word_will_do_joined_words_are_taken_apart() -> None:
    found = whole("any: Korrin-Vale b")
    assert lowered("any: Korrin-Vale b") == AnyOf((word("korrin"), word("vale"), word("b")))
    (source,) = found.sources[Term("body_stem", "vale")]
    assert (source.text, source.start, source.end) == ("Vale", 12, 16)
    assert lowered("any: Korrin-Vale") == AnyOf((word("korrin"), word("vale")))
    assert lowered("any: 新聞/b") == AnyOf((phrase("新", "聞"), word("b")))
    assert whole("any: Bel-Orm b", names=NAMES).expansions


def test_a_phrase_is_sought_by_surface_forms_in_title_or_body() -> None:
    assert lowered('"night boats"', ["en"]) == phrase("night", "boats")
    assert lowered('"night boats"~3', ["en"]) == phrase("night", "boats", slop=3)
    assert lowered('"Boats"', ["en"]) == Combined(
        (Term("title", "boats", 2.0), Term("body", "boats"))
    )


def test_a_word_of_several_words_is_their_phrase_with_or_without_an_s() -> None:
    assert lowered("body:Korrin-Vale", ["en"]) == Combined(
        (Phrase("body", ("korrin", "vale")), Phrase("body", ("korrin", "vale's")))
    )
    assert lowered("body:Korrin-Vale’s") == Combined((Phrase("body", ("korrin", "vale's")),))
    assert lowered('body:"Korrin-Vale"') == Combined((Phrase("body", ("korrin", "vale")),))
    assert lowered("2031-05-09") == phrase("2031", "05", "09")
    assert lowered("新聞") == phrase("新", "聞")


def test_a_prefix_is_sought_among_surface_forms() -> None:
    assert lowered("Boa*") == AnyOf((Prefix("title", "boa", 2.0), Prefix("body", "boa")))
    assert lowered("author:iv*") == Prefix("author_words", "iv")


def test_title_and_body_can_be_searched_alone() -> None:
    assert lowered("title:boat") == Combined((Term("title_stem", "boat", 2.0),))
    assert lowered('body:"night boat"') == Combined((Phrase("body", ("night", "boat")),))
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


def test_a_wildcard_is_sought_among_surface_forms() -> None:
    assert lowered("Bo*t") == AnyOf(
        (Wildcard("title", ("bo", "t"), 2.0), Wildcard("body", ("bo", "t")))
    )
    assert lowered("bo*t*") == AnyOf(
        (Wildcard("title", ("bo", "t", ""), 2.0), Wildcard("body", ("bo", "t", "")))
    )
    assert lowered("author:iv*o") == Wildcard("author_words", ("iv", "o"))


def test_a_fuzzy_word_may_differ_in_as_many_letters_as_suit_its_length_or_are_typed() -> None:
    assert lowered("body:ab~") == Combined((Term("body", "ab"),))
    assert lowered("body:abc~") == Fuzzy("body", "abc", 1)
    assert lowered("body:abcde~") == Fuzzy("body", "abcde", 1)
    assert lowered("body:abcdef~") == Fuzzy("body", "abcdef", 2)
    assert lowered("body:abcdef~1") == Fuzzy("body", "abcdef", 1)
    assert lowered("body:abc~2") == Fuzzy("body", "abc", 2)
    assert lowered("body:abc~0") == Combined((Term("body", "abc"),))
    assert lowered("Tál~") == AnyOf((Fuzzy("title", "tal", 1, 2.0), Fuzzy("body", "tal", 1)))


def test_a_word_must_be_longer_than_what_may_differ() -> None:
    error = refused("x ab~2")
    assert (error.position, error.length) == (2, 4)
    assert "~ alone" in error.advice
    assert refused("e-mail~1").position == 0


def test_fuzzy_words_of_a_run_stand_one_after_the_other() -> None:
    assert lowered("title:Korrin-Vale~") == Near(
        (Fuzzy("title", "korrin", 2, 2.0), Fuzzy("title", "vale", 1, 2.0)), (0,), ordered=True
    )


def test_what_is_exact_is_sought_as_written() -> None:
    assert lowered("=Boats", ["en"]) == Combined(
        (Term("title_exact", "Boats", 2.0), Term("body_exact", "Boats"))
    )
    assert lowered('body:="Night Boats"') == Combined((Phrase("body_exact", ("Night", "Boats")),))
    assert lowered('body:="Night Boats"~2') == Combined(
        (Phrase("body_exact", ("Night", "Boats"), 2),)
    )
    assert lowered('outlet:=" Old Quay "') == Having("outlet", "Old Quay")
    assert lowered("stance:=ferry:mixed") == Having("stance", "ferry:mixed")


def test_what_is_near_is_sought_in_one_text() -> None:
    assert lowered("ab NEAR/5 cd") == AnyOf(
        (
            Near((Term("title_stem", "ab", 2.0), Term("title_stem", "cd", 2.0)), (5,)),
            Near((Term("body_stem", "ab"), Term("body_stem", "cd")), (5,)),
        )
    )


def test_words_phrases_wildcards_fuzzy_and_alternatives_can_be_near() -> None:
    node = lowered('boats NEAR/5 "a b" NEAR/3 (cd* OR ef*g OR tal~ OR =Hi)', ["en"])
    assert isinstance(node, AnyOf)
    assert node.parts[1] == Near(
        (
            AnyOf((Term("body_stem", "boats"), Term("body_stem", "boat"))),
            Phrase("body", ("a", "b")),
            AnyOf(
                (
                    Prefix("body", "cd"),
                    Wildcard("body", ("ef", "g")),
                    Fuzzy("body", "tal", 1),
                    Term("body_exact", "Hi"),
                )
            ),
        ),
        (5, 3),
    )


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("a NEAR/5 (b c)", 2),
        ("a NEAR/5 (b AND c)", 2),
        ("a NEAR/5 (b OR (c d))", 2),
        ("a NEAR/5 (NOT b)", 2),
        ("(-a) NEAR/5 b", 5),
        ("a NEAR/5 title:b", 2),
        ("a NEAR/5 date:2031", 2),
        ("a NEAR/5 author:none", 2),
        ("a NEAR/5 b NEAR/5 (c NEAR/5 d)", 2),
        ("a NEAR/5 Korrin-Vale~", 2),
    ],
)
def test_what_cannot_be_near_is_refused_at_the_operator(text: str, position: int) -> None:
    error = refused(text)
    assert error.message.startswith("NEAR cannot join")
    assert (error.position, error.length) == (position, 6)
    assert error.advice


def test_in_a_name_full_stops_and_colons_part_words() -> None:
    assert lowered("outlet:Quay.Te*") == Near(
        (Term("outlet_words", "quay"), Prefix("outlet_words", "te")), (0,), ordered=True
    )
    assert lowered("stance:ferry:mixd~") == Near(
        (
            Fuzzy("stance_words", "ferry", 1),
            Term("stance_words", ":"),
            Fuzzy("stance_words", "mixd", 1),
        ),
        (0, 0),
        ordered=True,
    )
    assert "full stops" in refused("outlet:Qu*y.Tel").message


# Equivalent names


def test_a_word_that_is_a_name_is_sought_with_the_other_names() -> None:
    found = whole("title:Orrin", names=NAMES)
    assert found.node == Combined(
        (
            Term("title_stem", "orrin", 2.0),
            Term("title_stem", "vask", 2.0),
            Phrase("title", ("bel", "orm"), 0, 2.0),
            Phrase("title", ("bel", "orm's"), 0, 2.0),
            Term("title_stem", "васк", 2.0),
            Term("title_stem", "vasque", 2.0),
        )
    )
    (expansion,) = found.expansions
    assert (expansion.typed, expansion.heading) == ("Orrin", "Vask / Orrin")
    assert expansion.others == ("Vask", "Bel Orm", "Васк", "Vasque")
    assert (expansion.kind, expansion.id) == ("place", "old-vask")


ANY_NAME = (
    Term("body_stem", "vask"),
    Term("body_stem", "orrin"),
    Phrase("body", ("bel", "orm")),
    Term("body_stem", "васк"),
    Term("body_stem", "vasque"),
)


def test_every_name_finds_all_whatever_its_case_and_with_an_s() -> None:
    possessive_phrase = Phrase("body", ("bel", "orm's"))
    for typed in ("vask", "VASQUE", "bel-orm"):
        node = lowered(f"body:{typed}", names=NAMES)
        assert isinstance(node, Combined)
        assert {*node.parts} == {*ANY_NAME, possessive_phrase}
    quoted = lowered('body:"Bel Orm"~0', names=NAMES)
    assert isinstance(quoted, Combined)
    assert {*quoted.parts} == {*ANY_NAME}
    possessive = lowered("body:Vask’s", names=NAMES)
    assert isinstance(possessive, Combined)
    assert {*possessive.parts} >= {*ANY_NAME, Term("body_stem", "vask's")}


def test_a_name_is_excluded_alone_if_another_of_its_set_is_sought() -> None:
    found = whole("body:Vask -body:Orrin", names=NAMES)
    assert isinstance(found.node, All)
    assert found.node.parts[1] == Without(Combined((Term("body_stem", "orrin"),)))
    excluded = lowered("bridge -body:Orrin", names=NAMES)
    assert isinstance(excluded, All)
    (without,) = (part for part in excluded.parts if isinstance(part, Without))
    assert isinstance(without.part, Combined)
    assert {*without.part.parts} >= {*ANY_NAME}


def test_adjacent_words_that_are_a_name_are_sought_with_the_other_names() -> None:
    node = lowered("the Bel Orm’s bridge", names=NAMES)
    assert isinstance(node, All)
    the, town, bridge = node.parts
    assert (the, bridge) == (word("the"), word("bridge"))
    assert isinstance(town, AnyOf)
    others, typed = town.parts
    assert typed == All((word("bel"), word("orm's")))
    assert isinstance(others, Combined)
    assert {*others.parts} >= {*ANY_NAME}
    assert [each.typed for each in whole("the Bel Orm’s bridge", names=NAMES).expansions] == [
        "Bel Orm"
    ]


@pytest.mark.parametrize(
    "text", ["bel AND orm", "bel -orm", "bel (orm)", "bel & orm", "any: bel orm"]
)
def test_words_that_do_not_stand_together_are_no_name(text: str) -> None:
    assert whole(text, names=NAMES).expansions == ()


@pytest.mark.parametrize(
    "text",
    ["=Vask", "vask*", "va*sk", "vask~", "outlet:vask", "author:vask", 'outlet:="Vask"', "vasks"],
)
def test_what_is_exact_open_or_a_value_is_never_expanded(text: str) -> None:
    found = whole(text, ["en"], names=NAMES)
    assert found == whole(text, ["en"])
    assert found.expansions == ()


@pytest.mark.parametrize(
    "text", ["-vask", "a NEAR/5 vask", "vask OR a", "any: vask a", '("the vask road" a)', "a-vask"]
)
def test_names_are_expanded_wherever_words_stand(text: str) -> None:
    assert [each.id for each in whole(text, names=NAMES).expansions] == ["old-vask"]


def test_a_phrase_with_a_name_in_it_is_sought_with_each_other_name() -> None:
    assert lowered('body:"to Orrin by night"~1', names=NAMES) == Combined(
        (
            Phrase("body", ("to", "orrin", "by", "night"), 1),
            Phrase("body", ("to", "vask", "by", "night"), 1),
            Phrase("body", ("to", "bel", "orm", "by", "night"), 1),
            Phrase("body", ("to", "васк", "by", "night"), 1),
            Phrase("body", ("to", "vasque", "by", "night"), 1),
        )
    )
    node = lowered('body:"Bel Orm’s roads"', names=NAMES)
    assert isinstance(node, Combined)
    assert node.parts[:2] == (
        Phrase("body", ("bel", "orm's", "roads")),
        Phrase("body", ("vask's", "roads")),
    )


def test_a_phrase_with_several_names_has_seventeen_forms_at_most() -> None:
    node = lowered('body:"from vask to orrin to vasque"', names=NAMES)
    assert isinstance(node, Combined)
    assert len(node.parts) == 17
    assert node.parts[0] == Phrase("body", ("from", "vask", "to", "orrin", "to", "vasque"))


def test_expansions_of_a_query_are_bounded() -> None:
    found = whole("any: " + " ".join(f"vask x{number}" for number in range(60)), names=NAMES)
    assert len(found.sources) < 2 * (120 + 128)
    many = names_of(
        Authority("place", f"p{n}", f"P{n}", (), tuple(f"n{n}x{i}" for i in range(9)))
        for n in range(40)
    )
    typed = " ".join(f"n{n}x0" for n in range(40))
    assert len(whole(typed, names=many).expansions) == 14


# Sources


def test_every_leaf_tells_which_piece_of_the_query_it_comes_from() -> None:
    sources = whole('boats -"Night boat" title:tal~ author:iv*', ["en"]).sources
    assert sources[Term("body_stem", "boat")] == (Source("boats", 0, 5, ("boats",)),)
    assert sources[Phrase("body", ("night", "boat"))] == (
        Source('"Night boat"', 7, 19, ("Night", "boat"), excluded=True),
    )
    assert sources[Fuzzy("title", "tal", 1, 2.0)] == (Source("title:tal~", 20, 30, ("tal",)),)
    assert sources[Prefix("author_words", "iv")][0].start == 31


def test_a_leaf_of_two_pieces_has_two_sources_and_one_of_a_name_says_so() -> None:
    sources = whole("boats boat", ["en"]).sources
    assert [source.text for source in sources[Term("body_stem", "boat")]] == ["boats", "boat"]
    assert whole("Vask", names=NAMES).sources[Term("body_stem", "orrin")] == (
        Source("Vask", 0, 4, ("Orrin",), "Orrin"),
    )


def leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case All(parts) | AnyOf(parts) | Combined(parts) | Near(parts):
            for part in parts:
                yield from leaves(part)
        case Without(part):
            yield from leaves(part)
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            yield node
        case _:
            return


@given(TYPED | st.lists(st.sampled_from(["vask", "bel", "orm", '"', " ", "-", "’s"])).map("".join))
def test_whatever_is_typed_is_lowered_or_refused_at_its_place(text: str) -> None:
    refusal = None
    found = Lowered(Everything(), {})
    try:
        found = whole(text, ["en", "ru", "az"], NAMES)
    except QueryError as error:
        refusal = error
    if refusal:
        assert 0 <= refusal.position < refusal.position + refusal.length <= len(text)
    for leaf in leaves(found.node):
        assert found.sources[leaf]
        for source in found.sources[leaf]:
            assert source.text == text[source.start : source.end]


@pytest.mark.parametrize(
    ("text", "leaf", "advice"),
    [
        ("x bo*", Prefix("body", "bo"), "before the *"),
        ("x bo*t", Wildcard("body", ("bo", "t")), "beside the *"),
        ("x abc~", Fuzzy("body", "abc", 1), "leave ~ out"),
        ("x abcdef~", Fuzzy("body", "abcdef", 2), "abcdef~1"),
    ],
)
def test_what_stands_for_too_many_words_is_told_at_its_place(
    text: str, leaf: Prefix | Wildcard | Fuzzy, advice: str
) -> None:
    error = too_many(TooManyTerms(leaf, 200), whole(text))
    assert error.message == f"“{text[2:]}” stands for more than 200 words."
    assert (error.position, error.length) == (2, len(text) - 2)
    assert advice in error.advice
