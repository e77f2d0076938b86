"""PREMIS events: what was done to an original or a record, by whom, and how it ended.

The types are terms of the Library of Congress preservation event type vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from archive.catalogue import schema

INGESTION = "ingestion"
DIGEST_CALCULATION = "message digest calculation"
METADATA_EXTRACTION = "metadata extraction"
METADATA_MODIFICATION = "metadata modification"
FIXITY_CHECK = "fixity check"
RECOVERY = "recovery"
REPLICATION = "replication"
UNPACKING = "unpacking"
DELETION = "deletion"
ACCOUNT_CHANGE = "account change"
"""Not of that vocabulary, which knows objects only: who may do what changed."""

_COPY = re.compile(r"(?:backup \S+ in (.*): \d+ originals|exported to (.*): \d+ records)\Z")


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `outcome` is `success` or `failure`, `detail` says more."""

    at: datetime
    type: str
    agent: str
    outcome: str
    detail: str
    digest: str | None
    record_id: str | None


def log(
    connection: Connection,
    kind: str,
    *,
    at: datetime,
    agent: str,
    detail: str,
    outcome: str = "success",
    digest: str | None = None,
    record_id: str | None = None,
) -> None:
    """Append an event in the caller's transaction."""
    log_all(connection, [Event(at, kind, agent, outcome, detail, digest, record_id)])


def log_all(connection: Connection, events: Iterable[Event]) -> None:
    """Append events, in order, in the caller's transaction."""
    rows = [
        {
            "at": each.at.isoformat(),
            "type": each.type,
            "agent": each.agent,
            "outcome": each.outcome,
            "detail": each.detail,
            "digest": each.digest,
            "record_id": each.record_id,
        }
        for each in events
    ]
    if rows:
        connection.execute(insert(schema.event), rows)


def of_record(connection: Connection, record_id: str) -> tuple[Event, ...]:
    """The events of a record and of its originals, oldest first."""
    table, links = schema.event, schema.record_original
    digests = select(links.c.digest).where(links.c.record_id == record_id)
    rows = connection.execute(
        select(table)
        .where((table.c.record_id == record_id) | table.c.digest.in_(digests))
        .order_by(table.c.id)
    )
    return tuple(
        Event(
            datetime.fromisoformat(row.at),
            row.type,
            row.agent,
            row.outcome,
            row.detail,
            row.digest,
            row.record_id,
        )
        for row in rows
    )


def copies(connection: Connection) -> tuple[tuple[str, bool], ...]:
    """Where copies of what is in the archive were made, as it was told then: the folders it was
    backed up to, each with True, and the places it was exported to."""
    table = schema.event
    details = connection.execute(select(table.c.detail).where(table.c.type == REPLICATION))
    found = (_COPY.match(each) for each in details.scalars())
    return tuple(dict.fromkeys((m[1] or m[2], m[1] is not None) for m in found if m))
