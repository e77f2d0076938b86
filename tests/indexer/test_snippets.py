import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import words_of
from indexer.matching import Match
from indexer.query.terms import Term
from indexer.snippets import Snippets, snippets


def matches_of(text: str, *wanted: str) -> tuple[Match, ...]:
    """A match for every word of `text` that is one of `wanted`."""
    words = words_of(text)
    return tuple(
        Match(start, end, frozenset([Term("body", word)]))
        for word, start, end in zip(words.surface, words.starts, words.ends, strict=True)
        if word in wanted
    )


def shown(text: str, found: Snippets) -> list[str]:
    """The passages with their marks in square brackets."""
    passages = []
    for passage in found.passages:
        piece = text[passage.start : passage.end]
        for start, end in reversed(passage.marks):
            piece = f"{piece[:start]}[{piece[start:end]}]{piece[end:]}"
        passages.append(piece)
    return passages


FILLER = "Nothing of note was said about the matter in these lines of the report. "


def test_a_short_text_is_shown_whole() -> None:
    text = "The ferry was late."
    assert shown(text, snippets(text, matches_of(text, "ferry"))) == ["The [ferry] was late."]


def test_whole_sentences_are_shown_where_they_fit() -> None:
    text = FILLER * 5 + "The ferry was late. " + FILLER * 5
    found = snippets(text, matches_of(text, "ferry"), width=60)
    assert shown(text, found) == ["The [ferry] was late."]
    assert found.more == 0


def test_sentences_after_the_match_fill_the_room_then_those_before() -> None:
    text = f"First one. The ferry was late. Then came rain. {FILLER * 5}"
    assert shown(text, snippets(text, matches_of(text, "ferry"), width=50)) == [
        "First one. The [ferry] was late. Then came rain."
    ]


def test_a_long_sentence_is_cut_between_words() -> None:
    text = "and so " * 30 + "the ferry left " + "or else " * 30
    (passage,) = shown(text, snippets(text, matches_of(text, "ferry"), width=60))
    assert passage.startswith(("and so", "so and"))
    assert "the [ferry] left" in passage
    assert passage.endswith((" or", " else"))
    assert len(passage) <= 62


def test_the_passage_with_more_of_what_was_asked_comes_first() -> None:
    text = f"A ferry. {FILLER * 5}The ferry had a crew. {FILLER * 5}The ferry, a ferry."
    found = snippets(text, matches_of(text, "ferry", "crew"), width=60)
    assert shown(text, found) == [
        "The [ferry] had a [crew].",
        "The [ferry], a [ferry].",
        "A [ferry].",
    ]


def test_matches_beyond_the_passages_are_counted() -> None:
    text = f"A ferry. {FILLER * 5}" * 7
    found = snippets(text, matches_of(text, "ferry"))
    assert len(found.passages) == 3
    assert found.more == 4


def test_lines_and_ideographic_full_stops_end_sentences() -> None:
    text = f"{FILLER * 5}Caption\nThe ferry was late\n\n{FILLER * 5}"
    assert shown(text, snippets(text, matches_of(text, "ferry"), width=30)) == [
        "Caption\nThe [ferry] was late"
    ]
    text = "天気は良い。" * 30 + "船は遅れた。" + "天気は良い。" * 30
    assert shown(text, snippets(text, matches_of(text, "船"), width=8)) == ["[船]は遅れた。"]


@pytest.mark.parametrize(
    ("word", "before", "sentence", "after", "passage"),
    [
        # Combining accents, which are part of the letters before them.
        ("ete", "Rien de neuf ici. ", "Un e\u0301te\u0301 tre\u0300s long. ", "A\u0300 suivre. ",
         "Un [e\u0301te\u0301] tre\u0300s long."),
        ("liman", "Bu gün yeni bir şey yoxdur. ", "Köhnə LİMAN bağlıdır! ", "Şəhər sakitdir. ",
         "Köhnə [LİMAN] bağlıdır!"),
        ("նավը", "Այսօր նորություն չկա։ ", "Հին նավը մեկնեց գիշերը։ ", "Քաղաքը լուռ է։ ",
         "Հին [նավը] մեկնեց գիշերը։"),
        ("паром", "Сегодня новостей нет. ", "Старый паром ушёл ночью… ", "Город молчит. ",
         "Старый [паром] ушёл ночью…"),
        ("القارب", "لا جديد في المدينة اليوم. ", "متى وصل القارب القديم؟ ", "المدينة هادئة. ",
         "متى وصل [القارب] القديم؟"),
        ("船", "今日は何もない。", "古い船は夜に出た！", "町は静かだ。", "古い[船]は夜に出た！"),
    ],
)  # fmt: skip
def test_whole_sentences_are_shown_in_every_script(
    word: str, before: str, sentence: str, after: str, passage: str
) -> None:
    text = before * 20 + sentence + after * 20
    width = len(sentence.rstrip()) + 2
    assert shown(text, snippets(text, matches_of(text, word), width=width)) == [passage]


