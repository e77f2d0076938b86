"""The histogram of dates: how many intervals touch each year, month or day."""

from __future__ import annotations

from datetime import date

import numpy as np

from indexer.engine import Bar, Span, Unit
from indexer.engines.fields import NO_DAY
from indexer.engines.segment import Ints

_UNIX_EPOCH = date(1970, 1, 1).toordinal()  # numpy counts days, months and years from there
_LAST_DAY = date.max.toordinal()
_UNITS = {Unit.YEAR: "Y", Unit.MONTH: "M", Unit.DAY: "D"}


def count_bars(span: Span, earliest: Ints, latest: Ints) -> tuple[Bar, ...]:
    """The bars of the intervals from `earliest` (NO_DAY: an open beginning) to `latest`.

    Periods are proleptic Gregorian.  Takes memory for as many periods as there are from the
    first to the last that is touched, and no more than lie in `span`.
    """
    if not len(latest):
        return ()
    unit = _UNITS[span.unit]
    bounded = earliest != NO_DAY
    last = _periods(latest, unit)
    first = np.where(bounded, _periods(earliest, unit), last)
    low, high = int(first.min()), int(last.max())
    if span.first is not None:
        before = min(max(span.first, 1), _LAST_DAY + 1) - 1
        low = max(low, int(_periods(np.int64(before), unit)) + 1)
    if span.last is not None:
        after = min(max(span.last, 0), _LAST_DAY) + 1
        high = min(high, int(_periods(np.int64(after), unit)) - 1)
    if low > high:
        return ()

    def tally(periods: Ints) -> Ints:
        """How many of `periods` there are of each from `low` to `high`, and beyond `high`."""
        return np.bincount(np.clip(periods, low, high + 1) - low, minlength=high - low + 2)

    shown = (last >= low) & (first <= high)
    bounded_first, bounded_last = first[shown & bounded], last[shown & bounded]
    touched = np.cumsum(tally(bounded_first) - tally(bounded_last + 1))
    certain = tally(first[shown & bounded & (first == last)])
    ends = tally(last[(last >= low) & ~bounded])
    possible = touched - certain + np.cumsum(ends[::-1])[::-1]
    listed = np.flatnonzero((touched > 0) | (ends > 0))
    listed = listed[listed <= high - low]
    return tuple(
        Bar(*row)
        for row in zip(
            _first_days(low + listed, unit).tolist(),
            (_first_days(low + listed + 1, unit) - 1).tolist(),
            certain[listed].tolist(),
            possible[listed].tolist(),
            strict=True,
        )
    )


def _periods(days: Ints | np.int64, unit: str) -> Ints:
    """The numbers of the periods that the days are in."""
    since = (days - _UNIX_EPOCH).astype("datetime64[D]").astype(f"datetime64[{unit}]")
    numbers: Ints = since.astype(np.int64)
    return numbers


def _first_days(periods: Ints, unit: str) -> Ints:
    since = periods.astype(f"datetime64[{unit}]").astype("datetime64[D]")
    days: Ints = since.astype(np.int64) + _UNIX_EPOCH
    return days
