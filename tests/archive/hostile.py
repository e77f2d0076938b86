"""Files that are made to break who reads them, each small and made in a moment."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.archive.containing import zip_bomb, zipped
from tests.archive.readers.test_docx import ferry
from tests.archive.readers.test_pdf import pdf

_TEXT = b"<w:p><w:r><w:t>aa</w:t></w:r></w:p>" * 1000


@dataclass(frozen=True, slots=True)
class Repeated:
    """Bytes that are a block so many times, between a beginning and an end."""

    block: bytes
    times: int
    before: bytes = b""
    after: bytes = b""

    def deflated(self) -> bytes:
        """Deflated, the block once: repeating its deflated form takes no time (RFC 1951)."""
        deflate = zlib.compressobj(9, wbits=-15)
        begin = deflate.compress(self.before) + deflate.flush(zlib.Z_FULL_FLUSH)
        block = deflate.compress(self.block) + deflate.flush(zlib.Z_FULL_FLUSH)
        return begin + block * self.times + deflate.compress(self.after) + deflate.flush()

    def facts(self) -> tuple[int, int]:
        """The checksum and the size of what it inflates to."""
        check = zlib.crc32(self.before)
        for _ in range(self.times):
            check = zlib.crc32(self.block, check)
        size = len(self.before) + len(self.block) * self.times + len(self.after)
        return zlib.crc32(self.after, check), size


def docx_bomb() -> bytes:
    """A DOCX document of some 20 million paragraphs' marks in a few hundred kB."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ferry())) as old, zipfile.ZipFile(kept, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename != "word/document.xml":
                new.writestr(entry, content)
                continue
            at = content.index(b"<w:body>") + len(b"<w:body>")
            bomb = Repeated(_TEXT, 20_000, content[:at], content[at:])
    return _with_entry(kept.getvalue(), "word/document.xml", bomb)


def _with_entry(file: bytes, name: str, content: Repeated) -> bytes:
    """A ZIP file with one more entry, whose deflated bytes are written as they are."""
    with zipfile.ZipFile(io.BytesIO(file)) as old:
        start = old.start_dir
        held = len(old.infolist())
    end = file.rindex(b"PK\x05\x06")
    squeezed, (check, size) = content.deflated(), content.facts()
    facts = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(squeezed), size, len(name), 0)
    local = b"PK\x03\x04" + facts + name.encode() + squeezed
    entry = b"PK\x01\x02\x14\x00" + facts + bytes(10) + struct.pack("<I", start) + name.encode()
    directory = file[start:end] + entry
    tail = struct.pack("<HHHHIIH", 0, 0, held + 1, held + 1, len(directory), start + len(local), 0)
    return file[:start] + local + directory + b"PK\x05\x06" + tail


def pdf_bomb() -> bytes:
    """A PDF of one page on which 40 million words are drawn."""
    content = Repeated(b"(word ) Tj " * 10_000, 4_000, b"BT /F1 12 Tf 72 760 Td ", b"ET")
    stream = b"\x78\x9c" + content.deflated() + b"\0\0\0\0"
    plain = pdf(("words",), deflated=True)
    start = plain.index(b"stream\n") + len(b"stream\n")
    end = plain.index(b"\nendstream")
    length = plain.index(b"/Length ") + len(b"/Length ")
    number = plain[length : plain.index(b" ", length)]
    # The table of places is wrong now; readers mend that.
    return (
        plain[:length]
        + b"%d" % len(stream)
        + plain[length + len(number) : start]
        + (stream + plain[end:])
    )


def quine_like() -> bytes:
    """A ZIP file of ZIP files of ZIP files …, ten at every level, eight levels deep."""
    content = zip_bomb(40_000_000)
    for _ in range(8):
        content = zipped({f"{n}.zip": content for n in range(10)})
    return content


def nested_tags() -> bytes:
    return b"<!doctype html><title>Deep</title>" + b"<div>" * 100_000 + b"<p>The words below."


def long_byline() -> bytes:
    names = b"Ana Ruiz and " * 160_000
    return (
        b"<!doctype html><title>The ferry</title><meta name=author content='" + names + b"'>"
        b"<p class=byline>By " + names + b"<p>Nobody crossed the river on Monday."
    )


def nested_message() -> bytes:
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(20_000)
    )
    return b"From: Ana <a@b.example>\nMIME-Version: 1.0\nSubject: Deep\n" + heads + b"\nWords.\n"


BOMBS: Mapping[str, Callable[[], bytes]] = {
    "giga.zip": lambda: zip_bomb(1_000_000_000),
    "quine.zip": quine_like,
    "bomb.docx": docx_bomb,
    "bomb.pdf": pdf_bomb,
    "deep.html": nested_tags,
    "byline.html": long_byline,
    "deep.eml": nested_message,
}
"""By name, how each is made."""
