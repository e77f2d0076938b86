"""Authorities in the catalogue: the newest of each, and every revision, chained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from archive.authority import Authority
from archive.catalogue import schema
from archive.catalogue.chain import canonical, link
from archive.errors import UserMistake


def every(connection: Connection) -> tuple[Authority, ...]:
    """All authorities, by kind and id; those too that were replaced."""
    table = schema.authority
    rows = connection.execute(select(table.c.content).order_by(table.c.kind, table.c.id))
    return tuple(from_content(row.content) for row in rows)


_VERSION = select(
    func.count(), func.coalesce(func.sum(schema.authority.c.revision), 0)
).select_from(schema.authority)


def version(connection: Connection) -> tuple[int, int]:
    """Another pair whenever any authority is new or changed: how many, of how many revisions."""
    count, revisions = connection.execute(_VERSION).one()
    return count, revisions


def get(connection: Connection, kind: str, id: str) -> tuple[Authority, int] | None:
    """An authority and the number of its newest revision; None if there is none."""
    table = schema.authority
    query = select(table.c.content, table.c.revision).filter_by(kind=kind, id=id)
    row = connection.execute(query).one_or_none()
    return (from_content(row.content), row.revision) if row else None


@dataclass(frozen=True, slots=True)
class AuthorityRevision:
    """What an authority was from `at` on, and who said so."""

    number: int
    at: datetime
    agent: str
    authority: Authority


def history(connection: Connection, kind: str, id: str) -> tuple[AuthorityRevision, ...]:
    """An authority's revisions, oldest first."""
    table = schema.authority_revision
    rows = connection.execute(select(table).filter_by(kind=kind, id=id).order_by(table.c.number))
    return tuple(
        AuthorityRevision(
            row.number, datetime.fromisoformat(row.at), row.agent, from_content(row.content)
        )
        for row in rows
    )


def put(
    connection: Connection, authorities: Sequence[Authority], *, at: datetime, agent: str
) -> int:
    """Write what is new or different, each as a revision; returns how many were.

    Each tells the indexer by a row in the change log.
    """
    changed = [each for each in authorities if _put_one(connection, each, at=at, agent=agent)]
    if changed:
        connection.execute(
            insert(schema.change),
            [
                {"at": at.isoformat(), "record_id": None, "authority": f"{each.kind}/{each.id}"}
                for each in changed
            ],
        )
    return len(changed)


def arriving(
    connection: Connection, table: Iterable[Authority]
) -> tuple[tuple[Authority, ...], tuple[Authority, ...]]:
    """Of the authorities that a table has those that are new or different here, to be `put`; and
    those that are passed over, for they are others' by now, which a table from before does not
    know: as they are here.

    Raises `UserMistake` if one is there twice.
    """
    seen: set[tuple[str, str]] = set()
    different, merged_here = [], []
    for each in table:
        if (each.kind, each.id) in seen:
            raise UserMistake(f"The {each.kind} “{each.id}” is there twice; nothing was imported.")
        seen.add((each.kind, each.id))
        held, _ = get(connection, each.kind, each.id) or (None, 0)
        if held is not None and held.replaced_by is not None and each.replaced_by is None:
            merged_here.append(held)
        elif each != held:
            different.append(each)
    return tuple(different), tuple(merged_here)


def amend(
    connection: Connection, authority: Authority, *, based_on: int, at: datetime, agent: str
) -> None:
    """Write an authority that a person edited, seeing revision `based_on` (0: a new one).

    Raises `StaleAuthority` if there is a newer one.
    """
    held = get(connection, authority.kind, authority.id)
    if (held[1] if held else 0) != based_on:
        raise StaleAuthority(
            f"The {authority.kind} “{authority.id}” was changed meanwhile; nothing of yours was "
            "written. Look at what changed and decide again."
            if based_on
            else f"There is already a {authority.kind} “{authority.id}”."
        )
    put(connection, [authority], at=at, agent=agent)


class StaleAuthority(UserMistake):
    """The edit was based on a revision that is not the newest (status 409)."""


def _put_one(connection: Connection, authority: Authority, *, at: datetime, agent: str) -> bool:
    table, revisions = schema.authority, schema.authority_revision
    key = {"kind": authority.kind, "id": authority.id}
    content = canonical(_content(authority))
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


def _content(authority: Authority) -> dict[str, Any]:
    content = asdict(authority)
    if authority.replaced_by is None:
        del content["replaced_by"]  # older revisions know nothing of it
    return content


def from_content(content: str) -> Authority:
    """The authority that a revision holds, from its JSON."""
    data: dict[str, Any] = json.loads(content)
    for many in ("variants", "equivalents", "same_as"):
        data[many] = tuple(data[many])
    return Authority(**data)
