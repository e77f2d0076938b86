"""What can be seen to be wrong with a catalogue, in sentences: by itself, or beside another."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, func, select, text

from archive.catalogue import schema
from archive.catalogue.chain import link
from archive.catalogue.entries import TRANSIENT, Key, kept, plain_table

_SHOWN = 5
_OBJECTS = text(
    "SELECT type, name, tbl_name, sql FROM sqlite_master "
    "WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name"
)


def faults(connection: Connection) -> Iterator[str]:
    """What is wrong with a catalogue by itself: its pages, its references, its chains."""
    for row in connection.execute(text("PRAGMA integrity_check")).all()[:_SHOWN]:
        if row[0] != "ok":
            yield f"The catalogue's file is damaged: {row[0]}."
    for row in connection.execute(text("PRAGMA foreign_key_check")).all()[:_SHOWN]:
        yield f"A row of the table {row[0]} refers to one of {row[2]} that is not there."
    yield from _broken_chains(connection)
    yield from _wrong_counters(connection)


def differences(
    connection: Connection, other: Connection, unknown: Collection[tuple[str, Key]], newest: int
) -> Iterator[str]:
    """Where a catalogue differs from another, table by table; the rows that are `unknown` to
    the other, and entries above number `newest`, are left out."""
    if connection.execute(_OBJECTS).all() != other.execute(_OBJECTS).all():
        yield "The catalogue's tables are not those of its version."
    for table in (*kept(), schema.entry):
        name = table.name
        pairs = zip_longest(
            _rows(connection, name, unknown, newest), _rows(other, name, unknown, newest)
        )
        for ours, theirs in pairs:
            if ours != theirs:
                key = (ours or theirs)[0]
                yield (
                    f"The table {name} is not as the journal has it, "
                    f"beginning with the row {', '.join(map(str, key))}."
                )
                break


def _rows(
    connection: Connection, name: str, unknown: Collection[tuple[str, Key]], newest: int
) -> Iterator[tuple[Key, Any]]:
    table, primary = plain_table(name)
    query = select(table).order_by(*primary)
    if name == schema.entry.name:
        query = query.where(primary[0] <= newest)
    width = [list(table.columns).index(column) for column in primary]
    for row in connection.execute(query):
        key = tuple(row[place] for place in width)
        if (name, key) not in unknown:
            yield key, tuple(row)


def _broken_chains(connection: Connection) -> Iterator[str]:
    record, authority = schema.record, schema.authority
    for table, newest in (
        (schema.revision, select(record.c.id, record.c.revision)),
        (schema.authority_revision, select(authority.c.kind, authority.c.id, authority.c.revision)),
    ):
        *identity, _number = table.primary_key
        held = {tuple(row[:-1]): row[-1] for row in connection.execute(newest)}
        before: tuple[Key, int, str] | None = None
        for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
            key = tuple(row[column.name] for column in identity)
            number, previous = 1, None
            if before and before[0] == key:
                number, previous = before[1] + 1, before[2]
            elif before and held.pop(before[0], None) != before[1]:
                yield _broken(table.name, before[0])
            if (row["number"], row["previous"]) != (number, previous) or (
                row["digest"] != link(row["content"], previous)
            ):
                yield _broken(table.name, key)
            before = key, row["number"], row["digest"]
        if before and held.pop(before[0], None) != before[1]:
            yield _broken(table.name, before[0])
        for key in held:
            yield _broken(table.name, key)


def _broken(table: str, key: Key) -> str:
    return f"The chain of digests in the table {table} is broken at {', '.join(map(str, key))}."


def _wrong_counters(connection: Connection) -> Iterator[str]:
    rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
    counters = {row.name: row.seq for row in rows}
    for table in (schema.change, schema.entry):
        newest = connection.execute(select(func.max(table.c.seq))).scalar() or 0
        if counters.pop(table.name, 0) != newest:
            yield f"The counter of the table {table.name} is not at its newest row."
    for name in counters.keys() - TRANSIENT:
        yield f"There is a counter of a table {name}, which has none."
