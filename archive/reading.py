"""The reader seam: from the bytes of an original to an extract.

A reader is one row in `archive.readers.READERS`.  It never raises on hostile input:
what cannot be read comes back as an extract without text and with a warning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from archive.edtf import parse_edtf
from archive.record import Extract

TEXT_LIMIT = 10_000_000
"""Characters of text that an extract keeps; the rest is cut and the extract says so."""

UNREAD = "none/1"
"""What keys the extract of an original that no reader takes, or none came to the end of: it is
read again as soon as one might."""


@dataclass(frozen=True, slots=True)
class Source:
    """An original as a reader sees it: bytes, the name it came with, its address if known.

    `captured` is when it was taken from there, if known: a date that the page states only in part
    ("yesterday") is read from then, and never from the clock.
    """

    content: bytes
    name: str
    url: str | None = None
    captured: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the media types it lists.  `version` goes up whenever its extracts would change."""

    name: str
    version: int
    media_types: frozenset[str]
    read: Callable[[Source], Extract]

    @property
    def key(self) -> str:
        """The reader version that keys an extract: `html/1`."""
        return f"{self.name}/{self.version}"


def moment_of(captured: str | None) -> datetime | None:
    """When a source was `captured`, from the EDTF that says it, if that names one day."""
    day = parse_edtf(captured) if captured else None
    if day is None or day.latest is None or day.earliest != day.latest:
        return None
    return datetime.combine(day.latest, time(), UTC)


def unread(reason: str) -> Extract:
    """The extract of an original that no reader came to the end of, for this reason."""
    return Extract(UNREAD, None, warnings=(f"Text not extracted: {reason}.",))
