"""The addresses of the site's pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import current_app, url_for

from indexer.state import SearchState, to_parameters


def search_address(state: SearchState) -> str:
    """The search page asking `state`."""
    query = urlencode(to_parameters(state))
    return url_for("search.show") + (f"?{query}" if query else "")


def page_address(state: SearchState, number: int) -> str:
    """Page `number` of the same search."""
    return search_address(replace(state, page=number))


def text_part_address(
    record_id: str, state: SearchState, part: int, named: Sequence[tuple[str, str]]
) -> str:
    """Part `part` of the record's text, with the hits of `state` marked and parameters `named`."""
    query = urlencode([*to_parameters(state), *named, ("part", str(part))])
    return url_for("record.show", record_id=record_id) + f"?{query}"


def permalink(record_id: str) -> str:
    """The record's one lasting address."""
    base: str | None = current_app.extensions["pressmark_base_url"]
    if base is None:
        return url_for("record.show", record_id=record_id, _external=True)
    return f"{base}/r/{record_id}"
