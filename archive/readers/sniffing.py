"""What kind of file an original is, from its first bytes and, failing them, its name."""

from __future__ import annotations

import codecs
import mimetypes
import re
import zlib

MAIL, MBOX, WARC, ZIP = "message/rfc822", "application/mbox", "application/warc", "application/zip"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OPEN_XML}wordprocessingml.document"

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"WARC/1.", WARC),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
)
_ZIPPED = {
    "docx": DOCX,
    "xlsx": f"{_OPEN_XML}spreadsheetml.sheet",
    "pptx": f"{_OPEN_XML}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
}
_PARTS_OF_OPEN_XML = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"))
_MIMETYPE = re.compile(rb"PK.{28}mimetype([a-z]+/[a-z0-9.+-]+)PK", re.DOTALL)
_DIRECTORY = 1_000_000
"""Bytes at the end of a ZIP file in which the names of what it holds are looked for."""

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WINDOW = 4096
_STRAY = 3
_HTML_START = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|iframe|h1"
    r"|div|font|table|a|style|title|b|br|p|meta|link|article|section|main|header)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_MBOX_START = re.compile(
    r"From \S+ .{3,40}\d\d:\d\d(?::\d\d)?(?: \S{3,5})? \d{4}\r?\n[\w-]{1,60}:[ \t]"
)
_HEADERS = re.compile(r"(?:[A-Za-z][\w-]{0,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){3,}")
_HEADER = re.compile(r"^([\w-]+):", re.MULTILINE)
_OF_MAIL = frozenset({"message-id", "mime-version", "received", "return-path"})
_HTML_ANYWHERE = re.compile(r"<(?:html|head|body|title|div|p)[\s>]", re.IGNORECASE)
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1b")
_HTML = frozenset({"text/html", "application/xhtml+xml"})


def media_type_of(content: bytes, name: str) -> str:
    """The media type of an original: HTML, plain text, or the best other guess.

    The bytes outrank the name; `application/octet-stream` is the answer for noise.
    Source: WHATWG MIME Sniffing Standard, simplified.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            if media_type == ZIP:
                return _ZIPPED.get(extension) or _zipped(content)
            return WARC if _is_warc(media_type, content) else media_type
    head = _head(content)
    by_name = mimetypes.guess_type(f"x.{extension}")[0]
    if head is None:
        textual = by_name is None or by_name.startswith("text/") or by_name in _HTML
        return "application/octet-stream" if textual else by_name or "application/octet-stream"
    if _MBOX_START.match(head):
        return MBOX
    if _HTML_START.match(head):
        return "text/html"
    if by_name == MAIL or _is_mail(head):
        return MAIL
    if by_name in _HTML:
        return "text/html" if _HTML_ANYWHERE.search(head) else "text/plain"
    if by_name in ("application/json", "application/xml", "text/xml", "text/csv"):
        return by_name
    return "text/plain"


def _zipped(content: bytes) -> str:
    """What a ZIP file is whose name does not say: a document of the Office Open XML formats
    (ISO/IEC 29500), one that names its media type first (EPUB, ODF), or a folder."""
    if named := _MIMETYPE.match(content):
        return named[1].decode()
    if b"[Content_Types].xml" in content[-_DIRECTORY:]:
        for folder, extension in _PARTS_OF_OPEN_XML:
            if folder in content[-_DIRECTORY:]:
                return _ZIPPED[extension]
    return ZIP


def _is_warc(media_type: str, content: bytes) -> bool:
    if media_type != "application/gzip":
        return False
    try:
        return zlib.decompressobj(wbits=31).decompress(content[:_WINDOW], 7) == b"WARC/1."
    except zlib.error:
        return False


def _is_mail(head: str) -> bool:
    """Whether a text begins with the headers of a message that was sent, not with those of a
    memorandum: with what only mail programs write (RFC 5322, RFC 2045)."""
    block = _HEADERS.match(head.replace("\r\n", "\n"))
    names = {name.casefold() for name in _HEADER.findall(block[0])} if block else set()
    return "from" in names and bool(names & _OF_MAIL)


def _head(content: bytes) -> str | None:
    sample = content[:_WINDOW]
    if sample.startswith(_BOMS[1:]):
        return sample.decode("utf-16", "replace").lstrip("\ufeff")
    nuls = sample.count(0)
    if nuls:
        for codec, nul_at in (("utf-16-le", 1), ("utf-16-be", 0)):
            if (
                sample[nul_at::2].count(0) > len(sample) // 4
                and sample[1 - nul_at :: 2].count(0) == 0
            ):
                return sample.decode(codec, "replace")
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > max(_STRAY, len(sample) // 50):
        return None
    return sample.decode("utf-8", "replace").lstrip("\ufeff")
