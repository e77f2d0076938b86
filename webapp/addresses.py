"""The addresses of the site's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

from flask import current_app, url_for

from indexer.state import EXCLUDED, SearchState, to_parameters, written, written_out

_WORDS = 5
"""Words that a text fragment begins and ends with."""


@lru_cache(maxsize=256)
def path_to(endpoint: str, **values: str) -> str:
    """The path of one of the site's few pages that every page leads to."""
    # Flask's url_for works it out anew each time, for each request could be for another host.
    return current_app.url_map.bind("").build(endpoint, values)


def search_address(state: SearchState) -> str:
    """The search page asking `state`."""
    return _with(path_to("search.show"), to_parameters(state))


def leaving_out(state: SearchState, field: str) -> Callable[[str | None], str]:
    """For each value of a facet that is neither chosen nor left out the search that leaves it
    out.  A page lists hundreds, whose addresses differ in the value alone."""
    absent = "\0"  # which no value is
    pairs = to_parameters(state.toggled(field, absent, excluded=True))
    place = pairs.index((name := EXCLUDED + field, absent))
    path = path_to("search.show")
    before, after = written_out(pairs[:place]), written_out(pairs[place + 1 :])

    def address(value: str | None) -> str:
        own = written_out([(name, written(value))])
        return f"{path}?" + "&".join(filter(None, (before, own, after)))

    return address


def page_address(state: SearchState, number: int) -> str:
    """Page `number` of the same search."""
    return search_address(replace(state, page=number))


def results_address(state: SearchState, form: str) -> str:
    """All results of a search in one of the `FORMATS`, by its name, or as a feed (`atom`)."""
    return _with(f"/search.{form}", to_parameters(replace(state, page=1)))


def grid_address(state: SearchState, target: str | None = None, form: str = "") -> str:
    """The grid of outlets and stances for a search; `form` `csv` is the same as a file."""
    named = [("target", target)] if target else []
    path = path_to("grid.table" if form == "csv" else "grid.show")
    return _with(path, [*to_parameters(replace(state, page=1)), *named])


def names_address(state: SearchState) -> str:
    """Which outlet uses which name, for a search."""
    return _with(path_to("names.show"), to_parameters(replace(state, page=1)))


def values_address(name: str, state: SearchState, *, find: str = "", by_count: bool = False) -> str:
    """All values of a facet in a search; only those with `find`; by name or by count."""
    named = [("find", find)] * bool(find) + [("by", "records")] * by_count
    return _with(url_for("values.show", name=name), [*to_parameters(state), *named])


def citation_address(record_id: str, form: str) -> str:
    """How to cite a record: in one of the `REFERENCE_FORMATS`, by its name, or as `text`."""
    return _with(f"/r/{quote(record_id)}/cite", [("format", form)])


def text_part_address(
    record_id: str, state: SearchState, part: int, named: Sequence[tuple[str, str]]
) -> str:
    """Part `part` of the record's text, with the hits of `state` marked and parameters `named`."""
    path = url_for("record.show", record_id=record_id)
    return _with(path, [*to_parameters(state), *named, ("part", str(part))])


def passage_in_original(record_id: str, digest: str, passage: str) -> str:
    """The stored original, opened where it says `passage` (a text fragment, WICG).

    The fragment names the first and the last few words of the passage, each from one line,
    for the browser seeks them within one block; a short passage is named whole.
    """
    path = url_for("original.show", record_id=record_id, digest=digest)
    lines = [line.split() for line in passage.split("\n") if line.strip()]
    if not lines:
        return path
    if len(lines) == 1 and len(lines[0]) <= 2 * _WORDS:
        ends = [lines[0]]
    else:
        ends = [lines[0][:_WORDS], lines[-1][-_WORDS:]]
    # A hyphen has a meaning of its own in the directive, and quote() would leave it.
    said = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{path}#:~:text={said}"


def permalink(record_id: str) -> str:
    """The record's one lasting address."""
    base: str | None = current_app.extensions["pressmark_base_url"]
    if base is None:
        return url_for("record.show", record_id=record_id, _external=True)
    return f"{base}/r/{record_id}"


def _with(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    query = written_out(pairs)
    return f"{path}?{query}" if query else path
