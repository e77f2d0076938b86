"""Adding: from submissions to described records.

The order keeps the promise that nothing acknowledged is lost: bytes durable, then one
transaction for the batch (original, extract, record, revision, events, change log), then
the outcomes are told.  A crash in between leaves at worst bytes that no record mentions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from archive.catalogue import events, extracts, parts, receipts, records
from archive.catalogue.database import Catalogue
from archive.catalogue.events import Event
from archive.decision import (
    Decision,
    Opened,
    Outcome,
    Received,
    Said,
    decide,
    labels_of,
    news_in,
)
from archive.errors import ArchiveTrouble
from archive.originals import Originals
from archive.receiving import receive_all
from archive.record import Extract, Provenance, Record
from archive.submission import Problem, Submission


def add(
    submissions: Iterable[Submission | Problem],
    catalogue: Catalogue,
    originals: Originals,
    *,
    agent: str,
    now: Callable[[], datetime],
    dry_run: bool = False,
) -> Iterator[Outcome]:
    """Add submissions, in batches; yields one outcome each, in order, and after that of a container
    those of its parts.

    With `dry_run` nothing is written and the outcomes are what would come of it.
    Raises `ArchiveTrouble` or `OSError` when the archive itself cannot go on; what was
    yielded before stands.
    """
    planned: dict[str, tuple[Record, Said]] = {}
    for batch in receive_all(submissions, catalogue, originals, keep=not dry_run):
        if dry_run:
            yield from _foreseen(batch, catalogue, planned, at=now())
        else:
            with catalogue.writing() as connection:
                _check_not_purged(connection, batch, originals)
                outcomes = _settle(connection, batch, agent=agent, at=now())
            yield from outcomes


def _check_not_purged(
    connection: Connection, batch: Sequence[Received | Opened | Outcome], originals: Originals
) -> None:
    """Raise `ArchiveTrouble` if what was found to be here already was purged since."""
    arrived = [each for each in batch if not isinstance(each, Outcome)]
    purged = records.purged_among(connection, (each.fingerprint.digest for each in arrived))
    for received in arrived:
        digest = received.fingerprint.digest
        if digest in purged and not originals.path(digest).exists():
            raise ArchiveTrouble(
                f"{received.submission.place} was purged while it was added; nothing of its batch "
                "was added. Add it again if it is to be here."
            )


def _settle(
    connection: Connection,
    batch: Sequence[Received | Opened | Outcome],
    *,
    agent: str,
    at: datetime,
) -> list[Outcome]:
    digests = (each.fingerprint.digest for each in batch if not isinstance(each, Outcome))
    known = set(records.media_types(connection, digests))
    outcomes: list[Outcome] = []
    new: list[Received] = []
    for received in batch:
        if isinstance(received, Received) and received.fingerprint.digest not in known:
            known.add(received.fingerprint.digest)
            new.append(received)
            continue
        # What follows may look for them.
        outcomes += _begin(connection, new, agent=agent, at=at)
        new.clear()
        if isinstance(received, Outcome):
            outcomes.append(received)
            continue
        if isinstance(received, Opened):
            _write_opened(connection, received, agent=agent, at=at)
            known.add(received.fingerprint.digest)  # too deep in another, it is a document
            outcomes.append(received.outcome)
            continue
        held = records.holding(connection, received.fingerprint.digest)
        decision = decide(received, held, _said_before(connection, held), at=at)
        _write(connection, received, held, decision, agent=agent, at=at)
        outcomes.append(decision.outcome)
    return outcomes + _begin(connection, new, agent=agent, at=at)


def _begin(
    connection: Connection, new: Sequence[Received], *, agent: str, at: datetime
) -> list[Outcome]:
    """Begin the records of originals that the catalogue does not know, all different: as `_write`,
    but a table after the other, for a statement costs more than the row that it writes."""
    if not new:
        return []
    made = [(each.fingerprint.digest, each.extract) for each in new]
    decisions = [decide(each, None, frozenset(), at=at) for each in new]
    begun = [each.record for each in decisions if each.record]
    records.add_originals(connection, [record.originals[0] for record in begun], at=at)
    ids = extracts.add_all(connection, made, at=at)
    events.log_all(
        connection,
        chain.from_iterable(
            (_calculation(digest, agent, at), _extraction(digest, extract, at))
            for digest, extract in made
        ),
    )
    begun = [replace(record, extract_id=id) for record, id in zip(begun, ids, strict=True)]
    records.begin_all(connection, begun, agent=agent)
    receipts.receive_first(
        connection,
        [
            (
                record.id,
                Provenance(each.fingerprint.digest, each.submission.name, at, agent),
                each.submission.statements,
            )
            for record, each in zip(begun, new, strict=True)
        ],
    )
    for each in new:
        parts.note(connection, each.submission.part_of, each.fingerprint.digest)
    return [decision.outcome for decision in decisions]


def _foreseen(
    batch: Sequence[Received | Opened | Outcome],
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
        if isinstance(received, Opened):
            yield received.outcome
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
    parts.note(connection, received.submission.part_of, digest)


def _write_opened(connection: Connection, opened: Opened, *, agent: str, at: datetime) -> None:
    """Note a container, if it is new.  It is an original and has no record of its own."""
    digest = opened.fingerprint.digest
    if _write_bytes(connection, opened, agent=agent, at=at):
        events.log(
            connection,
            events.UNPACKING,
            at=at,
            agent=agent,
            detail=f"received as {opened.submission.name}",
            digest=digest,
        )
    parts.note(connection, opened.submission.part_of, digest)


def _write_original(connection: Connection, received: Received, *, agent: str, at: datetime) -> int:
    """Note the original and its extract, if they are new; the extract's id."""
    digest, extract = received.fingerprint.digest, received.extract
    _write_bytes(connection, received, agent=agent, at=at)
    extract_id = extracts.find(connection, digest, extract.reader)
    if extract_id is None:
        extract_id = extracts.add(connection, digest, extract, at=at)
        events.log_all(connection, [_extraction(digest, extract, at)])
    return extract_id


def _write_bytes(
    connection: Connection, received: Received | Opened, *, agent: str, at: datetime
) -> bool:
    """Note an original; False if it was noted before."""
    digest, size = received.fingerprint.digest, received.fingerprint.size
    new = records.add_original(connection, digest, size, received.media_type, at=at)
    if new:
        events.log_all(connection, [_calculation(digest, agent, at)])
    return new


def _calculation(digest: str, agent: str, at: datetime) -> Event:
    detail = f"SHA-256 {digest}"
    return Event(at, events.DIGEST_CALCULATION, agent, "success", detail, digest, None)


def _extraction(digest: str, extract: Extract, at: datetime) -> Event:
    outcome = "failure" if extract.text is None else "success"
    detail = "; ".join(extract.warnings) or "text and statements extracted"
    return Event(at, events.METADATA_EXTRACTION, extract.reader, outcome, detail, digest, None)
