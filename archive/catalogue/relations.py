"""Relations in the catalogue: every decision, of which the newest for two records is in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from archive.catalogue import events, schema
from archive.relation import Relation, RelationKind


def put(connection: Connection, relation: Relation) -> bool:
    """Write a decision, with an event and a row in the change log for each of the two records.

    False, and nothing is written, if the same is in force already, or nothing is that could be
    taken back.  Both records are in the
    catalogue, and not the same one.
    """
    decided = False
    for held in of_record(connection, relation.record_id):
        same = {held.record_id, held.other_id} == {relation.record_id, relation.other_id}
        decided = decided or same
        if same and held.kind is relation.kind:
            turned = held.record_id != relation.record_id
            if not turned or relation.kind is RelationKind.DIFFERENT:
                return False
    if relation.kind is RelationKind.UNDECIDED and not decided:
        return False
    at = relation.at.isoformat()
    connection.execute(
        insert(schema.relation),
        {
            "at": at,
            "agent": relation.agent,
            "record_id": relation.record_id,
            "kind": relation.kind.value,
            "other_id": relation.other_id,
            "reason": relation.reason,
        },
    )
    what = _SENTENCES[relation.kind].format(relation.record_id, relation.other_id)
    for record_id in (relation.record_id, relation.other_id):
        events.log(
            connection,
            events.METADATA_MODIFICATION,
            at=relation.at,
            agent=relation.agent,
            detail=f"{what}: {relation.reason}",
            record_id=record_id,
        )
        connection.execute(insert(schema.change), {"at": at, "record_id": record_id})
    return True


def in_force(connection: Connection) -> tuple[Relation, ...]:
    """What is decided, one relation for two records at most, the oldest first."""
    return _newest(connection, select(schema.relation))


def of_record(connection: Connection, record_id: str) -> tuple[Relation, ...]:
    """What is decided of this record and others, the oldest first."""
    table = schema.relation
    either = (table.c.record_id == record_id) | (table.c.other_id == record_id)
    return _newest(connection, select(table).where(either))


_SENTENCES = {
    RelationKind.REPUBLICATION: "record {} is a republication of {}",
    RelationKind.VERSION: "record {} is a version of {}",
    RelationKind.DIFFERENT: "records {} and {} are different",
    RelationKind.UNDECIDED: "what was decided of records {} and {} is taken back",
}


def _newest(connection: Connection, query: Select[Any]) -> tuple[Relation, ...]:
    rows: Iterable[Row[Any]] = connection.execute(query.order_by(schema.relation.c.id))
    newest = {frozenset((row.record_id, row.other_id)): row for row in rows}
    return tuple(
        _relation(row)
        for row in sorted(newest.values(), key=lambda row: row.id)
        if row.kind != RelationKind.UNDECIDED
    )


def _relation(row: Row[Any]) -> Relation:
    at = datetime.fromisoformat(row.at)
    kind = RelationKind(row.kind)
    return Relation(row.record_id, kind, row.other_id, at, row.agent, row.reason)
