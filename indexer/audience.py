"""Who is asking, and what they may see."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from archive.record import Access, Record


class Audience(StrEnum):
    """Staff are archivists and librarians, and who sits at the command line; a reader is any
    other visitor of the site."""

    READER = "reader"
    STAFF = "staff"


def visible(audience: Audience) -> frozenset[str]:
    """The access levels of the records that exist for this audience."""
    levels = set(Access)
    return frozenset(levels if audience is Audience.STAFF else levels - {Access.STAFF})


def exists(record: Record, levels: Collection[str]) -> bool:
    """Whether the record exists for whom those of these access levels do: a withdrawn one for
    nobody."""
    return record.withdrawn is None and record.access in levels


def may_read_text(audience: Audience, access: Access) -> bool:
    """Whether the whole text and the original may be shown, not snippets alone."""
    return audience is Audience.STAFF or access is Access.OPEN
