"""How to cite a record: a line to copy, or a reference to take along."""

from __future__ import annotations

from flask import Blueprint, Response, request

from archive.errors import UserMistake
from webapp.caching import checked_again
from webapp.citation import FORMS, PROSE, citation_file
from webapp.pages.record import visible_record
from webapp.services import services

page = Blueprint("citation", __name__)


@page.get("/r/<record_id>/cite")
def show(record_id: str) -> Response:
    """The citation in the form that `format` names; plain text without one."""
    form = request.args.get("format", PROSE)
    with services().catalogue.reading() as connection:
        record = visible_record(connection, record_id)
        if form not in FORMS:
            raise UserMistake(f"There is no such format; choose one of {', '.join(FORMS)}.")
        return checked_again(citation_file(connection, record, form))
