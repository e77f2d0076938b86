"""The entries: which row of which table was written, in order.

Triggers make them in the transaction that writes the row, so that whatever was
acknowledged is entered.  What the row held is read when the journal takes it down: if it
was written again since, a later entry says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from archive.catalogue import schema

TRANSIENT = frozenset({"entry", "job", "password", "question", "queue", "session"})
"""Tables that the journal does not keep."""

_LITERAL = re.compile(r"(-?\d+)|'((?:[^']|'')*)'")

Key = tuple[str | int, ...]
Content = Mapping[str, Any]
"""A row as SQLite has it: by column, text, number or None."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry number `seq`, the first is 1: the row of `table` with this primary key."""

    seq: int
    table: str
    key: Key


def kept() -> tuple[sa.Table, ...]:
    """The tables that the journal keeps."""
    return tuple(t for t in schema.metadata.sorted_tables if t.name not in TRANSIENT)


def newest(connection: Connection) -> int:
    """The number of the newest entry; 0 if there is none."""
    return connection.execute(select(func.max(schema.entry.c.seq))).scalar() or 0


def get(connection: Connection, seq: int) -> Entry | None:
    """Entry number `seq`, if there is one."""
    found = after(connection, seq - 1, limit=1)
    return found[0] if found and found[0].seq == seq else None


def after(connection: Connection, seq: int, *, limit: int) -> tuple[Entry, ...]:
    """At most `limit` entries with a number above `seq`, oldest first."""
    table = schema.entry
    rows = connection.execute(
        select(table.c.seq, table.c.table_name, table.c.row_key)
        .where(table.c.seq > seq)
        .order_by(table.c.seq)
        .limit(limit)
    )
    return tuple(Entry(number, name, _read_key(key)) for number, name, key in rows)


def contents(connection: Connection, entries: Sequence[Entry]) -> tuple[Content | None, ...]:
    """What each of these rows holds now; None for one that is gone."""
    wanted: dict[str, set[Key]] = defaultdict(set)
    for entry in entries:
        wanted[entry.table].add(entry.key)
    found = {
        (name, key): content
        for name, keys in wanted.items()
        for key, content in _rows(connection, name, list(keys)).items()
    }
    return tuple(found.get((entry.table, entry.key)) for entry in entries)


@cache
def plain_table(name: str) -> tuple[sa.TableClause, list[sa.ColumnClause[Any]]]:
    """A table and its primary key, without types: values pass as SQLite has them."""
    table = schema.metadata.tables[name]
    columns: dict[str, sa.ColumnClause[Any]] = {c.name: sa.column(c.name) for c in table.columns}
    return sa.table(name, *columns.values()), [columns[c.name] for c in table.primary_key]


def written_key(key: Key) -> str:
    """A primary key as the entries have it: SQL literals with commas between."""
    return ",".join(
        str(part) if isinstance(part, int) else f"'{part.replace(chr(39), chr(39) * 2)}'"
        for part in key
    )


def _read_key(written: str) -> Key:
    return tuple(
        int(number) if number else quoted.replace("''", "'")
        for number, quoted in _LITERAL.findall(written)
    )


def _rows(connection: Connection, name: str, keys: list[Key]) -> dict[Key, Content]:
    table, primary = plain_table(name)
    if len(primary) == 1:
        chosen = primary[0].in_([key[0] for key in keys])
    else:
        chosen = sa.tuple_(*primary).in_(keys)
    names = [column.name for column in table.columns]
    key = [names.index(column.name) for column in primary]
    rows = connection.execute(select(table).where(chosen))
    return {tuple([row[at] for at in key]): dict(zip(names, row, strict=True)) for row in rows}
