"""The one analyser: text to words, words to terms.  Index and query both go through here.

A word is a segment of Unicode's word boundaries (UAX #29) that holds a letter or a digit,
with three differences that serve searching: joining punctuation (`_`) at the edges of a
word is left off; a narrow no-break space separates words as every other space does; and
a straight quotation mark after a Hebrew letter is kept only between letters.  A letter of
a script that is written without spaces (Han, Hiragana, Thai, ...) is a word by itself.
"""

from __future__ import annotations

import threading
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import regex

LONGEST = 200
"""Characters of a term at most; what is longer is cut, in index and query alike."""

BOUNDARY = "|"
"""The term before, between and after the values of a value field.  No word equals it."""

COLON = ":"
"""The term between the two halves of a value such as `icrc:critical`.  No word equals it."""

BLANK = "|||"
"""The term in place of each word of a text that is not searched.  No word equals it, or comes
to it by two edits."""

_MARKS = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*+"
_LETTER = r"[\p{WB=ALetter}\p{WB=Hebrew_Letter}]"
_DIGIT = r"\p{WB=Numeric}"
_HEBREW = r"\p{WB=Hebrew_Letter}"
_RUN = rf"""(?:
    (?:{_LETTER}{_MARKS})++
    (?: [\p{{WB=MidLetter}}\p{{WB=MidNumLet}}'] {_MARKS} (?={_LETTER})
      | "(?<={_HEBREW}[\p{{WB=Extend}}\p{{WB=Format}}\p{{WB=ZWJ}}]*") {_MARKS} (?={_HEBREW})
    )?+
  | (?:{_DIGIT}{_MARKS})++
    (?: [\p{{WB=MidNum}}\p{{WB=MidNumLet}}'] {_MARKS} (?={_DIGIT}) )?+
)++"""
_KATAKANA = rf"(?:\p{{WB=Katakana}}{_MARKS})++"
_JOINER = rf"(?:[\p{{WB=ExtendNumLet}}--\u202f]{_MARKS})++"
_ALONE = (
    r"[[\p{L}\p{N}]--[\p{WB=ALetter}\p{WB=Hebrew_Letter}\p{WB=Katakana}\p{WB=Numeric}]]" + _MARKS
)
_WORD = regex.compile(
    rf"""[A-Za-z]++ (?=[\ \n\-,]|\.\ )  # most words of most texts, found at twice the speed
    | (?:{_RUN}|{_KATAKANA}) (?: {_JOINER} (?:{_RUN}|{_KATAKANA}) )*+
    | {_ALONE}""",
    regex.VERSION1 | regex.VERBOSE,
)

_INNER = regex.compile(r"[.:]")
_INFIX_COLON = regex.compile(r"(?<=\S):(?=\S)")
_LATIN_MARKS = regex.compile(r"(\p{Script=Latin})\p{Mn}+")
_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_LISTED = str.maketrans(
    {
        "ə": "e", "ǝ": "e", "ɛ": "e", "\u0131": "i", "ɨ": "i", "ł": "l", "ø": "o", "ɔ": "o",
        "đ": "d", "ð": "d", "ɖ": "d", "ɗ": "d", "ɓ": "b", "ħ": "h", "ŧ": "t", "ŋ": "n",
        "ƙ": "k", "ĸ": "k", "ƴ": "y", "ʉ": "u", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss",
    }
)  # fmt: skip
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bb\u02bc", "'"))

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian",
    "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip

STEMMED_LANGUAGES = frozenset(_ALGORITHMS)
"""Primary language subtags (BCP 47) that have a stemmer (Snowball)."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order: folded surface forms and where each stands in the text.

    `text[starts[i]:ends[i]]` folds to `surface[i]`; offsets count code points of the text
    exactly as it was given.
    """

    surface: tuple[str, ...]
    starts: Sequence[int]
    ends: Sequence[int]

    def standing_in(self, start: int, end: int) -> tuple[int, int]:
        """Which words stand in `text[start:end]`, wholly or in part: the number of the first,
        and of the first after them."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)


def words_of(text: str) -> Words:
    """The words of `text` with their offsets.  Never raises; linear in the text's length."""
    surface: list[str] = []
    starts, ends = array("I"), array("I")
    known: dict[str, str] = {}  # each form is folded, and kept in memory, once
    for match in _WORD.finditer(text):
        found = match[0]
        word = known.get(found)
        if word is None:
            word = known[found] = fold(found)
        if word:
            start, end = match.span()
            surface.append(word)
            starts.append(start)
            ends.append(end)
    return Words(tuple(surface), starts, ends)


