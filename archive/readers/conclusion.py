"""From what an original states to what is held to be true of it: transcribe, then normalise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import urljoin, urlsplit

from archive.readers.byline import NAME_LINE
from archive.readers.dates import day_of, parse_date
from archive.readers.headline import clean_title, headline_of
from archive.readers.jsonld import ORGANISATION
from archive.readers.language import locale_tags, primary_language
from archive.readers.names import credits_of, key_of, looks_like_name, without_role
from archive.readers.outlet import label_of, outlet_of
from archive.readers.republication import republished_from
from archive.record import Contributor, Description, Statement


def conclude(
    statements: Sequence[Statement],
    *,
    address: str | None = None,
    captured: datetime | None = None,
) -> tuple[Description, Mapping[str, str]]:
    """The description that a page's statements amount to, and where each property rests.

    The first statement of a property that makes sense decides; nothing is filled in, except
    that a date stated in part is completed from when the page was `captured`.  Pure.
    """
    basis: dict[str, str] = {}
    of = _by_property(statements)
    of["publisher"] = list(_names(of))
    url = _url(of.get("url", ()), address, basis)
    outlet = outlet_of(of.get("publisher", ()), url)
    publisher = outlet.value if outlet else None
    if outlet:
        basis["publisher"] = outlet.where
    headline = headline_of(of.get("title", ()), _site_names(of, url))
    title = headline.value if headline else None
    if headline:
        basis["title"] = headline.where
    primary = _language(of.get("language", ()), basis)
    tags = _tags(of.get("language", ()), primary)
    outlets = {key_of(name) for name in _site_names(of, url)}
    creator, contributor = _credits(statements, outlets, title, basis)
    issued = _date(of.get("issued", ()), tags, captured, "issued", basis)
    modified = _date(of.get("modified", ()), tags, captured, "modified", basis)
    source = None
    for statement in of.get("source", ()):
        source = republished_from(statement.value)
        if source:
            basis["source"] = statement.where
            break
    description = Description(
        title=title,
        publisher=publisher,
        issued=issued,
        modified=modified,
        creator=creator,
        contributor=contributor,
        language=primary,
        url=url,
        source=source,
    )
    return description, basis


def _by_property(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    of: dict[str, list[Statement]] = {}
    for statement in statements:
        of.setdefault(statement.property, []).append(statement)
    return of


def _names(of: Mapping[str, Sequence[Statement]]) -> Iterator[Statement]:
    """What names the site: not what repeats the page's title as a name of the application."""
    titles = {key_of(clean_title(said.value)) for said in of.get("title", ())}
    for said in of.get("publisher", ()):
        if said.where not in _APPLICATION or key_of(said.value) not in titles:
            yield said


_APPLICATION = frozenset(("meta application-name", "meta apple-mobile-web-app-title"))


def _url(stated: Sequence[Statement], address: str | None, basis: dict[str, str]) -> str | None:
    ranked = sorted(stated, key=lambda statement: statement.where != "link canonical")
    for rooted in (False, True):
        for statement in ranked:
            value = urljoin(address or "", statement.value.strip())
            try:
                parts = urlsplit(value)
            except ValueError:
                continue
            if parts.scheme not in ("http", "https") or not parts.netloc or " " in value:
                continue
            if rooted or parts.path.strip("/") or parts.query:
                basis["url"] = statement.where
                return value
    return address


def _site_names(of: Mapping[str, Sequence[Statement]], url: str | None) -> list[str]:
    names = [clean_title(statement.value) for statement in of.get("publisher", ())]
    host = urlsplit(url).netloc.removeprefix("www.") if url else ""
    names.extend((host, label_of(url)))
    return [name for name in names if len(name) > 2]


def _language(stated: Sequence[Statement], basis: dict[str, str]) -> str | None:
    for statement in stated:
        value = primary_language(statement.value)
        if value:
            basis["language"] = statement.where
            return value
    return None


