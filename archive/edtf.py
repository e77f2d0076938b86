"""Dates with their precision: EDTF (ISO 8601-2:2019, Library of Congress levels 0 to 2).

Plain years, months and days, their qualifiers (`?` `~` `%`) and intervals of them are
read here, checked against the calendar.  Everything else of EDTF (seasons, sets,
unspecified digits) is left to the `edtf` library, which is slow and does not know the
length of February; its answers are cached and its days are checked.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%])?\Z", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d{2}(:?[0-5]\d)?)?\Z", re.ASCII
)
_DAY = re.compile(r"(?<!\d)(\d{4})[?~%]?-(\d{2})[?~%]?-(\d{2})(?!\d)", re.ASCII)
_MONTHS = tuple(calendar.month_name)
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_LONGEST = 100


class BadDate(ValueError):
    """The text is no EDTF date, or names a day that does not exist; says which."""


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """`text` as stated; `earliest` and `latest` are strict inclusive bounds, None where open.

    `oldest` and `newest` bound what is known of it: for an open interval its stated end,
    else the same as the bounds.  `?` and `~` are carried in the text and widen nothing.
    """

    text: str
    earliest: date | None
    latest: date | None
    oldest: date
    newest: date


def parse_edtf(text: str) -> EdtfDate:
    """Read one EDTF date, interval or set.

    Raises `BadDate` with a sentence for a person: not EDTF, a day that is in no calendar,
    an interval that ends before it begins, or years outside 0001 to 9999.
    """
    text = text.strip()
    if not text:
        raise BadDate("the date is empty; leave it out, or write it like 2024-09-18 or 2024?")
    if len(text) > _LONGEST:
        raise BadDate(f"a date of {len(text)} characters is too long")
    return _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> EdtfDate:
    if match := _TIME.match(text):
        first, last = _point(match[1])
        return EdtfDate(text, first, last, first, last)
    head, slash, tail = text.partition("/")
    if not slash and _POINT.match(text):
        first, last = _point(text)
        return EdtfDate(text, first, last, first, last)
    if slash and all(part in ("", "..") or _POINT.match(part) for part in (head, tail)):
        return _interval(head, tail, text)
    return _by_library(text)


def _point(part: str) -> tuple[date, date]:
    match = _POINT.match(part)
    assert match is not None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        if day:
            only = date(year, int(month), int(day))
            return only, only
        if month:
            if 21 <= int(month) <= 41:
                season = _by_library(f"{match[1]}-{month}")
                return season.oldest, season.newest
            last_day = calendar.monthrange(year, int(month))[1]
            return date(year, int(month), 1), date(year, int(month), last_day)
        return date(year, 1, 1), date(year, 12, 31)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise BadDate(f"there is no date {part.rstrip('?~%')} in the calendar") from error


def _interval(head: str, tail: str, text: str) -> EdtfDate:
    start = None if head in ("", "..") else _point(head)
    end = None if tail in ("", "..") else _point(tail)
    if start and end:
        if end[1] < start[0]:
            raise BadDate(f"the interval {text} ends before it begins")
        return EdtfDate(text, start[0], end[1], start[0], end[1])
    if start:
        return EdtfDate(text, start[0], None, *start)
    if end:
        return EdtfDate(text, None, end[1], *end)
    raise BadDate(f"the interval {text} has neither a beginning nor an end")


def _by_library(text: str) -> EdtfDate:
    # Imported late: it takes 130 ms, and plain dates never need it.
    from edtf import EDTFObject, parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    for year, month, day in _DAY.findall(text):
        _point(f"{year}-{month}-{day}")
    try:
        parsed = parse_edtf(text)
        bounds = []
        for strict in (parsed.lower_strict(), parsed.upper_strict()):
            bounds.append(None if isinstance(strict, float) else date(*strict[:3]))
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError, IndexError):
        raise BadDate(
            f"“{text}” is not an EDTF date; "
            "write it like 2024-09-18, 2024-09, 2024?, 2024~ or 2024-08/.."
        ) from None
    assert isinstance(parsed, EDTFObject)
    first, last = bounds
    known = [bound for bound in bounds if bound is not None]
    if not known:
        raise BadDate(f"the date {text} has neither a beginning nor an end")
    if first and last and last < first:
        raise BadDate(f"the interval {text} ends before it begins")
    return EdtfDate(text, first, last, known[0], known[-1])


def date_in_words(text: str) -> str:
    """An EDTF date as a reader reads it: `2024-08/..` is "August 2024 or later".

    Text that is not EDTF, and EDTF beyond points and intervals, comes back as it is.
    """
    if match := _TIME.match(text):
        text = match[1]
    head, slash, tail = text.partition("/")
    if not slash:
        return _point_in_words(head)
    if tail in ("", ".."):
        return f"{_point_in_words(head)} or later"
    if head in ("", ".."):
        return f"{_point_in_words(tail)} or earlier"
    return f"{_point_in_words(head)} to {_point_in_words(tail)}"


def _point_in_words(part: str) -> str:
    match = _POINT.match(part)
    if not match:
        return part
    year, month, day, qualifier = match.groups()
    words = year.lstrip("0") or "0"
    if month in _SEASONS:
        words = f"{_SEASONS[month]} {words}"
    elif month and 1 <= int(month) <= 12:
        words = f"{_MONTHS[int(month)]} {words}"
    elif month:
        return part
    if day:
        words = f"{int(day)} {words}"
    if qualifier in ("~", "%"):
        words = f"about {words}"
    if qualifier in ("?", "%"):
        words = f"{words} (uncertain)"
    return words
