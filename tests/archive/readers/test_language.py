from __future__ import annotations

from archive.readers.language import detect_language

ENGLISH = "The ferry left the quay before the tide had turned, and nobody was there to see it. "
GERMAN = "Die Fähre verließ den Kai, bevor die Flut gekommen war, und niemand hat es gesehen. "


def test_a_language_is_told_from_a_sentence_but_not_from_less() -> None:
    assert detect_language(ENGLISH) == "en"
    assert detect_language(GERMAN) == "de"
    assert detect_language(ENGLISH[:40]) is None
    assert detect_language("") is None


def test_a_beginning_without_words_does_not_hide_the_language_of_what_follows() -> None:
    figures = " ".join(str(number) for number in range(1000, 1300))
    assert len(figures) > 1000
    assert detect_language(figures + "\n" + GERMAN * 3) == "de"


def test_a_long_text_is_in_the_language_of_its_beginning() -> None:
    assert detect_language(GERMAN * 20 + ENGLISH * 5) == "de"