def _tags(stated: Sequence[Statement], primary: str | None) -> tuple[str, ...]:
    tags = locale_tags([statement.value for statement in stated])
    return tuple(sorted(tags, key=lambda tag: (tag.split("-")[0] != primary, "-" not in tag)))


def _date(
    stated: Sequence[Statement],
    tags: Sequence[str],
    captured: datetime | None,
    name: str,
    basis: dict[str, str],
) -> str | None:
    read = [(said, parse_date(said.value, languages=tags, now=captured)) for said in stated]
    known = [(said, value) for said, value in read if value]
    days = [(said, value) for said, value in known if "/" not in value]
    intervals = [(said, value) for said, value in known if "/" in value]
    if not days and not intervals:
        return None
    said, value = _as_shown(days) if days else intervals[0]
    if days and intervals and known[0] == intervals[0] and value in intervals[0][1].split("/"):
        said, value = intervals[0]
    basis[name] = said.where
    return value


_MOMENT = re.compile(r"T\d\d:(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:?00)$")
_CLOCK = re.compile(r"\b\d{1,2}[:.](\d\d)(?!\d|[.:]\d)")


def _as_shown(days: Sequence[tuple[Statement, str]]) -> tuple[Statement, str]:
    """The first date; where it is a moment in UTC, the day on which the page shows it.

    That is the day before or after, with the same minutes past another hour.
    """
    first, value = days[0]
    moment = _MOMENT.search(first.value.strip())
    if moment:
        for said, other in days[1:]:
            clock = _CLOCK.search(said.value)
            if clock and clock[1] == moment[1] and _adjacent(value, other):
                return said, other
    return first, value


def _adjacent(one: str, other: str) -> bool:
    first, second = day_of(one), day_of(other)
    return bool(first and second and abs((first - second).days) == 1)


_ROLE_OF_PLACE = {
    "photo credit": "photographer",
    "credit line": "reporter",
    "json-ld editor": "editor",
}
"""What somebody named there did; the statement itself is only the name, as found."""


def _credits(
    statements: Sequence[Statement], outlets: set[str], title: str | None, basis: dict[str, str]
) -> tuple[tuple[str, ...], tuple[Contributor, ...]]:
    contributors: dict[Contributor, None] = {}
    creators: tuple[str, ...] = ()
    spare: tuple[tuple[str, ...], str] | None = None
    for where, names, others in _credit_groups(statements):
        names = tuple(name for name in names if not title or key_of(name) != key_of(title))
        if where == "byline":
            names = tuple(name for name in names if looks_like_name(name))
        for other in others:
            contributors.setdefault(other)
        if not names or creators or (where == NAME_LINE and spare):
            continue
        if where == ORGANISATION or all(key_of(name) in outlets for name in names):
            spare = spare or (names, where)
        else:
            creators = names
            basis["creator"] = where
    if not creators and spare:
        creators, basis["creator"] = spare
    authors = {key_of(name) for name in creators}
    return creators, tuple(c for c in contributors if key_of(c.name) not in authors)


def _credit_groups(
    statements: Sequence[Statement],
) -> Iterator[tuple[str, tuple[str, ...], tuple[Contributor, ...]]]:
    people = [s for s in statements if s.property in ("creator", "contributor")]
    for (where, _), group in groupby(people, key=lambda s: (s.where, s.property)):
        names: dict[str, str] = {}
        others: list[Contributor] = []
        for statement in group:
            if statement.property == "contributor":
                name, role = without_role(statement.value)
                role = role or _ROLE_OF_PLACE.get(where)
                others.extend(Contributor(author, role) for author in credits_of(name).authors)
                continue
            credits = credits_of(statement.value, visible=where == "byline")
            others.extend(credits.contributors)
            for name in credits.authors:
                names.setdefault(key_of(name), name)
        yield where, tuple(names.values()), tuple(others)
