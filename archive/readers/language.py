"""Which language a page is in: as stated, else as its text shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from archive.readers.language_model import language_model

_TAG = re.compile(r"^\s*([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?\b")
_NONE = frozenset({"und", "mul", "zxx", "xx", "mis"})
_ALIASES = {"iw": "he", "in": "id", "ji": "yi", "mo": "ro", "eng": "en", "deu": "de", "fra": "fr",
            "ger": "de", "fre": "fr", "spa": "es", "rus": "ru"}  # fmt: skip
CONFIDENT = 0.9
"""Probability above which a detected language is believed."""
ENOUGH = 60
"""Letters below which no language is detected.

Of the beginnings of 1,950 texts, 1,550 of them English and the others in 20 languages, 70 % were
told by 60 letters and none wrongly; by 50, 56 % and one in a thousand wrongly; by 120, 95 %.
"""
_SAMPLE = 4000
_BEGINNING = 700
_SURE = 0.99
# Characters that are looked at, and those that do where they leave no doubt: of 3,137 longer texts
# 88 in a hundred, all told the same by the whole sample, in half the time.


def primary_language(stated: str) -> str | None:
    """The primary language subtag of a language or locale: `pt_BR` is `pt`.

    Source: BCP 47 (RFC 5646).  None for what is no language tag.
    """
    found = _TAG.match(stated)
    if not found:
        names = {"english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr"}
        return names.get(stated.strip().lower())
    code = found[1].lower()
    code = _ALIASES.get(code, code)
    rest = stated.strip()[len(found[1]) :]
    if code in _NONE or (rest and rest[0] not in "-_.,; "):
        return None
    return code


def locale_tags(stated: Sequence[str]) -> tuple[str, ...]:
    """Language tags with their regions, as `en-US`, for deciding what a date means."""
    tags: list[str] = []
    for value in stated:
        found = _TAG.match(value)
        if found and found[1].lower() not in _NONE:
            region = f"-{found[3].upper()}" if found[3] else ""
            tags.append(_ALIASES.get(found[1].lower(), found[1].lower()) + region)
    return tuple(dict.fromkeys(tags))


def detect_language(text: str) -> str | None:
    """The language a text is in, where that can be told with confidence; else None."""
    for sample in (text[:_BEGINNING], text[:_SAMPLE]):
        if next(islice(filter(str.isalpha, sample), ENOUGH - 1, None), None):
            code, probability = likeliest_language(sample)
            if probability >= (_SURE if len(sample) < min(len(text), _SAMPLE) else CONFIDENT):
                return code
    return None


def likeliest_language(text: str) -> tuple[str, float]:
    """The language that a text, however short, is likeliest in, and how probable that is."""
    return language_model().likeliest(text)
