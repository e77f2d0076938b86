"""The dates of an answer as a drawing: bars that are searches, on an axis of time."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from archive.edtf import date_in_words
from indexer.answer import Dates
from indexer.engine import Bar, Unit
from indexer.query.terms import DateRange, Missing
from indexer.state import NOT_STATED, SearchState
from indexer.zoom import around, bounds_of, period_of
from webapp.addresses import search_address

WIDTH = 272.0
"""Of the drawing, in its own units; so are all lengths here."""
PLOT = 72.0
"""From the top of the highest bar to the axis."""

_TOP = 12.0
_WIDEST = 34.0
_LOWEST = 2.0
_BETWEEN_LABELS = 34.0
_MOST_YEARS = 300
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
_MONTHS = {0: "Jan", 3: "Apr", 6: "Jul", 9: "Oct"}
_DAYS = {0: "1", 7: "8", 14: "15", 21: "22", 28: "29"}


@dataclass(frozen=True, slots=True)
class Column:
    """A bar: the period it stands for in words, the search for it, and its two counts.

    `chosen`: it is the period asked for, and its address gives that up.  `outside`: the
    dates asked for lie elsewhere.  The certain part stands on the axis, the possible one on
    top of it, each with its upper edge and height.
    """

    label: str
    address: str
    certain: int
    possible: int
    chosen: bool
    outside: bool
    x: float
    width: float
    certain_y: float
    certain_height: float
    possible_y: float
    possible_height: float

    @property
    def count(self) -> int:
        """What its address finds."""
        return self.certain + self.possible


@dataclass(frozen=True, slots=True)
class Histogram:
    """`title` says what one bar is; `labels` stand under the axis; `slot` is the width that
    every period has, empty ones too.

    `wider` is the search one step out, in words and as an address.  `undated_address` is
    None where dates not stated cannot be asked for.  `earlier` years are too many to draw.
    """

    title: str
    unit: Unit
    columns: tuple[Column, ...]
    labels: tuple[tuple[float, str], ...]
    slot: float
    highest: int
    wider: tuple[str, str] | None
    undated: int
    undated_address: str
    earlier: int = 0


def histogram(dates: Dates, state: SearchState) -> Histogram:
    """The bars of an answer to `state`, ready to be drawn."""
    asked = bounds_of(state.since, state.until)
    bars = dates.bars
    if dates.unit is Unit.YEAR and bars:
        first_drawn = _year(bars[-1]) - _MOST_YEARS + 1
        bars = tuple(bar for bar in bars if _year(bar) >= first_drawn)
    begin = _year(bars[0]) if bars else 0
    slots = _slots(dates, bars)
    slot = min(WIDTH / slots, _WIDEST)
    highest = max((bar.certain + bar.possible for bar in bars), default=0)
    return Histogram(
        title=f"Records by {dates.unit.value}"
        + (f", {date_in_words(dates.within)}" if dates.within else ""),
        unit=dates.unit,
        columns=tuple(_column(bar, dates, state, begin, slot, highest, asked) for bar in bars),
        labels=_labels(dates.unit, begin, slots, slot) if bars else (),
        slot=round(slot, 2),
        highest=highest,
        wider=_wider(dates, state),
        undated=dates.undated,
        undated_address=_undated(state),
        earlier=len(dates.bars) - len(bars),
    )


def _slots(dates: Dates, bars: tuple[Bar, ...]) -> int:
    if dates.unit is Unit.MONTH:
        return 12
    if dates.unit is Unit.DAY and dates.within:
        return monthrange(int(dates.within[:4]), int(dates.within[5:]))[1]
    return _year(bars[-1]) - _year(bars[0]) + 1 if bars else 1


def _column(
    bar: Bar,
    dates: Dates,
    state: SearchState,
    begin: int,
    slot: float,
    highest: int,
    asked: DateRange | Missing | None,
) -> Column:
    day = date.fromordinal(bar.first)
    place = {Unit.YEAR: day.year - begin, Unit.MONTH: day.month - 1, Unit.DAY: day.day - 1}
    period = period_of(bar, dates.unit)
    chosen = state.since == state.until == period
    wanted = _within(dates.within if chosen else period, state)
    scale = (PLOT - _TOP) / highest
    heights = [max(_LOWEST, n * scale) if n else 0.0 for n in (bar.certain, bar.possible)]
    gap = min(3.0, slot * 0.16)
    certain_y = PLOT - heights[0]
    return Column(
        label=date_in_words(period),
        address=search_address(wanted),
        certain=bar.certain,
        possible=bar.possible,
        chosen=chosen,
        outside=_is_outside(bar, asked),
        x=round(place[dates.unit] * slot + gap / 2, 2),
        width=round(slot - gap, 2),
        certain_y=round(certain_y, 2),
        certain_height=round(heights[0], 2),
        possible_y=round(certain_y - heights[1], 2),
        possible_height=round(heights[1], 2),
    )


def _is_outside(bar: Bar, asked: DateRange | Missing | None) -> bool:
    if not isinstance(asked, DateRange):
        return asked is not None
    before = asked.first is not None and bar.last < asked.first
    return before or (asked.last is not None and bar.first > asked.last)


def _labels(unit: Unit, begin: int, slots: int, slot: float) -> tuple[tuple[float, str], ...]:
    if unit is Unit.MONTH:
        named = _MONTHS
    elif unit is Unit.DAY:
        named = {place: day for place, day in _DAYS.items() if place < slots}
    else:
        step = next((s for s in _STEPS if s * slot >= _BETWEEN_LABELS), _STEPS[-1])
        named = {n: str(begin + n) for n in range(slots) if (begin + n) % step == 0}
    edge = _BETWEEN_LABELS / 2
    return tuple(
        (round(min(max((place + 0.5) * slot, edge), WIDTH - edge), 2), name)
        for place, name in named.items()
    )


def _within(period: str | None, state: SearchState) -> SearchState:
    return replace(state, since=period or "", until=period or "", page=1)


def _wider(dates: Dates, state: SearchState) -> tuple[str, str] | None:
    if dates.within is None:
        return None
    period = around(dates.within)
    words = date_in_words(period) if period else "All years"
    return words, search_address(_within(period, state))


def _undated(state: SearchState) -> str:
    bound = "" if state.since == state.until == NOT_STATED else NOT_STATED
    return search_address(replace(state, since=bound, until=bound, page=1))


def _year(bar: Bar) -> int:
    return date.fromordinal(bar.first).year
