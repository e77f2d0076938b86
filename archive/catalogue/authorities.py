"""Authorities in the catalogue: the newest of each, and every revision, chained."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from archive.authority import Authority
from archive.catalogue import schema
from archive.catalogue.chain import canonical, link


def every(connection: Connection) -> tuple[Authority, ...]:
    """All authorities, by kind and id."""
    table = schema.authority
    rows = connection.execute(select(table.c.content).order_by(table.c.kind, table.c.id))
    return tuple(_from_content(row.content) for row in rows)


def version(connection: Connection) -> tuple[int, int]:
    """Another pair whenever any authority is new or changed: how many, of how many revisions."""
    table = schema.authority
    query = select(func.count(), func.coalesce(func.sum(table.c.revision), 0)).select_from(table)
    count, revisions = connection.execute(query).one()
    return count, revisions


def put(
    connection: Connection, authorities: Sequence[Authority], *, at: datetime, agent: str
) -> int:
    """Write what is new or different, each as a revision; returns how many were.

    One row in the change log tells the indexer, if anything changed.
    """
    changed = sum(_put_one(connection, each, at=at, agent=agent) for each in authorities)
    if changed:
        connection.execute(insert(schema.change), {"at": at.isoformat(), "record_id": None})
    return changed


def _put_one(connection: Connection, authority: Authority, *, at: datetime, agent: str) -> bool:
    table, revisions = schema.authority, schema.authority_revision
    key = {"kind": authority.kind, "id": authority.id}
    content = canonical(asdict(authority))
    held = connection.execute(select(table).filter_by(**key)).one_or_none()
    if held is not None and held.content == content:
        return False
    number, previous = 1, None
    if held is None:
        connection.execute(insert(table), {**key, "revision": 1, "content": content})
    else:
        number = held.revision + 1
        previous = connection.execute(
            select(revisions.c.digest).filter_by(**key, number=held.revision)
        ).scalar_one()
        connection.execute(update(table).filter_by(**key).values(revision=number, content=content))
    connection.execute(
        insert(revisions),
        {
            **key,
            "number": number,
            "at": at.isoformat(),
            "agent": agent,
            "content": content,
            "digest": link(content, previous),
            "previous": previous,
        },
    )
    return True


def _from_content(content: str) -> Authority:
    data: dict[str, Any] = json.loads(content)
    for many in ("variants", "equivalents", "same_as"):
        data[many] = tuple(data[many])
    return Authority(**data)
