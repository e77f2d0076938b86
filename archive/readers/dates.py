"""Dates as pages write them, to EDTF (ISO 8601-2); nothing that is not written is filled in.

The day is the one written, in the page's own offset: never converted to UTC.
Timestamps (ISO 8601) are dateutil's, whose parser for words would fill in what is missing.
Month names are the CLDR's; what they do not cover is left to dateparser, which must find
day, month and year.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import regex
from dateutil.parser import isoparse

from archive.readers import months, weekdays

LONGEST = 200
_LONGEST_RAW = 2_000
"""Characters; a longer text is not a date."""

_ISO = re.compile(
    r"(?<![\d.])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"
    r"|(?<![\d.])(\d{4})([/. ])(\d{1,2})\5(\d{1,2})(?![\d])"
)
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d|\d{8})(?:T\S+|\d{4}|\d{6})?")
_NUMERIC = re.compile(
    r"(?<![\d:.])(\d{1,2})\s?([/.\-  ])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d:])"
)
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(?:(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日일]?)?)?")
_VIETNAMESE = re.compile(r"(?:(?:ngày\s+)?(\d{1,2})\s+)?tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.I)
_YEAR_ONLY = re.compile(r"^\D{0,12}\b(\d{4})\D{0,4}$")
_YEAR_MONTH = re.compile(r"^\s*(\d{4})[-/.](\d{1,2})\s*$")
_MONTH_YEAR = re.compile(r"^\s*(\d{1,2})[/.](\d{4})\s*$")
_TOKEN = regex.compile(r"\d+|[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)?")
_CLOCK = re.compile(
    r"\b\d{1,2}\s?h\s?(?:\d{1,2}\s?m(?:in)?\b\s?(?:\d{1,2}(?:\.\d+)?\s?s\b)?|am\b|pm\b)"
    r"|\b\d{1,2}\s?[:h.]\s?\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?!\d|\.\d)\s*(?:[ap]\.?\s?m\b\.?)?"
    r"(?:\s?[+-]\d{2}:?\d{2}\b)?|\b\d{1,2}\s?[ap]\.?m\b\.?",
    re.IGNORECASE,
)
_MONTH_FIRST = frozenset({"en-US", "en-PH", "es-PR", "es-US", "fil", "en-GU", "en-PR"})
_DAY_AND_YEAR = re.compile(r"\d\b.*\b\d{4}(?!\d)|(?<!\d)\d{4}\b.*\b\d")
_NUMBERS_ONLY = re.compile(r"^[\d\W]*(?:T[\d\W]+Z?)?$")
_DATEPARSER_LONGEST = 60
_COMPACT = re.compile(r"(\d\d)(\d\d)(\d\d) \d{4}(?:\d\d)?")
_EARLIEST, _LATEST = 1000, 2999


def parse_date(
    text: str, *, languages: Sequence[str] = (), now: datetime | None = None
) -> str | None:
    """The date that a text states, as EDTF with the precision stated; None where it states none.

    `languages` (BCP 47, likeliest first) decide what a name or 03/04/2024 means; undecided,
    the latter is the interval from the earlier to the later reading.  `now` gives short
    and relative dates ("yesterday", "18.09.24") their century and day; without it a
    relative date, also a weekday, is none; of two readings one that is not after it.
    An impossible date is none.
    """
    if len(text) > _LONGEST_RAW:
        return None
    found = find_date(text, languages=languages, now=now)
    return found or _weekday(text, languages, now) or _by_dateparser(text, languages, now)


def find_date(
    text: str, *, languages: Sequence[str] = (), now: datetime | None = None
) -> str | None:
    """The date that a text states, as `parse_date`, without dateparser: fast, and any text."""
    text = _plain(text) if len(text) <= _LONGEST_RAW else ""
    if not text or len(text) > LONGEST:
        return None
    machine, day = _timestamp(text)
    if machine:
        return day
    iso = _ISO.search(text)
    if iso:
        year, month, day = iso[1] or iso[4], iso[2] or iso[6], iso[3] or iso[7]
        return _day(int(year), int(month), int(day))
    for found, value in (
        _cjk(text),
        _vietnamese(text),
        _worded(text, languages),
        _numeric(text, languages, now),
        _short(text),
    ):
        if found:
            return value
    return None


def day_of(edtf: str) -> date | None:
    """The day of an EDTF day; None for any other precision."""
    try:
        return date.fromisoformat(edtf) if len(edtf) == 10 else None
    except ValueError:
        return None


def month_named(word: str, languages: Sequence[str] = ()) -> int | None:
    """The month that a word names in one of the languages, else in any that is known."""
    name = _spelling(word)
    for tag in languages:
        known = _months().get(tag.split("-")[0], {})
        if name in known:
            return known[name]
        begun = {number for month, number in known.items() if month.startswith(name)}
        if len(name) > 2 and len(begun) == 1:
            return begun.pop()
    return _all_months().get(name)


def _spelling(name: str) -> str:
    # Turkish and Azerbaijani capitals: KASIM and kasım are one word, İyun and iyun are.
    return name.casefold().replace("i\u0307", "i").replace("ı", "i")


_Found = tuple[bool, str | None]
_NOT_FOUND: _Found = (False, None)


def _plain(text: str) -> str:
    digits = []
    for character in unicodedata.normalize("NFKC", text):
        if character.isdigit() and not character.isascii():
            character = str(unicodedata.digit(character))
        if unicodedata.category(character) != "Cf":
            digits.append(character)
    return " ".join("".join(digits).split())


def _day(year: int, month: int, day: int) -> str | None:
    if not 1 <= year <= _LATEST or not 1 <= month <= 12:
        return None
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04}-{month:02}-{day:02}"


def _month(year: int, month: int) -> str | None:
    return f"{year:04}-{month:02}" if _EARLIEST <= year <= _LATEST and 1 <= month <= 12 else None


def _timestamp(text: str) -> _Found:
    # Only the day is parsed: an offset or 24:00 would not be allowed to move it.
    compact = _COMPACT.fullmatch(text)
    if compact:
        year, month, day_ = map(int, compact.groups())
        return True, _day(year + _century(year, None), month, day_)
    found = _TIMESTAMP.fullmatch(text)
    if not found:
        return _NOT_FOUND
    try:
        day = isoparse(found[1])
    except ValueError:
        return _NOT_FOUND
    return True, _day(day.year, day.month, day.day)


def _cjk(text: str) -> _Found:
    found = _CJK.search(text)
    if not found:
        return _NOT_FOUND
    if found[3]:
        return True, _day(int(found[1]), int(found[2]), int(found[3][:2]))
    return True, _month(int(found[1]), int(found[2])) if found[2] else found[1]


def _vietnamese(text: str) -> _Found:
    found = _VIETNAMESE.search(text)
    if not found:
        return _NOT_FOUND
    year, month = int(found[3]), int(found[2])
    return True, _day(year, month, int(found[1])) if found[1] else _month(year, month)


def _worded(text: str, languages: Sequence[str]) -> _Found:
    tokens = _TOKEN.findall(_CLOCK.sub(" ", text))
    if len(tokens) > 30:
        return _NOT_FOUND
    for at, token in enumerate(tokens):
        month = month_named(token, languages)
        if month is None:
            continue
        before, after = tokens[max(0, at - 4) : at][::-1], tokens[at + 1 : at + 5]
        year_after = _first_year(after)
        year_before = _first_year(before)
        year = year_after or year_before
        if year is None:
            continue
        day = _first_day(before[:3]) or _first_day(after[:2])
        if _thai(token) and year > 2400:
            year -= 543
        return True, _month(year, month) if day is None else _day(year, month, day)
    return _NOT_FOUND


def _first_year(tokens: Sequence[str]) -> int | None:
    for token in tokens:
        if len(token) == 4 and token.isdecimal() and _EARLIEST <= int(token) <= _LATEST:
            return int(token)
    return None


def _first_day(tokens: Sequence[str]) -> int | None:
    for token in tokens:
        if token.isdecimal():
            return int(token) if len(token) <= 2 and 1 <= int(token) <= 31 else None
    return None


def _thai(word: str) -> bool:
    return "\u0e00" <= word[0] <= "\u0e7f"


def _numeric(text: str, languages: Sequence[str], now: datetime | None) -> _Found:
    found = _NUMERIC.search(text)
    if not found:
        return _NOT_FOUND
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        if found[2] != "." and now is None:
            return _NOT_FOUND
        year += _century(year, now)
    if any(tag.split("-")[0] == "th" for tag in languages) and year > 2400:
        year -= 543
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    if day_first is None or month_first is None or day_first == month_first:
        return True, day_first or month_first
    order = _order(languages, found[2])
    if order == "day":
        return True, day_first
    if order == "month":
        return True, month_first
    past = [day for day in (day_first, month_first) if now and day <= str(now.date())]
    if len(past) == 1:
        return True, past[0]
    return True, "/".join(sorted((day_first, month_first)))


def _order(languages: Sequence[str], separator: str) -> str | None:
    if separator == ".":
        return "day"
    for tag in languages:
        if tag in _MONTH_FIRST:
            return "month"
        if tag != "en":
            return "day"
    return None


def _century(year: int, now: datetime | None) -> int:
    pivot = (now.year if now else 2050) % 100 + (1 if now else 0)
    base = (now.year if now else 2000) // 100 * 100
    return base if year <= pivot else base - 100


def _short(text: str) -> _Found:
    found = _YEAR_MONTH.match(text)
    if found:
        return True, _month(int(found[1]), int(found[2]))
    found = _MONTH_YEAR.match(text)
    if found:
        return True, _month(int(found[2]), int(found[1]))
    found = _YEAR_ONLY.match(text)
    if found and _EARLIEST <= int(found[1]) <= _LATEST and len(text) < 16:
        return True, found[1]
    return _NOT_FOUND


def _weekday(text: str, languages: Sequence[str], now: datetime | None) -> str | None:
    """The last such day until now, where a text is a weekday's name and at most an hour."""
    words = _TOKEN.findall(_CLOCK.sub(" ", _plain(text)))
    if now is None or len(words) != 1:
        return None
    number = weekdays.weekday_named(words[0], languages or ("en",))
    if number is None:
        return None
    return str(now.date() - timedelta(days=(now.weekday() - number) % 7))


