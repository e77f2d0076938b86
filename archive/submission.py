"""What is handed in: bytes, the name they came under, and what their producer said of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from archive.originals import opened
from archive.record import Description, Statement
from archive.values import plain


@dataclass(frozen=True, slots=True)
class PartOf:
    """Where in a container a submission was: the container's name, the digests of the containers
    that it is `within`, from the outermost to its own, its path in there, which is data, and its
    `position`, from 1."""

    name: str
    within: tuple[str, ...]
    path: str
    position: int


@dataclass(frozen=True, slots=True)
class Submission:
    """One file or article to be added.

    `open` yields its bytes, each time anew.  `name` is data and never used as a path;
    `place` says to the person who handed it in which one it is.  `description` is what
    `statements` come to; `part_of` the container that it came in, if it came in one.
    """

    name: str
    place: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    statements: tuple[Statement, ...] = ()
    description: Description = field(default_factory=Description)
    part_of: PartOf | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something handed in that cannot be taken: where it is, and why, for a person."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def from_file(
    path: Path,
    name: str,
    statements: tuple[Statement, ...] = (),
    description: Description | None = None,
) -> Submission:
    """A file as a submission; it is opened, and its size looked at, only when it is added."""
    name = plain(name)
    return Submission(name, name, lambda: opened(path), statements, description or Description())


def from_bytes(
    content: bytes,
    name: str,
    place: str,
    statements: tuple[Statement, ...],
    description: Description,
) -> Submission:
    """Bytes in memory as a submission."""
    opener = partial(io.BytesIO, content)
    return Submission(plain(name), plain(place), opener, statements, description)
