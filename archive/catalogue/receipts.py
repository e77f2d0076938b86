"""Receipts in the catalogue: each time an original came in, and what was said of it then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from archive.catalogue import schema
from archive.record import Provenance, Statement


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that waits for a person, because it contradicts what is held."""

    statement: Statement
    name: str
    at: datetime


def receive(
    connection: Connection,
    record_id: str,
    receipt: Provenance,
    statements: Sequence[Statement],
    pending: Sequence[Statement] = (),
) -> None:
    """Note one receipt of an original and what was said of it; `pending` waits for a person.

    A pending statement that waits already, under the same name, is not noted again.
    """
    row = connection.execute(
        insert(schema.provenance),
        {
            "record_id": record_id,
            "digest": receipt.digest,
            "name": receipt.name,
            "at": receipt.at.isoformat(),
            "agent": receipt.agent,
        },
    )
    (provenance_id,) = row.inserted_primary_key or (None,)
    held = claims(connection, record_id) if pending else ()
    waiting = {(claim.name, claim.statement) for claim in held}
    noted = [(statement, False) for statement in statements if statement not in pending]
    noted += [(each, True) for each in pending if (receipt.name, each) not in waiting]
    if noted:
        connection.execute(
            insert(schema.statement),
            [
                {
                    "provenance_id": provenance_id,
                    "property": statement.property,
                    "value": statement.value,
                    "place": statement.where,
                    "pending": waits,
                }
                for statement, waits in noted
            ],
        )


def provenance(connection: Connection, record_id: str) -> tuple[Provenance, ...]:
    """Each time the record's originals were received, oldest first."""
    table = schema.provenance
    rows = connection.execute(
        select(table).where(table.c.record_id == record_id).order_by(table.c.id)
    )
    return tuple(
        Provenance(row.digest, row.name, datetime.fromisoformat(row.at), row.agent) for row in rows
    )


def said(connection: Connection, record_id: str) -> frozenset[tuple[str, Statement | None]]:
    """What was said at each receipt, with the name it came under; None where nothing was."""
    receipts, table = schema.provenance, schema.statement
    rows = connection.execute(
        select(receipts.c.name, table.c.property, table.c.value, table.c.place)
        .outerjoin(table, table.c.provenance_id == receipts.c.id)
        .where(receipts.c.record_id == record_id)
    )
    return frozenset(
        (name, None if prop is None else Statement(prop, value, place))
        for name, prop, value, place in rows
    )


def statements(connection: Connection, record_id: str) -> tuple[Statement, ...]:
    """What people and producers said of the record, oldest first; pending claims are not in it."""
    receipts, table = schema.provenance, schema.statement
    rows = connection.execute(
        select(table.c.property, table.c.value, table.c.place)
        .join(receipts, receipts.c.id == table.c.provenance_id)
        .where(receipts.c.record_id == record_id, table.c.pending.is_(False))
        .order_by(table.c.id)
    )
    return tuple(Statement(*row) for row in rows)


def claims(connection: Connection, record_id: str) -> tuple[Claim, ...]:
    """The record's pending statements, oldest first."""
    receipts, table = schema.provenance, schema.statement
    rows = connection.execute(
        select(table.c.property, table.c.value, table.c.place, receipts.c.name, receipts.c.at)
        .join(receipts, receipts.c.id == table.c.provenance_id)
        .where(receipts.c.record_id == record_id, table.c.pending)
        .order_by(table.c.id)
    )
    return tuple(
        Claim(Statement(*said), name, datetime.fromisoformat(at)) for *said, name, at in rows
    )
