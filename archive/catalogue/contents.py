"""What the catalogue holds, as documents that can leave it: one for each original, record and
authority, with every row that is about it.

A row goes along with the record that it refers to, by itself or through another row; if it
refers to none, with the original.  A row about two records or originals is a document of its
own.  This is read from the tables' foreign keys, so that a new table goes along by itself; a
table without any is listed here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, func, select

from archive.catalogue import schema

Row = dict[str, Any]
"""A row by column, as JSON can have it."""

Document = dict[str, Any]
"""By table: the one row that it is about, and lists of the rows that go along, by their keys."""

LEFT_OUT: Mapping[str, str] = {
    "entry": "what the journal has yet to take down; every write makes its own",
    "change": "what the index has yet to learn; every arrival makes its own",
    "job": "what is being done here, and nothing that is kept",
    "question": "what needs a person; it is drawn again from the records",
    "queue": "up to where the questions have been drawn",
    "account": "who may sign in here, which is nobody’s business elsewhere",
    "password": "of an account",
    "session": "of an account",
}
"""Tables that do not leave the catalogue, and why."""

BY_THEMSELVES = ("saved_search",)
"""Tables whose rows are about neither records nor originals nor authorities; with them go the
rows of other tables that refer to nothing, such as the event of a backup."""

_BATCH = 20
_JOINED = {"authority_revision": ("authority", ("kind", "id"))}
"""Tables that go along with a root without a foreign key: the root, and the columns that agree."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Documents of one kind: a table whose rows they are about, or none for single rows."""

    name: str
    root: Table | None = None


RECORDS = Sheet("records", schema.record)
ORIGINALS = Sheet("originals", schema.original)
AUTHORITIES = Sheet("authorities", schema.authority)
RELATIONS = Sheet("relations")
ARCHIVE = Sheet("archive")

SHEETS = (RECORDS, ORIGINALS, AUTHORITIES, RELATIONS, ARCHIVE)

_ROOTS = {sheet.root for sheet in SHEETS if sheet.root is not None}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that go along with a root: those of `table` in which `columns` have the key of the
    root, or of an earlier part `of` it, and `absent` have none."""

    table: Table
    columns: tuple[Column[Any], ...]
    of: Table
    absent: tuple[Column[Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some of the records, and the originals that these refer to."""

    records: frozenset[str]
    digests: frozenset[str]


@cache
def parts(root: Table) -> tuple[Part, ...]:
    """What goes along with the rows of this root, each after what it refers to."""
    found = []
    for table in kept():
        if table in _ROOTS:
            continue
        if table.name in _JOINED:
            name, columns = _JOINED[table.name]
            if name == root.name:
                found.append(Part(table, tuple(table.c[each] for each in columns), root))
            continue
        to_records, to_originals = _routes(table, schema.record), _routes(table, schema.original)
        if _between(table):
            continue
        if root is schema.record and to_records:
            found.append(Part(table, to_records[:1], _target(to_records[0])))
        if root is schema.original and to_originals and all(each.nullable for each in to_records):
            found.append(Part(table, to_originals[:1], _target(to_originals[0]), to_records))
    return tuple(found)


def kept() -> tuple[Table, ...]:
    """The tables that leave the catalogue, each after those that it refers to."""
    return tuple(t for t in schema.metadata.sorted_tables if t.name not in LEFT_OUT)


def single(sheet: Sheet) -> tuple[tuple[Table, tuple[Column[Any], ...]], ...]:
    """The tables of a sheet of single rows; of those that have columns beside them, the rows
    that have nothing in these columns."""
    if sheet is RELATIONS:
        return tuple((table, ()) for table in kept() if _between(table))
    if sheet is not ARCHIVE:
        return ()
    found: list[tuple[Table, tuple[Column[Any], ...]]] = []
    for table in kept():
        routes = (*_routes(table, schema.record), *_routes(table, schema.original))
        if table.name in BY_THEMSELVES:
            found.append((table, ()))
        elif table not in _ROOTS and not _between(table) and _may_be_absent(routes):
            found.append((table, routes))
    return tuple(found)


def numbered(table: Table) -> Column[Any] | None:
    """The column in which the catalogue numbers the rows itself, if it does."""
    (*others, column) = table.primary_key
    return column if not others and isinstance(column.type, Integer) else None


def documents(
    connection: Connection, sheet: Sheet, chosen: Chosen | None = None
) -> Iterator[Document]:
    """The documents of a sheet, in an order that does not change; only of what is `chosen`, if
    anything is.  Of a choice the single rows about the whole archive are left out."""
    if sheet.root is not None:
        ids = _wanted(sheet, chosen)
        for batch in _roots(connection, sheet.root, ids):
            yield from _with_parts(connection, sheet.root, batch)
        return
    if sheet is ARCHIVE and chosen is not None:
        return
    for table, absent in single(sheet):
        query = select(table).where(*(column.is_(None) for column in absent))
        for row in connection.execute(query.order_by(*table.primary_key)).mappings():
            if chosen is None or _within(table, dict(row), chosen):
                yield {table.name: dict(row)}


