"""The facets of an answer, arranged for the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.answer import Answer, Facet, FacetValue
from indexer.fields import DATE, FACETS, FIELD
from indexer.state import SearchState, written
from webapp.addresses import leaving_out, search_address
from webapp.histogram import Histogram, histogram

_SHOWN = 8

MOST_VALUES = _SHOWN + 1
"""Of each facet that a page asks for: one more than it shows, so that it never leaves out one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to tick: as in the address, how it reads, its count and how that reads,
    whether it is ticked or left out, and the search that leaves it out, or takes it in again.

    `target` is what a label of two parts begins with, '' for others; those of one target stand
    together.
    """

    value: str
    label: str
    target: str
    count: int
    told: str
    chosen: bool
    excluded: bool
    other: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One facet: the `shown` choices, and how many rarer ones a page of their own lists
    (`further`).  The dates have a histogram instead."""

    name: str
    label: str
    shown: tuple[Choice, ...] = ()
    further: int = 0
    histogram: Histogram | None = None


def panels(answer: Answer, state: SearchState) -> tuple[Panel, ...]:
    """The answer's facets that have a value, and its dates, in the order in which they are
    shown."""
    arranged = {facet.name: _panel(facet, state) for facet in answer.facets if facet.values}
    if answer.dates is not None:
        drawn = histogram(answer.dates, state)
        arranged[DATE] = Panel(DATE, dict(FACETS)[DATE], histogram=drawn)
    return tuple(arranged[name] for name, _ in FACETS if name in arranged)


def choices(field: str, values: Sequence[FacetValue], state: SearchState) -> tuple[Choice, ...]:
    """The values of a facet in their order, but those of one target together, where its first
    stands."""
    out = leaving_out(state, field)
    listed = [_choice(field, value, state, out) for value in values]
    places: dict[str, int] = {}
    for place, choice in enumerate(listed):
        places.setdefault(choice.target, place)
    return tuple(sorted(listed, key=lambda choice: places[choice.target]))


def _panel(facet: Facet, state: SearchState) -> Panel:
    shown, further = facet.values, facet.untold
    if further:
        # What is ticked must stay in the form, however rare it is.
        last = shown[_SHOWN]
        if not (last.chosen or last.excluded or last.value is None):
            shown, further = (*shown[:_SHOWN], *shown[_SHOWN + 1 :]), further + 1
    return Panel(facet.name, facet.label, choices(facet.name, shown, state), further)


def _choice(
    field: str, value: FacetValue, state: SearchState, out: Callable[[str | None], str]
) -> Choice:
    if value.chosen or value.excluded:
        other = search_address(state.toggled(field, value.value, excluded=True))
    else:
        other = out(value.value)
    target = _target(field, value)
    return Choice(
        written(value.value),
        value.label,
        target,
        value.count,
        f"{value.count:,}",
        value.chosen,
        value.excluded,
        other,
    )


def _target(field: str, value: FacetValue) -> str:
    """What a position is towards, as its label says it."""
    is_code = FIELD[field].kind == "code" and value.value is not None
    return value.label.rpartition(": ")[0] if is_code else ""
