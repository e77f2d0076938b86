"""From a value as a person wrote it to the value that a description holds.

A manifest, a JSON Lines article and, later, a form all say things in these words:
`;` separates values, a role stands in parentheses, dates are EDTF, stances are
`target:position`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from archive.edtf import parse_edtf
from archive.record import PROPERTIES, Access, Contributor, Description, Stance, Statement

POSITIONS = {
    "supportive": "The text takes the target’s side: it approves of it, defends it, or adopts its "
    "account where others dispute that.",
    "neutral": "The text reports the target and takes no side, or gives the sides in their own "
    "words and about equally.",
    "critical": "The text takes sides against the target: it blames it, doubts its motives, or "
    "adopts the account of those who do.",
    "mixed": "The text takes the target’s side in some matter and is against it in another.",
}
"""The controlled list of positions that a stance can take towards its target, each with what
coders take it to mean.  A row more is a position more."""

_ROLE = re.compile(r"(?P<name>.+?)\s*\((?P<role>[^()]+)\)\Z")
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z")
_MANY = {row.name: row.many for row in PROPERTIES}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class BadValue(ValueError):
    """A value that cannot be held, with the reason as a sentence for a person."""


def described(statements: Iterable[Statement]) -> Description:
    """The description that a person's own statements make.

    Single-valued properties keep their last statement.  Raises `BadValue` or `BadDate`.
    """
    values: dict[str, Any] = {}
    for statement in statements:
        if _MANY[statement.property]:
            so_far = values.get(statement.property, ())
            new = many(statement.property, statement.value)
            values[statement.property] = tuple(dict.fromkeys((*so_far, *new)))
        else:
            values[statement.property] = one(statement.property, statement.value)
    return Description(**values)


def one(name: str, value: str) -> str | Access:
    """A single-valued property's value.  Raises `BadValue` or `BadDate`."""
    text = plain(value)
    if name in ("issued", "modified", "captured"):
        return parse_edtf(text).text
    if name == "access":
        try:
            return Access(text.lower())
        except ValueError:
            levels = ", ".join(Access)
            raise BadValue(f"“{text}” is not an access level; use one of {levels}") from None
    if name == "language":
        if not _LANGUAGE.match(text):
            raise BadValue(f"“{text}” is not a language tag; write it like en, fr or az-Latn")
        return text.lower()
    if name == "url":
        return web_address(text)
    return text


def many(name: str, value: str) -> tuple[str | Contributor | Stance, ...]:
    """The values of a many-valued property, split at `;`.  Raises `BadValue`."""
    parts = [part for part in (plain(part) for part in value.split(";")) if part]
    if name == "contributor":
        return tuple(_contributor(part) for part in parts)
    if name == "stance":
        return tuple(stance_of(part) for part in parts)
    return tuple(parts)


def plain(value: str) -> str:
    """One line of text: control characters gone, white space runs made one space, NFC."""
    return unicodedata.normalize("NFC", " ".join(one_line(value).split()))


def one_line(text: str) -> str:
    """Text for one line: line breaks are spaces, other control characters are gone, and so is
    what turns the direction of the rest of the line (UAX #9: embeddings, overrides, isolates)."""
    if text.isprintable():  # has none of these, as most texts
        return text
    return "".join(" " if c.isspace() else c for c in text if not _control(c) or c.isspace())


def web_address(text: str) -> str:
    """An http or https address.  Raises `BadValue` for anything that is none."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise BadValue(f"“{text}” is not an address that begins with http:// or https://")
    return text


def as_written(value: object) -> str:
    """A value of a description as a person writes it: `described` reads it back."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(as_written, value))
    if isinstance(value, Contributor):
        return f"{value.name} ({value.role})" if value.role else value.name
    return str(value)


def as_json(description: Description) -> dict[str, Any]:
    """A description as plain JSON data under its Dublin Core names; what is absent is left out."""
    data: dict[str, Any] = {}
    for row in PROPERTIES:
        value = getattr(description, row.name)
        if value is None or value == ():
            continue
        if row.name == "contributor":
            value = [{"name": c.name, "role": c.role} for c in value]
        elif row.many:
            value = [str(part) for part in value]
        data[row.name] = value
    return data


def from_json(data: Mapping[str, Any]) -> Description:
    """The description that `as_json` wrote."""
    values: dict[str, Any] = dict(data)
    for name, value in data.items():
        if name == "contributor":
            values[name] = tuple(Contributor(c["name"], c["role"]) for c in value)
        elif name == "stance":
            values[name] = tuple(stance_of(part) for part in value)
        elif name == "access":
            values[name] = Access(value)
        elif _MANY[name]:
            values[name] = tuple(value)
    return Description(**values)


def _contributor(text: str) -> Contributor:
    match = _ROLE.match(text)
    return Contributor(match["name"], match["role"].strip()) if match else Contributor(text)


def stance_of(text: str) -> Stance:
    """The stance that `target:position` says.  Raises `BadValue`."""
    target, colon, position = (part.strip().lower() for part in text.rpartition(":"))
    if not colon or not _CODE.match(target):
        raise BadValue(f"“{text}” is not a stance; write it as target:position, like icrc:critical")
    if position not in POSITIONS:
        raise BadValue(f"“{position}” is not a position; use one of {', '.join(POSITIONS)}")
    return Stance(target, position)


def _control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in _TURNING
