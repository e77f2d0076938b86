"""Articles handed in as JSON Lines: each line has `text` or `html`, and a manifest's columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.manifest import COLUMNS, statements_in, unknown_columns
from archive.originals import Refused
from archive.submission import Problem, Submission, from_bytes
from archive.tables import HALF_A_PAIR, encodable, json_objects


def articles_in(path: Path) -> Iterator[Submission | Problem]:
    """The articles of a JSON Lines file, in order; a bad line is a problem, the others stand.

    The original of an article is its `text` or `html` in UTF-8.
    """
    try:
        for number, data in json_objects(path):
            place = f"{path}, line {number}"
            yield Problem(place, data) if isinstance(data, str) else _article(path, number, data)
    except Refused as error:
        yield Problem(str(path), str(error))


def _article(path: Path, number: int, data: dict[str, Any]) -> Submission | Problem:
    place = f"{path}, line {number}"
    bodies = {key: data.pop(key) for key in ("text", "html") if key in data}
    if len(bodies) != 1:
        return Problem(place, "an article has either “text” or “html”")
    ((kind, body),) = bodies.items()
    if not isinstance(body, str) or not body.strip():
        return Problem(f"{place}, {kind}", "must be a text that is not empty")
    if unknown := unknown_columns(data, ()):
        known = ", ".join(COLUMNS)
        return Problem(place, f"unknown column “{unknown[0]}”; the columns are {known}")
    said = statements_in(data, "producer", place)
    if isinstance(said, Problem):
        return said
    if not encodable(body):
        return Problem(f"{place}, {kind}", HALF_A_PAIR)
    # The line number is not part of the name: it says nothing of the article, and changes.
    name = f"{path.name}.{'html' if kind == 'html' else 'txt'}"
    return from_bytes(body.encode(), name, f"{path.name}:{number}", *said)
