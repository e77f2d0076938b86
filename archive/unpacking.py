"""Unpacking: from a submission to itself and, if it is a container, to its parts.

A container comes first, and its parts follow as submissions of their own: what was said of it
is said of them, as far as it can be true of them, and what the container states of each.
Parts that are containers are opened in turn, to a depth, and what all of it comes to is
bounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from archive.containers import (
    CONTAINER_LIMIT,
    CONTAINERS,
    PARTS_LIMIT,
    BadBag,
    Container,
    Lacking,
    NotUnpacked,
    Piece,
)
from archive.extraction import unpack
from archive.originals import Refused, content_of
from archive.readers import media_type_of
from archive.readers.sniffing import MAIL
from archive.submission import PartOf, Problem, Submission, from_bytes
from archive.values import described, plain

DEPTH = 4
"""Containers within containers are opened so deep: a message in a mailbox in a ZIP file is at 3."""

_LIMITS = f"{PARTS_LIMIT:,} files or {CONTAINER_LIMIT // 1_000_000:,} MB"
_OF_PARTS = frozenset(
    {"publisher", "collection", "subject", "spatial", "stance", "source", "rights", "access",
     "language", "note", "captured"}
)  # fmt: skip
"""What is true of the parts if it is said of the whole."""


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A submission with its bytes.  `opened` tells a container that is no document itself and
    whose parts follow; `reason` is why a container was not unpacked, else empty."""

    submission: Submission
    content: bytes
    media_type: str
    opened: bool = False
    reason: str = ""


@dataclass(slots=True)
class _Left:
    """What a container that was handed in may still come to, with all that it holds, and the
    digests of those in it that were opened."""

    parts: int = PARTS_LIMIT
    size: int = CONTAINER_LIMIT
    opened: set[str] = field(default_factory=set)

    def takes(self, piece: Piece) -> bool:
        self.parts -= 1
        self.size -= len(piece.content)
        return not self.spent

    @property
    def spent(self) -> bool:
        return self.parts < 0 or self.size < 0


def unfold(submission: Submission | Problem) -> Iterator[Unfolded | Problem]:
    """A submission, and after a container its parts, each when it is asked for; a problem in
    place of what cannot be had.  Never raises."""
    return _unfold(submission, _Left())


def _unfold(submission: Submission | Problem, left: _Left) -> Iterator[Unfolded | Problem]:
    if isinstance(submission, Problem):
        yield submission
        return
    try:
        with submission.open() as stream:
            content = content_of(stream)
    except Refused as error:
        yield Problem(submission.place, str(error))
        return
    media_type = media_type_of(content, submission.name)
    itself = Unfolded(submission, content, media_type)
    if media_type not in CONTAINERS:
        yield itself
        return
    digest = hashlib.sha256(content).hexdigest()
    if digest in left.opened:
        # The same container again: what is in it has come already.
        yield replace(itself, opened=media_type != MAIL)
        return
    pieces: Iterator[Piece | Lacking] = iter(())
    try:
        pieces = _opened(submission, Container(content, media_type))
        left.opened.add(digest)
        yield replace(itself, opened=media_type != MAIL)
    except NotUnpacked as error:
        yield itself if media_type == MAIL else replace(itself, reason=str(error))
    except BadBag as error:
        yield Problem(submission.place, f"the bag is not whole: {error}; nothing of it was added")
    for position, piece in enumerate(pieces, start=1):
        yield from _unfold(_part(submission, digest, position, piece, left), left)
        if left.spent:
            return


def _opened(submission: Submission, container: Container) -> Iterator[Piece | Lacking]:
    """The parts, of which a message need not have any.  Raises `NotUnpacked` and `BadBag`."""
    whole = submission.part_of
    if whole and len(whole.within) >= DEPTH:
        raise NotUnpacked(f"it lies in {DEPTH} containers, and a further one is not unpacked")
    pieces = unpack(container)
    first = next(pieces, None)
    if first is None and container.media_type != MAIL:
        raise NotUnpacked("it holds nothing")
    return chain((first,) if first else (), pieces)


def _part(
    submission: Submission, digest: str, position: int, piece: Piece | Lacking, left: _Left
) -> Submission | Problem:
    place = f"{submission.place}/{piece.path}" if piece.path else submission.place
    within = (*(submission.part_of.within if submission.part_of else ()), digest)
    if isinstance(piece, Lacking):
        return Problem(place, piece.reason)
    if not left.takes(piece):
        return Problem(submission.place, f"it holds more than {_LIMITS}; the rest was not added")
    if hashlib.sha256(piece.content).hexdigest() in within:
        return Problem(place, "it contains itself, and is not unpacked again")
    of_whole = [said for said in submission.statements if said.property in _OF_PARTS]
    statements = (*piece.statements, *of_whole)
    name = f"{submission.name}/{piece.path}"
    part = from_bytes(piece.content, name, place, statements, described(statements))
    return replace(part, part_of=PartOf(submission.name, within, plain(piece.path), position))