def _by_dateparser(text: str, languages: Sequence[str], now: datetime | None) -> str | None:
    text = _plain(text)
    if len(text) > _DATEPARSER_LONGEST:
        return None
    stated = _DAY_AND_YEAR.search(text) and not _NUMBERS_ONLY.match(text)
    if not (stated or now):
        return None
    import dateparser  # slow to import, seldom needed

    settings: dict[str, object] = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["custom-formats", "absolute-time"],
        "DATE_ORDER": "DMY",
    }
    if now is not None:
        if not _TOKEN.search(_CLOCK.sub(" ", text)):
            return None
        settings = {
            "RELATIVE_BASE": now.replace(tzinfo=None),
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": ["day"],
        }
    known = [tag.split("-")[0] for tag in languages]
    try:
        found = dateparser.parse(text, languages=known or None, settings=settings)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None
    return _day(found.year, found.month, found.day) if found else None


@lru_cache(maxsize=1)
def _all_months() -> dict[str, int]:
    names: dict[str, int] = {}
    for table in _months().values():
        for name, number in table.items():
            names.setdefault(name, number)
    return names


@lru_cache(maxsize=1)
def _months() -> dict[str, dict[str, int]]:
    tables: dict[str, dict[str, int]] = {}
    for line in months.TABLE.splitlines():
        language, _, fields = line.partition(": ")
        tables[language] = {
            _spelling(name): number
            for number, names in enumerate(fields.split(), start=1)
            for name in names.split("/")
            if name != "-"
        }
    return tables
