"""The facets of an answer, arranged for the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from indexer.analysis import fold
from indexer.answer import Answer, Facet, FacetValue
from indexer.fields import DATE, FACETS, FIELD
from indexer.state import SearchState, written
from webapp.addresses import leaving_out, search_address
from webapp.histogram import Histogram, histogram

_SHOWN = 8
_LISTED = 200


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
    """One facet: the `shown` choices, the `folded` ones behind a disclosure from A to Z, and
    how many rarer ones are not listed at all (`unlisted`).  The dates have a histogram
    instead."""

    name: str
    label: str
    shown: tuple[Choice, ...] = ()
    folded: tuple[Choice, ...] = ()
    unlisted: int = 0
    histogram: Histogram | None = None


def panels(answer: Answer, state: SearchState) -> tuple[Panel, ...]:
    """The answer's facets that have a value, and its dates, in the order in which they are
    shown."""
    arranged = {facet.name: _panel(facet, state) for facet in answer.facets if facet.values}
    if answer.dates is not None:
        drawn = histogram(answer.dates, state)
        arranged[DATE] = Panel(DATE, dict(FACETS)[DATE], histogram=drawn)
    return tuple(arranged[name] for name, _ in FACETS if name in arranged)


def _panel(facet: Facet, state: SearchState) -> Panel:
    # What is ticked must stay in the form, however rare it is; what nobody stated is no name
    # to look for from A to Z.
    asked = {v.value for v in facet.values if v.chosen or v.excluded} | {None}
    listed = [v for n, v in enumerate(facet.values) if n < _LISTED or v.value in asked]
    shown = [v for n, v in enumerate(listed) if n < _SHOWN or v.value in asked]
    if len(listed) - len(shown) == 1:
        shown = listed
    targets = [_target(facet.name, v) for v in shown]
    shown = sorted(shown, key=lambda v: targets.index(_target(facet.name, v)))
    seen = {v.value for v in shown}
    folded = sorted((v for v in listed if v.value not in seen), key=lambda v: fold(v.label))
    out = leaving_out(state, facet.name)
    return Panel(
        facet.name,
        facet.label,
        tuple(_choice(facet.name, value, state, out) for value in shown),
        tuple(_choice(facet.name, value, state, out) for value in folded),
        len(facet.values) - len(listed),
    )


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
