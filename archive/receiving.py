"""Receiving: from submissions to bytes that are kept and read, in batches."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from archive.record import Extract
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


@dataclass(frozen=True, slots=True)
class _Held:
    """An original that the catalogue knows, and its newest extract, if one is still good."""

    digest: str
    media_type: str
    extract: Extract | None


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
    while batch := _next(unfolded):
        digests = [None if isinstance(each, Problem) else _digest(each.content) for each in batch]
        held = _held(catalogue, filter(None, digests))
        with originals.together() if keep else nullcontext(fingerprint_of) as take:
            arrived = [
                _receive(each, held.get(digest or ""), take)
                for each, digest in zip(batch, digests, strict=True)
            ]
        yield _read(arrived)


def _next(unfolded: Iterator[Unfolded | Problem]) -> list[Unfolded | Problem]:
    batch: list[Unfolded | Problem] = []
    size = 0
    for each in unfolded:
        batch.append(each)
        size += 0 if isinstance(each, Problem) else len(each.content)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            break
    return batch


def _held(catalogue: Catalogue, digests: Iterable[str]) -> Mapping[str, _Held]:
    """Those of these originals that the catalogue knows, by digest."""
    with catalogue.reading() as connection:
        return {
            digest: _Held(digest, media_type, extracts.newest(connection, digest, _READER_KEYS))
            for digest, media_type in records.media_types(connection, digests).items()
        }


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
    held: _Held | None,
    take: Callable[[BinaryIO], Fingerprint],
) -> _Arrived:
    """Take the bytes; they are to be read if they are new to the catalogue."""
    if isinstance(unfolded, Problem):
        return Outcome(unfolded.place, Kind.REFUSED, reason=unfolded.reason)
    submission, content = unfolded.submission, unfolded.content
    if held and held.extract and not unfolded.opened:
        fingerprint = Fingerprint(held.digest, len(content))
        return Received(submission, fingerprint, held.media_type, held.extract)
    fingerprint = take(io.BytesIO(content))
    if unfolded.opened:
        return Opened(submission, fingerprint, unfolded.media_type)
    if unfolded.reason:
        return Received(submission, fingerprint, unfolded.media_type, unread(unfolded.reason))
    said = submission.description
    source = Source(content, submission.name, said.url, moment_of(said.captured))
    return _Kept(submission, fingerprint, unfolded.media_type, source)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
