"""Replaying what a journal holds into a catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy import Connection, insert

from archive.catalogue import schema
from archive.catalogue.entries import Content, Entry, plain_table, written_key

Written = tuple[Entry, Content | None]
"""An entry and what its row held then; None: it was gone."""


@contextmanager
def replaying(connection: Connection) -> Iterator[None]:
    """Within the block `replay` may be called: no triggers run, and what a row refers to may
    come later, until the transaction ends."""
    triggers = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
    ).all()
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        for _, definition in triggers:
            connection.exec_driver_sql(definition)


def replay(connection: Connection, written: Iterable[Written]) -> None:
    """Write the rows as they were written then, and their entries."""
    for (name, columns), group in groupby(written, key=_shape):
        rows = list(group)
        if columns is None:
            _delete(connection, name, [entry for entry, _ in rows])
        else:
            _write(connection, name, columns, [content for _, content in rows if content])
        connection.execute(
            insert(schema.entry),
            [{"seq": e.seq, "table_name": e.table, "row_key": written_key(e.key)} for e, _ in rows],
        )


def _shape(written: Written) -> tuple[str, tuple[str, ...] | None]:
    entry, content = written
    return entry.table, None if content is None else tuple(content)


def _write(
    connection: Connection, name: str, columns: Sequence[str], contents: Sequence[Content]
) -> None:
    table, _ = plain_table(name)
    # A column that a later version of the program dropped is left out, one that it added is
    # as it begins.
    known = [column for column in columns if column in table.columns]
    statement = insert(table).prefix_with("OR REPLACE")
    connection.execute(statement, [{each: row[each] for each in known} for row in contents])


def _delete(connection: Connection, name: str, entries: Sequence[Entry]) -> None:
    table, primary = plain_table(name)
    for entry in entries:
        same = [column == value for column, value in zip(primary, entry.key, strict=True)]
        connection.execute(sa.delete(table).where(*same))
