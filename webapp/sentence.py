"""What a search asks, as one English sentence in parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from archive.edtf import date_in_words
from indexer.engine import Filter, Sort
from indexer.state import NOT_STATED, SearchState

Labels = Mapping[str, Mapping[str | None, str]]
"""Facet name → value → how it reads."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the sentence; `value` is true for what the asker put in."""

    text: str
    value: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that narrows a search: what it is, how it reads, the search without it; and
    whether it keeps something out."""

    label: str
    value: str
    without: SearchState
    excluded: bool = False


_LEADS = {
    "outlet": "published by",
    "author": "written by",
    "stance": "with the stance",
    "language": "in the language",
    "collection": "from the collection",
}
_LEADS_OUT = {
    "outlet": "not published by",
    "author": "not written by",
    "stance": "without the stance",
    "language": "not in the language",
    "collection": "not from the collection",
}
_UNSTATED = {
    "outlet": "an outlet not stated",
    "author": "an author not stated",
    "stance": "not stated",
    "language": "not stated",
    "collection": "not stated",
}
_STATED = {
    "outlet": "with an outlet stated",
    "author": "with an author stated",
    "stance": "with a stance stated",
    "language": "with the language stated",
    "collection": "in a collection",
}
_ORDERS = {
    Sort.RELEVANCE: "most relevant first",
    Sort.NEWEST: "newest first",
    Sort.OLDEST: "oldest first",
    Sort.ADDED: "last added first",
}


def asked(state: SearchState, labels: Labels, *, ordered: bool = True) -> tuple[Part, ...]:
    """The sentence, without its full stop; parts are joined with nothing between them.  With
    the order of the records, where they are listed."""
    clauses: list[tuple[Part, ...]] = []
    if q := state.q.strip():
        lead = "with any of the words " if state.any_words else "matching "
        clauses.append((Part(lead), Part(q, value=True)))
    for each in state.filters:
        clauses += _clauses(each, labels.get(each.field, {}))
    clauses += _span(state)
    parts = [Part("Records " if clauses else "All records")]
    for number, clause in enumerate(clauses):
        parts += [Part(", ")] if number else []
        parts += clause
    return (*parts, Part(f", {_ORDERS[state.order]}")) if ordered else tuple(parts)


def _clauses(asked: Filter, labels: Mapping[str | None, str]) -> list[tuple[Part, ...]]:
    field, values = asked.field, asked.values
    if not asked.excluded:
        return [_clause(_LEADS.get(field, f"with the {field}"), field, values, labels)]
    clauses = []
    if stated := tuple(value for value in values if value is not None):
        lead = _LEADS_OUT.get(field, f"without the {field}")
        clauses.append(_clause(lead, field, stated, labels))
    if None in values:
        clauses.append((Part(_STATED.get(field, f"with a {field} stated")),))
    return clauses


def _clause(
    lead: str, field: str, values: tuple[str | None, ...], labels: Mapping[str | None, str]
) -> tuple[Part, ...]:
    parts = [Part(f"{lead} ")]
    for number, value in enumerate(values):
        parts += [Part(" or ")] if number else []
        if value is None:
            parts.append(Part(_UNSTATED.get(field, "not stated")))
        else:
            parts.append(Part(labels.get(value, value), value=True))
    return tuple(parts)


def _span(state: SearchState) -> list[tuple[Part, ...]]:
    if state.since == state.until == NOT_STATED:
        return [(Part("with no date stated"),)]
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
    for each in state.filters:
        for value in each.values:
            label = names.get(each.field, each.field)
            without = state.toggled(each.field, value, excluded=each.excluded)
            if value is None:
                read = "stated" if each.excluded else "not stated"
                found.append(Constraint(label, read, without))
                continue
            read = labels.get(each.field, {}).get(value, value)
            found.append(Constraint(label, read, without, each.excluded))
    if state.since and state.since == state.until:
        without = replace(state, since="", until="", page=1)
        undated = state.since == NOT_STATED
        told = "not stated" if undated else date_in_words(state.since)
        found.append(Constraint("Date", told, without))
        return tuple(found)
    for label, text, without in (
        ("From", state.since, replace(state, since="", page=1)),
        ("Up to", state.until, replace(state, until="", page=1)),
    ):
        if text:
            found.append(Constraint(label, date_in_words(text), without))
    return tuple(found)
