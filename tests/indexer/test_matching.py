from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import text_terms, value_terms, words_of
from indexer.document import IndexDocument
from indexer.engine import SearchRequest
from indexer.matching import MOST_MARKED, find_matches
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.query.syntax import FieldKind
from indexer.query.terms import (
    All,
    AnyOf,
    Fuzzy,
    Having,
    Near,
    Node,
    Phrase,
    Prefix,
    Term,
    Wildcard,
    Without,
)
from tests.contracts.brute_force import BruteForceSearcher

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
    for field, text in (("title", title), ("body", body)):
        terms[field], terms[f"{field}_stem"], terms[f"{field}_exact"] = text_terms(text, "en")
    number = day.toordinal() if day else None
    document = IndexDocument(
        "r1", terms, {"author": author, "stance": stance}, number, number, number, number, "open"
    )
    node = lower(parse_query(query, fields=FIELDS), languages=["en"]).node
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


def test_a_wildcard_marks_every_word_made_so() -> None:
    assert in_body("bo*t", "Boat bout boats bt bot") == ["Boat", "bout", "bot"]
    assert in_body("bo*t*s", "boats bottles boast") == ["boats", "bottles"]
    assert in_body("aba*ba", "ababa aba abaXba") == ["ababa", "abaXba"]


def test_a_fuzzy_word_marks_every_word_so_near() -> None:
    assert in_body("ferry~", "Ferry fery feery fbrrz merry FÉRRI") == [
        "Ferry",
        "fery",
        "feery",
        "merry",
        "FÉRRI",
    ]
    assert in_body("Korrin-Vale~", "Korrin Vail, Koryn Val, Vale Korrin") == ["Koryn", "Val"]


def test_an_exact_word_marks_what_is_written_so() -> None:
    assert in_body("=Boat", "Boat boat BOAT Boats Boat’s") == ["Boat"]
    assert in_body("=Boat’s", "Boat's boat's") == ["Boat's"]
    assert in_body('="Night boat"', "Night boat, night boat") == ["Night boat"]
    assert in_body("=cafe", "cafe café") == ["cafe"]


def test_what_is_near_is_marked_where_it_is_near() -> None:
    assert in_body("night NEAR/1 boat", "night boat x x night x boats y y boat") == [
        "night",
        "boat",
        "night",
        "boats",
    ]
    assert in_body("night NEAR/0 boat", "a boat: night x boat") == ["boat", "night"]
    assert in_body("night NEAR/1 boat", "night x x boat") == []
    assert marked("night NEAR/9 boat", "boat", title="night") == ([], [])


def test_of_a_chain_only_what_takes_part_in_all_of_it_is_marked() -> None:
    body = "a b x x x x x a b c x x x x b c"
    assert in_body("a NEAR/0 b NEAR/0 c", body) == ["a", "b", "c"]
    assert in_body("a NEAR/0 b NEAR/3 c", "b a x x b c a") == []
    assert in_body("a NEAR/0 b NEAR/3 c", "b a c") == ["b", "a", "c"]


def test_near_takes_phrases_alternatives_and_open_words() -> None:
    body = "The night boat left the old quay; a ferry came to the night boat’s mooring."
    assert in_body('"night boat" NEAR/4 (qu* OR ferry)', body) == ["night boat", "quay"]
    assert in_body("a NEAR/0 a", "a x a a x") == ["a", "a"]


def test_a_name_under_its_heading_decides_and_is_not_marked() -> None:
    assert marked('author:="Ivo Tal" boat', "boat", author=("Ivo Tal",))[1] == ["boat"]
    assert marked("author:=Ivo boat", "boat", author=("Ivo Tal",))[1] == []
    assert marked("author:tel~ boat", "boat", author=("Ivo Tal",))[1] == ["boat"]
    assert marked("author:ta*l boat", "boat", author=("Ivo Tal",))[1] == ["boat"]
    assert marked("author:iva-tal~ boat", "boat", author=("Ivo Tal",))[1] == ["boat"]


def test_marks_are_right_in_every_script() -> None:
    assert in_body("café", "Le cafe\u0301, LE CAFÉ, cafe\u0301s") == [
        "cafe\u0301",
        "CAFÉ",
        "cafe\u0301s",
    ]
    assert in_body("xankendi", "Xankəndi, XANKƏNDİ, Xankəndidə") == ["Xankəndi", "XANKƏNDİ"]
    assert in_body("ағаш", "Ағаш, агаш") == ["Ағаш"]
    assert in_body("йод", "Йод, и\u0306од, иод") == ["Йод", "и\u0306од"]
    assert in_body("քաղաք", "Քաղաք, «ՔԱՂԱՔ»։") == ["Քաղաք", "ՔԱՂԱՔ"]
    assert in_body('"հին քաղաք"', "Հին քաղաք։") == ["Հին քաղաք"]
    assert in_body("مدينة", "في مدينة قديمة، مدينة.") == ["مدينة", "مدينة"]
    assert in_body("新聞", "古い新聞を読む。新しい聞") == ["新聞"]
    assert in_body("=新聞", "新聞") == ["新聞"]
    assert in_body("ქალაქი", "ქალაქი") == ["ქალაქი"]


