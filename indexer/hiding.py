"""Records that have become hidden and that the index has yet to learn of.

A withdrawn record leaves the index with the next update, and one that fewer may see changes
there; until then, and if no update comes, what an index answers is without them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.catalogue import changes, records


@dataclass(frozen=True, slots=True)
class Hiding:
    """Of the records with a change after number `since`, up to `until`, those that are not open
    to everybody: their access, None if they are withdrawn."""

    since: int
    until: int
    access: Mapping[str, str | None]

    def hidden(self, levels: Collection[str]) -> frozenset[str]:
        """Those that do not exist for whom records of these access levels do."""
        return frozenset(id for id, access in self.access.items() if access not in levels)


def hiding_now(connection: Connection, position: int, newest: int, known: Hiding | None) -> Hiding:
    """What is hidden of the records that have changed after number `position`, up to which the
    index has learnt, and up to `newest`.  Looks only at what has changed since `known`."""
    if position >= newest:
        return Hiding(newest, newest, {})
    if known is None or position < known.since:
        known = Hiding(position, position, {})
    if newest <= known.until:
        return known
    found = records.many(connection, changes.revised_after(connection, known.until))
    access = {**known.access}
    for record in found.values():
        access[record.id] = None if record.withdrawn is not None else record.access.value
    return Hiding(known.since, newest, access)
