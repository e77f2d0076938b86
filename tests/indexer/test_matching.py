from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import text_terms, value_terms, words_of
from indexer.document import IndexDocument
from indexer.matching import find_matches
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.query.syntax import FieldKind

FIELDS: dict[str, FieldKind] = {
    "title": "text",
    "body": "text",
    "author": "value",
    "stance": "code",
    "date": "date",
}


def marked(
    query: str,
    body: str,
    *,
    title: str = "",
    day: date | None = None,
    author: tuple[str, ...] = (),
    stance: tuple[str, ...] = (),
) -> tuple[list[str], list[str]]:
    """What is marked in title and body for a query."""
    terms = {"author_words": value_terms(author), "stance_words": value_terms(stance)}
    terms["title"], terms["title_stem"] = text_terms(title, "en")
    terms["body"], terms["body_stem"] = text_terms(body, "en")
    number = day.toordinal() if day else None
    document = IndexDocument(
        "r1", terms, {"author": author, "stance": stance}, number, number, number, number, "open"
    )
    node = lower(parse_query(query, fields=FIELDS), languages=["en"])
    found = find_matches(node, document, title=words_of(title), body=words_of(body))
    return (
        [title[match.start : match.end] for match in found.title],
        [body[match.start : match.end] for match in found.body],
    )


def in_body(query: str, body: str) -> list[str]:
    return marked(query, body)[1]


def test_a_word_is_marked_in_all_its_forms_in_title_and_body() -> None:
    assert marked("boat", "Boats, a boat’s crew.", title="The Boat") == (
        ["Boat"],
        ["Boats", "boat’s"],
    )


def test_a_phrase_is_marked_as_a_whole_and_its_lone_words_are_not() -> None:
    body = "The night boat left at night. A boat: night — boat!"
    assert in_body('"night boat"', body) == ["night boat", "night — boat"]


def test_a_phrase_with_room_is_marked_from_its_first_word_to_its_last() -> None:
    assert in_body('"night boat"~2', "night x night of the boat, boat") == ["night of the boat"]
    assert in_body('"a a"~1', "a x a") == ["a x a"]
    assert in_body('"a b"~1', "a x x b") == []


def test_a_hyphenated_word_is_marked_as_a_phrase() -> None:
    assert in_body("Korrin-Vale", "Korrin Vale, Vale, Korrin–Vale") == [
        "Korrin Vale",
        "Korrin–Vale",
    ]


def test_a_prefix_marks_every_word_that_begins_so() -> None:
    assert in_body("boa*", "Boards boat goat") == ["Boards", "boat"]


def test_what_is_excluded_is_not_marked() -> None:
    assert in_body("night -boat", "a night") == ["night"]
    assert in_body("night -(boat -crew)", "night boat crew") == ["night"]


def test_only_what_makes_the_text_match_is_marked() -> None:
    assert in_body("(a AND b) OR c", "a c") == ["c"]
    assert in_body("(a AND b) OR c", "a b") == ["a", "b"]
    assert in_body("a OR b", "b a") == ["b", "a"]
    assert in_body("a AND b", "a") == []


def test_words_of_an_and_may_stand_in_title_and_body() -> None:
    assert marked("night boat", "a boat", title="Night") == (["Night"], ["boat"])
    assert marked("title:boat", "a boat", title="Boat") == (["Boat"], [])


def test_values_and_dates_decide_and_are_not_marked() -> None:
    body = "boat crew"
    day = date(2031, 5, 9)
    assert marked("(author:ivo boat) OR crew", body, author=("Ivo Tal",))[1] == ["boat", "crew"]
    assert marked("(author:ivo boat) OR crew", body, author=("Ana Tal",))[1] == ["crew"]
    assert marked("(author:none boat) OR crew", body)[1] == ["boat", "crew"]
    assert marked("(date:2031-05 boat) OR crew", body, day=day)[1] == ["boat", "crew"]
    assert marked("(date:2030 boat) OR crew", body, day=day)[1] == ["crew"]
    assert marked("(date:..2031 boat) OR crew", body)[1] == ["crew"]
    assert marked("(date:none boat) OR crew", body)[1] == ["boat", "crew"]


def test_a_stance_is_matched_whole() -> None:
    stance = ("critical-mass:neutral", "harbour-board:critical")

    def matches(query: str) -> bool:
        return marked(f"{query} boat", "boat", stance=stance)[1] == ["boat"]

    assert matches("stance:critical")
    assert matches("stance:harbour-board")
    assert matches("stance:harbour-board:critical")
    assert matches('stance:"critical-mass:neutral"')
    assert not matches('stance:"mass:neutral"')
    assert not matches('stance:"critical-mass:critical"')
    assert not matches("stance:board")
    assert not matches("stance:mass")
    assert not marked("stance:critical boat", "boat", stance=stance[:1])[1]


def test_an_author_is_not_found_across_two_names() -> None:
    authors = ("Ivo Tal", "Ana Ruk")
    assert marked('author:"ana ruk" boat', "boat", author=authors)[1] == ["boat"]
    assert marked('author:"tal ana" boat', "boat", author=authors)[1] == []


def test_ranges_that_overlap_become_one() -> None:
    assert in_body('"a b" OR "b c" OR b', "a b c d b") == ["a b c", "b"]


def test_a_query_for_everything_marks_nothing() -> None:
    assert marked("", "a night", title="Boat") == ([], [])


@given(
    st.lists(st.sampled_from("abcd"), max_size=12),
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=3),
    st.integers(0, 3),
)
def test_a_phrase_is_found_where_a_plain_search_finds_it(
    words: list[str], phrase: list[str], slop: int
) -> None:
    def reaches(at: int, rest: list[str]) -> bool:
        after = range(at + 1, min(at + 2 + slop, len(words)))
        return not rest or any(words[i] == rest[0] and reaches(i, rest[1:]) for i in after)

    expected = any(word == phrase[0] and reaches(i, phrase[1:]) for i, word in enumerate(words))
    assert bool(in_body(f'"{" ".join(phrase)}"~{slop}', " ".join(words))) == expected


@given(st.text(max_size=60), st.text(max_size=6))
def test_marks_lie_in_the_text_in_order_and_apart(body: str, query: str) -> None:
    words = words_of(body)
    terms = {"title": (), "title_stem": (), "body": words.surface, "body_stem": words.surface}
    document = IndexDocument("r1", terms, {}, None, None, None, None, "open")
    node = lower(parse_query(query, fields=FIELDS, any_words=True), languages=[])
    end = 0
    for match in find_matches(node, document, title=words_of(""), body=words).body:
        assert end <= match.start < match.end <= len(body)
        assert match.leaves
        end = match.end


def test_only_so_many_places_of_a_text_are_marked_and_the_others_are_counted() -> None:
    text = "gnu " * 7_000
    words = words_of(text)
    surface, stems = text_terms(text, "en")
    document = IndexDocument(
        "r", {"body": surface, "body_stem": stems}, {}, None, None, None, None, "open"
    )
    node = lower(parse_query("gnu", fields=FIELDS), languages=["en"])
    found = find_matches(node, document, title=words_of(""), body=words)
    assert (len(found.body), found.more) == (5_000, 2_000)
    assert (found.body[0].start, found.body[-1].start) == (0, 4 * 4_999)
