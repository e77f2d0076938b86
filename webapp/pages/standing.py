"""The pages that stand whatever is searched: help, about, health."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from archive.catalogue import records
from archive.errors import ArchiveTrouble
from indexer.audience import Audience
from indexer.query.guide import GUIDE, LIMITS, stemmed_languages
from indexer.state import SearchState
from webapp.addresses import search_address
from webapp.services import services

page = Blueprint("standing", __name__)


@page.get("/help")
def guide() -> ResponseReturnValue:
    """How to search: the forms of the query language, each with an example that runs."""

    def example(q: str) -> str:
        return search_address(SearchState(q=q))

    return render_template(
        "help.html", example=example, guide=GUIDE, limits=LIMITS, stemmed=stemmed_languages()
    ), 200


@page.get("/about")
def about() -> ResponseReturnValue:
    """What the archive promises."""
    return render_template("about.html"), 200


@page.get("/health")
def health() -> ResponseReturnValue:
    """For programs that watch the site: 200 when catalogue and index answer, else 503."""
    try:
        site = services()
        with site.catalogue.reading() as connection:
            records.count(connection)
        site.search.total(SearchState(), audience=Audience.READER)
    except (ArchiveTrouble, OSError):
        return jsonify(status="trouble"), 503
    return jsonify(status="ok"), 200
