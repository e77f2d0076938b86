"""The naming lens: which outlet uses which of a place's or a person's names."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from archive.errors import UserMistake
from indexer.query.errors import QueryError
from webapp.addresses import search_address
from webapp.pages.grid import narrowed
from webapp.pages.search import asked_state, refused, sentence
from webapp.services import services
from webapp.visitor import audience

page = Blueprint("names", __name__)


@page.get("/names")
def show() -> ResponseReturnValue:
    """For each set of equivalent names in the search, how many of its records use which."""
    state, site = asked_state(), services()
    try:
        lenses = site.search.naming(state, audience=audience())
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    return render_template(
        "names.html",
        state=state,
        lenses=lenses,
        asked=sentence(state, ordered=False),
        back=search_address(state),
        names_on=search_address(replace(state, equivalents=True, page=1)),
        row_address=lambda outlet: search_address(narrowed(state, "outlet", outlet)),
    ), 200
