"""What stands at the address of a record that was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from werkzeug.exceptions import Gone

from archive.catalogue import accounts, purged, records
from archive.history import withdrawal
from archive.record import Record


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That a record was withdrawn: its id and newest revision, when, by whom (the role alone,
    in words) and why; nothing of what it held.  `unfinished` tells whether it was to be purged,
    and that did not come to its end."""

    id: str
    revision: int
    at: datetime
    by: str
    reason: str
    unfinished: bool = False

    @property
    def sentence(self) -> str:
        """All of it, for a program."""
        return (
            f"The record {self.id} was withdrawn on {self.at:%Y-%m-%d} by {self.by}: {self.reason}"
        )


class Withdrawn(Gone):
    """The record is shown to nobody any more (status 410)."""

    def __init__(self, tombstone: Tombstone) -> None:
        super().__init__()
        self.tombstone = tombstone


def tombstone_of(connection: Connection, record: Record) -> Tombstone:
    """What is told of a withdrawn record."""
    assert record.withdrawn is not None
    revision = withdrawal(records.revisions(connection, record.id))
    assert revision is not None
    account = accounts.get(connection, revision.agent)
    by = f"{'an' if account.role[0] in 'aeiou' else 'a'} {account.role}" if account else "its staff"
    begun = record.purged and record.id in purged.unfinished(connection)
    return Tombstone(record.id, record.revision, revision.at, by, record.withdrawn, begun)
