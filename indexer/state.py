"""A search as a value: what was asked, and its one form as URL parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus

from indexer.engine import Filter, Sort

NOT_STATED = "none"
"""How "not stated" is written in a URL and in the query language."""
EXCLUDED = "not_"
"""What the name of a facet begins with in a URL if its values are kept out."""
_LITERAL = "="
"""What a value begins with in a URL if it would be read as something else without it."""

_SHORT = 200
"""Characters of a text that is remembered as it is written in a URL."""


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
        return self._values(field, excluded=False)

    def excluded(self, field: str) -> tuple[str | None, ...]:
        """The values of one facet that are kept out."""
        return self._values(field, excluded=True)

    def toggled(self, field: str, value: str | None, *, excluded: bool = False) -> SearchState:
        """The same search with one facet value selected (or kept out), or no longer; on page 1.

        What is selected is no longer kept out, and the other way round.
        """
        filters = []
        for kind in (False, True):
            values = self._values(field, excluded=kind)
            if value in values:
                values = tuple(each for each in values if each != value)
            elif kind is excluded:
                values = (*values, value)
            if values:
                filters.append(Filter(field, values, kind))
        others = tuple(f for f in self.filters if f.field != field)
        return replace(self, filters=(*others, *filters), page=1)

    def _values(self, field: str, *, excluded: bool) -> tuple[str | None, ...]:
        found = (f.values for f in self.filters if f.field == field and f.excluded is excluded)
        return next(found, ())

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
    for field, excluded in ((f, e) for f in fields for e in (False, True)):
        values = parameters.get(f"{EXCLUDED if excluded else ''}{field}", ())
        named = dict.fromkeys(read_value(value) for value in values if value not in ("", _LITERAL))
        if named:
            filters.append(Filter(field, tuple(named), excluded))
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
    for each in sorted(state.filters, key=lambda f: (f.field, f.excluded)):
        name = f"{EXCLUDED if each.excluded else ''}{each.field}"
        pairs.extend((name, written(value)) for value in each.values)
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


def written_out(pairs: Iterable[tuple[str, str]]) -> str:
    """The pairs as a URL's query."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in pairs])


def _quoted(text: str) -> str:
    # A page has a hundred addresses that differ in one value.
    return _short_quoted(text) if len(text) <= _SHORT else quote_plus(text)


@lru_cache(maxsize=4_096)
def _short_quoted(text: str) -> str:
    return quote_plus(text)
