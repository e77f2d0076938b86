"""Documents that come from another catalogue (`archive.catalogue.contents`): how one stands to
what is held here, and writing its rows.

Keys that people know stay: digests, records' ids, revisions.  Rows that a catalogue numbers by
itself keep their numbers in a catalogue that has none of them, and else move on by the highest
number that it has.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Table, func, insert, null, select
from sqlalchemy.exc import IntegrityError

from archive.catalogue import events, extracts, receipts, records, relations, schema
from archive.catalogue.content import content_of
from archive.catalogue.contents import (
    Chosen,
    Document,
    Row,
    Sheet,
    documents,
    numbered,
    parts,
    referred,
    rows_in,
)
from archive.catalogue.fitting import HISTORIES, Misfit
from archive.catalogue.typed import check_extract, check_record
from archive.passage import Passage
from archive.presenting import record_as_json
from archive.record import Record, with_passages

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass
class Arriving:
    """What is arriving in a catalogue: by how much each table's numbers move on, and which
    extracts are here already under a number of their own."""

    offsets: Mapping[str, int]
    same_extract: dict[int, int] = field(default_factory=dict)

    def extract(self, number: int) -> int:
        """The number that an extract has here."""
        return self.same_extract.get(number, number + self.offsets["extract"])


def arriving(connection: Connection) -> Arriving:
    """Nothing yet, in a catalogue as it is now."""
    offsets = {}
    for table in schema.metadata.sorted_tables:
        column = numbered(table)
        if column is not None:
            offsets[table.name] = connection.execute(select(func.max(column))).scalar() or 0
    return Arriving(offsets)


def history_here(connection: Connection, sheet: Sheet, document: Document) -> str | None:
    """How a record or authority stands to the one of its key that is here: None if there is
    none, '' if it is here with all that the document says, else what speaks against it."""
    root = sheet.root
    assert root is not None
    history = HISTORIES[root.name]
    table, row = schema.metadata.tables[history], document[root.name]
    *key, number = table.primary_key
    values = [row[column.name] for column in root.primary_key]
    same = [column == value for column, value in zip(key, values, strict=True)]
    ours = list(connection.execute(select(table.c.digest).where(*same).order_by(number)).scalars())
    if not ours:
        return None
    theirs = [each["digest"] for each in document[history]]
    agreed = sum(1 for _ in _agreeing(ours, theirs))
    if agreed < min(len(ours), len(theirs)):
        return f"it has another history here, from revision {agreed + 1} on"
    if len(theirs) > len(ours):
        return f"it is at revision {len(ours)} here and at {len(theirs)} in the bag"
    if len(theirs) < len(ours) or sheet.name != "records":
        return ""
    chosen = Chosen(frozenset(values), frozenset())
    (held,) = documents(connection, sheet, chosen)
    lacking = _rows_beside(document) - _rows_beside(held)
    if lacking:
        (name, _), *_ = sorted(lacking)
        return f"its revisions are here, but not all that the bag has of it in “{name}”"
    return ""


def original_here(connection: Connection, document: Document) -> str | None:
    """How an original stands to the one of its digest that is here: None if there is none, ''
    if nothing speaks against it, else what does: what was purged here does not come back."""
    digest, size = document["original"]["digest"], document["original"]["size"]
    table, made = schema.original, schema.extract
    here = select(table.c.size, table.c.purged).where(table.c.digest == digest)
    held = connection.execute(here).one_or_none()
    if held is None:
        return None
    if held.size != size:
        return f"the original {digest} has {held.size} bytes here and {size} in the bag"
    if held.purged:
        is_purged_there = document["original"].get("purged", False)
        return "" if is_purged_there else f"the original {digest} was purged here"
    for row in document.get("extract", ()):
        query = select(made.c.text, made.c.cut).where(
            made.c.digest == digest, made.c.reader == row["reader"]
        )
        ours = connection.execute(query).one_or_none()
        if ours is not None and tuple(ours) != (row.get("text"), row["cut"]):
            return f"the text that {row['reader']} made of the original {digest} is another here"
    return ""


def put_original(connection: Connection, document: Document, now: Arriving) -> None:
    """Write an original and what is known of it; what is here already stays as it is."""
    digest = document["original"]["digest"]
    table, made = schema.original, schema.extract
    is_new = not connection.execute(select(table.c.digest).where(table.c.digest == digest)).first()
    if is_new:
        _insert(connection, table, [document["original"]], now)
    known = extracts.ids_by_reader(connection, digest)
    for row in document.get("extract", ()):
        if row["reader"] in known:
            now.same_extract[row["id"]] = known[row["reader"]]
    for part in parts(schema.original):
        rows = document.get(part.table.name, ())
        if part.table is made:
            rows = [row for row in rows if row["id"] not in now.same_extract]
        elif part.of is made:
            column = part.columns[0].name
            rows = [row for row in rows if row[column] not in now.same_extract]
        elif not is_new:
            rows = _unknown(connection, part.table, rows, now)
        _insert(connection, part.table, rows, now)
    _read_back_extracts(connection, digest)


def put_record(connection: Connection, document: Document, now: Arriving, *, at: datetime) -> None:
    """Write a record that is not here with all that goes along, and tell the index.

    Raises `Misfit` if the program cannot read it as a record afterwards.
    """
    row = document["record"]
    _insert(connection, schema.record, [row], now)
    for part in parts(schema.record):
        _insert(connection, part.table, document.get(part.table.name, ()), now)
    connection.execute(insert(schema.change), {"at": at.isoformat(), "record_id": row["id"]})
    record = _read_back(connection, row["id"])
    if (record.withdrawn is not None) is not row.get("withdrawn", False):
        raise Misfit("its newest revision does not say whether it is withdrawn")


def settle(
    connection: Connection, record_id: str, now: Arriving, *, at: datetime, agent: str
) -> None:
    """Once everything is written: where the passages of a record that came name extracts that
    have other numbers here, a further revision of it says so."""
    record = records.get(connection, record_id)
    assert record is not None
    here = _with_passages_here(record, now)
    if content_of(here) != content_of(record):
        records.revise(
            connection,
            replace(here, revision=record.revision + 1),
            at=at,
            agent=agent,
            reason="its passages name the extracts that are in this archive",
        )


def put_authority(
    connection: Connection, document: Document, now: Arriving, *, at: datetime
) -> None:
    """Write an authority that is not here, with its revisions, and tell the index."""
    row = document["authority"]
    _insert(connection, schema.authority, [row], now)
    for part in parts(schema.authority):
        _insert(connection, part.table, document.get(part.table.name, ()), now)
    told = {"at": at.isoformat(), "record_id": None, "authority": f"{row['kind']}/{row['id']}"}
    connection.execute(insert(schema.change), told)


def put_single(
    connection: Connection, document: Document, now: Arriving, *, at: datetime | None = None
) -> bool:
    """Write a single row unless it is here; whether it was written.  With `at` the index is
    told of the records that it is about."""
    ((name, row),) = rows_in(document)
    table = schema.metadata.tables[name]
    if not _unknown(connection, table, [row], now):
        return False
    _insert(connection, table, [row], now)
    if at is not None:
        for record_id in referred(document, schema.record):
            connection.execute(
                insert(schema.change), {"at": at.isoformat(), "record_id": record_id}
            )
    return True


def is_here(connection: Connection, document: Document, now: Arriving) -> bool:
    """Whether a single row is here already."""
    ((name, row),) = rows_in(document)
    return not _unknown(connection, schema.metadata.tables[name], [row], now)


def are_here(connection: Connection, digests: Iterable[str]) -> bool:
    """Whether the catalogue knows these originals."""
    table = schema.original
    return all(
        connection.execute(select(table.c.digest).where(table.c.digest == digest)).first()
        for digest in digests
    )


def _agreeing(ours: list[str], theirs: list[str]) -> Iterator[str]:
    for our, their in zip(ours, theirs, strict=False):
        if our != their:
            return
        yield our


def _rows_beside(document: Document) -> Counter[tuple[str, str]]:
    """The rows of a record but its events, which every archive has more of, without the numbers
    that differ from archive to archive."""
    found: Counter[tuple[str, str]] = Counter()
    for name, row in rows_in(document):
        if name not in ("event", "record"):
            table = schema.metadata.tables[name]
            plain = {k: v for k, v in row.items() if not _is_number(table, k) and v is not None}
            found[name, json.dumps(plain, sort_keys=True)] += 1
    return found


def _is_number(table: Table, name: str) -> bool:
    """Whether a column has a number that a catalogue gives by itself."""
    column = table.columns[name]
    own = numbered(table)
    return (own is not None and own.name == name) or any(
        numbered(key.column.table) is not None for key in column.foreign_keys
    )


def _insert(connection: Connection, table: Table, rows: Any, now: Arriving) -> None:
    shapes: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        moved = _moved(table, row, now)
        shapes.setdefault(tuple(moved), []).append(moved)
    try:
        for shape in shapes.values():
            connection.execute(insert(table), shape)
    except IntegrityError:
        raise Misfit(
            f"a row of “{table.name}” is there twice or refers to what is not there"
        ) from None


def _moved(table: Table, row: Row, now: Arriving) -> Row:
    """A row with the numbers that it has here.  What is None is written as NULL."""
    moved: Row = {}
    for name, value in row.items():
        column = table.columns[name]
        if value is None:
            if column.nullable:
                moved[name] = null() if isinstance(column.type, JSON) else None
            continue
        own = numbered(table)
        if own is not None and own.name == name:
            value += now.offsets[table.name]
        for key in column.foreign_keys:
            target = key.column.table
            if target is schema.extract:
                value = now.extract(value)
            elif numbered(target) is not None:
                value += now.offsets[target.name]
        moved[name] = value
    return moved


def _unknown(connection: Connection, table: Table, rows: Any, now: Arriving) -> list[Row]:
    """Of some rows those that are not here: with their key or, where the catalogue numbers them
    itself, with all that they say."""
    found = []
    own = numbered(table)
    for row in rows:
        moved = _moved(table, row, now)
        if own is None:
            names = [column.name for column in table.primary_key]
        else:
            names = [name for name in moved if name != own.name]
        same = [
            table.c[name].is_(None) if moved[name] is None else table.c[name] == moved[name]
            for name in names
            if not isinstance(table.c[name].type, JSON)
        ]
        if not connection.execute(select(*table.primary_key).where(*same).limit(1)).first():
            found.append(row)
    return found


def _read_back(connection: Connection, record_id: str) -> Record:
    """The record, read as every page reads it.  Raises `Misfit`."""
    try:
        record = records.get(connection, record_id)
        if record is None:
            raise Misfit("it is not at one of its revisions")
        held = extracts.get(connection, record.extract_id) if record.extract_id else None
        digests = set(_originals_of(connection, record_id))
        named = {each.digest for each in record.originals}
        # Of a record that was purged only the digests are left.
        if (digests or record.withdrawn is None) and (not named or named - digests):
            raise Misfit("its newest revision names an original that is not its own")
        record_as_json(
            record,
            held,
            history=records.revisions(connection, record_id),
            received=receipts.provenance(connection, record_id),
            claims=receipts.claims(connection, record_id),
            said=receipts.statements(connection, record_id),
            events=events.of_record(connection, record_id),
            wholes=(),
        )
        relations.of_record(connection, record_id)
        check_record(record)
    except _UNREADABLE as error:
        raise Misfit(f"it cannot be read as a record ({type(error).__name__})") from error
    return record


def _read_back_extracts(connection: Connection, digest: str) -> None:
    try:
        for extract_id in extracts.ids_by_reader(connection, digest).values():
            extract = extracts.get(connection, extract_id)
            assert extract is not None
            check_extract(extract)
    except _UNREADABLE as error:
        raise Misfit(f"an extract cannot be read ({type(error).__name__})") from error


def _originals_of(connection: Connection, record_id: str) -> Iterator[str]:
    table = schema.record_original
    query = select(table.c.digest).where(table.c.record_id == record_id)
    return iter(connection.execute(query).scalars().all())


def _with_passages_here(record: Record, now: Arriving) -> Record:
    def here(passage: Passage) -> Passage:
        return replace(passage, extract_id=now.extract(passage.extract_id))

    return with_passages(record, here)
