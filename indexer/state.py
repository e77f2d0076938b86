"""A search as a value: what was asked, and its one form as URL parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.engine import Filter, Sort

NOT_STATED = "none"
"""How "not stated" is written in a URL and in the query language."""
_LITERAL = "="
"""What a value begins with in a URL if it would be read as something else without it."""


@dataclass(frozen=True, slots=True)
class SearchState:
    """One search: the query as typed, constraints, and how to show the answer.

    `since` and `until` are EDTF as typed, empty for no bound.  `sort` None means relevance
    for a query and newest first without one.  `page` counts from 1.
    """

    q: str = ""
    filters: tuple[Filter, ...] = ()
    since: str = ""
    until: str = ""
    any_words: bool = False
    equivalents: bool = True
    sort: Sort | None = None
    page: int = 1

    def chosen(self, field: str) -> tuple[str | None, ...]:
        """The values selected in one facet."""
        return next((f.values for f in self.filters if f.field == field), ())

    def toggled(self, field: str, value: str | None) -> SearchState:
        """The same search with one facet value selected, or no longer; back on page 1."""
        values = self.chosen(field)
        values = tuple(v for v in values if v != value) if value in values else (*values, value)
        others = tuple(f for f in self.filters if f.field != field)
        filters = (*others, Filter(field, values)) if values else others
        return replace(self, filters=filters, page=1)

    @property
    def order(self) -> Sort:
        """The order in force: as asked, else by relevance to a query, else newest first."""
        return self.sort or (Sort.RELEVANCE if self.q.strip() else Sort.NEWEST)

    @property
    def constrained(self) -> bool:
        """Whether anything beside the query narrows the search."""
        return bool(self.filters or self.since or self.until)


def from_parameters(parameters: Mapping[str, Sequence[str]], fields: Iterable[str]) -> SearchState:
    """Read URL parameters; what is unknown or unreadable is left out, never an error.

    `fields` are the names of the facets that may be filtered on.
    """

    def last(name: str) -> str:
        values = parameters.get(name) or ("",)
        return values[-1].strip()

    filters = []
    for field in fields:
        named = dict.fromkeys(
            read_value(value) for value in parameters.get(field, ()) if value not in ("", _LITERAL)
        )
        if named:
            filters.append(Filter(field, tuple(named)))
    page = last("page")
    return SearchState(
        q=(parameters.get("q") or ("",))[-1],
        filters=tuple(filters),
        since=last("from"),
        until=last("to"),
        any_words=last("mode") == "any",
        equivalents=last("equivalents") != "off",
        sort=Sort(last("sort")) if last("sort") in tuple(Sort) else None,
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def written(value: str | None) -> str:
    """A facet value as a URL says it: `none` for not stated, `=none` for the word itself."""
    if value is None:
        return NOT_STATED
    return _LITERAL + value if value == NOT_STATED or value[0] == _LITERAL else value


def read_value(parameter: str) -> str | None:
    """The facet value that `written` wrote; any other text stands for itself."""
    return None if parameter == NOT_STATED else parameter.removeprefix(_LITERAL)


def to_parameters(state: SearchState) -> tuple[tuple[str, str], ...]:
    """The URL parameters of a search, in a fixed order, defaults left out."""
    pairs: list[tuple[str, str]] = []
    if state.q:
        pairs.append(("q", state.q))
    for chosen in sorted(state.filters, key=lambda f: f.field):
        pairs.extend((chosen.field, written(value)) for value in chosen.values)
    for name, value in (
        ("from", state.since),
        ("to", state.until),
        ("mode", "any" if state.any_words else ""),
        ("equivalents", "" if state.equivalents else "off"),
        ("sort", state.sort or ""),
        ("page", str(state.page) if state.page > 1 else ""),
    ):
        if value:
            pairs.append((name, value))
    return tuple(pairs)