class TextTerms(NamedTuple):
    """The terms of a text: folded `surface` forms, and at the same positions their `stems`
    and the `exact` forms as `written` gives them."""

    surface: tuple[str, ...]
    stems: tuple[str, ...]
    exact: tuple[str, ...]


def text_terms(text: str, language: str | None) -> TextTerms:
    """The terms of `text`, at the positions of `words_of(text)`.

    `language` is a BCP 47 tag; without one, or without a stemmer for it, stems are surface
    forms.
    """
    forms = _forms(primary_language(language))
    return _terms(chain.from_iterable(map(forms.__getitem__, pieces_of(text))))


def terms_of(words: Words, text: str, language: str | None) -> TextTerms:
    """What `text_terms(text, language)` comes to, from the `words_of(text)`."""
    forms = _forms(primary_language(language))
    found = (text[start:end] for start, end in zip(words.starts, words.ends, strict=True))
    return _terms(chain.from_iterable(map(forms.__getitem__, found)))


def blanked(terms: TextTerms, words: Words, places: Iterable[tuple[int, int]]) -> TextTerms:
    """The terms of a text of these words, with `BLANK` for each word that stands in one of
    these places, wholly or in part: so a phrase runs across one no more than across the words
    themselves."""
    made = [list(each) for each in terms]
    for start, end in places:
        first, last = words.standing_in(start, end)
        for each in made:
            each[first:last] = [BLANK] * (last - first)
    return TextTerms(*map(tuple, made))


_Form = tuple[str, str, str]
"""What a word comes to: its folded surface form, its stem, and the word as written."""


