"""Parts in the catalogue: which originals came in which container."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Select, insert, select

from archive.catalogue import schema
from archive.record import Role
from archive.submission import PartOf

_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Whole:
    """A container that an original came in: its SHA-256, size in bytes, media type and name, and
    the path in it, which is data, and the position, from 1, that the original has there."""

    digest: str
    size: int
    media_type: str
    name: str
    path: str
    position: int


def note(connection: Connection, part_of: PartOf | None, digest: str) -> None:
    """Note that an original came in a container, if it did and that is not noted yet.

    Both must be in the catalogue.
    """
    if part_of is None:
        return
    table = schema.part
    container = part_of.within[-1]
    known = select(table.c.digest).where(
        table.c.container == container, table.c.position == part_of.position
    )
    if connection.execute(known).first() is None:
        connection.execute(
            insert(table),
            {
                "container": container,
                "position": part_of.position,
                "digest": digest,
                "path": part_of.path,
                "name": part_of.name,
            },
        )


def containers_of(connection: Connection, digests: Iterable[str]) -> tuple[Whole, ...]:
    """The containers that these originals came in, then those that these came in, and so on."""
    table, original = schema.part, schema.original
    found: dict[tuple[str, int], Whole] = {}
    wanted = list(dict.fromkeys(digests))
    for _ in range(_DEEPEST):
        query = (
            select(table, original.c.size, original.c.media_type)
            .join(original, original.c.digest == table.c.container)
            .where(table.c.digest.in_(wanted))
            .order_by(table.c.container, table.c.position)
        )
        wanted = []
        for row in connection.execute(query):
            if (row.container, row.position) not in found:
                found[row.container, row.position] = Whole(
                    row.container, row.size, row.media_type, row.name, row.path, row.position
                )
                wanted.append(row.container)
        if not wanted:
            break
    return tuple(found.values())


def records_in(connection: Connection, container: str) -> frozenset[str]:
    """The records of all originals that came in a container, those in containers within it too,
    and of the container itself if it has one."""
    links = schema.record_original
    found = connection.execute(
        select(links.c.record_id).where(
            links.c.digest.in_(_inside(container)) | (links.c.digest == container),
            links.c.role == Role.PRINCIPAL.value,
        )
    )
    return frozenset(found.scalars())


def holds_purged(connection: Connection, container: str) -> bool:
    """Whether something that came in a container was purged since, so that its bytes are in
    there still."""
    table = schema.original
    query = select(table.c.digest).where(table.c.digest.in_(_inside(container)), table.c.purged)
    return connection.execute(query.limit(1)).first() is not None


def _inside(container: str) -> Select[tuple[str]]:
    """The digests of all that came in a container, those in containers within it too."""
    table = schema.part
    inside = select(table.c.digest).where(table.c.container == container).cte(recursive=True)
    further = select(table.c.digest).join(inside, inside.c.digest == table.c.container)
    inside = inside.union(further)
    return select(inside.c.digest)
