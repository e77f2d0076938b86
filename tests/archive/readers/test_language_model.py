"""The model must tell what the library tells, of which it takes the tables and not the code."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from archive.readers.language_model import NOWHERE, REACH, language_model

SENTENCES = {
    "en": "The ferry left the quay before the tide had turned, and nobody was there to see it.",
    "de": "Die Fähre verließ den Kai, bevor die Flut gekommen war, und niemand hat es gesehen.",
    "fr": "Le bac a quitté le quai avant que la marée ne tourne, et personne ne l’a vu partir.",
    "ru": "Паром отошёл от причала до того, как начался прилив, и никто этого не видел.",
    "hy": "Լաստանավը նավամատույցից հեռացավ մինչև մակընթացությունը, և ոչ ոք դա չտեսավ։",
    "az": "Bərə körpüdən qabarma başlamazdan əvvəl ayrıldı və bunu heç kim görmədi.",
    "ka": "ბორანი ნავმისადგომს მოქცევამდე მოსცილდა და ეს არავის დაუნახავს.",
    "zh": "渡轮在涨潮之前就离开了码头，没有人看见它离开。",
    "ar": "غادرت العبارة الرصيف قبل أن يتغير المد، ولم يكن هناك أحد ليراها.",
}


@cache
def library() -> Any:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def check(text: str) -> None:
    code, probability = library().classify(text)
    told, how_probable = language_model().likeliest(text)
    assert how_probable == pytest.approx(probability, abs=1e-3)
    ranked = dict(library().rank(text))
    assert told == code or ranked[told] == pytest.approx(probability, abs=1e-3)


@given(st.text(max_size=300))
@example("")
@example("\ud800")
@example("e\u0301" * 20)
@example("123 456")
def test_any_text_comes_to_what_the_library_tells(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from(sorted(SENTENCES)), min_size=1, max_size=12), st.integers(0, 99))
def test_texts_in_languages_come_to_what_the_library_tells(codes: list[str], left: int) -> None:
    text = " ".join(SENTENCES[code] for code in codes)[left:]
    check(text)
    check(text.upper())


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_in_its_language(code: str) -> None:
    assert language_model().likeliest(SENTENCES[code])[0] == code


def test_the_automaton_remembers_no_more_than_it_is_given_to_begin_with() -> None:
    model = language_model()
    # From how far back a state may come, beginning from nowhere.
    depths = np.full(len(model.rows), -1)
    depths[0], reached, depth = 0, np.array([0]), 0
    while len(reached):
        depth += 1
        states = np.unique(model.moves.reshape(-1, 256)[np.unique(model.rows[reached] >> 8)])
        reached = states[depths[states] < 0]
        depths[reached] = depth
    assert depths.max() == REACH
    assert not model.moves.reshape(-1, 256)[:, NOWHERE[0]].any()
    assert model.features[0] == -1
