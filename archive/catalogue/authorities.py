"""Authorities in the catalogue: the newest of each, and every revision, chained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_, update

from archive.authority import Authority
from archive.catalogue import schema
from archive.catalogue.chain import canonical, link
from archive.errors import UserMistake

_BATCH = 400
"""Authorities that are looked up in one statement."""


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
    """Write what is new or different, each as a revision; returns how many were.  None is there
    twice.

    Each tells the indexer by a row in the change log.
    """
    held = _held(connection, authorities)
    changed: list[_Next] = []
    for each in authorities:
        content = canonical(_content(each))
        number, previous, before = held.get((each.kind, each.id), (0, None, None))
        if content != before:
            changed.append(_Next(each.kind, each.id, number + 1, content, previous))
    if changed:
        _write(connection, changed, at=at, agent=agent)
    return len(changed)


def arriving(
    connection: Connection, table: Iterable[Authority]
) -> tuple[tuple[Authority, ...], tuple[Authority, ...]]:
    """Of the authorities that a table has those that are new or different here, to be `put`; and
    those that are passed over, for they are others' by now, which a table from before does not
    know: as they are here.

    Raises `UserMistake` if one is there twice, or is to be replaced by none that is in force.
    """
    known = {(each.kind, each.id): each for each in every(connection)}
    seen: set[tuple[str, str]] = set()
    different, merged_here = [], []
    for each in table:
        if (each.kind, each.id) in seen:
            raise UserMistake(f"The {each.kind} “{each.id}” is there twice; nothing was imported.")
        seen.add((each.kind, each.id))
        held = known.get((each.kind, each.id))
        if held is not None and held.replaced_by is not None and each.replaced_by is None:
            merged_here.append(held)
        elif each != held:
            different.append(each)
    _check_replacements({**known, **{(e.kind, e.id): e for e in different}}, different)
    return tuple(different), tuple(merged_here)


def _check_replacements(
    held: Mapping[tuple[str, str], Authority], different: Iterable[Authority]
) -> None:
    for each in different:
        passed: set[str] = set()
        last: Authority | None = each
        while last is not None and last.replaced_by is not None and last.id not in passed:
            passed.add(last.id)
            last = held.get((each.kind, last.replaced_by))
        if last is None or last.replaced_by is not None:
            raise UserMistake(
                f"The {each.kind} “{each.id}” cannot be replaced by “{each.replaced_by}”, for that "
                f"{'is not there' if last is None else 'leads back to it'}; nothing was imported."
            )


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


@dataclass(frozen=True, slots=True)
class _Next:
    """An authority's revision that is to be written, and the digest of the one before."""

    kind: str
    id: str
    number: int
    content: str
    previous: str | None


def _held(
    connection: Connection, authorities: Sequence[Authority]
) -> Mapping[tuple[str, str], tuple[int, str, str]]:
    """The number, the digest and the content of the newest revision of those that are held."""
    table, revisions = schema.authority, schema.authority_revision
    query = select(table, revisions.c.digest).join(
        revisions,
        (revisions.c.kind == table.c.kind)
        & (revisions.c.id == table.c.id)
        & (revisions.c.number == table.c.revision),
    )
    found: dict[tuple[str, str], tuple[int, str, str]] = {}
    for start in range(0, len(authorities), _BATCH):
        keys = [(each.kind, each.id) for each in authorities[start : start + _BATCH]]
        rows = connection.execute(query.where(tuple_(table.c.kind, table.c.id).in_(keys)))
        found.update(((row.kind, row.id), (row.revision, row.digest, row.content)) for row in rows)
    return found


def _write(connection: Connection, changed: Sequence[_Next], *, at: datetime, agent: str) -> None:
    table, revisions = schema.authority, schema.authority_revision
    new = [each for each in changed if each.previous is None]
    if new:
        connection.execute(
            insert(table),
            [{"kind": e.kind, "id": e.id, "revision": e.number, "content": e.content} for e in new],
        )
    if len(new) < len(changed):
        connection.execute(
            update(table)
            .where(table.c.kind == bindparam("of_kind"), table.c.id == bindparam("of_id"))
            .values(revision=bindparam("number"), content=bindparam("now")),
            [
                {"of_kind": e.kind, "of_id": e.id, "number": e.number, "now": e.content}
                for e in changed
                if e.previous is not None
            ],
        )
    connection.execute(
        insert(revisions),
        [
            {
                "kind": each.kind,
                "id": each.id,
                "number": each.number,
                "at": at.isoformat(),
                "agent": agent,
                "content": each.content,
                "digest": link(each.content, each.previous),
                "previous": each.previous,
            }
            for each in changed
        ],
    )
    connection.execute(
        insert(schema.change),
        [
            {"at": at.isoformat(), "record_id": None, "authority": f"{each.kind}/{each.id}"}
            for each in changed
        ],
    )


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