def test_an_initial_ends_no_sentence() -> None:
    text = f"{FILLER * 5}It was said by J. Ferry of the line. {FILLER * 5}"
    assert shown(text, snippets(text, matches_of(text, "ferry"), width=50)) == [
        "It was said by J. [Ferry] of the line."
    ]


def test_text_without_spaces_is_cut_between_its_letters() -> None:
    text = "語" * 300 + "船" + "語" * 300
    (passage,) = shown(text, snippets(text, matches_of(text, "船"), width=20))
    assert passage == "語" * 9 + "[船]" + "語" * 10


def test_without_matches_the_beginning_is_shown_unmarked() -> None:
    text = f"\n  The ferry was late that day. {FILLER * 9}"
    found = snippets(text, ())
    assert shown(text, found)[0].startswith("The ferry was late that day. Nothing")
    assert found.passages[0].marks == ()
    assert found.more == 0


def test_a_beginning_of_few_words_is_filled_with_what_follows() -> None:
    text = "News\n\n" + "and so on " * 60
    assert len(shown(text, snippets(text, ()))[0]) > 200


def test_an_empty_text_has_no_passage() -> None:
    assert snippets("", ()) == Snippets((), 0)
    assert snippets(" \n ", ()) == Snippets((), 0)


def test_a_match_that_never_ends_is_cut() -> None:
    text = "so " * 1000
    found = snippets(text, [Match(0, 2999, frozenset([Term("body", "so")]))])
    (passage,) = found.passages
    assert passage.end <= 480
    assert passage.marks == ((0, passage.end),)


WORDS = [
    "ferry",
    "boat",
    "ab",
    "c",
    "U.S.",
    "don’t",
    "e\u0301te\u0301",
    "👩\u200d👩\u200d👧",
    "新",
    "聞",
    "กำ",
]
ENDS = [" ", " ", " ", ". ", "! ", "\n\n", "。", ", ", "… ”", "\r\n", "-"]


@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(ENDS)), max_size=80),
    st.integers(10, 80),
)
def test_passages_agree_with_matches_and_cut_no_word(
    pieces: list[tuple[str, str]], width: int
) -> None:
    text = "".join(word + end for word, end in pieces)
    matches = matches_of(text, "ferry", "boat", "新")
    found = snippets(text, matches, width=width)
    words = words_of(text)
    inner = {
        place
        for start, end in zip(words.starts, words.ends, strict=True)
        for place in range(start + 1, end)
    }
    graphemes = {match.start() for match in regex.finditer(r"\X", text)} | {len(text)}
    ranges = {(match.start, match.end) for match in matches}
    taken: set[int] = set()
    for passage in found.passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert passage.end - passage.start <= 2 * width
        assert not {passage.start, passage.end} & inner
        assert {passage.start, passage.end} <= graphemes
        assert not taken & set(range(passage.start, passage.end))
        taken |= set(range(passage.start, passage.end))
        absolute = {(start + passage.start, end + passage.start) for start, end in passage.marks}
        assert absolute == {r for r in ranges if passage.start <= r[0] < passage.end}
        assert absolute or not matches
    assert len(found.passages) <= 3
    assert found.more == len(matches) - sum(len(p.marks) for p in found.passages)


def test_a_word_longer_than_a_passage_is_cut_between_graphemes_and_marked() -> None:
    long = "a" + "e\u0301" * 60
    text = f"See {long} and {FILLER}"
    (match,) = [m for m in matches_of(text, "a" + "e" * 60) if m.start == 4]
    (passage,) = snippets(text, [match], width=20).passages
    assert passage.marks == ((passage.marks[0][0], passage.end - passage.start),)
    assert passage.end - passage.start <= 40
    assert text[passage.end] == "e"


def test_a_space_that_carries_a_mark_is_not_parted_from_it() -> None:
    text = "  \u0301 was typed by mistake."
    assert shown(text, snippets(text, ())) == [" \u0301 was typed by mistake."]


def test_no_passage_runs_into_what_is_apart() -> None:
    text = "The ferry was late. Support this paper! The ferry was full. " + FILLER * 3
    apart = [(20, 39)]
    found = snippets(text, matches_of(text, "ferry"), apart, width=200)
    assert shown(text, found)[0] == "The [ferry] was late."
    assert shown(text, found)[1].startswith("The [ferry] was full. Nothing of note")
    assert found.more == 0


def test_the_beginning_of_a_text_is_what_is_not_apart() -> None:
    text = "Support this paper! The ferry was late. Support it more! It was full."
    assert shown(text, snippets(text, (), [(0, 19)], width=200)) == [text[20:]]
    found = snippets(text, (), [(0, 19), (40, 56)], width=200)
    assert shown(text, found) == ["The ferry was late."]
    assert snippets(text, (), [(0, len(text))]).passages == ()


def test_a_match_that_runs_across_what_is_apart_is_shown() -> None:
    text = "The ferry (give!) sank."
    leaf = frozenset([Term("body", "ferry")])
    found = snippets(text, [Match(4, 22, leaf)], [(10, 17)])
    assert shown(text, found) == ["The [ferry (give!) sank]."]
