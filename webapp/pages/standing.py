"""The pages that stand whatever is searched: help, about, health."""

from __future__ import annotations

import re

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from archive.catalogue import records
from archive.errors import ArchiveTrouble
from indexer.audience import Audience
from indexer.state import SearchState
from webapp.addresses import search_address
from webapp.pages.search import examples, find
from webapp.services import services

page = Blueprint("standing", __name__)

_QUOTES = re.compile('["“”„‟＂]')


@page.get("/help")
def guide() -> ResponseReturnValue:
    """How to search, with examples that run."""
    offers = examples(find(SearchState(), limit=0))
    held = {offer.label.lower(): _QUOTES.sub(" ", offer.value) for offer in offers}

    def example(q: str) -> str:
        return search_address(SearchState(q=q))

    return render_template("help.html", example=example, held=held), 200


@page.get("/about")
def about() -> ResponseReturnValue:
    """What the archive promises."""
    return render_template("about.html"), 200


@page.get("/health")
def health() -> ResponseReturnValue:
    """For programs that watch the site: 200 when catalogue and index answer, else 503."""
    try:
        with services().catalogue.reading() as connection:
            records.count(connection)
        services().search.total(SearchState(), audience=Audience.READER)
    except (ArchiveTrouble, OSError):
        return jsonify(status="trouble"), 503
    return jsonify(status="ok"), 200