def test_each_match_tells_the_leaves_that_it_answers() -> None:
    body = words_of("boat crew boat")
    document = IndexDocument("r", {"body": body.surface}, {}, None, None, None, None, "open")
    boat, crew = Term("body", "boat"), Phrase("body", ("boat", "crew"))
    found = find_matches(AnyOf((boat, crew)), document, title=words_of(""), body=body)
    assert [match.leaves for match in found.body] == [{boat, crew}, {boat}]


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
    node = lower(parse_query(query, fields=FIELDS, any_words=True), languages=[]).node
    end = 0
    for match in find_matches(node, document, title=words_of(""), body=words).body:
        assert end <= match.start < match.end <= len(body)
        assert match.leaves
        end = match.end


def test_only_so_many_places_of_a_text_are_marked_and_the_others_are_counted() -> None:
    text = "gnu " * 7_000
    words = words_of(text)
    terms = {"body_stem": text_terms(text, "en").stems}
    document = IndexDocument("r", terms, {}, None, None, None, None, "open")
    node = lower(parse_query("gnu", fields=FIELDS), languages=["en"]).node
    found = find_matches(node, document, title=words_of(""), body=words)
    assert (len(found.body), found.more) == (5_000, 2_000)
    assert (found.body[0].start, found.body[-1].start) == (0, 4 * 4_999)


LETTERS = st.sampled_from(["a", "b", "c", "ab", "abc", "bc"])
LEAVES = (
    st.builds(Term, st.just("body"), LETTERS)
    | st.builds(
        Phrase, st.just("body"), st.lists(LETTERS, min_size=1, max_size=3).map(tuple),
        st.integers(0, 2),
    )
    | st.builds(Prefix, st.just("body"), LETTERS)
    | st.builds(
        Wildcard, st.just("body"),
        st.lists(LETTERS | st.just(""), min_size=2, max_size=3).map(tuple),
    )
    | st.builds(Fuzzy, st.just("body"), LETTERS, st.integers(1, 2))
)  # fmt: skip
PARTS = LEAVES | st.builds(AnyOf, st.lists(LEAVES, min_size=1, max_size=2).map(tuple))


@st.composite
def nears(draw: st.DrawFn) -> Near:
    parts = draw(st.lists(PARTS, min_size=2, max_size=3))
    distances = [draw(st.integers(0, 3)) for _ in parts[1:]]
    return Near(tuple(parts), tuple(distances), draw(st.booleans()))


NODES: st.SearchStrategy[Node] = st.recursive(
    LEAVES | nears() | st.builds(Having, st.just("author"), LETTERS),
    lambda part: (
        st.builds(All, st.lists(part, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(part, max_size=3).map(tuple))
        | st.builds(Without, part)
    ),
    max_leaves=6,
)


@given(st.lists(LETTERS, max_size=12), st.sets(LETTERS, max_size=2), NODES)
def test_a_document_has_matches_if_and_only_if_an_engine_finds_it(
    letters: list[str], authors: set[str], node: Node
) -> None:
    # A word far from all others makes every document that matches have a mark.
    body = words_of(" ".join([*letters, *"xxxxxxx", "z"]))
    values = {"author": tuple(authors)}
    document = IndexDocument("r", {"body": body.surface}, values, None, None, None, None, "open")
    query = All((node, Term("body", "z")))
    engine = BruteForceSearcher((document,)).search(SearchRequest(query))
    found = find_matches(query, document, title=words_of(""), body=body)
    assert bool(found.body) == bool(engine.total)


@given(st.lists(LETTERS, max_size=12), nears())
def test_of_near_exactly_the_places_that_make_it_match_are_marked(
    letters: list[str], near: Near
) -> None:
    def occurrences(part: Node) -> list[tuple[int, int]]:
        return BruteForceSearcher((document,))._occurrences(part, document)

    def beside(one: tuple[int, int], other: tuple[int, int], distance: int) -> bool:
        if other[0] > one[1]:
            return other[0] - one[1] - 1 <= distance
        return not near.ordered and one[0] > other[1] and one[0] - other[1] - 1 <= distance

    body = words_of(" ".join(letters))
    document = IndexDocument("r", {"body": body.surface}, {}, None, None, None, None, "open")
    chains = [[place] for place in occurrences(near.parts[0])]
    for part, distance in zip(near.parts[1:], near.distances, strict=True):
        chains = [
            [*chain, place]
            for chain in chains
            for place in occurrences(part)
            if beside(chain[-1], place, distance)
        ]
    expected = {at for chain in chains for first, last in chain for at in range(first, last + 1)}
    found = find_matches(near, document, title=words_of(""), body=body).body
    marked = {
        at
        for at, start in enumerate(body.starts)
        if any(match.start <= start < match.end for match in found)
    }
    assert marked == expected


def test_places_beyond_the_most_that_are_marked_are_counted_once_each() -> None:
    body = "boat night boat " * MOST_MARKED
    terms = dict.fromkeys(("title", "title_stem", "title_exact"), ())
    made = text_terms(body, "en")
    terms |= {"body": made.surface, "body_stem": made.stems, "body_exact": made.exact}
    document = IndexDocument("r1", terms, {}, None, None, None, None, "open")
    for query in ("boat", "boat bo*", '"boat boat" boats'):
        node = lower(parse_query(query, fields=FIELDS), languages=["en"]).node
        found = find_matches(node, document, title=words_of(""), body=words_of(body))
        # Where one line ends and the next begins, two boats are one place for the phrase.
        places = MOST_MARKED + 1 if '"' in query else 2 * MOST_MARKED
        assert (len(found.body), found.more) == (MOST_MARKED, places - MOST_MARKED)
