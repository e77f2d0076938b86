"""What is handed in: bytes, the name they came under, and what their producer said of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from archive.originals import opened
from archive.record import Description, Statement


@dataclass(frozen=True, slots=True)
class Submission:
    """One file or article to be added.

    `open` yields its bytes, each time anew; `name` is data and never used as a path;
    `description` is what `statements` come to.
    """

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    statements: tuple[Statement, ...] = ()
    description: Description = field(default_factory=Description)


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
    return Submission(name, lambda: opened(path), statements, description or Description())


def from_bytes(
    content: bytes, name: str, statements: tuple[Statement, ...], description: Description
) -> Submission:
    """Bytes in memory as a submission."""
    return Submission(name, lambda: io.BytesIO(content), statements, description)
