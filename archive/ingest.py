"""Adding: from submissions to described records.

The order keeps the promise that nothing acknowledged is lost: bytes durable, then one
transaction for the batch (original, extract, record, revision, events, change log), then
the outcomes are told.  A crash in between leaves at worst bytes that no record mentions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from archive.catalogue import events, extracts, records
from archive.catalogue.database import Catalogue
from archive.identifier import mint
from archive.originals import Fingerprint, Originals, Refused, fingerprint_of
from archive.readers import READERS, media_type_of, read
from archive.reading import Source
from archive.record import (
    PROPERTIES,
    Description,
    Extract,
    Original,
    Provenance,
    Record,
    Statement,
)
from archive.submission import Problem, Submission

_BATCH = 64
_BATCH_BYTES = 32_000_000

_READER_KEYS = tuple(reader.key for reader in READERS)

_IDENTIFYING = frozenset({"publisher", "issued"})
"""What tells one publication from another: never replaced by a second receipt."""


class Kind(StrEnum):
    """What came of a submission."""

    ADDED = "added"
    HELD = "already held"
    NOTED = "already held, receipt noted"
    DESCRIBED = "already held, description completed"
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
    title: str | None = None
    reason: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the submission is now held as it was described."""
        return self.kind not in (Kind.PENDING, Kind.REFUSED)


@dataclass(frozen=True, slots=True)
class _Received:
    """A submission whose bytes are kept, with what the reader made of them."""

    submission: Submission
    fingerprint: Fingerprint
    media_type: str
    extract: Extract


def add(
    submissions: Iterable[Submission | Problem],
    catalogue: Catalogue,
    originals: Originals,
    *,
    agent: str,
    now: Callable[[], datetime],
    dry_run: bool = False,
) -> Iterator[Outcome]:
    """Add submissions, in batches; yields one outcome each, in order.

    With `dry_run` nothing is written and the outcomes are what would come of it.
    Raises `ArchiveTrouble` or `OSError` when the archive itself cannot go on; what was
    yielded before stands.
    """
    planned: dict[str, tuple[Record, _Said]] = {}
    for batch in _batches(submissions, catalogue, originals, keep=not dry_run):
        if dry_run:
            yield from _foreseen(batch, catalogue, planned, at=now())
        else:
            with catalogue.writing() as connection:
                outcomes = _settle(connection, batch, agent=agent, at=now())
            yield from outcomes


def _batches(
    submissions: Iterable[Submission | Problem],
    catalogue: Catalogue,
    originals: Originals,
    *,
    keep: bool,
) -> Iterator[list[_Received | Outcome]]:
    batch: list[_Received | Outcome] = []
    size = 0
    for submission in submissions:
        received = _receive(submission, catalogue, originals, keep=keep)
        batch.append(received)
        size += received.fingerprint.size if isinstance(received, _Received) else 0
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _receive(
    submission: Submission | Problem,
    catalogue: Catalogue,
    originals: Originals,
    *,
    keep: bool,
) -> _Received | Outcome:
    """Keep the bytes (not for a dry run) and read them, if they are new to the catalogue."""
    if isinstance(submission, Problem):
        return Outcome(submission.place, Kind.REFUSED, reason=submission.reason)
    try:
        with submission.open() as stream:
            fingerprint = fingerprint_of(stream)
        with catalogue.reading() as connection:
            media_type = records.media_type(connection, fingerprint.digest)
            extract = extracts.newest(connection, fingerprint.digest, _READER_KEYS)
        if media_type and extract:
            return _Received(submission, fingerprint, media_type, extract)
        with submission.open() as stream:
            # Once more from its bytes: the file may have been replaced since.
            fingerprint = originals.keep(stream) if keep else fingerprint_of(stream)
        with originals.open(fingerprint.digest) if keep else submission.open() as stream:
            content = stream.read()
    except Refused as error:
        return Outcome(submission.place, Kind.REFUSED, reason=str(error))
    source = Source(content, submission.name, submission.description.url)
    media_type = media_type_of(content, submission.name)
    return _Received(submission, fingerprint, media_type, read(source))


def _settle(
    connection: Connection, batch: Sequence[_Received | Outcome], *, agent: str, at: datetime
) -> list[Outcome]:
    outcomes = []
    for received in batch:
        if isinstance(received, Outcome):
            outcomes.append(received)
            continue
        held = records.holding(connection, received.fingerprint.digest)
        decision = _decide(received, held, _said_before(connection, held), at=at)
        _write(connection, received, held, decision, agent=agent, at=at)
        outcomes.append(decision.outcome)
    return outcomes


def _foreseen(
    batch: Sequence[_Received | Outcome],
    catalogue: Catalogue,
    planned: dict[str, tuple[Record, _Said]],
    *,
    at: datetime,
) -> Iterator[Outcome]:
    """What would come of a batch; `planned` remembers, by digest, what would be there by then."""
    for received in batch:
        if isinstance(received, Outcome):
            yield received
            continue
        digest = received.fingerprint.digest
        with catalogue.reading() as connection:
            kept = records.holding(connection, digest)
            held, said = planned.get(digest) or (kept, _said_before(connection, kept))
        decision = _decide(received, held, said, at=at)
        after = decision.record or held
        assert after is not None
        planned[digest] = after, said | _news(received.submission)
        yield replace(decision.outcome, record_id=kept.id if kept else None)