def rows_in(document: Document) -> Iterator[tuple[str, Row]]:
    """Every row of a document with the name of its table."""
    for name, held in document.items():
        for row in held if isinstance(held, list) else (held,):
            yield name, row


def referred(document: Document, table: Table) -> Iterator[Any]:
    """The keys of this table that the rows of a document refer to."""
    for name, row in rows_in(document):
        for key in schema.metadata.tables[name].foreign_keys:
            if key.column.table is table and row.get(key.parent.name) is not None:
                yield row[key.parent.name]


def digests_of_extracts(connection: Connection, ids: Iterable[int]) -> frozenset[str]:
    """The originals that these extracts were made of."""
    table, wanted = schema.extract, sorted(set(ids))
    found: set[str] = set()
    for chunk in _chunks(wanted):
        found.update(
            connection.execute(select(table.c.digest).where(table.c.id.in_(chunk))).scalars()
        )
    return frozenset(found)


def counts(connection: Connection) -> Mapping[str, int]:
    """How many rows each table has that leaves the catalogue."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in kept()
    }


def counted(document: Document, counter: Counter[str]) -> None:
    """Add the rows of a document to a count by table."""
    counter.update(name for name, _ in rows_in(document))


def _wanted(sheet: Sheet, chosen: Chosen | None) -> Collection[str] | None:
    if chosen is None or sheet is AUTHORITIES:
        return None
    return chosen.records if sheet is RECORDS else chosen.digests


def _roots(connection: Connection, root: Table, ids: Collection[str] | None) -> Iterator[list[Row]]:
    query = select(root)
    if root is schema.record:
        query = query.order_by(root.c.added, root.c.id)
    else:
        query = query.order_by(*root.primary_key)
    batch: list[Row] = []
    for row in connection.execute(query, execution_options={"yield_per": _BATCH}).mappings():
        if ids is None or row[next(iter(root.primary_key)).name] in ids:
            batch.append(dict(row))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _with_parts(connection: Connection, root: Table, batch: Sequence[Row]) -> Iterator[Document]:
    keys = [column.name for column in root.primary_key]
    owner = {root.name: {tuple(row[key] for key in keys): n for n, row in enumerate(batch)}}
    made: list[Document] = [{root.name: row} for row in batch]
    for part in parts(root):
        known = owner[part.of.name]
        mine: dict[tuple[Any, ...], int] = {}
        for row in _rows(connection, part, known):
            number = known[tuple(row[column.name] for column in part.columns)]
            made[number].setdefault(part.table.name, []).append(row)
            mine[tuple(row[column.name] for column in part.table.primary_key)] = number
        owner[part.table.name] = mine
    yield from made


def _rows(
    connection: Connection, part: Part, known: Mapping[tuple[Any, ...], int]
) -> Iterator[Row]:
    first = part.columns[0]
    found: list[Row] = []
    for chunk in _chunks(sorted({key[0] for key in known})):
        query = select(part.table).where(
            first.in_(chunk), *(column.is_(None) for column in part.absent)
        )
        for row in connection.execute(query.order_by(*part.table.primary_key)).mappings():
            if tuple(row[column.name] for column in part.columns) in known:
                found.append(dict(row))
    order = [column.name for column in part.table.primary_key]
    return iter(sorted(found, key=lambda row: tuple(row[name] for name in order)))


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), 500):
        yield keys[start : start + 500]


def _within(table: Table, row: Row, chosen: Chosen) -> bool:
    records = [row[column.name] for column in _routes(table, schema.record)]
    digests = [row[column.name] for column in _routes(table, schema.original)]
    return all(key in chosen.records for key in records) and all(
        key in chosen.digests for key in digests
    )


def _between(table: Table) -> bool:
    """Whether a row of this table is about two records, or two originals and no record."""
    to_records = len(_routes(table, schema.record))
    return to_records > 1 or (to_records == 0 and len(_routes(table, schema.original)) > 1)


def _may_be_absent(routes: Sequence[Column[Any]]) -> bool:
    return bool(routes) and all(column.nullable for column in routes)


@cache
def _routes(table: Table, root: Table) -> tuple[Column[Any], ...]:
    """The columns that lead from a table to a root, straight or through what belongs to it."""
    found: dict[str, list[Column[Any]]] = defaultdict(list)
    for column in table.columns:
        for key in column.foreign_keys:
            target = key.column.table
            if target is table:
                continue
            if target in _ROOTS:
                found[target.name].append(column)
            elif _routes(target, schema.record):
                found[schema.record.name].append(column)
            elif _routes(target, schema.original):
                found[schema.original.name].append(column)
    return tuple(found[root.name])


def _target(column: Column[Any]) -> Table:
    key: ForeignKey = next(iter(column.foreign_keys))
    return key.column.table
