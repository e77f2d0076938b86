"""What a search asks, as one English sentence in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from archive.edtf import date_in_words
from indexer.engine import Filter, Sort
from indexer.state import SearchState

Labels = Mapping[str, Mapping[str | None, str]]
"""Facet name → value → how it reads."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the sentence; `value` is true for what the asker put in."""

    text: str
    value: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that narrows a search: what it is, how it reads, the search without it."""

    label: str
    value: str
    without: SearchState


_LEADS = {
    "outlet": "published by",
    "author": "written by",
    "stance": "with the stance",
    "language": "in the language",
    "collection": "from the collection",
}
_UNSTATED = {
    "outlet": "an outlet not stated",
    "author": "an author not stated",
    "stance": "not stated",
    "language": "not stated",
    "collection": "not stated",
}
_ORDERS = {
    Sort.RELEVANCE: "most relevant first",
    Sort.NEWEST: "newest first",
    Sort.OLDEST: "oldest first",
}


def asked(state: SearchState, labels: Labels) -> tuple[Part, ...]:
    """The sentence, without its full stop; parts are joined with nothing between them."""
    clauses: list[tuple[Part, ...]] = []
    if q := state.q.strip():
        lead = "with any of the words " if state.any_words else "matching "
        clauses.append((Part(lead), Part(q, value=True)))
    clauses += [_clause(chosen, labels.get(chosen.field, {})) for chosen in state.filters]
    clauses += _span(state)
    parts = [Part("Records " if clauses else "All records")]
    for number, clause in enumerate(clauses):
        parts += [Part(", ")] if number else []
        parts += clause
    return (*parts, Part(f", {_ORDERS[state.order]}"))


def _clause(chosen: Filter, labels: Mapping[str | None, str]) -> tuple[Part, ...]:
    parts = [Part(_LEADS.get(chosen.field, f"with the {chosen.field}") + " ")]
    for number, value in enumerate(chosen.values):
        parts += [Part(" or ")] if number else []
        if value is None:
            parts.append(Part(_UNSTATED.get(chosen.field, "not stated")))
        else:
            parts.append(Part(labels.get(value, value), value=True))
    return tuple(parts)


def _span(state: SearchState) -> list[tuple[Part, ...]]:
    since, until = date_in_words(state.since), date_in_words(state.until)
    if state.since and state.since == state.until:
        return [(Part("dated "), Part(since, value=True))]
    if state.since and state.until:
        ends = (Part(" up to "), Part(until, value=True))
        return [(Part("dated from "), Part(since, value=True), *ends)]
    if state.since:
        return [(Part("dated from "), Part(since, value=True), Part(" on"))]
    if state.until:
        return [(Part("dated up to "), Part(until, value=True))]
    return []


def constraints(
    state: SearchState, labels: Labels, names: Mapping[str, str]
) -> tuple[Constraint, ...]:
    """What narrows the search beside its query, each with the search without it."""
    found = []
    for chosen in state.filters:
        for value in chosen.values:
            read = "not stated" if value is None else value
            found.append(
                Constraint(
                    names.get(chosen.field, chosen.field),
                    labels.get(chosen.field, {}).get(value, read),
                    state.toggled(chosen.field, value),
                )
            )
    if state.since and state.since == state.until:
        without = replace(state, since="", until="", page=1)
        found.append(Constraint("Date", date_in_words(state.since), without))
        return tuple(found)
    for label, text, without in (
        ("From", state.since, replace(state, since="", page=1)),
        ("Up to", state.until, replace(state, until="", page=1)),
    ):
        if text:
            found.append(Constraint(label, date_in_words(text), without))
    return tuple(found)
