from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.reuse.comparison import Change, Segment, compare, compare_around
from indexer.reuse.passages import Shared

Told = list[tuple[str, str, str]]


def told(a: str, b: str, segments: tuple[Segment, ...]) -> Told:
    return [
        (each.change.value, a[each.a_start : each.a_end], b[each.b_start : each.b_end])
        for each in segments
    ]


def test_the_same_text_is_kept_whole() -> None:
    assert told("The gate.\n", "The gate.\n", compare("The gate.\n", "The gate.\n")) == [
        ("kept", "The gate.\n", "The gate.\n")
    ]


def test_texts_without_words_have_no_segments() -> None:
    assert compare("", "") == compare("…", "!") == ()


def test_a_text_with_nothing_left_is_cut_and_one_that_is_new_is_added() -> None:
    assert told("Gone.", "", compare("Gone.", "")) == [("cut", "Gone.", "")]
    assert told("", "New.", compare("", "New.")) == [("added", "", "New.")]


def test_capitals_marks_and_commas_are_no_difference() -> None:
    a, b = "At Xankəndi, the gate", "at XANKENDI the gate!"
    assert told(a, b, compare(a, b)) == [("kept", a, b)]


def test_what_is_left_out_is_cut_and_what_is_put_in_is_added() -> None:
    a = "The gate was shut on Monday. Nobody said why. The guild will meet again in the spring."
    b = "Late news. The gate was shut on Monday. The guild will meet again in the autumn."
    assert told(a, b, compare(a, b)) == [
        ("added", "", "Late news. "),
        ("kept", "The gate was shut on Monday. ", "The gate was shut on Monday. "),
        ("cut", "Nobody said why. ", ""),
        ("kept", "The guild will meet again in the ", "The guild will meet again in the "),
        ("cut", "spring.", ""),
        ("added", "", "autumn."),
    ]


def test_a_word_or_two_that_both_have_by_chance_are_not_called_kept() -> None:
    a = "One sentence about the price of the bread here"
    b = "Quite another about the length of a rope"
    assert [each.change for each in compare(a, b)] == ["cut", "added"]


def test_a_passage_that_moved_is_kept_where_the_longer_one_stays() -> None:
    short = "a b c d e f g h"
    long = "k l m n o p q r s t"
    a, b = f"{short} {long}", f"{long} {short}"
    assert told(a, b, compare(a, b)) == [
        ("cut", f"{short} ", ""),
        ("kept", long, f"{long} "),
        ("added", "", short),
    ]


def test_a_passage_is_shown_with_some_words_around_it() -> None:
    a = "First of all: he said that the gate was shut on Monday at noon, and left the room."
    b = "Then he said that the gate was shut on Monday at noon. Nobody knew."
    passage = Shared(3, 13, 1, 11)
    assert told(a, b, compare_around(a, b, passage, words=2)) == [
        ("cut", "of all: ", ""),
        ("added", "", "Then "),
        (
            "kept",
            "he said that the gate was shut on Monday at noon, ",
            "he said that the gate was shut on Monday at noon. ",
        ),
        ("cut", "and left", ""),
        ("added", "", "Nobody knew."),
    ]
    assert told(a, b, compare_around(a, b, passage, words=0)) == [
        (
            "kept",
            "he said that the gate was shut on Monday at noon",
            "he said that the gate was shut on Monday at noon",
        )
    ]


def test_long_texts_that_have_nothing_in_common_are_compared_at_once() -> None:
    a = " ".join(f"a{n}" for n in range(100_000))
    b = " ".join(f"b{n}" for n in range(100_000))
    assert [each.change for each in compare(a, b)] == [Change.CUT, Change.ADDED]


texts = st.text(st.sampled_from("ab. \n"), max_size=60)


@given(texts, texts)
def test_the_segments_make_up_both_texts_without_a_gap(a: str, b: str) -> None:
    segments = compare(a, b)
    for text, ranges in (
        (a, [(each.a_start, each.a_end) for each in segments]),
        (b, [(each.b_start, each.b_end) for each in segments]),
    ):
        if "a" in text or "b" in text:
            assert "".join(text[start:end] for start, end in ranges) == text
            assert [start for start, _ in ranges][1:] == [end for _, end in ranges][:-1]
    for each in segments:
        if each.change is Change.KEPT:
            kept = a[each.a_start : each.a_end], b[each.b_start : each.b_end]
            assert len({tuple(text.replace(".", " ").split()) for text in kept}) == 1
