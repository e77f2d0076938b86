"""The routes of the API; `webapp/api/openapi.py` documents them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, request

from archive.catalogue import events, extracts, parts, receipts, records
from archive.catalogue.saved_searches import SavedSearch
from archive.errors import UserMistake
from archive.presenting import record_as_json
from archive.record import Record
from indexer import citing
from indexer.audience import may_read_text
from indexer.cited_search import CitedSearch, in_words
from indexer.fields import FIELDS
from indexer.links import record_path, saved_search_path
from indexer.presenting import answer_as_json, grid_as_json, naming_as_json, related_as_json
from indexer.query.errors import QueryError
from indexer.state import SearchState, from_parameters, to_parameters
from webapp import cited_searches
from webapp.api.openapi import document
from webapp.api.parameters import (
    EQUIVALENTS,
    FORMAT,
    LAST_PAGE,
    MODE,
    PAGING,
    SEARCH,
    TARGET,
    BadParameters,
    Parameter,
    Q,
    checked,
    number,
)
from webapp.api.problems import parameter_problem, problem, query_problem
from webapp.caching import checked_again
from webapp.citation import citation_file
from webapp.pages.record import visible_record
from webapp.services import services
from webapp.site import now, site_address
from webapp.throttle import throttle
from webapp.visitor import audience

api = Blueprint("api", __name__, url_prefix="/api/v1")

api.register_error_handler(QueryError, query_problem)
api.register_error_handler(BadParameters, parameter_problem)


@api.get("/search")
def search() -> Response:
    """A page of hits, with the counts of the facets."""
    given = _given(*SEARCH, *PAGING)
    limit, page = number(given, "limit", 10), number(given, "page", 1)
    state, site = _state(given), services()
    offset = (page - 1) * limit
    answer = site.search.search(state, audience=audience(), limit=limit, offset=offset)
    response = jsonify(answer_as_json(answer, state, site_address()))
    listed = answer.total - answer.folded
    beside = {"prev": page - 1, "next": page + 1 if limit and offset + limit < listed else 0}
    for relation, number_of_page in beside.items():
        if 1 <= number_of_page <= LAST_PAGE:
            query = [*to_parameters(state), ("limit", limit), ("page", number_of_page)]
            address = f"{site_address()}{request.path}?{urlencode(query)}"
            response.headers.add("Link", f'<{address}>; rel="{relation}"')
    return checked_again(response)


@api.get("/grid")
def grid() -> Response:
    """Outlets by stances towards a target."""
    given = _given(*SEARCH, TARGET)
    state, site = _state(given), services()
    (target,) = given.get("target", (None,))
    found = site.search.grid(state, target, audience=audience())
    return checked_again(jsonify(grid_as_json(found, state, site_address())))


@api.get("/names")
def names() -> Response:
    """Which outlet uses which of the equivalent names."""
    state, site = _state(_given(*SEARCH)), services()
    found = site.search.naming(state, audience=audience())
    return checked_again(jsonify(naming_as_json(found)))


@api.get("/records/<record_id>")
def record(record_id: str) -> Response:
    """What the archive holds of a record."""
    _given()
    site = services()
    with site.catalogue.reading() as connection:
        held = visible_record(connection, record_id)
        extract = extracts.get(connection, held.extract_id) if held.extract_id else None
        data = record_as_json(
            held,
            extract,
            history=records.revisions(connection, held.id),
            received=receipts.provenance(connection, held.id),
            claims=receipts.claims(connection, held.id),
            said=receipts.statements(connection, held.id),
            events=events.of_record(connection, held.id),
            wholes=parts.containers_of(connection, [o.digest for o in held.originals]),
            words=may_read_text(audience(), held.access),
        )
    return checked_again(jsonify({"href": _address(held), **data}))


@api.get("/records/<record_id>/text")
def text(record_id: str) -> Response:
    """A record's whole text, with the ranges that a query matches."""
    state, site = _state(_given(Q, MODE, EQUIVALENTS)), services()
    with site.catalogue.reading() as connection:
        held = visible_record(connection, record_id)
        if not may_read_text(audience(), held.access):
            return problem(403, "Only the description and snippets of it may be shown.")
        extract = extracts.get(connection, held.extract_id) if held.extract_id else None
    if extract is None or extract.text is None:
        return problem(404, "No text could be extracted from its original.")
    marks = site.search.marked_text(held, state, extract.text, held.extract_id)
    data = {
        "id": held.id,
        "href": _address(held),
        "extract": held.extract_id,
        "language": held.description.language,
        "title": marks.title,
        "title_marks": [list(mark) for mark in marks.title_marks],
        "text": marks.text,
        "marks": [list(mark) for mark in marks.marks],
        "more": marks.more,
    }
    return checked_again(jsonify(data))


