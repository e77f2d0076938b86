"""WARC files (ISO 28500): what a crawler was answered, page by page.

Compressed as a whole, record by record, or not; the payload as it was sent, in gzip, deflate
or Brotli (RFC 9110).
"""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Iterator
from typing import Any

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from archive.containers.piece import CONTAINER_LIMIT, Lacking, NotUnpacked, Piece
from archive.edtf import BadDate, parse_edtf
from archive.originals import SIZE_LIMIT
from archive.record import Statement
from archive.values import BadValue, web_address

_PAGES = frozenset({"text/html", "application/xhtml+xml", "application/pdf"})
_WHERE = "WARC record"
_CHUNK = 1 << 16
_CUT = "the WARC file is cut short or damaged"


def unpack(content: bytes) -> Iterator[Piece | Lacking]:
    """The pages, HTML and PDF, that were answered with status 200, in their order."""
    stream = _Inflated(content)
    found = 0
    try:
        for record in ArchiveIterator(io.BufferedReader(stream, _CHUNK)):
            piece = _page(record)
            if getattr(record.raw_stream, "limit", 0) > 0 and _left(record.raw_stream):
                stream.whole = False
                break
            if piece:
                found += 1
                yield piece
    except (ArchiveLoadFailed, ValueError, EOFError, AttributeError, IndexError):
        stream.whole = False
    if not found:
        none = "the WARC file holds no page that was answered with status 200"
        raise NotUnpacked(none if stream.whole else f"{_CUT}, before its first page")
    if not stream.whole:
        yield Lacking("", f"{_CUT}; what came before is added")


class _Inflated(io.RawIOBase):
    """The records as one stream, whether they are compressed or not; `whole` is false once it
    ends before its end."""

    def __init__(self, content: bytes) -> None:
        self.whole = True
        self._chunks = self._inflating(content) if content[:2] == b"\x1f\x8b" else iter((content,))
        self._held = memoryview(b"")
        self._tail = b""
        self._total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._held:
            chunk = next(self._chunks, None)
            if chunk is None:
                # Every record ends so; what does not was cut, maybe within its first line.
                self.whole = self.whole and self._tail.endswith((b"\r\n\r\n", b"\n\n"))
                return 0
            self._held = memoryview(chunk)
            self._tail = (self._tail + bytes(chunk[-4:]))[-4:]
            self._total += len(chunk)
            if self._total > CONTAINER_LIMIT:
                raise ValueError("the WARC file unpacks to too much")
        given = self._held[: len(target)]
        self._held = self._held[len(given) :]
        target[: len(given)] = given
        return len(given)

    def _inflating(self, content: bytes) -> Iterator[bytes]:
        waiting = memoryview(content)
        while waiting:
            inflate = zlib.decompressobj(wbits=31)
            try:
                while waiting and not inflate.eof:
                    yield from _inflating_piecewise(inflate, waiting[:_CHUNK])
                    waiting = waiting[_CHUNK:]
            except zlib.error:
                self.whole = False
                return
            self.whole = self.whole and inflate.eof
            waiting = memoryview(content)[len(content) - len(waiting) - len(inflate.unused_data) :]


def _inflating_piecewise(inflate: Any, given: memoryview) -> Iterator[bytes]:
    while given and not inflate.eof:
        if chunk := inflate.decompress(given, _CHUNK):
            yield chunk
        given = inflate.unconsumed_tail


def _page(record: Any) -> Piece | Lacking | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    headers = record.http_headers
    kind = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    if headers.get_statuscode() != "200" or kind not in _PAGES:
        return None
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    address = address.strip("<>")
    body = record.raw_stream
    if (headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        body = ChunkedDataReader(body, decomp_type=None)
    sent = body.read(SIZE_LIMIT + 1)
    coding = (headers.get_header("Content-Encoding") or "").strip().lower()
    try:
        payload = _decoded(sent, coding)
    except (zlib.error, brotli.error):
        return Lacking(address, "its compression is damaged")
    if len(payload) > SIZE_LIMIT:
        return Lacking(address, f"the page is larger than {SIZE_LIMIT // 1_000_000} MB")
    if not payload:
        return None
    captured = record.rec_headers.get_header("WARC-Date") or ""
    return Piece(address, payload, tuple(_stated(address, captured)))


def _decoded(sent: bytes, coding: str) -> bytes:
    """The payload, at most one byte more than an original may have."""
    if coding in ("gzip", "x-gzip"):
        return zlib.decompressobj(wbits=31).decompress(sent, SIZE_LIMIT + 1)
    if coding == "deflate":
        wrapped = sent[:1] == b"\x78"
        return zlib.decompressobj(wbits=15 if wrapped else -15).decompress(sent, SIZE_LIMIT + 1)
    if coding == "br":
        inflate = brotli.Decompressor()
        return bytes(inflate.process(sent, output_buffer_limit=SIZE_LIMIT + 1))
    return sent


def _stated(address: str, captured: str) -> Iterator[Statement]:
    with contextlib.suppress(BadValue):
        yield Statement("url", web_address(address), _WHERE)
    with contextlib.suppress(BadDate):
        yield Statement("captured", parse_edtf(captured).text, _WHERE)


def _left(stream: Any) -> bool:
    """Whether a record says that more follows than does."""
    while stream.read(_CHUNK):
        pass
    return bool(stream.limit > 0)
