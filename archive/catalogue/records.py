"""Records in the catalogue: their revisions, their originals and the change log.

`begin_all` and `revise_all` are the only ways a record changes.  Each writes the revision, its
PREMIS event and its row in the change log in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from archive.catalogue import events, schema
from archive.catalogue.chain import canonical, link
from archive.catalogue.content import content_of, with_content
from archive.record import Original, Record, Revision, Role

_BATCH = 500


def add_original(
    connection: Connection, digest: str, size: int, media_type: str, *, at: datetime
) -> bool:
    """Note an original whose bytes are already kept; False if it was noted before and is held."""
    table = schema.original
    same = table.c.digest == digest
    if held := connection.execute(select(table.c.purged).where(same)).first():
        if held.purged:
            connection.execute(
                update(table).where(same).values(purged=False, received=at.isoformat())
            )
        return bool(held.purged)
    connection.execute(
        insert(table),
        {"digest": digest, "size": size, "media_type": media_type, "received": at.isoformat()},
    )
    return True


def add_originals(connection: Connection, originals: Iterable[Original], *, at: datetime) -> None:
    """Note originals that the catalogue does not know, at least one; their bytes are kept."""
    connection.execute(
        insert(schema.original),
        [
            {
                "digest": original.digest,
                "size": original.size,
                "media_type": original.media_type,
                "received": at.isoformat(),
            }
            for original in originals
        ],
    )


def purged_among(connection: Connection, digests: Iterable[str]) -> frozenset[str]:
    """Which of these originals were here and were purged."""
    table = schema.original
    found: set[str] = set()
    for batch in _batches(digests):
        query = select(table.c.digest).where(table.c.digest.in_(batch), table.c.purged)
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def media_types(connection: Connection, digests: Iterable[str]) -> Mapping[str, str]:
    """The media types of those of these originals that are in the catalogue, by digest."""
    table = schema.original
    found: dict[str, str] = {}
    for batch in _batches(digests):
        query = select(table.c.digest, table.c.media_type).where(table.c.digest.in_(batch))
        found.update((row.digest, row.media_type) for row in connection.execute(query))
    return found


def begin(connection: Connection, record: Record, *, agent: str) -> None:
    """Write a new record at its first revision, as `begin_all`."""
    begin_all(connection, [record], agent=agent)


def begin_all(connection: Connection, begun: Sequence[Record], *, agent: str) -> None:
    """Write new records, at least one, at their first revision; `revision` must be 1.

    Their originals and their extracts must be in the catalogue.
    """
    connection.execute(
        insert(schema.record),
        [
            {
                "id": record.id,
                "added": record.added.isoformat(),
                "revision": 1,
                "extract_id": record.extract_id,
                "withdrawn": record.withdrawn is not None,
            }
            for record in begun
        ],
    )
    connection.execute(
        insert(schema.record_original),
        [
            {"record_id": record.id, "digest": original.digest, "role": original.role.value}
            for record in begun
            for original in record.originals
        ],
    )
    _append(connection, [_Next(each, None, each.added, agent, "added") for each in begun])
    events.log_all(
        connection,
        [
            events.Event(
                record.added,
                events.INGESTION,
                agent,
                "success",
                "record begun",
                record.originals[0].digest,
                record.id,
            )
            for record in begun
        ],
    )


def revise(
    connection: Connection, record: Record, *, at: datetime, agent: str, reason: str
) -> None:
    """Write the next revision of a record, as `revise_all`."""
    revise_all(connection, [(record, reason)], at=at, agent=agent)


def revise_all(
    connection: Connection, revised: Sequence[tuple[Record, str]], *, at: datetime, agent: str
) -> None:
    """Write the next revision of records, each with its reason; `revision` is its number.  Each
    record once, at least one, in a transaction that writes.

    Raises `StaleRevision` if a record is not at the revision before it.
    """
    previous = _newest_digests(connection, [record.id for record, _ in revised])
    for record, _ in revised:
        if previous.get(record.id, (0, ""))[0] != record.revision - 1:
            raise StaleRevision(f"record {record.id} was changed meanwhile; look at it again")
    connection.execute(
        _REVISED,
        [
            {
                "record_id": record.id,
                "number": record.revision,
                "rests_on": record.extract_id,
                "hidden": record.withdrawn is not None,
            }
            for record, _ in revised
        ],
    )
    following = [
        _Next(record, previous[record.id][1], at, agent, reason) for record, reason in revised
    ]
    _append(connection, following)
    events.log_all(
        connection,
        [
            events.Event(
                at, events.METADATA_MODIFICATION, agent, "success", reason, None, record.id
            )
            for record, reason in revised
        ],
    )


class StaleRevision(Exception):
    """The record has a newer revision than the one that the change was based on."""


_REVISED = (
    update(schema.record)
    .where(schema.record.c.id == bindparam("record_id"))
    .values(
        revision=bindparam("number"),
        extract_id=bindparam("rests_on"),
        withdrawn=bindparam("hidden"),
    )
)

_DIGESTS = (
    select(schema.record.c.id, schema.record.c.revision, schema.revision.c.digest)
    .join(
        schema.revision,
        (schema.revision.c.record_id == schema.record.c.id)
        & (schema.revision.c.number == schema.record.c.revision),
    )
    .where(schema.record.c.id.in_(bindparam("ids", expanding=True)))
)

# Made once: to make it takes longer than to run it, and each page of hits does.
_MANY = (
    select(
        schema.record.c.id,
        schema.record.c.revision,
        schema.record.c.added,
        schema.record.c.extract_id,
        schema.revision.c.content,
    )
    .join(
        schema.revision,
        (schema.revision.c.record_id == schema.record.c.id)
        & (schema.revision.c.number == schema.record.c.revision),
    )
    .where(schema.record.c.id.in_(bindparam("ids", expanding=True)))
)


def get(connection: Connection, record_id: str) -> Record | None:
    """The record at its newest revision; None if there is none of this id."""
    return many(connection, [record_id]).get(record_id)


def many(connection: Connection, record_ids: Iterable[str]) -> Mapping[str, Record]:
    """Records at their newest revision, by id; unknown ids are left out."""
    found: dict[str, Record] = {}
    for batch in _batches(record_ids):
        rows = connection.execute(_MANY, {"ids": batch})
        for record_id, revision, added, extract_id, content in rows:
            when = datetime.fromisoformat(added)
            found[record_id] = with_content(record_id, revision, when, extract_id, content)
    return found


def holding(connection: Connection, digest: str) -> Record | None:
    """The record whose principal original has this digest, the oldest if there are several."""
    links, table = schema.record_original, schema.record
    query = (
        select(links.c.record_id)
        .join(table, table.c.id == links.c.record_id)
        .where(links.c.digest == digest, links.c.role == Role.PRINCIPAL.value)
        .order_by(table.c.added, table.c.id)
        .limit(1)
    )
    record_id = connection.execute(query).scalar()
    return None if record_id is None else get(connection, record_id)


def count(connection: Connection) -> int:
    """How many records there are."""
    return connection.execute(select(func.count()).select_from(schema.record)).scalar_one()


def ids(connection: Connection) -> Iterator[str]:
    """Every record's id, in the order they were added."""
    table = schema.record
    rows = connection.execute(select(table.c.id).order_by(table.c.added, table.c.id))
    return iter([row.id for row in rows])


