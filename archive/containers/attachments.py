"""What is attached to an e-mail message."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from typing import cast

from archive.containers.piece import Lacking, Piece

_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_TROUBLE = (MessageError, ValueError, LookupError, AttributeError, TypeError)


def unpack(content: bytes) -> Iterator[Piece | Lacking]:
    """The attachments in their order; not signatures, and not pictures that the text shows."""
    message = message_from_bytes(content, policy=policy.default)
    for number, part in enumerate(_attached(message), start=1):
        try:
            name = part.get_filename() or f"attachment {number}"
        except _TROUBLE:
            name = f"attachment {number}"
        if part.get_content_type() == "message/rfc822":
            yield Piece(f"{number}.eml", part.get_payload(0).as_bytes())  # type: ignore[union-attr]
            continue
        held = part.get_payload(decode=True)
        if isinstance(held, bytes) and held:
            yield Piece(name, held)
        else:
            yield Lacking(name, "the attachment is empty")


def _attached(message: EmailMessage) -> Iterator[EmailMessage]:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield part
        elif part.is_multipart():
            held = cast("list[EmailMessage]", part.get_payload())
            waiting.extend(reversed(held))
        elif part is not message and _is_attachment(part):
            yield part


def _is_attachment(part: EmailMessage) -> bool:
    if part.get_content_type() in _SIGNATURES:
        return False
    shown = part.get_content_maintype() == "image" and "Content-ID" in part
    try:
        named = part.get_filename() is not None
        return part.get_content_disposition() == "attachment" or (named and not shown)
    except _TROUBLE:
        return False