class _Forms(dict[str, tuple[_Form, ...]]):
    """The words of a piece of text that ends where no word goes on, in one language.

    A text has few pieces that no text before it had, so that they are analysed once.  Those
    looked up lately are kept, some 300 bytes each; threads may share it.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._older: dict[str, tuple[_Form, ...]] = {}

    def __missing__(self, piece: str) -> tuple[_Form, ...]:
        forms = self._older.get(piece)
        if forms is None:
            plain = piece.isascii() and piece.isalnum()
            found = [piece] if plain else _WORD.findall(piece)
            known = {word: self._form(word) for word in set(found)}
            forms = tuple([form for word in found if (form := known[word])[0]])
        if len(piece) <= _LONGEST_KEPT:
            if len(self) >= _FORMS_KEPT:
                self._older = dict(self)
                self.clear()
            self[piece] = forms
        return forms

    def _form(self, word: str) -> _Form:
        surface = fold(word)
        return surface, stem(surface, self._language), written(word)


_FORMS_KEPT = 1 << 16  # and as many again of those kept before
_LONGEST_KEPT = 40  # characters


@lru_cache(maxsize=4)
def _forms(language: str) -> _Forms:
    return _Forms(language)


# What is no part of any word, wherever it stands; the quotation mark is one between two Hebrew
# letters.  Where a space or such a sign stands, each of its sides may be read by itself.
_SIGNS = {ord(sign): " " for sign in "\n\r\t!#$%&()*+-/<=>?@[\\]^`{|}~"}
_SIGNS_OF_ASCII = {**_SIGNS, ord('"'): " "}


def pieces_of(text: str) -> list[str]:
    """The text cut where words end; nothing is lost but signs that are no part of any word.

    The terms of a text are those of its pieces, one after the other.
    """
    text = text.translate(_SIGNS_OF_ASCII if text.isascii() else _SIGNS)
    return text.replace(". ", " ").replace(", ", " ").split()


def _terms(forms: Iterable[_Form]) -> TextTerms:
    columns = tuple(zip(*forms, strict=True))
    return TextTerms(*columns) if columns else TextTerms((), (), ())


def name_words(value: str) -> tuple[str, ...]:
    """The words of a name: as in a text, and split inside at full stops and colons too
    (`Caliber.Az` is `caliber`, `az`)."""
    parts = [part for word in _WORD.findall(value) for part in _INNER.split(word)]
    return tuple([term for part in parts if (term := fold(part))])


def code_terms(value: str) -> tuple[str, ...]:
    """The `name_words` of a value, with `COLON` for each colon that stands between two
    characters other than spaces, as in `icrc:critical`."""
    first, *rest = _INFIX_COLON.split(value)
    return (*name_words(first), *(term for part in rest for term in (COLON, *name_words(part))))


def value_terms(values: Iterable[str]) -> tuple[str, ...]:
    """The terms of a value field: the `code_terms` of each value, and `BOUNDARY` before,
    between and after the values, so that no phrase runs from one into the next.
    No values, no terms."""
    terms = [term for value in values for term in (BOUNDARY, *code_terms(value))]
    return (*terms, BOUNDARY) if terms else ()


def stem(word: str, language: str | None) -> str:
    """The Snowball stem of a folded `word`; the word itself where `language` has no stemmer.

    Stemming what is folded makes a word typed without its marks find the marked one.
    """
    primary = primary_language(language)
    if primary not in STEMMED_LANGUAGES or word.isdecimal():
        return word
    return _stem(word, primary)


def primary_language(tag: str | None) -> str:
    """The primary subtag of a BCP 47 tag in lower case, '' for None."""
    return (tag or "").partition("-")[0].lower()


@lru_cache(maxsize=1 << 16)
def _stem(word: str, language: str) -> str:
    made: str = _stemmer(language).stemWord(word)
    return made or word


def _stemmer(language: str) -> Any:
    """A Snowball stemmer; it keeps the word it works on in itself, so that each thread has its
    own.  In C where PyStemmer is installed (`snowballstemmer` sees to that), else in Python."""
    algorithm = _ALGORITHMS[language]
    held: dict[str, Any] = _STEMMERS.__dict__
    if algorithm not in held:
        import snowballstemmer  # late: it takes a while, and few languages are needed

        held[algorithm] = snowballstemmer.stemmer(algorithm)
    return held[algorithm]


_STEMMERS = threading.local()


def fold(word: str) -> str:
    """The form under which a word is indexed and sought; '' if nothing of it remains.

    Unicode's NFKC_Casefold, then without the marks on Latin letters, with a listed table
    for the Latin letters that no decomposition reaches (ə ł ø ...), apostrophes made
    straight and left off at the edges.  Letters of other scripts keep their marks
    (й is not и).  `fold(fold(word)) == fold(word)`.
    """
    if word.isascii():
        return word.lower().strip("'")[:LONGEST]
    # Normalising is quadratic in a run of marks: nobody's word is that long.
    return _fold(word[: 4 * LONGEST])


def written(word: str) -> str:
    """The form under which a word is sought exactly: as it stands, with its case and marks.

    Only what cannot be seen is made equal: Unicode's NFC, without code points that are
    ignored by default, apostrophes straight and left off at the edges.
    """
    if word.isascii():
        return word.strip("'")[:LONGEST]
    word = _IGNORABLE.sub("", word[: 4 * LONGEST]).translate(_APOSTROPHES)
    return unicodedata.normalize("NFC", word)[:LONGEST].strip("'")


@lru_cache(maxsize=1 << 16)
def _fold(word: str) -> str:
    folded = word
    for _ in range(2):
        folded = unicodedata.normalize("NFKD", folded).casefold()
        folded = _IGNORABLE.sub("", folded)
    folded = _LATIN_MARKS.sub(r"\1", unicodedata.normalize("NFKD", folded)).translate(_LISTED)
    folded = folded.translate(_APOSTROPHES)
    return unicodedata.normalize("NFC", folded)[:LONGEST].strip("'")
