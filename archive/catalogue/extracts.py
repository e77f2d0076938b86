"""Extracts in the catalogue: what each reader version made of each original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from archive.catalogue import schema
from archive.record import Extract, Statement
from archive.values import as_json, from_json

_BATCH = 500


def find(connection: Connection, digest: str, reader: str) -> int | None:
    """The id of the extract that this reader version made of this original."""
    table = schema.extract
    query = select(table.c.id).where(table.c.digest == digest, table.c.reader == reader)
    return connection.execute(query).scalar()


def newest(connection: Connection, digest: str, readers: Sequence[str]) -> Extract | None:
    """The newest extract of this original by any of these reader versions."""
    table = schema.extract
    query = (
        select(table.c.id)
        .where(table.c.digest == digest, table.c.reader.in_(readers))
        .order_by(table.c.id.desc())
        .limit(1)
    )
    extract_id = connection.execute(query).scalar()
    return None if extract_id is None else get(connection, extract_id)


def add(connection: Connection, digest: str, extract: Extract, *, at: datetime) -> int:
    """Keep an extract with its statements; returns its id."""
    row = connection.execute(
        insert(schema.extract),
        {
            "digest": digest,
            "reader": extract.reader,
            "at": at.isoformat(),
            "text": extract.text,
            "cut": extract.cut,
            "charset": extract.charset,
            "description": as_json(extract.description),
            "basis": dict(extract.basis),
            "warnings": list(extract.warnings),
        },
    )
    (extract_id,) = row.inserted_primary_key or (None,)
    assert isinstance(extract_id, int)
    if extract.statements:
        connection.execute(
            insert(schema.statement),
            [
                {
                    "extract_id": extract_id,
                    "property": statement.property,
                    "value": statement.value,
                    "place": statement.where,
                    "pending": False,
                }
                for statement in extract.statements
            ],
        )
    return extract_id


def get(connection: Connection, extract_id: int) -> Extract | None:
    """The extract with its statements; None if there is none of this id."""
    table, statements = schema.extract, schema.statement
    row = connection.execute(select(table).where(table.c.id == extract_id)).one_or_none()
    if row is None:
        return None
    said = connection.execute(
        select(statements.c.property, statements.c.value, statements.c.place)
        .where(statements.c.extract_id == extract_id)
        .order_by(statements.c.id)
    )
    return Extract(
        reader=row.reader,
        text=row.text,
        description=from_json(row.description),
        basis=row.basis,
        statements=tuple(Statement(*each) for each in said),
        warnings=tuple(row.warnings),
        cut=row.cut,
        charset=row.charset,
    )


def charset_of(connection: Connection, digest: str) -> str | None:
    """The charset in which the newest extract of this original was read, if one was needed."""
    table = schema.extract
    query = select(table.c.charset).where(table.c.digest == digest).order_by(table.c.id.desc())
    return connection.execute(query.limit(1)).scalar()


def texts(connection: Connection, extract_ids: Iterable[int]) -> Mapping[int, str]:
    """The texts of many extracts by id; those without text are left out."""
    found: dict[int, str] = {}
    wanted = list(dict.fromkeys(extract_ids))
    for start in range(0, len(wanted), _BATCH):
        table = schema.extract
        query = select(table.c.id, table.c.text).where(
            table.c.id.in_(wanted[start : start + _BATCH]), table.c.text.is_not(None)
        )
        found.update((row.id, row.text) for row in connection.execute(query))
    return found
