from __future__ import annotations

import pytest

from indexer.function_words import function_words_in


def test_they_are_those_of_the_language_that_has_most_of_them() -> None:
    words = ("what", "is", "known", "of", "aid", "to", "the", "valley")
    assert function_words_in(words, ("az-Latn", "en")) == {"what", "is", "of", "to", "the"}
    assert function_words_in(("les", "trois", "noms", "de", "la", "rive"), ("en", "fr")) == {
        "les", "de", "la",
    }  # fmt: skip
    assert function_words_in(("кто", "был", "на", "мосту"), ("ru",)) == {"кто", "был", "на"}


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        (("aid", "convoy"), ("az", "en")),
        (("the", "convoy"), ("en",)),
        (("in", "an", "era"), ("de", "en")),
        (("what", "is", "it"), ("ar", "zz")),
        (("what", "is", "it"), ()),
        ((), ("en",)),
    ],
)
def test_there_are_none_where_no_language_stands_out(
    words: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    assert function_words_in(words, languages) == frozenset()
