from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.reuse.grams import N, grams_of_text


def test_a_text_has_one_gram_for_each_six_words_in_a_row() -> None:
    assert N == 6
    assert len(grams_of_text("one two three four five")) == 0
    assert len(grams_of_text("one two three four five six")) == 1
    assert len(grams_of_text("one two three four five six seven")) == 2


def test_case_marks_and_punctuation_make_no_difference() -> None:
    plain = grams_of_text("the gate of xankendi was closed")
    assert grams_of_text("“The GATE”, of Xankəndi: was closed…").tolist() == plain.tolist()


def test_the_order_of_the_words_makes_one() -> None:
    one = grams_of_text("the gate was closed at noon")
    assert one.tolist() != grams_of_text("noon was closed at the gate").tolist()


def test_a_gram_has_the_same_number_in_every_process() -> None:
    # What is kept on the disk rests on it: if this changes, so must learning.VERSION.
    assert grams_of_text("the gate was closed at noon").tolist() == [10161619983338621381]


def test_half_a_surrogate_pair_is_a_character_like_others() -> None:
    assert len(grams_of_text("a b c d e f\ud800")) in (1, 2)


@given(st.lists(st.sampled_from("abc"), max_size=30))
def test_equal_grams_have_equal_numbers_and_different_ones_different(words: list[str]) -> None:
    found = grams_of_text(" ".join(words)).tolist()
    told = [tuple(words[i : i + 6]) for i in range(len(words) - 5)]
    assert len(found) == len(told)
    assert {
        (a == b) == (x == y)
        for a, x in zip(told, found, strict=True)
        for b, y in zip(told, found, strict=True)
    } <= {True}