def standing_ids(connection: Connection) -> Iterator[str]:
    """The ids of the records that are not withdrawn, in the order they were added."""
    table = schema.record
    query = select(table.c.id).where(~table.c.withdrawn).order_by(table.c.added, table.c.id)
    return iter(connection.execute(query).scalars().all())


def coded(connection: Connection) -> tuple[str, ...]:
    """The records that hold a stance and are not withdrawn, in the order they were added."""
    table, revisions = schema.record, schema.revision
    query = (
        select(table.c.id)
        .join(
            revisions,
            (revisions.c.record_id == table.c.id) & (revisions.c.number == table.c.revision),
        )
        .where(table.c.withdrawn.is_(False), revisions.c.content.contains('"stance":'))
        .order_by(table.c.added, table.c.id)
    )
    return tuple(connection.execute(query).scalars())


def history(connection: Connection, record_id: str) -> tuple[Revision, ...]:
    """The record's revisions, oldest first."""
    table = schema.revision
    rows = connection.execute(
        select(table).where(table.c.record_id == record_id).order_by(table.c.number)
    )
    return tuple(
        Revision(
            row.number,
            datetime.fromisoformat(row.at),
            row.agent,
            row.reason,
            row.digest,
            row.previous,
        )
        for row in rows
    )


def revisions(connection: Connection, record_id: str) -> tuple[tuple[Revision, Record], ...]:
    """The record's revisions, oldest first, each with the record as it was at it, on the
    extract that it rests on now."""
    table = schema.record
    row = connection.execute(select(table).where(table.c.id == record_id)).one_or_none()
    if row is None:
        return ()
    added = datetime.fromisoformat(row.added)
    content = schema.revision
    contents = connection.execute(
        select(content.c.content).where(content.c.record_id == record_id).order_by(content.c.number)
    ).scalars()
    return tuple(
        (revision, with_content(record_id, revision.number, added, row.extract_id, written))
        for revision, written in zip(history(connection, record_id), contents, strict=True)
    )


