from archive.authority import Authority
from indexer.analysis import text_terms, words_of
from indexer.answer import Reason, Way
from indexer.document import IndexDocument
from indexer.equivalents import NO_NAMES, Names, names_of
from indexer.fields import QUERY_FIELDS
from indexer.matching import find_matches
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.reasons import reasons

TOWN = names_of([Authority("place", "vask", "Vask / Orrin", (), ("Vask", "Orrin", "Bel Orm"))])


def why(
    query: str,
    body: str,
    *,
    title: str = "",
    language: str | None = "en",
    names: Names = NO_NAMES,
) -> tuple[Reason, ...]:
    terms: dict[str, tuple[str, ...]] = {}
    for field, text in (("title", title), ("body", body)):
        made = text_terms(text, language)
        terms |= {field: made.surface, f"{field}_stem": made.stems, f"{field}_exact": made.exact}
    document = IndexDocument("r", terms, {}, None, None, None, None, "open")
    lowered = lower(
        parse_query(query, fields=QUERY_FIELDS), languages=["en", "ru", "az"], names=names
    )
    found = find_matches(lowered.node, document, title=words_of(title), body=words_of(body))
    return reasons(found, lowered, title=title, body=body, language=language, answered={})


def test_a_word_matches_literally_by_folding_and_by_stem() -> None:
    assert why("cafés", "Cafés, cafes, a café", title="CAFÉS") == (
        Reason("cafés", Way.LITERAL, ("CAFÉS", "Cafés"), 2),
        Reason("cafés", Way.FOLDING, ("cafes",), 1),
        Reason("cafés", Way.STEM, ("café",), 1, "en"),
    )


def test_apostrophes_and_the_way_a_letter_is_composed_are_no_difference() -> None:
    decomposed = "l’e\u0301te\u0301"
    assert why("l'été", decomposed) == (Reason("l'été", Way.LITERAL, (decomposed,), 1),)


def test_letters_of_their_own_are_folding() -> None:
    assert [each.way for each in why("kend", "kənd", language="az")] == [Way.FOLDING]
    assert [each.way for each in why("strasse", "Straße", language=None)] == [Way.FOLDING]


def test_the_stem_tells_the_language_of_the_record() -> None:
    (reason,) = why("лодка", "у лодки", language="ru-RU")
    assert reason == Reason("лодка", Way.STEM, ("лодки",), 1, "ru-RU")


def test_wildcards_fuzzy_words_and_exact_words() -> None:
    assert why("boa* go*t", "boat boards goat") == (
        Reason("boa*", Way.WILDCARD, ("boat", "boards"), 2),
        Reason("go*t", Way.WILDCARD, ("goat",), 1),
    )
    assert why("harbour~", "Harbour, harbor, hárbour") == (
        Reason("harbour~", Way.LITERAL, ("Harbour",), 1),
        Reason("harbour~", Way.FOLDING, ("hárbour",), 1),
        Reason("harbour~", Way.FUZZINESS, ("harbor",), 1),
    )
    assert why("Korrin-Vale~", "Korrin Val") == (
        Reason("Korrin-Vale~", Way.LITERAL, ("Korrin",), 1),
        Reason("Korrin-Vale~", Way.FUZZINESS, ("Val",), 1),
    )
    assert why("=Boat", "Boat boat") == (Reason("=Boat", Way.LITERAL, ("Boat",), 1),)


def test_phrases_are_told_whole() -> None:
    assert why('"night boat"~2', "Night of the Boat") == (
        Reason('"night boat"~2', Way.LITERAL, ("Night of the Boat",), 1),
    )
    assert why("Korrin-Vale", "KORRIN–VALE") == (
        Reason("Korrin-Vale", Way.LITERAL, ("KORRIN–VALE",), 1),
    )


def test_forms_that_differ_in_spaces_alone_are_one() -> None:
    assert why('"night boat"', "night boat, night\n  boat") == (
        Reason('"night boat"', Way.LITERAL, ("night boat",), 2),
    )


def test_names_are_told_under_the_one_that_was_typed() -> None:
    assert why("Vask", "Vask, Orrin’s, Bel Orm, Orrin’s", names=TOWN) == (
        Reason("Vask", Way.LITERAL, ("Vask",), 1),
        Reason("Vask", Way.EQUIVALENCE, ("Orrin’s", "Bel Orm"), 3),
    )
    assert why("Bel Orm", "in Orrin", names=TOWN) == (
        Reason("Bel Orm", Way.EQUIVALENCE, ("Orrin",), 1),
    )


def test_words_inside_a_longer_mark_are_told_by_themselves() -> None:
    assert why('boat "night boats" ', "Night boats") == (
        Reason("boat", Way.STEM, ("boats",), 1, "en"),
        Reason('"night boats"', Way.LITERAL, ("Night boats",), 1),
    )


def test_five_forms_are_told_the_most_frequent_first_and_all_are_counted() -> None:
    (reason,) = why("bo*", "boa bob bob bog bop bot boy")
    assert reason.found == ("bob", "boa", "bog", "bop", "bot")
    assert reason.count == 7


def test_the_order_is_that_of_the_query_and_what_excludes_is_not_told() -> None:
    assert [each.typed for each in why("boat night -crew", "night boat")] == ["boat", "night"]
    assert why("", "night boat") == ()
    assert why("outlet:none boat", "a boat")[0].typed == "boat"


def test_a_piece_that_excludes_is_not_told_even_if_it_is_sought_elsewhere_too() -> None:
    assert why("boats -(boat AND crew)", "a boat") == (
        Reason("boats", Way.STEM, ("boat",), 1, "en"),
    )
    assert why("boats NOT NOT boat", "a boat") == (Reason("boats", Way.STEM, ("boat",), 1, "en"),)


def test_a_piece_that_is_typed_twice_is_told_once() -> None:
    assert why("boat OR night boat", "Boat, boat") == (
        Reason("boat", Way.LITERAL, ("Boat", "boat"), 2),
    )


def test_a_word_in_a_longer_mark_that_is_not_near_enough_itself_is_not_counted() -> None:
    assert why('="boat x boat" NEAR/0 crew NEAR/0 boat~1', "boat x boat crew boats") == (
        Reason('="boat x boat"', Way.LITERAL, ("boat x boat",), 1),
        Reason("crew", Way.LITERAL, ("crew",), 1),
        Reason("boat~1", Way.LITERAL, ("boat",), 1),
        Reason("boat~1", Way.FUZZINESS, ("boats",), 1),
    )
