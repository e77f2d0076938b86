"""Purging in the catalogue: what tells of a record's content is blanked, that it was here stays.

Rows that others refer to are kept without their words, so that no number is given out twice:
a journal tells rows by their numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, String, delete, insert, or_, select, update

from archive.catalogue import events, parts, schema
from archive.catalogue.chain import canonical, link
from archive.catalogue.content import content_of
from archive.catalogue.entries import Key
from archive.record import Description, Record

_ENDED = "nothing of its content is left in the archive’s files"

READER = "purged/"
"""What the reader of a purged extract is called, before the extract's number."""


def blank(
    connection: Connection, record: Record, *, at: datetime, agent: str, reason: str
) -> Record:
    """Take out of the catalogue all that tells of a record's content; the record after it.

    Its originals are marked as purged, unless another record has them, and so is a container
    of which no record is left; what was made of those goes as well.  What stays is one revision
    that says who purged it and why, what happened when by whose hand, and the digests.
    """
    links, revisions = schema.record_original, schema.revision
    connection.execute(delete(links).where(links.c.record_id == record.id))
    connection.execute(delete(schema.question).where(schema.question.c.record_id == record.id))
    shared = select(links.c.digest)
    mine = [each.digest for each in record.originals]
    originals = schema.original
    connection.execute(
        update(originals)
        .where(originals.c.digest.in_(mine), originals.c.digest.not_in(shared))
        .values(purged=True)
    )
    wholes = [each.digest for each in parts.containers_of(connection, mine)]
    for container in dict.fromkeys(wholes):
        if not parts.records_in(connection, container):
            here = originals.c.digest == container
            connection.execute(update(originals).where(here).values(purged=True))
    gone = select(originals.c.digest).where(
        originals.c.digest.in_((*mine, *wholes)), originals.c.purged
    )
    inside = schema.part
    connection.execute(update(inside).where(inside.c.digest.in_(gone)).values(path="", name=""))
    connection.execute(
        update(schema.record)
        .where(schema.record.c.id == record.id)
        .values(extract_id=None, withdrawn=True, revision=1)
    )
    extracts = schema.extract
    connection.execute(
        update(extracts)
        .where(extracts.c.digest.in_(gone))
        .values(
            reader=READER + extracts.c.id.cast(String),
            text=None,
            cut=False,
            charset=None,
            description={},
            basis={},
            warnings=[],
        )
    )
    receipts = schema.provenance
    received = select(receipts.c.id).where(receipts.c.record_id == record.id)
    made = select(extracts.c.id).where(extracts.c.digest.in_(gone))
    said = schema.statement
    connection.execute(
        update(said)
        .where(or_(said.c.provenance_id.in_(received), said.c.extract_id.in_(made)))
        .values(value="", place="", pending=False)
    )
    connection.execute(update(receipts).where(receipts.c.record_id == record.id).values(name=""))
    happened = schema.event
    connection.execute(
        update(happened)
        .where(or_(happened.c.record_id == record.id, happened.c.digest.in_(gone)))
        .values(detail="")
    )
    related, answers = schema.relation, schema.answer
    connection.execute(
        update(related)
        .where(or_(related.c.record_id == record.id, related.c.other_id == record.id))
        .values(reason="")
    )
    connection.execute(
        update(answers).where(answers.c.record_id == record.id).values(value="", reason="")
    )
    connection.execute(delete(revisions).where(revisions.c.record_id == record.id))
    after = Record(
        record.id,
        1,
        record.added,
        Description(),
        {},
        record.originals,
        None,
        withdrawn=reason,
        purged=True,
    )
    content = canonical(content_of(after))
    connection.execute(
        insert(revisions),
        {
            "record_id": record.id,
            "number": 1,
            "at": at.isoformat(),
            "agent": agent,
            "reason": reason,
            "content": content,
            "digest": link(content, None),
            "previous": None,
        },
    )
    connection.execute(insert(schema.change), {"at": at.isoformat(), "record_id": record.id})
    digests = connection.execute(gone).scalars().all()
    events.log(
        connection,
        events.DELETION,
        at=at,
        agent=agent,
        detail="; ".join([reason, *(f"SHA-256 {digest}" for digest in sorted(digests))]),
        record_id=record.id,
    )
    return after


