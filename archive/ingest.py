"""Adding: from submissions to described records.

The order keeps the promise that nothing acknowledged is lost: bytes durable, then one
transaction for the batch (original, extract, record, revision, events, change log), then
the outcomes are told.  A crash in between leaves at worst bytes that no record mentions.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from archive.catalogue import events, extracts, receipts, records
from archive.catalogue.database import Catalogue
from archive.decision import (
    Decision,
    Kind,
    Outcome,
    Received,
    Said,
    decide,
    labels_of,
    news_in,
)
from archive.extraction import extract_all
from archive.originals import SIZE_LIMIT, Fingerprint, Originals, Refused, fingerprint_of
from archive.readers import READERS, media_type_of
from archive.reading import UNREAD, Source
from archive.record import Provenance, Record
from archive.submission import Problem, Submission

_BATCH = 128
_BATCH_BYTES = 32_000_000

_READER_KEYS = (UNREAD, *(reader.key for reader in READERS))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A submission whose bytes are kept and are still to be read."""

    submission: Submission
    fingerprint: Fingerprint
    media_type: str
    source: Source


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
    planned: dict[str, tuple[Record, Said]] = {}
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
) -> Iterator[list[Received | Outcome]]:
    submissions = iter(submissions)
    while True:
        batch: list[_Kept | Received | Outcome] = []
        size = 0
        with originals.together() if keep else nullcontext(fingerprint_of) as take:
            for submission in submissions:
                received = _receive(submission, catalogue, take)
                batch.append(received)
                size += 0 if isinstance(received, Outcome) else received.fingerprint.size
                if len(batch) >= _BATCH or size >= _BATCH_BYTES:
                    break
        if not batch:
            return
        yield _read(batch)


def _read(batch: Sequence[_Kept | Received | Outcome]) -> list[Received | Outcome]:
    found = iter(extract_all([each.source for each in batch if isinstance(each, _Kept)]))
    return [
        Received(each.submission, each.fingerprint, each.media_type, next(found))
        if isinstance(each, _Kept)
        else each
        for each in batch
    ]


def _receive(
    submission: Submission | Problem,
    catalogue: Catalogue,
    take: Callable[[BinaryIO], Fingerprint],
) -> _Kept | Received | Outcome:
    """Take the bytes; they are to be read if they are new to the catalogue."""
    if isinstance(submission, Problem):
        return Outcome(submission.place, Kind.REFUSED, reason=submission.reason)
    try:
        with submission.open() as stream:
            fingerprint = fingerprint_of(stream)
        with catalogue.reading() as connection:
            media_type = records.media_type(connection, fingerprint.digest)
            extract = media_type and extracts.newest(connection, fingerprint.digest, _READER_KEYS)
        if media_type and extract:
            return Received(submission, fingerprint, media_type, extract)
        with submission.open() as stream:
            content = stream.read(SIZE_LIMIT + 1)
        # Once more from its bytes: the file may have been replaced since.
        fingerprint = take(io.BytesIO(content))
    except Refused as error:
        return Outcome(submission.place, Kind.REFUSED, reason=str(error))
    source = Source(content, submission.name, submission.description.url)
    return _Kept(submission, fingerprint, media_type_of(content, submission.name), source)


def _settle(
    connection: Connection, batch: Sequence[Received | Outcome], *, agent: str, at: datetime
) -> list[Outcome]:
    outcomes = []
    for received in batch:
        if isinstance(received, Outcome):
            outcomes.append(received)
            continue
        held = records.holding(connection, received.fingerprint.digest)
        decision = decide(received, held, _said_before(connection, held), at=at)
        _write(connection, received, held, decision, agent=agent, at=at)
        outcomes.append(decision.outcome)
    return outcomes


def _foreseen(
    batch: Sequence[Received | Outcome],
    catalogue: Catalogue,
    planned: dict[str, tuple[Record, Said]],
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
        decision = decide(received, held, said, at=at)
        after = decision.record or held
        assert after is not None
        planned[digest] = after, said | news_in(received.submission)
        yield replace(decision.outcome, record_id=kept.id if kept else None)


def _said_before(connection: Connection, held: Record | None) -> Said:
    return receipts.said(connection, held.id) if held else frozenset()


def _write(
    connection: Connection,
    received: Received,
    held: Record | None,
    decision: Decision,
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
        reason = "completed: " + labels_of(decision.completed)
        records.revise(connection, decision.record, at=at, agent=agent, reason=reason)
    if decision.receipt:
        record_id = decision.outcome.record_id
        assert record_id is not None
        receipt = Provenance(digest, received.submission.name, at, agent)
        statements = received.submission.statements
        receipts.receive(connection, record_id, receipt, statements, decision.pending)


def _write_original(connection: Connection, received: Received, *, agent: str, at: datetime) -> int:
    """Note the original and its extract, if they are new; the extract's id."""
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
