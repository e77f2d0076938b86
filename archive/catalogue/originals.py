"""Originals in the catalogue: which there are, when each was checked, which are damaged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from archive.catalogue import schema
from archive.catalogue.events import FIXITY_CHECK


@dataclass(frozen=True, slots=True)
class Held:
    """An original that the catalogue speaks of: its SHA-256 and its size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Damaged:
    """An original whose newest check failed: when, why, and the records that it belongs to."""

    digest: str
    at: datetime
    reason: str
    record_ids: tuple[str, ...]


def count(connection: Connection) -> int:
    """How many originals there are; purged ones are not counted."""
    query = select(func.count()).select_from(schema.original).where(_HELD)
    return connection.execute(query).scalar_one()


def every(connection: Connection) -> Iterator[Held]:
    """All originals that are not purged, by digest."""
    table = schema.original
    query = select(table.c.digest, table.c.size).where(_HELD).order_by(table.c.digest)
    rows = connection.execute(query)
    return (Held(*row) for row in rows)


def unchecked(connection: Connection, since: datetime, *, limit: int) -> tuple[Held, ...]:
    """At most `limit` originals that were not checked since then, the oldest check first."""
    table, checked = schema.original, func.coalesce(_CHECKED, "")
    query = (
        select(table.c.digest, table.c.size)
        .where(_HELD, checked < since.isoformat())
        .order_by(checked, table.c.received, table.c.digest)
        .limit(limit)
    )
    return tuple(Held(*row) for row in connection.execute(query))


def seen_before(connection: Connection, before: datetime, *, limit: int) -> tuple[Held, ...]:
    """At most `limit` originals that were last received or checked before then, oldest first."""
    table, seen = schema.original, func.coalesce(_CHECKED, schema.original.c.received)
    query = (
        select(table.c.digest, table.c.size)
        .where(_HELD, seen < before.isoformat())
        .order_by(seen, table.c.digest)
        .limit(limit)
    )
    return tuple(Held(*row) for row in connection.execute(query))


def overdue(connection: Connection, before: datetime) -> int:
    """How many originals were last received or checked before then."""
    seen = func.coalesce(_CHECKED, schema.original.c.received)
    query = (
        select(func.count()).select_from(schema.original).where(_HELD, seen < before.isoformat())
    )
    return connection.execute(query).scalar_one()


def checks(connection: Connection, since: datetime) -> int:
    """How many checks were made since then."""
    table = schema.event
    query = (
        select(func.count())
        .select_from(table)
        .where(table.c.type == FIXITY_CHECK, table.c.at >= since.isoformat())
    )
    return connection.execute(query).scalar_one()


def damaged(connection: Connection) -> tuple[Damaged, ...]:
    """The originals whose newest check failed, the oldest failure first."""
    table, links = schema.event, schema.record_original
    newest = table.alias()
    last = (
        select(func.max(newest.c.id))
        .where(newest.c.digest == table.c.digest, newest.c.type == FIXITY_CHECK)
        .scalar_subquery()
    )
    failed = connection.execute(
        select(table)
        .join(schema.original, schema.original.c.digest == table.c.digest)
        .where(
            table.c.type == FIXITY_CHECK,
            table.c.outcome == "failure",
            table.c.id == last,
            _HELD,
        )
        .order_by(table.c.id)
    ).all()
    return tuple(
        Damaged(
            row.digest,
            datetime.fromisoformat(row.at),
            row.detail,
            tuple(
                connection.execute(
                    select(links.c.record_id)
                    .where(links.c.digest == row.digest)
                    .order_by(links.c.record_id)
                ).scalars()
            ),
        )
        for row in failed
    )


def has_failed(connection: Connection, digest: str) -> bool:
    """Whether the newest check of this original found it damaged or missing."""
    table = schema.event
    outcomes = (
        select(table.c.outcome)
        .where(table.c.digest == digest, table.c.type == FIXITY_CHECK)
        .order_by(table.c.id.desc())
        .limit(1)
    )
    return connection.execute(outcomes).scalar() == "failure"


_HELD = ~schema.original.c.purged

_CHECKED = (
    select(func.max(schema.event.c.at))
    .where(
        schema.event.c.digest == schema.original.c.digest,
        schema.event.c.type == FIXITY_CHECK,
    )
    .correlate(schema.original)
    .scalar_subquery()
)
