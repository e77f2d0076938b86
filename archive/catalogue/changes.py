"""The change log: what the index has yet to learn, in order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from archive.catalogue import schema


@dataclass(frozen=True, slots=True)
class Change:
    """Change number `seq`: of one record, or of an authority (`kind/id`) when `record_id` is
    None; of any number of authorities when that is None as well."""

    seq: int
    record_id: str | None
    authority: str | None = None


_NEWEST = select(func.max(schema.change.c.seq))


def newest(connection: Connection) -> int:
    """The number of the newest change; 0 if there is none."""
    return connection.execute(_NEWEST).scalar() or 0


def mark(connection: Connection, seq: int) -> str:
    """What tells change number `seq` of this catalogue from that of another; '' if it has none."""
    table = schema.change
    row = connection.execute(select(table).where(table.c.seq == seq)).one_or_none()
    return f"{row.at} {row.record_id or 'authorities'}" if row else ""


def revised_after(connection: Connection, seq: int) -> tuple[str, ...]:
    """The records with a change numbered above `seq` that are not as they were added: a purge
    begins the revisions anew, with a withdrawn one."""
    table, records = schema.change, schema.record
    query = (
        select(table.c.record_id)
        .distinct()
        .join(records, records.c.id == table.c.record_id)
        .where(table.c.seq > seq, (records.c.revision > 1) | records.c.withdrawn)
    )
    return tuple(connection.execute(query).scalars())


def after(connection: Connection, seq: int, *, limit: int) -> tuple[Change, ...]:
    """At most `limit` changes with a number above `seq`, oldest first."""
    table = schema.change
    rows = connection.execute(
        select(table.c.seq, table.c.record_id, table.c.authority)
        .where(table.c.seq > seq)
        .order_by(table.c.seq)
        .limit(limit)
    )
    return tuple(Change(row.seq, row.record_id, row.authority) for row in rows)
