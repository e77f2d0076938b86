"""Mailboxes in one file (RFC 4155): messages, each after a line that begins with "From "."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.containers.piece import Lacking, Piece

_FROM = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n(?=[!-9;-~]+:)")


def unpack(content: bytes) -> Iterator[Piece | Lacking]:
    """The messages, byte for byte as they stand in the mailbox, numbered from 1."""
    starts = [found.span() for found in _FROM.finditer(content)]
    ends = [*(begin for begin, _ in starts[1:]), len(content)]
    for number, ((_, start), end) in enumerate(zip(starts, ends, strict=True), start=1):
        yield Piece(f"{number}.eml", content[start:end])
