"""The nouns of the archive: statements, descriptions, records.

Property names are Dublin Core terms where Dublin Core has one; `stance` and
`access` are the archive's own.  A value that nobody stated is None or empty,
never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from archive.passage import Passage


class Access(StrEnum):
    """Who may see a record; each level includes the ones before it in strictness."""

    OPEN = "open"
    SNIPPETS = "snippets"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a description: its Dublin Core name, its manifest column, its label."""

    name: str
    column: str
    label: str
    many: bool = False


PROPERTIES: tuple[Property, ...] = (
    Property("identifier", "id", "Identifier"),
    Property("title", "title", "Title"),
    Property("publisher", "outlet", "Outlet"),
    Property("issued", "date", "Date"),
    Property("modified", "modified", "Modified"),
    Property("creator", "author", "Author", many=True),
    Property("contributor", "contributor", "Contributor", many=True),
    Property("language", "language", "Language"),
    Property("collection", "collection", "Collection", many=True),
    Property("url", "url", "Address"),
    Property("captured", "captured", "Captured"),
    Property("stance", "stance", "Stance", many=True),
    Property("source", "source", "Source"),
    Property("subject", "subject", "Subject", many=True),
    Property("spatial", "spatial", "Place", many=True),
    Property("rights", "rights", "Rights"),
    Property("access", "access", "Access"),
    Property("note", "note", "Note"),
)


ARCHIVIST = "archivist"
"""Where a value comes from that a person entered or chose, looking at the record."""


@dataclass(frozen=True, slots=True)
class Statement:
    """That somebody or something said `value` of `property`, exactly as found at `where`.

    `where` names the place in the original (`json-ld`, `meta og:site_name`, `byline`)
    or the person's means of saying it (`manifest`).
    """

    property: str
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person who contributed otherwise than as author; `role` as stated, or None."""

    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Stance:
    """A position towards a target, both as vocabulary codes: `icrc`, `critical`."""

    target: str
    position: str

    def __str__(self) -> str:
        return f"{self.target}:{self.position}"


@dataclass(frozen=True, slots=True)
class Coding:
    """That a person holds the record to take a stance, and where in its text that shows.

    Without a `passage` none was given.
    """

    stance: Stance
    coder: str
    at: datetime
    reason: str
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """That the name `value` in `property` means the authority of this id, and no namesake."""

    property: str
    value: str
    authority: str


@dataclass(frozen=True, slots=True)
class Description:
    """What is held to be true of a record, normalised; absent means that nobody stated it.

    `issued`, `modified` and `captured` are EDTF (ISO 8601-2); `language` is BCP 47.
    """

    identifier: str | None = None
    title: str | None = None
    publisher: str | None = None
    issued: str | None = None
    modified: str | None = None
    creator: tuple[str, ...] = ()
    contributor: tuple[Contributor, ...] = ()
    language: str | None = None
    collection: tuple[str, ...] = ()
    url: str | None = None
    captured: str | None = None
    stance: tuple[Stance, ...] = ()
    source: str | None = None
    subject: tuple[str, ...] = ()
    spatial: tuple[str, ...] = ()
    rights: str | None = None
    access: Access | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """What one version of one reader made of one original.  Immutable.

    `text` is None when no text could be extracted; `warnings` then say why.
    `statements` are the candidates exactly as found, best first per property;
    `description` is what the reader concludes from them, and `basis` maps each
    property it fills to the `where` of the statement it rests on.
    `cut` is true when the text was longer than the reader's limit.
    `charset` is the one used for decoding, None for formats that carry their own.
    """

    reader: str
    text: str | None
    description: Description = field(default_factory=Description)
    basis: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    warnings: tuple[str, ...] = ()
    cut: bool = False
    charset: str | None = None


class Role(StrEnum):
    """What an original is to its record."""

    PRINCIPAL = "principal"
    CAPTURE = "other capture"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes as received, named by their SHA-256 (`digest`, 64 hex digits); `size` in bytes."""

    digest: str
    size: int
    media_type: str
    role: Role = Role.PRINCIPAL


@dataclass(frozen=True, slots=True)
class Record:
    """A record at one revision: its description, what each property rests on, its originals.

    `basis` maps a property name to where its value comes from (`manifest`, `html/1 json-ld`).
    `extract_id` names the extract whose text is the record's, if it has one; None before
    anything was extracted.
    `added` is the UTC instant of the first revision.  `withdrawn` is why the record is shown
    to nobody any more, None if it is shown; `excluded` are passages of the text that are not
    searched.  Of a `purged` record nothing is left but this tombstone.
    """

    id: str
    revision: int
    added: datetime
    description: Description
    basis: Mapping[str, str]
    originals: tuple[Original, ...]
    extract_id: int | None
    withdrawn: str | None = None
    excluded: tuple[Passage, ...] = ()
    pins: tuple[Pin, ...] = ()
    codings: tuple[Coding, ...] = ()
    purged: bool = False

    @property
    def access(self) -> Access:
        """Who may see the record; without a word on it, everybody."""
        return self.description.access or Access.OPEN

    @property
    def stances(self) -> tuple[Stance, ...]:
        """What was stated with the document and what people have found in it since, each once."""
        coded = (coding.stance for coding in self.codings)
        return tuple(dict.fromkeys((*self.description.stance, *coded)))


def with_passages(record: Record, change: Callable[[Passage], Passage]) -> Record:
    """The record with each passage that it names changed so."""
    return replace(
        record,
        excluded=tuple(map(change, record.excluded)),
        codings=tuple(
            replace(each, passage=change(each.passage)) if each.passage else each
            for each in record.codings
        ),
    )


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of a record's history.  `digest` is the SHA-256 of its content and `previous`."""

    number: int
    at: datetime
    agent: str
    reason: str
    digest: str
    previous: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """One time the original was received: under which name, when, from whom."""

    digest: str
    name: str
    at: datetime
    agent: str
