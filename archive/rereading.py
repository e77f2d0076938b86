"""Reading originals again with the readers of today.

An extract never changes: a better reader makes a new one, and the record a revision that
rests on it.  What people said of a record stays; what a reader had concluded is replaced by
what the new one concludes, and passages are found again by their words.  Stopped at any
moment, it goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from archive import extraction, readers
from archive.amending import anchored
from archive.catalogue import events, extracts, receipts, records
from archive.catalogue.database import Catalogue
from archive.home import Home
from archive.originals import Originals
from archive.reading import Source, moment_of
from archive.record import PROPERTIES, Description, Extract, Record

_BATCH = 16


@dataclass(frozen=True, slots=True)
class Reread:
    """How many records rest on a new extract now; and those that could not be read again,
    each with the reason."""

    count: int
    failed: tuple[tuple[str, str], ...]


def outdated(connection: Connection, chosen: Sequence[str] | None = None) -> tuple[str, ...]:
    """The records whose text is by an older version of a reader, or by none where there is one
    now; of those that are `chosen`, if any are."""
    keys = [reader.key for reader in readers.READERS]
    media_types = sorted({each for reader in readers.READERS for each in reader.media_types})
    found = extracts.outdated(connection, keys, media_types)
    if chosen is None:
        return found
    wanted = frozenset(chosen)
    return tuple(each for each in found if each in wanted)


def read_again(
    home: Home,
    catalogue: Catalogue,
    record_ids: Sequence[str],
    *,
    agent: str,
    now: Callable[[], datetime],
    progress: Callable[[int, int], None] | None = None,
) -> Reread:
    """Read the originals of these records again.  Raises `ArchiveTrouble`.

    Each batch is one transaction: new extracts, revisions, events, change log.
    """
    count = 0
    failed: list[tuple[str, str]] = []
    for start in range(0, len(record_ids), _BATCH):
        batch = record_ids[start : start + _BATCH]
        sources: dict[str, tuple[Source, Extract | None]] = {}
        for record_id in batch:
            try:
                sources[record_id] = _source(home, catalogue, record_id)
            except _Failed as error:
                failed.append((record_id, str(error)))
        made: dict[str, Extract] = {}
        found = extraction.extract_all([source for source, _ in sources.values()])
        for (record_id, (_, former)), extract in zip(sources.items(), found, strict=True):
            if extract.text is None and former and former.text is not None:
                told = f"{extract.reader} finds no text, so the text of {former.reader} stays"
                failed.append((record_id, told))
            else:
                made[record_id] = extract
        with catalogue.writing() as connection:
            for record_id, extract in made.items():
                count += _put(connection, record_id, extract, agent=agent, at=now())
        if progress:
            progress(start + len(batch), len(record_ids))
    return Reread(count, tuple(failed))


class _Failed(Exception):
    """It cannot be read again, for this reason."""


def _source(home: Home, catalogue: Catalogue, record_id: str) -> tuple[Source, Extract | None]:
    """What is to be read again, and what was made of it before.  Raises `_Failed`."""
    with catalogue.reading() as connection:
        record = records.get(connection, record_id)
        if record is None:
            raise _Failed("there is no such record")
        name = receipts.provenance(connection, record_id)[0].name
        former = extracts.get(connection, record.extract_id) if record.extract_id else None
    url = None if _by_reader(record.basis.get("url", "")) else record.description.url
    captured = moment_of(record.description.captured)
    try:
        with Originals(home).open(record.originals[0].digest) as stream:
            return Source(stream.read(), name, url, captured), former
    except OSError as error:
        raise _Failed(f"its original cannot be read: {error.strerror}") from error


def _put(
    connection: Connection, record_id: str, extract: Extract, *, agent: str, at: datetime
) -> bool:
    record = records.get(connection, record_id)
    assert record is not None
    if record.purged:
        return False
    digest = record.originals[0].digest
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
    if extract_id == record.extract_id:
        return False
    again = anchored(revised(record, extract), extract_id, extract.text)
    reason = f"read again by {extract.reader}"
    records.revise(connection, again, at=at, agent=agent, reason=reason)
    return True


def revised(record: Record, extract: Extract) -> Record:
    """The record at its next revision: what people said, else what the extract concludes."""
    values: dict[str, object] = {}
    basis: dict[str, str] = {}
    for row in PROPERTIES:
        held = getattr(record.description, row.name)
        found = getattr(extract.description, row.name)
        if held and not _by_reader(record.basis.get(row.name, "")):
            values[row.name], basis[row.name] = held, record.basis.get(row.name, "")
        elif found:
            where = extract.basis.get(row.name, "")
            values[row.name], basis[row.name] = found, f"{extract.reader} {where}".strip()
    return replace(
        record,
        revision=record.revision + 1,
        description=Description(**values),  # type: ignore[arg-type]
        basis={name: place for name, place in basis.items() if place},
    )


def _by_reader(place: str) -> bool:
    """Whether a value that rests on this was concluded by a reader."""
    return place.partition("/")[0] in {reader.name for reader in readers.READERS}
