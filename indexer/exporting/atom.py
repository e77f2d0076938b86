"""A search as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from archive.citing.citation import ARCHIVE
from archive.values import plain
from indexer.answer import Hit

MEDIA_TYPE = "application/atom+xml"

_RECORDS = uuid.UUID("5f1c2a6e-3f0b-4b57-9a53-0d6f5f3b9c11")
"""The name space (RFC 9562) of the ids of entries."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A record in a feed.  `id` is a URN that stays when the archive moves; `updated` has a
    time zone; `language` is BCP 47."""

    id: str
    title: str
    link: str
    updated: datetime
    published: datetime
    authors: tuple[str, ...] = ()
    summary: str = ""
    language: str | None = None


def entry_of(hit: Hit, *, link: str, updated: datetime | None = None) -> Entry:
    """A hit as an entry; `link` is absolute, `updated` its newest revision's time (without
    one, when it was added).  The outlet answers for what no author is stated of."""
    record = hit.record
    return Entry(
        id=uuid.uuid5(_RECORDS, record.id).urn,
        title=hit.title or "[no title stated]",
        link=link,
        updated=updated or record.added,
        published=record.added,
        authors=hit.authors or ((hit.outlet,) if hit.outlet else ()),
        summary=next((passage.text for passage in hit.passages), ""),
        language=record.description.language,
    )


def atom_feed(
    title: str, *, self_link: str, alternate: str, updated: datetime, entries: Iterable[Entry]
) -> bytes:
    """The feed as UTF-8 XML; its id is `self_link`.

    Both links are absolute; `updated` is used where there is no entry, else the time of the
    newest one.  The entries come in their order, which for subscribers is by `published`,
    newest first: a feed by date of issue would hide an old paper that was added today.
    """
    held = tuple(entries)
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _text(feed, "id", self_link)
    _text(feed, "title", title)
    _text(feed, "updated", _instant(max((each.updated for each in held), default=updated)))
    _link(feed, "self", self_link, MEDIA_TYPE)
    _link(feed, "alternate", alternate, "text/html")
    _person(feed, ARCHIVE)
    for each in held:
        entry = SubElement(feed, "entry")
        if each.language:
            entry.set("xml:lang", _legal(each.language))
        _text(entry, "id", each.id)
        _text(entry, "title", each.title)
        _text(entry, "updated", _instant(each.updated))
        _text(entry, "published", _instant(each.published))
        _link(entry, "alternate", each.link, "text/html")
        for name in each.authors:
            _person(entry, name)
        if each.summary:
            _text(entry, "summary", each.summary)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _legal(text)


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(parent, "link", {"rel": relation, "type": media_type, "href": _legal(address)})


def _person(parent: Element, name: str) -> None:
    _text(SubElement(parent, "author"), "name", name)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _legal(text: str) -> str:
    """One line of the characters that XML 1.0 allows."""
    return _NO_XML.sub("", plain(text))
