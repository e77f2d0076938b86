"""Who is asking, and what they may see."""

from __future__ import annotations

from enum import StrEnum

from archive.record import Access


class Audience(StrEnum):
    """Staff are archivists and librarians, and who sits at the command line; a reader is any
    other visitor of the site."""

    READER = "reader"
    STAFF = "staff"


def visible(audience: Audience) -> frozenset[str]:
    """The access levels of the records that exist for this audience."""
    levels = set(Access)
    return frozenset(levels if audience is Audience.STAFF else levels - {Access.STAFF})


def may_read_text(audience: Audience, access: Access) -> bool:
    """Whether the whole text and the original may be shown, not snippets alone."""
    return audience is Audience.STAFF or access is Access.OPEN