def note_end(connection: Connection, record_id: str, *, at: datetime, agent: str) -> None:
    """Note that all steps of a record's purge were done, unless that was noted before."""
    if record_id in unfinished(connection):
        events.log(
            connection, events.DELETION, at=at, agent=agent, detail=_ENDED, record_id=record_id
        )


def unfinished(connection: Connection) -> tuple[str, ...]:
    """The records whose purge was begun and did not come to its end, by id."""
    happened = schema.event
    ended = select(happened.c.record_id).where(
        happened.c.type == events.DELETION, happened.c.detail == _ENDED
    )
    query = (
        select(happened.c.record_id)
        .distinct()
        .where(happened.c.type == events.DELETION, happened.c.record_id.not_in(ended))
        .order_by(happened.c.record_id)
    )
    return tuple(connection.execute(query).scalars())


def purged_digests(connection: Connection, record: Record) -> tuple[str, ...]:
    """The originals of a purged record, and their containers, that are to be nowhere any more."""
    return _with(connection, record, purged=True)


def kept_digests(connection: Connection, record: Record) -> tuple[str, ...]:
    """The originals of a purged record, and their containers, that stay, for other records
    have them or came in them."""
    return _with(connection, record, purged=False)


def purged_extracts(connection: Connection) -> tuple[int, ...]:
    """The extracts that were purged, by id."""
    table = schema.extract
    query = select(table.c.id).where(table.c.reader.startswith(READER))
    return tuple(connection.execute(query).scalars())


def was_blanked(connection: Connection) -> Callable[[str, Key], bool]:
    """Tells of a row, by its table and key, whether it was blanked or removed by a purge."""
    happened, revisions = schema.event, schema.revision
    records = set(
        connection.execute(
            select(happened.c.record_id).where(happened.c.type == events.DELETION)
        ).scalars()
    )
    extracts = set(purged_extracts(connection))
    receipts, said = schema.provenance, schema.statement
    originals = select(schema.original.c.digest).where(schema.original.c.purged)
    related, answers = schema.relation, schema.answer
    keys = {
        "provenance": select(receipts.c.id).where(receipts.c.record_id.in_(records)),
        "statement": select(said.c.id).where(
            or_(
                said.c.extract_id.in_(extracts),
                said.c.provenance_id.in_(
                    select(receipts.c.id).where(receipts.c.record_id.in_(records))
                ),
            )
        ),
        "event": select(happened.c.id).where(
            or_(happened.c.record_id.in_(records), happened.c.digest.in_(originals))
        ),
        "relation": select(related.c.id).where(
            or_(related.c.record_id.in_(records), related.c.other_id.in_(records))
        ),
        "answer": select(answers.c.id).where(answers.c.record_id.in_(records)),
    }
    part = schema.part
    places = {
        (row.container, row.position)
        for row in connection.execute(
            select(part.c.container, part.c.position).where(part.c.digest.in_(originals))
        )
    }
    rows = {name: set(connection.execute(query).scalars()) for name, query in keys.items()}
    rows["extract"] = extracts
    by_record = {schema.record.name, revisions.name, schema.record_original.name}

    def blanked(table: str, key: Key) -> bool:
        if table in by_record:
            return key[0] in records
        if table == part.name:
            return key in places
        return key[0] in rows.get(table, ())

    return blanked


def _with(connection: Connection, record: Record, *, purged: bool) -> tuple[str, ...]:
    table = schema.original
    mine = [each.digest for each in record.originals]
    wholes = [each.digest for each in parts.containers_of(connection, mine)]
    query = (
        select(table.c.digest)
        .where(table.c.digest.in_((*mine, *wholes)), table.c.purged.is_(purged))
        .order_by(table.c.digest)
    )
    return tuple(connection.execute(query).scalars())
