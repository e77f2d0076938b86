from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.reuse.passages import SHORTEST, Shared, shared, wording

NONE: frozenset[str] = frozenset()
NAMES = frozenset({"the", "and", "of", "grey", "lantern", "society", "water", "authority"})


def found(a: str, b: str, commonplace: frozenset[str] = NONE) -> tuple[Shared, ...]:
    return shared(wording(a.split()), wording(b.split()), commonplace)


def oracle(a: Sequence[str], b: Sequence[str], commonplace: frozenset[str]) -> list[Shared]:
    """The longest run of words that are still free on both sides, again and again."""
    free_a, free_b = [True] * len(a), [True] * len(b)
    claimed = []
    refused: set[tuple[int, int, int]] = set()
    while True:
        best = (0, 0, 0)
        for i in range(len(a)):
            for j in range(len(b)):
                k = 0
                while (
                    i + k < len(a)
                    and j + k < len(b)
                    and a[i + k] == b[j + k]
                    and free_a[i + k]
                    and free_b[j + k]
                ):
                    k += 1
                before = i and j and a[i - 1] == b[j - 1] and free_a[i - 1] and free_b[j - 1]
                if not before and (-k, i, j) not in refused:
                    best = min(best, (-k, i, j))
        length, i, j = -best[0], best[1], best[2]
        if length < 8:
            return sorted(claimed, key=lambda each: each.a_first)
        if all(word in commonplace for word in a[i : i + length]):
            refused.add(best)
            continue
        claimed.append(Shared(i, i + length - 1, j, j + length - 1))
        for k in range(length):
            free_a[i + k] = free_b[j + k] = False


def test_a_passage_is_claimed_from_eight_words_on() -> None:
    assert SHORTEST == 8
    assert found("x a b c d e f g y", "z a b c d e f g w") == ()
    assert found("x a b c d e f g h y", "z w a b c d e f g h w") == (Shared(1, 8, 2, 9),)


def test_a_passage_is_as_long_as_it_can_be_and_may_be_the_whole_text() -> None:
    assert found("a b c d e f g h i j", "a b c d e f g h i j") == (Shared(0, 9, 0, 9),)


def test_texts_too_short_for_a_gram_have_none() -> None:
    assert found("", "") == ()
    assert found("a b c", "a b c d e f g h i") == ()


def test_names_and_function_words_alone_are_no_passage() -> None:
    names = "the grey lantern society and the water authority"
    assert found(f"x {names} y", f"z {names} w", NAMES) == ()
    one_more = f"{names} agree"
    assert found(f"x {one_more} y", f"z {one_more} w", NAMES) == (Shared(1, 9, 1, 9),)


def test_no_word_is_claimed_twice_on_either_side() -> None:
    once = "a b c d e f g h i j"
    assert found(once, f"{once} x {once}") == (Shared(0, 9, 0, 9),)
    assert found(f"{once} x {once}", once) == (Shared(0, 9, 0, 9),)
    assert found(f"{once} x {once}", f"{once} y {once}") == (
        Shared(0, 9, 0, 9),
        Shared(11, 20, 11, 20),
    )


def test_the_longest_is_claimed_first_and_of_what_is_left_what_is_long_enough() -> None:
    # f g h i j ... is in both passages of the second text; the longer one has it.
    a = "a b c d e f g h i j k l m n o p q r"
    b = "x a b c d e f g h i j k y f g h i j k l m n o p q r z"
    assert found(a, b) == (Shared(5, 17, 13, 25),)
    b = "x a b c d e f g h i j k y i j k l m n o p q r z"
    assert found(a, b) == (Shared(0, 10, 1, 11),)


def test_passages_may_stand_in_another_order() -> None:
    first, second = "a b c d e f g h", "k l m n o p q r s"
    assert found(f"{first} x {second}", f"{second} y {first}") == (
        Shared(0, 7, 10, 17),
        Shared(9, 17, 0, 8),
    )


def test_a_text_that_says_one_thing_a_hundred_thousand_times_is_compared_all_the_same() -> None:
    sentence = [f"word{n}" for n in range(9)]
    a, b = sentence * 20_000, ["x", *sentence * 10_000]
    (one,) = shared(wording(a), wording(b), NONE)
    assert (one.a_last - one.a_first + 1, one.b_first) == (90_000, 1)


def test_what_is_most_frequent_does_not_cut_a_passage_in_two() -> None:
    formula = ["one", "two", "three", "four", "five", "six", "seven"]
    rare_a, rare_b = [f"before{n}" for n in range(9)], [f"after{n}" for n in range(9)]
    a = [*[*formula, "x"] * 2000, *rare_a, *formula, *rare_b]
    b = [*rare_a, *formula, *rare_b, *["y", *formula] * 2000]
    assert Shared(16_000, 16_024, 0, 24) in shared(wording(a), wording(b), NONE)


words = st.lists(st.sampled_from(["a", "b", "the"]), max_size=26)


@settings(max_examples=200)
@given(words, words, st.sampled_from([NONE, frozenset({"a", "the"})]))
def test_it_finds_what_a_search_through_all_pairs_of_words_finds(
    a: list[str], b: list[str], commonplace: frozenset[str]
) -> None:
    assert list(shared(wording(a), wording(b), commonplace)) == oracle(a, b, commonplace)


@given(st.data())
def test_a_planted_run_of_eight_or_more_words_is_found_exactly(data: st.DataObject) -> None:
    length = data.draw(st.integers(8, 40))
    run = [f"w{data.draw(st.integers(0, 5))}" for _ in range(length)]
    before_a, after_a, before_b, after_b = (
        [f"{side}{n}" for n in range(data.draw(st.integers(0, 30)))] for side in "pqrs"
    )
    one = shared(wording([*before_a, *run, *after_a]), wording([*before_b, *run, *after_b]), NONE)
    assert one == (
        Shared(
            len(before_a),
            len(before_a) + length - 1,
            len(before_b),
            len(before_b) + length - 1,
        ),
    )