def _said_before(connection: Connection, held: Record | None) -> _Said:
    return records.said(connection, held.id) if held else frozenset()


_Said = frozenset[tuple[str, Statement | None]]


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is to be written: a record at its next revision, and a receipt, or neither."""

    outcome: Outcome
    record: Record | None = None
    receipt: bool = False
    pending: tuple[Statement, ...] = ()
    completed: tuple[str, ...] = ()


def _decide(received: _Received, held: Record | None, said: _Said, *, at: datetime) -> _Decision:
    submission, extract = received.submission, received.extract
    if held is None:
        record = _first(received, at=at)
        outcome = Outcome(
            submission.place,
            Kind.ADDED,
            record.id,
            record.description.title,
            warnings=extract.warnings,
        )
        return _Decision(outcome, record, receipt=True)

    completed, contradicted = _compare(submission, held)
    pending = tuple(each for each in submission.statements if each.property in contradicted)
    news = _news(submission)
    outcome = Outcome(submission.place, Kind.HELD, held.id, held.description.title)
    if pending:
        reason = _contradiction(pending, held)
        if completed:
            reason += f"; {_labels(completed)} completed"
        outcome = replace(outcome, kind=Kind.PENDING, reason=reason)
    elif completed:
        outcome = replace(outcome, kind=Kind.DESCRIBED)
    elif not news <= said:
        outcome = replace(outcome, kind=Kind.NOTED)
    return _Decision(
        outcome,
        _completed(held, submission, completed) if completed else None,
        receipt=not news <= said,
        pending=pending,
        completed=completed,
    )


def _news(submission: Submission) -> _Said:
    """What this receipt says, if it says it for the first time."""
    return frozenset((submission.name, each) for each in submission.statements or (None,))


def _compare(submission: Submission, held: Record) -> tuple[tuple[str, ...], frozenset[str]]:
    """Which properties the submission completes, and which it contradicts.

    A person's word outranks a reader's, except on what tells one publication from another.
    """
    completed, contradicted = [], set()
    for row in PROPERTIES:
        new = getattr(submission.description, row.name)
        old = getattr(held.description, row.name)
        if not new or new == old:
            continue
        by_reader = held.basis.get(row.name, "") not in _SAID
        if not old or (by_reader and row.name not in _IDENTIFYING):
            completed.append(row.name)
        else:
            contradicted.add(row.name)
    return tuple(completed), frozenset(contradicted)


_SAID = frozenset({"manifest", "producer"})


def _contradiction(pending: Sequence[Statement], held: Record) -> str:
    labels = {row.name: (row.label.lower(), row.many) for row in PROPERTIES}
    parts = []
    for statement in pending:
        label, many = labels[statement.property]
        now = getattr(held.description, statement.property)
        shown = "; ".join(map(str, now)) if many else str(now)
        parts.append(f"{label} “{statement.value}” where “{shown}” is held")
    return "the same bytes came with " + ", ".join(parts) + "; nothing was overwritten"


def _labels(names: Iterable[str]) -> str:
    labels = {row.name: row.label.lower() for row in PROPERTIES}
    return ", ".join(labels[name] for name in names)


def _first(received: _Received, *, at: datetime) -> Record:
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


def _write(
    connection: Connection,
    received: _Received,
    held: Record | None,
    decision: _Decision,
    *,
    agent: str,
    at: datetime,
) -> None:
    digest = received.fingerprint.digest
    if held is None:
        assert decision.record is not None
        extract_id = _write_original(connection, received, agent=agent, at=at)
        record = replace(decision.record, extract_id=extract_id)
        records.begin(connection, record, agent=agent)
    elif decision.record is not None:
        reason = "completed: " + _labels(decision.completed)
        records.revise(connection, decision.record, at=at, agent=agent, reason=reason)
    if decision.receipt:
        record_id = decision.outcome.record_id
        assert record_id is not None
        receipt = Provenance(digest, received.submission.name, at, agent)
        statements = received.submission.statements
        records.receive(connection, record_id, receipt, statements, decision.pending)


def _write_original(
    connection: Connection, received: _Received, *, agent: str, at: datetime
) -> int | None:
    """Note the original and its extract; the extract's id, or None if it has no text."""
    digest, size = received.fingerprint.digest, received.fingerprint.size
    extract = received.extract
    if records.add_original(connection, digest, size, received.media_type, at=at):
        events.log(
            connection,
            events.DIGEST_CALCULATION,
            at=at,
            agent=agent,
            detail=f"SHA-256 {digest}",
            digest=digest,
        )
    extract_id = extracts.find(connection, digest, extract.reader)
    if extract_id is None:
        extract_id = extracts.add(connection, digest, extract, at=at)
        events.log(
            connection,
            events.METADATA_EXTRACTION,
            at=at,
            agent=extract.reader,
            detail="; ".join(extract.warnings) or "text and statements extracted",
            outcome="failure" if extract.text is None else "success",
            digest=digest,
        )
    return extract_id
