"""The stored original, byte for byte as received, served so that it cannot act."""

from __future__ import annotations

import re

from flask import Blueprint, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive.catalogue import extracts, parts, receipts, records
from archive.catalogue import originals as catalogued
from archive.catalogue.parts import Whole
from archive.record import Original, Record
from indexer.audience import may_read_text
from webapp.marking import one_line
from webapp.pages.record import visible_record
from webapp.services import services
from webapp.visitor import audience

_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""With nosniff beside it: measured against hostile pages in Chromium; neither is enough alone."""

_SHOWN = ("text/html", "text/plain")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}\Z")
_CHARSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,40}\Z")

_DAMAGED = (
    "This original was found damaged or missing when it was last checked, so it is not shown. "
    "A librarian can put it back from a backup; the record and its text are as they were."
)

page = Blueprint("original", __name__)


@page.get("/r/<record_id>/original/<digest>")
def show(record_id: str, digest: str) -> ResponseReturnValue:
    """The bytes of one of the record's originals, or of a container that one of them came in.

    HTML and plain text are shown, everything else is handed over as a file.  Status 404
    for a digest that is not the record's, 403 where only snippets may be shown of it or of
    anything else in the container, 503 where the bytes are known to be not those that were
    received.
    """
    with services().catalogue.reading() as connection:
        record = visible_record(connection, record_id)
        original = next((each for each in record.originals if each.digest == digest), None)
        whole = None if original else _whole(connection, record, digest)
        if original is None and whole is None:
            abort(404)
        if not may_read_text(audience(), record.access) or (whole and not _open(connection, whole)):
            return render_template("closed.html", record=record), 403
        if catalogued.has_failed(connection, digest):
            return render_template("error.html", code=503, sentence=_DAMAGED), 503
        received = receipts.provenance(connection, record.id)
        charset = _charset(connection, digest)
    names = [one_line(receipt.name) for receipt in received if receipt.digest == digest]
    if whole:
        original = Original(whole.digest, whole.size, whole.media_type)
        names = [one_line(whole.name)]
    assert original is not None
    shown = original.media_type in _SHOWN
    response = send_file(
        services().originals.open(digest),
        mimetype="application/octet-stream",
        as_attachment=not shown,
        download_name=(names[-1].rpartition("/")[2] if names else "") or digest,
        etag=digest,
        conditional=False,
    )
    response.content_length = original.size
    response.headers["Content-Type"] = _content_type(original, charset)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private"
    return response.make_conditional(request)


def _whole(connection: Connection, record: Record, digest: str) -> Whole | None:
    """The container of this digest, if one of the record's originals came in it."""
    wholes = parts.containers_of(connection, [each.digest for each in record.originals])
    return next((each for each in wholes if each.digest == digest), None)


def _open(connection: Connection, whole: Whole) -> bool:
    """Whether everything that is in a container may be shown."""
    if parts.holds_purged(connection, whole.digest):
        return False
    held = records.many(connection, parts.records_in(connection, whole.digest)).values()
    return all(each.withdrawn is None and may_read_text(audience(), each.access) for each in held)


def _charset(connection: Connection, digest: str) -> str | None:
    """The charset to name to a browser, if one is known and is the name of one."""
    found = extracts.charset_of(connection, digest)
    return found if found and _CHARSET.match(found) else None


def _content_type(original: Original, charset: str | None) -> str:
    if original.media_type in _SHOWN:
        return f"{original.media_type}; charset={charset}" if charset else original.media_type
    if _MEDIA_TYPE.match(original.media_type):
        return original.media_type
    return "application/octet-stream"
