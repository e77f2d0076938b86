"""A record as it is cited, ready to be handed over."""

from __future__ import annotations

from flask import Response
from sqlalchemy import Connection

from archive.citing.formats import REFERENCE_FORMATS
from archive.citing.prose import prose
from archive.record import Record
from indexer.exporting.references import cited_record
from webapp.services import services
from webapp.site import now, site_address

PROSE = "text"
_FORMATS = {each.name: each for each in REFERENCE_FORMATS}
FORMS = (PROSE, *_FORMATS)
"""A line of prose, or one of the formats of references, by name."""


def citation_file(connection: Connection, record: Record, form: str) -> Response:
    """The record in one of the `FORMS`: prose as text to be read, a reference as a file."""
    cited = cited_record(
        record,
        services().search.headings(connection),
        base_url=site_address(),
        accessed=now().date(),
    )
    if form == PROSE:
        return Response(prose(cited) + "\n", content_type="text/plain; charset=utf-8")
    format = _FORMATS[form]
    response = Response(
        "".join(format.written([cited])), content_type=f"{format.media_type}; charset=utf-8"
    )
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"pressmark-{record.id}.{format.extension}"
    )
    return response
