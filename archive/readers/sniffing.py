"""What kind of file an original is, from its first bytes and, failing them, its name."""

from __future__ import annotations

import codecs
import mimetypes
import re

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"WARC/1.", "application/warc"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
)
_ZIPPED = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "epub": "application/epub+zip",
}
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WINDOW = 4096
_STRAY = 3
_HTML_START = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|iframe|h1"
    r"|div|font|table|a|style|title|b|br|p|meta|link|article|section|main|header)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ANYWHERE = re.compile(r"<(?:html|head|body|title|div|p)[\s>]", re.IGNORECASE)
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1b")
_HTML = frozenset({"text/html", "application/xhtml+xml"})


def media_type_of(content: bytes, name: str) -> str:
    """The media type of an original: HTML, plain text, or the best other guess.

    The bytes outrank the name; `application/octet-stream` is the answer for noise.
    Source: WHATWG MIME Sniffing Standard, simplified.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    for magic, media_type in _MAGIC:
        if content.startswith(magic):
            zipped = media_type == "application/zip"
            return _ZIPPED.get(extension, media_type) if zipped else media_type
    head = _head(content)
    by_name = mimetypes.guess_type(f"x.{extension}")[0]
    if head is None:
        textual = by_name is None or by_name.startswith("text/") or by_name in _HTML
        return "application/octet-stream" if textual else by_name or "application/octet-stream"
    if _HTML_START.match(head):
        return "text/html"
    if by_name in _HTML:
        return "text/html" if _HTML_ANYWHERE.search(head) else "text/plain"
    if by_name in ("application/json", "application/xml", "text/xml", "text/csv", "message/rfc822"):
        return by_name
    return "text/plain"


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
    controls = sum(1 for byte in sample if byte < 32 and byte not in _TEXT_CONTROLS)
    if controls > max(_STRAY, len(sample) // 50):
        return None
    return sample.decode("utf-8", "replace").lstrip("\ufeff")
