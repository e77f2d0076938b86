"""Two whole texts that have passages in common, side by side."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from archive.edtf import date_in_words
from indexer.audience import may_read_text
from indexer.links import record_path
from indexer.relatives import side_by_side
from webapp.beside import beside, who_was_first
from webapp.pages.record import visible_record
from webapp.services import services
from webapp.visitor import audience

page = Blueprint("beside", __name__)


@page.get("/r/<record_id>/beside/<other_id>")
def show(record_id: str, other_id: str) -> ResponseReturnValue:
    """The texts of two related records; status 404 if they are not, 403 where only snippets
    of one of them may be shown."""
    site = services()
    with site.catalogue.reading() as connection:
        record = visible_record(connection, record_id)
        found = site.search.related(connection, record, audience=audience())
        related = next((each for each in found if each.record.id == other_id), None)
        if related is None:
            abort(404)
        for each in (record, related.record):
            if not may_read_text(audience(), each.access):
                return render_template("closed.html", record=each), 403
        aligned = side_by_side(connection, record, related.record)
    return render_template(
        "beside.html",
        record=record,
        related=related,
        columns=beside(aligned, record, related.first),
        order=who_was_first(related, record),
        date_in_words=date_in_words,
        record_path=record_path,
    ), 200
