"""What comes out of a container, and what it may come to."""

from __future__ import annotations

from dataclasses import dataclass

from archive.record import Statement

PARTS_LIMIT = 50_000
"""Parts of one container, those of containers within it among them."""

CONTAINER_LIMIT = 2_000_000_000
"""Bytes that one container may come to when it is unpacked, containers within it among them."""


@dataclass(frozen=True, slots=True)
class Container:
    """Bytes of a media type that hold others."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a container: its bytes, the path or address it has in there, which is data, and
    what the container states of it."""

    path: str
    content: bytes
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """A part that cannot be had, or what should have come after the others (no `path`), and
    why."""

    path: str
    reason: str


class NotUnpacked(Exception):
    """No part of the container can be had: says why.  It is kept as a document without text."""


class BadBag(Exception):
    """A bag that is not as its manifests say: names the file.  Nothing of it is taken."""
