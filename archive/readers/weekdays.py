"""Names of the days of the week, in the words of the CLDR."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError


def weekday_named(word: str, languages: Sequence[str]) -> int | None:
    """The day that a word names in one of the languages (BCP 47): 0 is Monday.

    The names are those written in full and those abbreviated, but no single letters.
    """
    name = word.casefold().strip(".")
    return next((day for tag in languages if (day := _names(tag).get(name)) is not None), None)


@lru_cache(maxsize=64)
def _names(language: str) -> dict[str, int]:
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return {}
    return {
        name.casefold().strip("."): day
        for width in ("wide", "abbreviated")
        for day, name in locale.days["format"][width].items()
    }
