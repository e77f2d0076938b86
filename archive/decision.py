"""Deciding what a submission comes to, given what is held of the same bytes.  Pure.

New bytes begin a record.  Known bytes complete its description or contradict it; what they
contradict waits for a person, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from archive.identifier import mint
from archive.originals import Fingerprint
from archive.record import ARCHIVIST, PROPERTIES, Description, Extract, Original, Record, Statement
from archive.submission import Submission

_IDENTIFYING = frozenset({"publisher", "issued"})
"""What tells one publication from another: never replaced by a second receipt."""

_SAID = frozenset({"manifest", "producer", ARCHIVIST})
"""Where people and producers say things; what rests on anything else, a reader concluded."""


class Kind(StrEnum):
    """What came of a submission."""

    ADDED = "added"
    HELD = "already held"
    NOTED = "already held, receipt noted"
    DESCRIBED = "already held, description completed"
    UNPACKED = "unpacked"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one submission; told only after it is durable.

    `warnings` are the reader's; `reason` says why it was refused or what is pending.
    """

    name: str
    kind: Kind
    record_id: str | None = None
    reason: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the submission is now held as it was described."""
        return self.kind not in (Kind.PENDING, Kind.REFUSED)


@dataclass(frozen=True, slots=True)
class Received:
    """A submission whose bytes are kept, with what the reader made of them."""

    submission: Submission
    fingerprint: Fingerprint
    media_type: str
    extract: Extract


@dataclass(frozen=True, slots=True)
class Opened:
    """A container whose bytes are kept, and whose parts follow it."""

    submission: Submission
    fingerprint: Fingerprint
    media_type: str

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.submission.place, Kind.UNPACKED)


Said = frozenset[tuple[str, Statement | None]]
"""What was said, each with the name that the bytes came under; None where nothing was."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written: a record at its next revision, and a receipt, or neither."""

    outcome: Outcome
    record: Record | None = None
    receipt: bool = False
    pending: tuple[Statement, ...] = ()
    completed: tuple[str, ...] = ()


def decide(received: Received, held: Record | None, said: Said, *, at: datetime) -> Decision:
    """What is to be done with these bytes; `held` is the record that has them, if any, and
    `said` all that was said of it before."""
    submission, extract = received.submission, received.extract
    if held is None:
        record = _first(received, at=at)
        outcome = Outcome(
            submission.place,
            Kind.ADDED,
            record.id,
            warnings=extract.warnings,
        )
        return Decision(outcome, record, receipt=True)

    completed, contradicted = _compare(submission, held)
    pending = tuple(each for each in submission.statements if each.property in contradicted)
    news = news_in(submission)
    outcome = Outcome(submission.place, Kind.HELD, held.id)
    if pending:
        reason = _contradiction(pending, held)
        if completed:
            reason += f"; {labels_of(completed)} completed"
        outcome = replace(outcome, kind=Kind.PENDING, reason=reason)
    elif completed:
        outcome = replace(outcome, kind=Kind.DESCRIBED)
    elif not news <= said:
        outcome = replace(outcome, kind=Kind.NOTED)
    return Decision(
        outcome,
        _completed(held, submission, completed) if completed else None,
        receipt=not news <= said,
        pending=pending,
        completed=completed,
    )


def news_in(submission: Submission) -> Said:
    """What this receipt says, if it says it for the first time."""
    return frozenset((submission.name, each) for each in submission.statements or (None,))


def _compare(submission: Submission, held: Record) -> tuple[tuple[str, ...], frozenset[str]]:
    """Which properties the submission completes, and which it contradicts.

    A person's word outranks a reader's, except on what tells one publication from another.
    What nobody said but the container that it came in (another capture of the same bytes is at
    another time) completes only.
    """
    completed, contradicted = [], set()
    by_people = {each.property for each in submission.statements if each.where in _SAID}
    for row in PROPERTIES:
        new = getattr(submission.description, row.name)
        old = getattr(held.description, row.name)
        if not new or new == old or (old and row.name not in by_people):
            continue
        by_reader = held.basis.get(row.name, "") not in _SAID
        if not old or (by_reader and row.name not in _IDENTIFYING):
            completed.append(row.name)
        else:
            contradicted.add(row.name)
    return tuple(completed), frozenset(contradicted)


def _contradiction(pending: Sequence[Statement], held: Record) -> str:
    labels = {row.name: (row.label.lower(), row.many) for row in PROPERTIES}
    parts = []
    for statement in pending:
        label, many = labels[statement.property]
        now = getattr(held.description, statement.property)
        shown = "; ".join(map(str, now)) if many else str(now)
        parts.append(f"{label} “{statement.value}” where “{shown}” is held")
    return "the same bytes came with " + ", ".join(parts) + "; nothing was overwritten"


def labels_of(names: Iterable[str]) -> str:
    """Properties as a reader names them, in a row: `outlet, date`."""
    labels = {row.name: row.label.lower() for row in PROPERTIES}
    return ", ".join(labels[name] for name in names)


def _first(received: Received, *, at: datetime) -> Record:
    submission, extract = received.submission, received.extract
    found = {
        row.name: getattr(extract.description, row.name)
        for row in PROPERTIES
        if getattr(extract.description, row.name)
    }
    basis = {name: f"{extract.reader} {extract.basis.get(name, '')}".strip() for name in found}
    found.update(said := _values(submission.description))
    basis.update(_places(submission, said))
    original = Original(received.fingerprint.digest, received.fingerprint.size, received.media_type)
    return Record(mint(), 1, at, Description(**found), basis, (original,), None)


def _completed(held: Record, submission: Submission, names: Sequence[str]) -> Record:
    said = {name: getattr(submission.description, name) for name in names}
    return replace(
        held,
        revision=held.revision + 1,
        description=replace(held.description, **said),
        basis={**held.basis, **_places(submission, said)},
    )


def _values(description: Description) -> dict[str, Any]:
    values = {row.name: getattr(description, row.name) for row in PROPERTIES}
    return {name: value for name, value in values.items() if value}


def _places(submission: Submission, names: Iterable[str]) -> dict[str, str]:
    where = {statement.property: statement.where for statement in submission.statements}
    return {name: where[name] for name in names}
