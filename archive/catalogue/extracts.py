"""Extracts in the catalogue: what each reader version made of each original."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select

from archive.catalogue import schema
from archive.record import Extract, Statement
from archive.values import as_json, from_json

_BATCH = 500


def find(connection: Connection, digest: str, reader: str) -> int | None:
    """The id of the extract that this reader version made of this original."""
    table = schema.extract
    query = select(table.c.id).where(table.c.digest == digest, table.c.reader == reader)
    return connection.execute(query).scalar()


def ids_by_reader(connection: Connection, digest: str) -> Mapping[str, int]:
    """The ids of all extracts of this original, by reader version."""
    table = schema.extract
    rows = connection.execute(select(table.c.reader, table.c.id).where(table.c.digest == digest))
    return {row.reader: row.id for row in rows}


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
    return add_all(connection, [(digest, extract)], at=at)[0]


def add_all(
    connection: Connection, made: Sequence[tuple[str, Extract]], *, at: datetime
) -> tuple[int, ...]:
    """Keep extracts, each with the digest of its original, and their statements; their ids.

    At least one, in a transaction that writes.
    """
    # Numbered here, as the database would: it does not tell the numbers of many rows.
    first = newest_id(connection) + 1
    ids = tuple(range(first, first + len(made)))
    connection.execute(
        insert(schema.extract),
        [
            {
                "id": extract_id,
                "digest": digest,
                "reader": extract.reader,
                "at": at.isoformat(),
                "text": extract.text,
                "cut": extract.cut,
                "charset": extract.charset,
                "description": as_json(extract.description),
                "basis": dict(extract.basis),
                "warnings": list(extract.warnings),
            }
            for extract_id, (digest, extract) in zip(ids, made, strict=True)
        ],
    )
    statements = [
        {
            "extract_id": extract_id,
            "property": statement.property,
            "value": statement.value,
            "place": statement.where,
            "pending": False,
        }
        for extract_id, (_, extract) in zip(ids, made, strict=True)
        for statement in extract.statements
    ]
    if statements:
        connection.execute(insert(schema.statement), statements)
    return ids


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


# Made once: to make it takes longer than to run it, and each page of hits does.
_TEXTS = select(schema.extract.c.id, schema.extract.c.text).where(
    schema.extract.c.id.in_(bindparam("ids", expanding=True)), schema.extract.c.text.is_not(None)
)


def texts(connection: Connection, extract_ids: Iterable[int]) -> Mapping[int, str]:
    """The texts of many extracts by id; those without text are left out."""
    found: dict[int, str] = {}
    wanted = list(dict.fromkeys(extract_ids))
    for start in range(0, len(wanted), _BATCH):
        rows = connection.execute(_TEXTS, {"ids": wanted[start : start + _BATCH]})
        found.update((extract_id, text) for extract_id, text in rows)
    return found


def outdated(
    connection: Connection, readers: Sequence[str], media_types: Sequence[str]
) -> tuple[str, ...]:
    """The records whose extract is by none of these reader versions, though the original has
    one of these media types; in the order in which they were added."""
    table, links, original = schema.extract, schema.record, schema.original
    query = (
        select(links.c.id)
        .join(table, table.c.id == links.c.extract_id)
        .join(original, original.c.digest == table.c.digest)
        .where(table.c.reader.not_in(readers), original.c.media_type.in_(media_types))
        .order_by(links.c.added, links.c.id)
    )
    return tuple(connection.execute(query).scalars())


def newest_id(connection: Connection) -> int:
    """The id of the newest extract; 0 if there is none."""
    return connection.execute(select(func.max(schema.extract.c.id))).scalar() or 0


def following(
    connection: Connection, extract_id: int, *, characters: int
) -> tuple[tuple[int, str], ...]:
    """The next extracts after this id, with their texts ('' for none), in ascending order:
    as many as it takes to come to so many characters, at least one if there is one."""
    table = schema.extract
    query = select(table.c.id, table.c.text).where(table.c.id > extract_id).order_by(table.c.id)
    found, length = [], 0
    with connection.execute(query, execution_options={"yield_per": 50}) as rows:
        for row in rows:
            found.append((row.id, row.text or ""))
            length += len(found[-1][1])
            if length >= characters:
                break
    return tuple(found)


def records_of(
    connection: Connection, extract_ids: Iterable[int], *, revised: bool = False
) -> Mapping[str, int]:
    """The records whose text is that of one of these extracts, each with the extract's id; with
    `revised` only those that are not as they were added."""
    found: dict[str, int] = {}
    wanted = list(dict.fromkeys(extract_ids))
    table = schema.record
    for start in range(0, len(wanted), _BATCH):
        query = select(table.c.id, table.c.extract_id).where(
            table.c.extract_id.in_(wanted[start : start + _BATCH]), table.c.revision > int(revised)
        )
        found.update((row.id, row.extract_id) for row in connection.execute(query))
    return found
