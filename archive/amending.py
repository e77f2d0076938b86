"""Changing a record: what people decide about it, each a revision of its own.

`amend` is the only way.  What is to change is a pure function from the record to the record;
this module has those that people need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from archive.catalogue import records
from archive.catalogue.content import content_of
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from archive.passage import Passage, moved
from archive.record import PROPERTIES, Coding, Pin, Record, Statement, with_passages
from archive.values import as_written, described

Change = Callable[[Record], Record]
"""From a record to what it is to be; its number is of no account."""

_COLUMNS = {row.name: row.column for row in PROPERTIES}


class StaleEdit(UserMistake):
    """The edit was based on a revision that is not the newest; `newest` is (status 409).
    `based_on` is the number of the one that the person saw, if that is known."""

    def __init__(self, newest: Record, based_on: int | None = None) -> None:
        super().__init__(
            f"The record was changed meanwhile and is at revision {newest.revision} now. "
            "Nothing of yours was written; look at what changed and decide again."
        )
        self.newest = newest
        self.based_on = based_on


def amend(
    catalogue: Catalogue,
    record_id: str,
    change: Change,
    *,
    based_on: int | None,
    at: datetime,
    agent: str,
    reason: str,
) -> Record:
    """Change a record; the record at its new revision, or as it was if nothing is different.

    `based_on` is the revision that the person saw; None for a change that holds whatever the
    record has become meanwhile.  Raises `StaleEdit`, and `UserMistake` if there is no such
    record.
    """
    with catalogue.writing() as connection:
        return amend_within(
            connection, record_id, change, based_on=based_on, at=at, agent=agent, reason=reason
        )


def amend_within(
    connection: Connection,
    record_id: str,
    change: Change,
    *,
    based_on: int | None,
    at: datetime,
    agent: str,
    reason: str,
) -> Record:
    """As `amend`, in the caller's transaction."""
    held = _found(records.get(connection, record_id), record_id)
    if based_on is not None and based_on != held.revision:
        raise StaleEdit(held, based_on)
    new = _next(held, change)
    if new is None:
        return held
    records.revise(connection, new, at=at, agent=agent, reason=reason)
    return new


def amend_all_within(
    connection: Connection,
    changes: Mapping[str, tuple[Change, str]],
    *,
    at: datetime,
    agent: str,
) -> None:
    """As `amend_within`, for many records in few statements: by their ids what is to change and
    the reason, whatever they have become meanwhile.  Raises `UserMistake` as that does."""
    held = records.many(connection, changes)
    revised = [
        (new, reason)
        for record_id, (change, reason) in changes.items()
        if (new := _next(_found(held.get(record_id), record_id), change))
    ]
    if revised:
        records.revise_all(connection, revised, at=at, agent=agent)


def describing(statements: Sequence[Statement], cleared: Sequence[str] = ()) -> Change:
    """Holding these statements to be true in place of what is held of their properties;
    `cleared` are properties of which nothing is to be held.

    Raises `BadValue` for a value that is none.
    """
    said = described(statements)
    names = dict.fromkeys((*(each.property for each in statements), *cleared))
    values = {name: getattr(said, name) for name in names}
    places = {each.property: each.where for each in statements}

    def change(record: Record) -> Record:
        basis = {name: place for name, place in record.basis.items() if name not in names}
        return replace(
            record,
            description=replace(record.description, **values),
            basis={**basis, **places},
        )

    return change


def withdrawing(reason: str) -> Change:
    """Showing the record to nobody any more, but that it was withdrawn and why."""
    return lambda record: replace(record, withdrawn=reason)


def reinstating() -> Change:
    """Showing a withdrawn record again."""
    return lambda record: replace(record, withdrawn=None)


def excluding(passage: Passage) -> Change:
    """Leaving a passage of the text out of what is searched; the original stays as it is."""

    def change(record: Record) -> Record:
        kept = [each for each in record.excluded if not _same(each, passage)]
        return replace(record, excluded=(*kept, passage))

    return change


def including(passage: Passage) -> Change:
    """Searching a passage again that was excluded."""
    return lambda record: replace(
        record, excluded=tuple(each for each in record.excluded if not _same(each, passage))
    )


def pinning(pin: Pin) -> Change:
    """Holding that a name means this authority and no namesake.

    Raises `UserMistake` for a name that the record does not hold in that property.
    """

    def change(record: Record) -> Record:
        held = getattr(record.description, pin.property)
        if pin.value not in (held if isinstance(held, tuple) else (held,)):
            raise UserMistake(_not_held(record, pin, as_written(held)))
        kept = [p for p in record.pins if (p.property, p.value) != (pin.property, pin.value)]
        return replace(record, pins=(*kept, pin))

    return change


def unpinning(name: str, value: str) -> Change:
    """Holding no longer that the name `value` in the property `name` means one authority.

    Raises `UserMistake` for a name that is not pinned.
    """

    def change(record: Record) -> Record:
        kept = tuple(p for p in record.pins if (p.property, p.value) != (name, value))
        if kept == record.pins:
            raise UserMistake(f"The {_COLUMNS[name]} “{value}” is not pinned in this record.")
        return replace(record, pins=kept)

    return change


def coding(new: Coding) -> Change:
    """Holding a stance towards a target, in place of what the same coder held of it before."""

    def change(record: Record) -> Record:
        return replace(record, codings=(*_others(record, new.coder, new.stance.target), new))

    return change


def uncoding(coder: str, target: str) -> Change:
    """Taking back what this coder held of a target."""
    return lambda record: replace(record, codings=_others(record, coder, target))


def returning(to: Record) -> Change:
    """What the record was at an older revision, on the text that it has now."""

    def change(record: Record) -> Record:
        return replace(to, extract_id=record.extract_id)

    return change


def anchored(record: Record, extract_id: int, text: str | None) -> Record:
    """The record resting on this extract, its passages where their words stand in that.

    A passage whose words do not stand there is kept as it was and marked as lost.
    """

    def here(passage: Passage) -> Passage:
        stands = passage.extract_id == extract_id and not passage.lost
        return passage if stands else moved(passage, extract_id, text)

    return with_passages(replace(record, extract_id=extract_id), here)


def _not_held(record: Record, pin: Pin, held: str) -> str:
    column = _COLUMNS[pin.property]
    instead = f"its {column} is “{held}”" if held else f"its {column} is not stated"
    return (
        f"No {column} of the record {record.id} is called “{pin.value}”: {instead}. "
        "Pin a name as the record has it, or correct the record first."
    )


def _found(held: Record | None, record_id: str) -> Record:
    if held is None:
        raise UserMistake(f"There is no record {record_id}.")
    return held


def _next(held: Record, change: Change) -> Record | None:
    """The record at its new revision; None if nothing of it is different."""
    if held.purged:
        raise UserMistake(f"The record {held.id} was purged; there is nothing of it to change.")
    changed = change(held)
    if content_of(changed) == content_of(held) and changed.extract_id == held.extract_id:
        return None
    return replace(changed, revision=held.revision + 1)


def _others(record: Record, coder: str, target: str) -> tuple[Coding, ...]:
    return tuple(c for c in record.codings if (c.coder, c.stance.target) != (coder, target))


def _same(one: Passage, other: Passage) -> bool:
    return (one.extract_id, one.start, one.end) == (other.extract_id, other.start, other.end)
