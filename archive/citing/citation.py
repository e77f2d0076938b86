"""What is cited of a record, the same for every format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from archive.citing.dating import Dating, dating
from archive.citing.names import Name, name_told
from archive.record import Record
from archive.values import plain

ARCHIVE = "Pressmark"
"""What a reference calls the archive that holds the record."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A record as it is cited; absent means that nobody stated it.

    Every text is one line without control characters, so that nothing in a title can begin
    a field or a record of its own in any format.  `permalink` is the record's address in
    the archive, as it was on the day `accessed`; `published_at` the address of the page.
    `language` is BCP 47, `stances` are codes such as `icrc:critical`.
    """

    id: str
    permalink: str
    accessed: date
    title: str = ""
    authors: tuple[Name, ...] = ()
    outlet: str = ""
    issued: Dating | None = None
    language: str = ""
    published_at: str = ""
    stances: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the fields of a reference have no place for, a sentence each."""
        said = []
        if self.issued and not self.issued.exact:
            said.append(f"Date: {self.issued.words} ({self.issued.text})")
        if self.published_at:
            said.append(f"Published at {self.published_at}")
        if self.stances:
            said.append(f"Stance, as coded in the archive: {', '.join(self.stances)}")
        return tuple(said)


def citation_of(
    record: Record,
    *,
    permalink: str,
    accessed: date,
    outlet: str | None = None,
    authors: Iterable[Name] | None = None,
) -> Citation:
    """What is cited of a record; `outlet` and `authors` are its preferred headings, if it
    shall be cited under them and not as the record has them."""
    held = record.description
    named = map(name_told, held.creator) if authors is None else authors
    folded = (Name(plain(n.full), plain(n.family), plain(n.given)) for n in named)
    return Citation(
        id=plain(record.id),
        permalink=plain(permalink),
        accessed=accessed,
        title=plain(held.title or ""),
        authors=tuple(name for name in folded if name.full),
        outlet=plain(held.publisher or "" if outlet is None else outlet),
        issued=dating(plain(held.issued)) if held.issued else None,
        language=plain(held.language or ""),
        published_at=plain(held.url or ""),
        stances=tuple(plain(str(stance)) for stance in held.stance),
    )
