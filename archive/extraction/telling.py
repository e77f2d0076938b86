"""How a child process tells what it read or unpacked: as JSON, and bytes after a line of it,
which unlike a pickle can only be data."""

from __future__ import annotations

import json
from enum import StrEnum

from archive.containers import BadBag, Lacking, NotUnpacked, Piece
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


class Told(StrEnum):
    """What a message about a container is."""

    PIECE = "piece"
    LACKING = "lacking"
    NOT_UNPACKED = "not unpacked"
    BAD_BAG = "bad bag"
    END = "end"


def told_piece(piece: Piece) -> bytes:
    """A part of a container as bytes, for `understood_piece`."""
    said = [[each.property, each.value, each.where] for each in piece.statements]
    return _line(Told.PIECE, piece.path, said) + piece.content


def told_otherwise(what: Told, path: str = "", reason: str = "") -> bytes:
    """Anything but a part, for `understood_piece`."""
    return _line(what, path, reason)


def understood_piece(content: bytes) -> Piece | Lacking | None:
    """What was told; None for the end.  Raises `NotUnpacked` or `BadBag` if that was told, and
    `ValueError` for anything else."""
    line, _, rest = content.partition(b"\n")
    try:
        kind, path, said = json.loads(line)
        what = Told(kind)
        if what is Told.PIECE:
            return Piece(str(path), rest, tuple(Statement(*each) for each in said))
    except TypeError as error:
        raise ValueError("not a part") from error
    if what is Told.NOT_UNPACKED:
        raise NotUnpacked(said)
    if what is Told.BAD_BAG:
        raise BadBag(said)
    return Lacking(str(path), str(said)) if what is Told.LACKING else None


def _line(what: Told, path: str, said: object) -> bytes:
    return json.dumps([what, path, said]).encode() + b"\n"
