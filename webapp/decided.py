"""What people decided about a record, as its page tells it: what is not searched, what stance it
takes, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.history import Held, exclusions
from archive.passage import Passage
from archive.record import Provenance, Record
from webapp.marking import one_line
from webapp.reading import Unsearched


@dataclass(frozen=True, slots=True)
class Coded:
    """That somebody takes a record to have a stance; without `reason` or `passage` where none
    was given."""

    stance: str
    coder: str
    at: datetime
    reason: str | None
    passage: Passage | None


def unsearched(history: Sequence[Held], extract_id: int | None) -> tuple[Unsearched, ...]:
    """The passages of this extract that are not searched, with who decided so and why."""
    return tuple(
        Unsearched(
            passage.start,
            passage.end,
            one_line(f"Not searched: {revision.reason} ({revision.agent}, {revision.at:%Y-%m-%d})"),
        )
        for passage, revision in exclusions(history)
        if passage.extract_id == extract_id and not passage.lost
    )


def coded(record: Record, received: Sequence[Provenance]) -> tuple[Coded, ...]:
    """Every stance of a record: one that was stated with the document by who added it."""
    who = received[0].agent if received else "unknown"
    stated = (
        Coded(str(stance), who, record.added, None, None) for stance in record.description.stance
    )
    found = (
        Coded(str(each.stance), each.coder, each.at, each.reason or None, each.passage)
        for each in record.codings
    )
    return (*stated, *found)
