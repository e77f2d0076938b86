"""Receiving: from submissions to bytes that are kept and read, in batches."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from archive.catalogue import extracts, records
from archive.catalogue.database import Catalogue
from archive.decision import Kind, Opened, Outcome, Received
from archive.extraction import extract_all
from archive.originals import Fingerprint, Originals, fingerprint_of
from archive.readers import READERS
from archive.reading import UNREAD, Source, moment_of, unread
from archive.submission import Problem, Submission
from archive.unpacking import Unfolded, unfold

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


_Arrived = _Kept | Received | Opened | Outcome


def receive_all(
    submissions: Iterable[Submission | Problem],
    catalogue: Catalogue,
    originals: Originals,
    *,
    keep: bool,
) -> Iterator[list[Received | Opened | Outcome]]:
    """The submissions in batches, kept (unless not to `keep`) and read, each container before
    its parts; an outcome in place of what is refused.  Raises `ArchiveTrouble`."""
    unfolded = chain.from_iterable(map(unfold, submissions))
    while True:
        batch: list[_Arrived] = []
        size = 0
        with originals.together() if keep else nullcontext(fingerprint_of) as take:
            for each in unfolded:
                arrived = _receive(each, catalogue, take)
                batch.append(arrived)
                size += 0 if isinstance(arrived, Outcome) else arrived.fingerprint.size
                if len(batch) >= _BATCH or size >= _BATCH_BYTES:
                    break
        if not batch:
            return
        yield _read(batch)


def _read(batch: Sequence[_Arrived]) -> list[Received | Opened | Outcome]:
    found = iter(extract_all([each.source for each in batch if isinstance(each, _Kept)]))
    return [
        Received(each.submission, each.fingerprint, each.media_type, next(found))
        if isinstance(each, _Kept)
        else each
        for each in batch
    ]


def _receive(
    unfolded: Unfolded | Problem,
    catalogue: Catalogue,
    take: Callable[[BinaryIO], Fingerprint],
) -> _Arrived:
    """Take the bytes; they are to be read if they are new to the catalogue."""
    if isinstance(unfolded, Problem):
        return Outcome(unfolded.place, Kind.REFUSED, reason=unfolded.reason)
    submission, content = unfolded.submission, unfolded.content
    fingerprint = fingerprint_of(io.BytesIO(content))
    with catalogue.reading() as connection:
        held = records.media_type(connection, fingerprint.digest)
        extract = held and extracts.newest(connection, fingerprint.digest, _READER_KEYS)
    if held and extract and not unfolded.opened:
        return Received(submission, fingerprint, held, extract)
    take(io.BytesIO(content))
    if unfolded.opened:
        return Opened(submission, fingerprint, unfolded.media_type)
    if unfolded.reason:
        return Received(submission, fingerprint, unfolded.media_type, unread(unfolded.reason))
    said = submission.description
    source = Source(content, submission.name, said.url, moment_of(said.captured))
    return _Kept(submission, fingerprint, unfolded.media_type, source)