def newest_content(connection: Connection, record_id: str) -> str | None:
    """What the record's newest revision holds, as it was written; None if there is none."""
    table, content = schema.record, schema.revision
    query = select(content.c.content).join(
        table, (content.c.record_id == table.c.id) & (content.c.number == table.c.revision)
    )
    return connection.execute(query.where(table.c.id == record_id)).scalar()


def at_revision(connection: Connection, record_id: str, number: int) -> Record | None:
    """The record as it was at one of its revisions, on the extract that it rests on now."""
    table, revisions = schema.record, schema.revision
    query = (
        select(table.c.id, table.c.added, table.c.extract_id, revisions.c.content)
        .join(revisions, revisions.c.record_id == table.c.id)
        .where(table.c.id == record_id, revisions.c.number == number)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return with_content(
        row.id, number, datetime.fromisoformat(row.added), row.extract_id, row.content
    )


@dataclass(frozen=True, slots=True)
class _Next:
    """A record at the revision that is to be written, and the digest of the one before."""

    record: Record
    previous: str | None
    at: datetime
    agent: str
    reason: str

    def row(self) -> dict[str, Any]:
        content = canonical(content_of(self.record))
        return {
            "record_id": self.record.id,
            "number": self.record.revision,
            "at": self.at.isoformat(),
            "agent": self.agent,
            "reason": self.reason,
            "content": content,
            "digest": link(content, self.previous),
            "previous": self.previous,
        }


def _newest_digests(connection: Connection, ids: Iterable[str]) -> Mapping[str, tuple[int, str]]:
    """The numbers of these records' newest revisions and their digests, by the records' ids."""
    found: dict[str, tuple[int, str]] = {}
    for batch in _batches(ids):
        rows = connection.execute(_DIGESTS, {"ids": batch})
        found.update((row.id, (row.revision, row.digest)) for row in rows)
    return found


def _append(connection: Connection, following: Sequence[_Next]) -> None:
    connection.execute(insert(schema.revision), [each.row() for each in following])
    connection.execute(
        insert(schema.change),
        [{"at": each.at.isoformat(), "record_id": each.record.id} for each in following],
    )


def _batches(wanted: Iterable[str]) -> Iterator[list[str]]:
    """Each once, as many at a time as a query takes."""
    different = list(dict.fromkeys(wanted))
    return (different[start : start + _BATCH] for start in range(0, len(different), _BATCH))
