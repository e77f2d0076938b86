"""The e-mail reader: the headers' words, and the body as its sender wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from typing import cast

from archive.readers import html, key_for
from archive.readers.charset import codec_of, decode, without_controls
from archive.readers.conclusion import conclude
from archive.readers.plain import extract_of
from archive.reading import Source
from archive.record import Extract, Statement

KEY = key_for("mail")

_TROUBLE = (MessageError, ValueError, LookupError, AttributeError, TypeError)
"""What the library raises over headers and bodies that break the rules."""


def read(source: Source) -> Extract:
    """Read a message (RFC 5322, MIME).  Its plain text is preferred to its HTML."""
    message = message_from_bytes(source.content, policy=policy.default)
    stated = list(_headers(message))
    body = _body(message)
    if body is None:
        return _without_text(stated, "the message has no text")
    content, label = _content(body)
    if body.get_content_type() == "text/html":
        return _as_page(source, stated, content, label)
    decoded = decode(content) if label is None else None
    text = without_controls(decoded.text if decoded else content.decode(label or "", "replace"))
    if not text.strip():
        return _without_text(stated, "the message has no text")
    warnings = decoded.warnings if decoded else ()
    return extract_of(text, source, KEY, before=stated, warnings=warnings)


def _without_text(stated: list[Statement], reason: str) -> Extract:
    description, basis = conclude(stated)
    told = f"Text not extracted: {reason}."
    return Extract(KEY, None, description, basis, tuple(stated), (told,))


def _as_page(source: Source, stated: list[Statement], content: bytes, label: str | None) -> Extract:
    page = content if label is None else content.decode(label, "replace").encode("utf-8-sig")
    found = html.read(Source(page, "message.html", source.url, source.captured))
    statements = (*stated, *found.statements)
    # A headline within the message is no subject of it.
    subject = any(said.property == "title" for said in stated)
    of_page = [said for said in found.statements if said.property != "title" or not subject]
    description, basis = conclude((*stated, *of_page), address=source.url, captured=source.captured)
    return Extract(
        KEY, found.text, description, basis, statements, found.warnings, found.cut, label
    )


def _body(message: EmailMessage) -> EmailMessage | None:
    try:
        return cast("EmailMessage | None", message.get_body(("plain", "html")))
    except _TROUBLE:
        return None


def _content(part: EmailMessage) -> tuple[bytes, str | None]:
    """The bytes of a body, and the codec that its charset label names, if it names one."""
    content = part.get_payload(decode=True)
    try:
        label = part.get_content_charset()
    except _TROUBLE:
        label = None
    return content if isinstance(content, bytes) else b"", codec_of(label) if label else None


def _headers(message: EmailMessage) -> Iterator[Statement]:
    for name, of in (("Subject", "title"), ("Date", "issued")):
        if value := _header(message, name):
            yield Statement(of, value, f"header {name}")
    for sender in _senders(message):
        yield Statement("creator", sender, "header From")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except _TROUBLE:
        return ""


def _senders(message: EmailMessage) -> Iterator[str]:
    """The senders' names; an address alone names nobody."""
    try:
        addresses = getattr(message.get("From"), "addresses", ())
        yield from (each.display_name for each in addresses if each.display_name)
    except _TROUBLE:
        return
