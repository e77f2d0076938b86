"""The dates of a search: their bounds, and the histogram that shows them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from archive.edtf import BadDate, EdtfDate, parse_edtf
from archive.errors import UserMistake
from indexer.engine import Bar, Span, Unit
from indexer.fields import DATE
from indexer.query.terms import DateRange, Missing
from indexer.state import NOT_STATED


def bounds_of(since: str, until: str) -> DateRange | Missing | None:
    """The days from the first of `since` to the last of `until`, both EDTF or empty; `none`
    for both is no date stated.

    Raises `UserMistake`.
    """
    if since.strip() == until.strip() == NOT_STATED:
        return Missing(DATE)
    first, last = _bound(since), _bound(until)
    if first is None and last is None:
        return None
    low = first.earliest.toordinal() if first and first.earliest else None
    high = last.latest.toordinal() if last and last.latest else None
    if low is not None and high is not None and low > high:
        raise UserMistake(f"The dates from {since} to {until} end before they begin.")
    return DateRange(low, high)


def _bound(text: str) -> EdtfDate | None:
    try:
        return parse_edtf(text) if text.strip() else None
    except BadDate as error:
        raise UserMistake(f"These dates cannot be searched: {error}.") from error


def span_of(dates: DateRange | Missing | None) -> tuple[Span, str | None]:
    """The bars to ask for, and the period that they are part of in EDTF.

    A search within one month is shown by days of that month, within one year by months of
    that year, any other by all years; so a bar that is chosen opens the next finer bars.
    """
    if not isinstance(dates, DateRange) or dates.first is None or dates.last is None:
        return Span(Unit.YEAR), None
    first, last = date.fromordinal(dates.first), date.fromordinal(dates.last)
    if first.year != last.year:
        return Span(Unit.YEAR), None
    if first.month != last.month:
        begin, end = date(first.year, 1, 1), date(first.year, 12, 31)
        return Span(Unit.MONTH, begin.toordinal(), end.toordinal()), f"{first.year:04}"
    begin = first.replace(day=1)
    end = first.replace(day=monthrange(first.year, first.month)[1])
    return Span(Unit.DAY, begin.toordinal(), end.toordinal()), begin.isoformat()[:7]


def period_of(bar: Bar, unit: Unit) -> str:
    """The days of a bar in EDTF: `2024`, `2024-09` or `2024-09-18`."""
    day = date.fromordinal(bar.first).isoformat()
    return {Unit.YEAR: day[:4], Unit.MONTH: day[:7], Unit.DAY: day}[unit]


def around(within: str | None) -> str | None:
    """The period one step wider than `within`: a month's year; None for all years."""
    return within[:4] if within and len(within) > 4 else None