@api.get("/records/<record_id>/related")
def related(record_id: str) -> Response:
    """The records that share text with a record."""
    _given()
    site = services()
    with site.catalogue.reading() as connection:
        held = visible_record(connection, record_id)
        found = site.search.related(connection, held, audience=audience())
    return checked_again(jsonify(related_as_json(found, site_address())))


@api.get("/records/<record_id>/citation")
def citation(record_id: str) -> Response:
    """How to cite a record."""
    (form,) = _given(FORMAT).get("format", ("text",))
    with services().catalogue.reading() as connection:
        held = visible_record(connection, record_id)
        return checked_again(citation_file(connection, held, form))


@api.post("/searches")
def cite_search() -> tuple[Response, int, dict[str, str]]:
    """Keep a search, to be cited: status 201, or 200 if just that was cited before."""
    state = _state(checked(_body(), SEARCH))
    throttle()
    at = now()
    site = services()
    saved = citing.keep(site.search, site.catalogue, state, audience=audience(), at=at)
    found = cited_searches.found(services(), saved.digest)
    assert found is not None
    address = f"{site_address()}/api/v1/searches/{saved.digest}"
    return jsonify(_saved(*found)), 201 if saved.at == at else 200, {"Location": address}


@api.get("/searches/<digest>")
def cited_search(digest: str) -> Response:
    """A search that was cited, and what has changed since."""
    _given()
    found = cited_searches.found(services(), digest)
    if found is None:
        abort(404)
    return checked_again(jsonify(_saved(*found)))


@api.get("/openapi.json")
def openapi() -> Response:
    """What this API is."""
    _given()
    return checked_again(jsonify(document(site_address())))


def _given(*known: Parameter) -> Mapping[str, Sequence[str]]:
    """The parameters in the address.  Raises `BadParameters`."""
    return checked(dict(request.args.lists()), known)


def _body() -> Mapping[str, Sequence[str]]:
    """The parameters in a JSON object: strings, or arrays of strings.

    Raises `BadParameters`, and `UserMistake` for what is no such object.
    """
    if request.mimetype != "application/json":
        abort(415)
    try:
        # Text that is no UTF-8 could come from an escape: it is told as what it is.
        given = json.loads(request.get_data())
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise UserMistake("The body is not JSON in UTF-8.") from error
    if not isinstance(given, dict):
        raise UserMistake("The body is not a JSON object of the search’s parameters.")
    many = {each.name for each in SEARCH if each.many}
    troubles = {}
    for name, value in given.items():
        values = value if name in many else [value]
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            kind = "an array of strings" if name in many else "a string"
            troubles[name] = f"The parameter “{name}” must be {kind}."
    if troubles:
        raise BadParameters(troubles)
    return {name: value if name in many else [value] for name, value in given.items()}


def _state(given: Mapping[str, Sequence[str]]) -> SearchState:
    # The page is that of the API, whose pages have another length than the site's.
    return replace(from_parameters(given, [field.name for field in FIELDS]), page=1)


def _address(held: Record) -> str:
    return site_address() + record_path(held.id)


def _saved(saved: SavedSearch, cited: CitedSearch) -> dict[str, Any]:
    since = cited_searches.since(services(), cited)
    return {
        "digest": saved.digest,
        "href": site_address() + saved_search_path(saved.digest),
        "at": saved.at.isoformat(),
        "parameters": [list(pair) for pair in cited.parameters],
        "position": cited.position,
        "audience": cited.audience.value,
        "total": cited.total,
        "ids": list(cited.ids),
        "since": {
            "words": in_words(since),
            "total": since.now,
            "compared": since.compared,
            "new": list(since.new),
            "gone": list(since.gone),
            "withdrawn": list(since.withdrawn),
        },
    }
