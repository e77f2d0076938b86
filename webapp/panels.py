"""The facets of an answer, arranged for the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from indexer.answer import Answer, FacetValue
from indexer.fields import DATE
from indexer.state import NOT_STATED, SearchState, written
from webapp.addresses import search_address

_SHOWN = 8
_LISTED = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A checkbox: `value` as in the address, how it reads, its count, whether it is ticked."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the date panel, or "not stated".

    Its address chooses it, or gives it up when it is chosen; None where it cannot be asked
    for.  `share` is its count in percent of the largest, for the bar.
    """

    label: str
    count: int
    share: int
    chosen: bool
    address: str | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One facet: the `shown` choices, the `folded` ones behind a disclosure, and how many
    rarer ones are not listed at all (`unlisted`).  The date panel has `years` instead."""

    name: str
    label: str
    shown: tuple[Choice, ...] = ()
    folded: tuple[Choice, ...] = ()
    unlisted: int = 0
    years: tuple[Year, ...] = ()


def panels(answer: Answer, state: SearchState) -> tuple[Panel, ...]:
    """The answer's facets in their order."""
    arranged = []
    for facet in answer.facets:
        if facet.name == "date":
            years = tuple(_years(facet.values, state))
            arranged.append(Panel(facet.name, facet.label, years=years))
            continue
        choices = [Choice(written(v.value), v.label, v.count, v.chosen) for v in facet.values]
        # What is ticked must stay in the form, however rare it is.
        listed = [c for n, c in enumerate(choices) if n < _LISTED or c.chosen]
        shown = [c for n, c in enumerate(listed) if n < _SHOWN or c.chosen]
        if len(listed) - len(shown) == 1:
            shown = listed
        arranged.append(
            Panel(
                facet.name,
                facet.label,
                tuple(shown),
                tuple(c for c in listed if c not in shown),
                len(choices) - len(listed),
            )
        )
    return tuple(arranged)


def _years(values: Iterable[FacetValue], state: SearchState) -> Iterable[Year]:
    values = tuple(values)
    largest = max((value.count for value in values), default=1) or 1
    for value in values:
        yield Year(
            value.label,
            value.count,
            round(100 * value.count / largest),
            value.value is not None and state.since == state.until == value.value,
            _address(value.value, state),
        )


def _address(year: str | None, state: SearchState) -> str | None:
    if year is not None:
        bound = "" if state.since == state.until == year else year
        return search_address(replace(state, since=bound, until=bound, page=1))
    if state.any_words:
        return None
    # A date that is not stated has no day to be within: that can only be asked in words.
    asked = f"{DATE}:{NOT_STATED}"
    q = state.q.strip()
    return search_address(replace(state, q=f"({q}) {asked}" if q else asked, page=1))
