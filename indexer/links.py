"""The addresses of records and passages, the same wherever they are given out."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from indexer.state import SearchState, to_parameters, written_out


def record_path(
    record_id: str,
    state: SearchState | None = None,
    *,
    passage: tuple[int, int] | None = None,
    extract_id: int | None = None,
) -> str:
    """The path of a record's page, with the hits of `state` marked.

    With `passage`, a range in code points of the text of extract `extract_id`, the page
    opens there.  The extract is named because another reading of the same original would
    count otherwise.
    """
    query = _query(state) if state else ""
    if passage is not None and extract_id is not None:
        query += f"{'&' if query else ''}at={passage[0]}-{passage[1]}&extract={extract_id}"
    path = f"/r/{quote(record_id)}"
    if query:
        path += f"?{query}"
    return f"{path}#passage" if passage is not None else path


def saved_search_path(digest: str) -> str:
    """The path of a search that was cited; half of its digest tells it from any other."""
    return f"/s/{digest[:32]}"


@lru_cache(maxsize=64)
def _query(state: SearchState) -> str:
    """A page has dozens of addresses with the same search in it."""
    return written_out(to_parameters(state))
