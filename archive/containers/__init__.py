"""Containers: files that hold other files, one row a format.

What unpacks them runs in a child process (`archive/extraction/`), as readers do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from archive.containers.piece import (
    CONTAINER_LIMIT,
    PARTS_LIMIT,
    BadBag,
    Container,
    Lacking,
    NotUnpacked,
    Piece,
)
from archive.readers.sniffing import MAIL, MBOX, WARC, ZIP

__all__ = [
    "CONTAINERS",
    "CONTAINER_LIMIT",
    "PARTS_LIMIT",
    "BadBag",
    "Container",
    "Lacking",
    "NotUnpacked",
    "Piece",
    "Unpack",
]

Unpack = Callable[[bytes], Iterator[Piece | Lacking]]
"""From a container's bytes to its parts, in order, each made when it is asked for.

Raises `NotUnpacked` before the first part if there are none to be had, `BadBag` for a bag that
is not as its manifests say; a part that cannot be had, and the rest after a cut, is `Lacking`.
"""


# As with the readers, each is imported when it is first used.


def _zip(content: bytes) -> Iterator[Piece | Lacking]:
    from archive.containers import zipped

    return zipped.unpack(content)


def _mbox(content: bytes) -> Iterator[Piece | Lacking]:
    from archive.containers import mbox

    return mbox.unpack(content)


def _warc(content: bytes) -> Iterator[Piece | Lacking]:
    from archive.containers import warc

    return warc.unpack(content)


def _mail(content: bytes) -> Iterator[Piece | Lacking]:
    from archive.containers import attachments

    return attachments.unpack(content)


CONTAINERS: Mapping[str, Unpack] = {ZIP: _zip, MBOX: _mbox, WARC: _warc, MAIL: _mail}
"""What unpacks the containers of a media type.  A message is a document besides."""
