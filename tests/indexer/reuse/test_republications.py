from __future__ import annotations

import numpy as np
import pytest

from indexer.reuse.grams import grams_of_text
from indexer.reuse.minhash import BANDS, bands
from indexer.reuse.republications import resemblance


def prose(topic: str, words: int) -> str:
    return " ".join(f"{topic}{n}" for n in range(words))


def alike(a: str, b: str) -> float | None:
    return resemblance(np.unique(grams_of_text(a)), np.unique(grams_of_text(b)))


def test_a_text_published_over_again_is_a_republication() -> None:
    text = prose("ferry", 200)
    assert alike(text, text) == 1.0
    shorn = f"{prose('headline', 8)} {prose('ferry', 130)}"
    # 125 of the 195 and of the 133 distinct n-grams are in both.
    assert alike(text, shorn) == pytest.approx(125 / (195 + 133 - 125))


def test_a_text_of_which_half_the_shorter_one_is_not_in_the_other_is_none() -> None:
    assert alike(prose("ferry", 200), f"{prose('ferry', 100)} {prose('gate', 110)}") is None


def test_a_statement_printed_in_a_long_article_does_not_make_that_a_republication() -> None:
    statement = prose("statement", 80)
    assert alike(statement, f"{statement} {prose('article', 200)}") is not None
    assert alike(statement, f"{statement} {prose('article', 400)}") is None


def test_a_notice_of_a_few_lines_is_none() -> None:
    assert alike(prose("notice", 54), prose("notice", 54)) is None
    assert alike(prose("notice", 55), prose("notice", 55)) == 1.0


def test_texts_that_are_alike_have_bands_in_common_and_others_have_not() -> None:
    text = bands(np.unique(grams_of_text(prose("ferry", 300))))
    shorn = bands(np.unique(grams_of_text(prose("ferry", 150))))
    other = bands(np.unique(grams_of_text(prose("gate", 300))))
    assert len(text) == BANDS == 64
    assert np.count_nonzero(text == shorn) >= 4  # 16 are to be expected
    assert np.count_nonzero(text == other) == 0


def test_the_bands_do_not_depend_on_the_length_at_which_a_text_is_taken() -> None:
    grams = np.unique(grams_of_text(prose("ferry", 10_000)))
    turned = bands(grams[::-1])
    assert bands(grams).tolist() == turned.tolist()
