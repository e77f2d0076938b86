"""How a child process tells what it read: as JSON, which unlike a pickle can only be data."""

from __future__ import annotations

import json

from archive.reading import UNREAD
from archive.record import Extract, Statement
from archive.values import as_json, from_json

MESSAGE_BYTES = 256_000_000
"""An extract is never told in more; its text is bounded by the reader."""


def told(extract: Extract) -> bytes:
    """An extract as bytes, for `understood`."""
    return json.dumps(
        {
            "reader": extract.reader,
            "text": extract.text,
            "description": as_json(extract.description),
            "basis": dict(extract.basis),
            "statements": [[each.property, each.value, each.where] for each in extract.statements],
            "warnings": list(extract.warnings),
            "cut": extract.cut,
            "charset": extract.charset,
        }
    ).encode()


def understood(content: bytes) -> Extract:
    """The extract that was `told`.  Raises `ValueError` for anything that is none."""
    try:
        data = json.loads(content)
        return Extract(
            reader=data["reader"],
            text=data["text"],
            description=from_json(data["description"]),
            basis=data["basis"],
            statements=tuple(Statement(*each) for each in data["statements"]),
            warnings=tuple(data["warnings"]),
            cut=data["cut"],
            charset=data["charset"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not an extract") from error


def unread(reason: str) -> Extract:
    """The extract of an original that no reader came to the end of."""
    return Extract(UNREAD, None, warnings=(f"Text not extracted: {reason}.",))
