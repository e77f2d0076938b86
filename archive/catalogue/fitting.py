"""Whether a document that comes from elsewhere is one that its sheet can hold.

It is held to the tables' columns and types, to the chain of its revisions, and to being about
one thing; what only a reader of records can see is tried when it is written
(`archive.catalogue.arrivals`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import JSON, Boolean, Float, Integer, Table

from archive.catalogue import schema
from archive.catalogue.authorities import from_content
from archive.catalogue.chain import link
from archive.catalogue.contents import Document, Row, Sheet, parts, rows_in, single
from archive.catalogue.typed import check_authority
from archive.identifier import is_identifier
from archive.record import PROPERTIES, Role
from archive.relation import RelationKind
from archive.tables import encodable

HISTORIES = {"record": "revision", "authority": "authority_revision"}
"""The tables whose rows have a history, and the tables that have it."""

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_HIGHEST = 2**53
_TIMES = frozenset({"at", "added", "received"})
_PROPERTY_NAMES = frozenset(row.name for row in PROPERTIES)
_VALUES: Mapping[tuple[str, str], frozenset[str]] = {
    ("statement", "property"): _PROPERTY_NAMES,
    ("record_original", "role"): frozenset(Role),
    ("relation", "kind"): frozenset(RelationKind),
    ("event", "outcome"): frozenset({"success", "failure"}),
}


class Misfit(Exception):
    """A document is not what its sheet holds, or refers to what is not there.  Says why."""


def check(document: object, sheet: Sheet) -> Document:
    """The document, if it can be one of this sheet.  Raises `Misfit`."""
    if not isinstance(document, dict):
        raise Misfit("it is no object")
    tables = _tables(sheet, document)
    for name, held in document.items():
        if name not in tables:
            raise Misfit(f"it has “{name[:40]}”, which this program does not know")
        is_root = sheet.root is None or name == sheet.root.name
        if isinstance(held, list) is is_root:
            raise Misfit(f"“{name}” is not in its form")
    for name, row in rows_in(document):
        _check_row(tables[name], row)
    if sheet.root is not None:
        if sheet.root.name not in document:
            raise Misfit(f"it has no “{sheet.root.name}”")
        _check_belonging(document, sheet.root)
        if history := HISTORIES.get(sheet.root.name):
            _check_history(document, sheet.root.name, history)
    return document


def passages_in(document: Document) -> Iterator[int]:
    """The extracts that the passages in a record's revisions name."""
    for row in document.get("revision", ()):
        content = json.loads(row["content"])
        coded = (each.get("passage") for each in content.get("codings", ()))
        for passage in (*content.get("excluded", ()), *coded):
            if passage:
                yield passage["extract_id"]


def _tables(sheet: Sheet, document: Mapping[str, object]) -> Mapping[str, Table]:
    if sheet.root is not None:
        return {t.name: t for t in (sheet.root, *(part.table for part in parts(sheet.root)))}
    if len(document) != 1:
        raise Misfit("it is not one row")
    return {table.name: table for table, _ in single(sheet)}


def _check_row(table: Table, row: object) -> None:
    if not isinstance(row, dict):
        raise Misfit(f"a row of “{table.name}” is no object")
    for name in row:
        if name not in table.columns:
            raise Misfit(f"“{table.name}” has “{name[:40]}”, which this program does not know")
    for column in table.columns:
        value = row.get(column.name)
        where = f"“{column.name}” of “{table.name}”"
        if value is None:
            if column.primary_key or not (column.nullable or column.server_default is not None):
                raise Misfit(f"{where} is missing")
            continue
        if not _fits(column.type, value):
            raise Misfit(f"{where} is not of its type")
        allowed = _VALUES.get((table.name, column.name))
        if allowed is not None and value not in allowed:
            raise Misfit(f"{where} is none of {', '.join(sorted(allowed))}")
        if column.name in _TIMES:
            _check_time(value, where)
    if table is schema.original and not _DIGEST.match(row["digest"]):
        raise Misfit("the digest of an original is no SHA-256")
    if table is schema.record and not is_identifier(row["id"]):
        raise Misfit("the id of a record is none")


def _fits(kind: object, value: object) -> bool:
    if isinstance(kind, JSON):
        return encodable(json.dumps(value, ensure_ascii=False))
    if isinstance(kind, Boolean):
        return isinstance(value, bool)
    if isinstance(kind, Integer):
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _HIGHEST
    if isinstance(kind, Float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) and encodable(value)


def _check_time(value: str, where: str) -> None:
    try:
        zone = datetime.fromisoformat(value).tzinfo
    except ValueError:
        zone = None
    if zone is None:
        raise Misfit(f"{where} is no time")


def _check_belonging(document: Document, root: Table) -> None:
    """Every row belongs to what the document is about, and to nothing else."""
    known = {root.name: {tuple(document[root.name][c.name] for c in root.primary_key)}}
    for part in parts(root):
        mine = known.setdefault(part.table.name, set())
        for row in document.get(part.table.name, ()):
            key = tuple(row.get(column.name) for column in part.columns)
            if key not in known[part.of.name] or any(row.get(c.name) for c in part.absent):
                raise Misfit(f"a row of “{part.table.name}” is about something else")
            mine.add(tuple(row[column.name] for column in part.table.primary_key))


def _check_history(document: Document, name: str, history: str) -> None:
    rows, previous = document.get(history, []), None
    for number, row in enumerate(rows, start=1):
        if row["number"] != number or row.get("previous") != previous:
            raise Misfit("its revisions do not follow each other")
        if row["digest"] != link(row["content"], previous):
            raise Misfit(f"revision {number} is not what its digest says")
        previous = row["digest"]
    root = document[name]
    if not rows or root["revision"] != len(rows):
        raise Misfit("it is not at the newest of its revisions")
    if name == "authority":
        _check_authority(root, rows[-1]["content"])
        return
    try:
        for row in rows:
            if not isinstance(json.loads(row["content"]), dict):
                raise Misfit(f"revision {row['number']} is not readable")
        list(passages_in(document))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Misfit("a revision is not readable") from None


def _check_authority(root: Row, content: str) -> None:
    try:
        authority = from_content(content)
        check_authority(authority)
        same = (authority.kind, authority.id) == (root["kind"], root["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        same = False
    if not same or root["content"] != content:
        raise Misfit("it is not what its newest revision says")
