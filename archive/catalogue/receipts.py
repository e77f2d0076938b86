"""Receipts in the catalogue: each time an original came in, and what was said of it then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from archive.catalogue import schema
from archive.record import Provenance, Statement

_BATCH = 500


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
    held = claims(connection, record_id) if pending else ()
    waiting = {(claim.name, claim.statement) for claim in held}
    noted = [(statement, False) for statement in statements if statement not in pending]
    noted += [(each, True) for each in pending if (receipt.name, each) not in waiting]
    _write(connection, [(record_id, receipt, noted)])


def receive_first(
    connection: Connection, received: Sequence[tuple[str, Provenance, Sequence[Statement]]]
) -> None:
    """Note the first receipts of new records, by their ids, and what was said then, of which
    nothing waits.  At least one, in a transaction that writes."""
    _write(
        connection,
        [
            (record_id, receipt, [(statement, False) for statement in statements])
            for record_id, receipt, statements in received
        ],
    )


def _write(
    connection: Connection,
    received: Sequence[tuple[str, Provenance, Sequence[tuple[Statement, bool]]]],
) -> None:
    table = schema.provenance
    # Numbered here, as the database would: it does not tell the numbers of many rows.
    first = (connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1
    connection.execute(
        insert(table),
        [
            {
                "id": provenance_id,
                "record_id": record_id,
                "digest": receipt.digest,
                "name": receipt.name,
                "at": receipt.at.isoformat(),
                "agent": receipt.agent,
            }
            for provenance_id, (record_id, receipt, _) in enumerate(received, start=first)
        ],
    )
    noted = [
        {
            "provenance_id": provenance_id,
            "property": statement.property,
            "value": statement.value,
            "place": statement.where,
            "pending": waits,
        }
        for provenance_id, (_, _, said) in enumerate(received, start=first)
        for statement, waits in said
    ]
    if noted:
        connection.execute(insert(schema.statement), noted)


def provenance(connection: Connection, record_id: str) -> tuple[Provenance, ...]:
    """Each time the record's originals were received, oldest first."""
    table = schema.provenance
    rows = connection.execute(
        select(table).where(table.c.record_id == record_id).order_by(table.c.id)
    )
    return tuple(
        Provenance(row.digest, row.name, datetime.fromisoformat(row.at), row.agent) for row in rows
    )


def adders(connection: Connection, record_ids: Iterable[str]) -> Mapping[str, str]:
    """Who handed in these records first, by the records' ids."""
    table = schema.provenance
    wanted = list(dict.fromkeys(record_ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _BATCH):
        firsts = select(func.min(table.c.id)).group_by(table.c.record_id)
        firsts = firsts.where(table.c.record_id.in_(wanted[start : start + _BATCH]))
        query = select(table.c.record_id, table.c.agent).where(table.c.id.in_(firsts))
        found.update((row.record_id, row.agent) for row in connection.execute(query))
    return found


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
