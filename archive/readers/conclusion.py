"""From what an original states to what is held to be true of it: transcribe, then normalise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import urljoin, urlsplit

from archive.readers.byline import BYLINE_LEAD, NAME_LINE
from archive.readers.dates import day_of, parse_date
from archive.readers.headline import clean_title, headline_of
from archive.readers.jsonld import ORGANISATION
from archive.readers.language import locale_tags, primary_language
from archive.readers.names import credits_of, key_of, looks_like_name, without_role
from archive.readers.outlet import label_of, names_in_titles, outlet_by_default, outlet_of
from archive.readers.republication import republished_from
from archive.record import Contributor, Description, Statement

LONGEST = 5_000


def conclude(
    statements: Sequence[Statement],
    *,
    address: str | None = None,
    captured: datetime | None = None,
) -> tuple[Description, Mapping[str, str]]:
    """The description that a page's statements amount to, and where each property rests.

    The first statement of a property that makes sense decides; nothing is filled in, except
    that a date stated in part is completed from when the page was `captured`.  What is longer
    than any title or list of names is none.  Pure.
    """
    basis: dict[str, str] = {}
    # Most of what looks into a statement takes the square of its length.
    statements = [each for each in statements if len(each.value) <= LONGEST]
    of = _by_property(statements)
    url = _url(of.get("url", ()), address, basis)
    of["publisher"] = [*_names(of), *names_in_titles(of.get("title", ()), url)]
    outlet = outlet_of(of["publisher"], url)
    outlet = outlet or outlet_by_default(of["publisher"], of.get("title", ()))
    publisher = outlet.value if outlet else None
    if outlet:
        basis["publisher"] = outlet.where
    headline = headline_of(of.get("title", ()), _site_names(of, url))
    title = headline.value if headline else None
    if headline:
        basis["title"] = headline.where
    primary = _language(of.get("language", ()), basis)
    tags = _tags(of.get("language", ()), primary)
    outlets = {key_of(name) for name in (*_site_names(of, url), publisher or "")}
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
    """The first language stated, or that of the text where another statement is of it too."""
    said = [(primary_language(statement.value), statement.where) for statement in stated]
    known = [(value, where) for value, where in said if value]
    own = next((value for value, where in known if where == "detected"), None)
    seconded = any(value == own and where != "detected" for value, where in known)
    for value, where in known:
        if value == own or not seconded:
            basis["language"] = where
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
    days = _preferred([(said, value) for said, value in known if "/" not in value])
    intervals = [(said, value) for said, value in known if "/" in value]
    if not days and not intervals:
        return None
    said, value = _as_shown(days) if days else intervals[0]
    if days and intervals and known[0] == intervals[0] and value in intervals[0][1].split("/"):
        said, value = intervals[0]
    basis[name] = said.where
    return value


_Dated = tuple[Statement, str]
_CREATED = frozenset(("json-ld dateCreated", "itemprop dateCreated", "itemprop dc:created"))
_SHOWN = frozenset(("time", "date line", "label"))
_VAGUE = frozenset(("date", "dat", "dc.date", "dcterms.date", "dcterms.created", "dc.date.created"))
"""Names of metadata that do not say of which date they speak."""


def _preferred(days: Sequence[_Dated]) -> list[_Dated]:
    """The dates, the one of publication first.

    When something was created is the date of publication only by default.  What the page shows
    goes before metadata that do not say which date they mean, and before any other statement that
    nothing seconds while two kinds of places agree on another day, one of them for readers.
    """
    ordered = sorted(days, key=lambda day: day[0].where in _CREATED)
    voices: dict[str, set[str]] = {}
    for said, value in ordered:
        voices.setdefault(value, set()).add(said.where)
    if len(voices) < 2:
        return ordered
    first, value = ordered[0]
    shown = next((day for said, day in ordered if said.where in _SHOWN and len(day) == 10), value)
    if shown == value or voices[value] & _SHOWN or _adjacent(value, shown):
        return ordered
    vague = all(_is_vague(where) for where in voices[value])
    outvoted = len(voices[value]) == 1 and (
        len(voices[shown] & _SHOWN) > 1 or "meta article:published_time" in voices[shown]
    )
    if first.where == "json-ld datePublished":
        outvoted = outvoted and "meta article:published_time" in voices[shown]
    if vague or outvoted:
        return sorted(ordered, key=lambda day: day[1] != shown)
    return ordered


def _is_vague(where: str) -> bool:
    return where.startswith("meta ") and where[5:].lower() in _VAGUE


_MOMENT = re.compile(r"T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|\+00:?00)$")
_CLOCK = re.compile(r"\b\d{1,2}[:.](\d\d)(?!\d|[.:]\d)")


def _as_shown(days: Sequence[_Dated]) -> _Dated:
    """The first date; where it is a moment in UTC, the day on which the page shows it.

    That is the day before or after, with the same minutes past another hour; or, of a full hour
    that may be another zone's midnight, the day after.
    """
    first, value = days[0]
    moment = _MOMENT.search(first.value.strip())
    if not moment:
        return first, value
    midnight = moment[1] > "12" and moment[2] == "00" and (moment[3] or "00") == "00"
    for said, other in days[1:]:
        if not _adjacent(value, other):
            continue
        clock = _CLOCK.search(said.value)
        if clock and clock[1] == moment[2]:
            return said, other
        if midnight and other > value and said.where in _SHOWN and not clock:
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
    groups: list[tuple[str, tuple[str, ...]]] = []
    for where, names, others in _credit_groups(statements):
        names = tuple(name for name in names if not title or key_of(name) != key_of(title))
        if where in _FOR_READERS:
            names = tuple(name for name in names if looks_like_name(name))
        for other in others:
            contributors.setdefault(other)
        if names and (where != "author link" or len(names) <= _MOST_LINKED):
            groups.append((where, names))
    spare = [group for group in groups if _is_spare(*group, outlets)]
    firm = [group for group in groups if group not in spare and group[0] != NAME_LINE]
    creators: tuple[str, ...] = ()
    if groups:
        basis["creator"], creators = _fullest(firm) if firm else (*spare, *groups)[0]
    people = tuple(name for name in creators if key_of(name) not in outlets)
    if people and all(" " in name for name in people):
        creators = people
    authors = {key_of(name) for name in creators}
    return creators, tuple(c for c in contributors if key_of(c.name) not in authors)


_FOR_READERS = frozenset(("byline", "label"))
_MOST_LINKED = 6
"""Names that link to pages of authors; where there are more, they are a list of all authors."""
_LOGIN = re.compile(r"[a-z0-9_.-]+|[A-Za-z_.-]*\d[A-Za-z\d_.-]*")


def _is_spare(where: str, names: Sequence[str], outlets: set[str]) -> bool:
    """Whether names are those of an organisation, the outlet or an account: authors by default."""
    return where == ORGANISATION or all(
        key_of(name) in outlets or _LOGIN.fullmatch(name) for name in names
    )


def _fullest(groups: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, tuple[str, ...]]:
    """The first authors, or, where two kinds of places name the same and others more, those."""
    first, names = groups[0]
    for where, others in groups[1:]:
        keys = frozenset(map(key_of, others))
        agreed = sum(frozenset(map(key_of, more)) == keys for _, more in groups)
        if agreed > 1 and keys > frozenset(map(key_of, names)):
            return where, others
    return first, names


def _credit_groups(
    statements: Sequence[Statement],
) -> Iterator[tuple[str, tuple[str, ...], tuple[Contributor, ...]]]:
    people = [s for s in statements if s.property in ("creator", "contributor")]
    for (where, _), group in groupby(people, key=lambda s: (s.where, s.property)):
        names: dict[str, str] = {}
        others: list[Contributor] = []
        stated = list(group)
        if where == "byline" and any(BYLINE_LEAD.match(said.value) for said in stated):
            stated = [said for said in stated if BYLINE_LEAD.match(said.value)]
        for statement in stated:
            if statement.property == "contributor":
                name, role = without_role(statement.value)
                role = role or _ROLE_OF_PLACE.get(where)
                others.extend(Contributor(author, role) for author in credits_of(name).authors)
                continue
            credits = credits_of(statement.value, visible=where in _FOR_READERS)
            others.extend(credits.contributors)
            for name in credits.authors:
                names.setdefault(key_of(name), name)
        yield where, tuple(names.values()), tuple(others)
