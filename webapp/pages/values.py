"""All values of one facet, to find and tick those that a search page has no room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import UserMistake
from indexer.analysis import fold
from indexer.answer import FacetValue
from indexer.fields import FIELD
from indexer.query.errors import QueryError
from indexer.state import SearchState, to_parameters, written
from webapp.addresses import search_address, values_address
from webapp.pages.search import asked_state, refused, sentence
from webapp.panels import choices
from webapp.services import services
from webapp.visitor import audience

PAGE_SIZE = 200
"""Values on a page."""

page = Blueprint("values", __name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which of the values: those whose label has `find` in it, by name or, `by_count`, those
    that most records have first."""

    find: str
    by_count: bool


@page.get("/values/<name>")
def show(name: str) -> ResponseReturnValue:
    """The values of facet `name` that the records of a search have, and how many each."""
    if name not in FIELD:
        raise NotFound
    state = asked_state()
    wanted = _Wanted(request.args.get("find", "").strip(), request.args.get("by") == "records")
    try:
        facet = services().search.facet(state, name, audience=audience())
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    found = _found(facet.values, wanted)
    first = (state.page - 1) * PAGE_SIZE
    listed = found[first : first + PAGE_SIZE]

    def address(wanted: _Wanted, number: int = 1) -> str:
        return values_address(
            name, replace(state, page=number), find=wanted.find, by_count=wanted.by_count
        )

    return render_template(
        "values.html",
        state=state,
        facet=facet,
        asked=sentence(state, ordered=False),
        find=wanted.find,
        by_count=wanted.by_count,
        found=len(found),
        listed=choices(name, listed, state),
        kept=_kept(state, name, listed),
        pages=-(-len(found) // PAGE_SIZE),
        back=search_address(replace(state, page=1)),
        here=address(wanted),
        all=address(replace(wanted, find="")),
        by_name_address=address(replace(wanted, by_count=False)),
        by_count_address=address(replace(wanted, by_count=True)),
        page_address=lambda number: address(wanted, number),
    ), 200


def _found(values: Sequence[FacetValue], wanted: _Wanted) -> list[FacetValue]:
    """The values to list, in their order; "not stated" is no name and comes last."""
    sought = fold(wanted.find)
    found = [value for value in values if sought in fold(value.label)]
    if not wanted.by_count:
        found.sort(key=lambda value: (value.value is None, fold(value.label), value.label))
    return found


def _kept(
    state: SearchState, name: str, listed: Sequence[FacetValue]
) -> tuple[tuple[str, str], ...]:
    """The parameters that the form must carry along because no box of it shows them."""
    boxes = {(name, written(value.value)) for value in listed if not value.excluded}
    pairs = to_parameters(replace(state, page=1))
    return tuple(pair for pair in pairs if pair not in boxes)
