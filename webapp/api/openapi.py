"""The OpenAPI document (3.1) of the API, which the tests hold the routes against."""

from __future__ import annotations

from typing import Any

from archive import __version__
from archive.citing.formats import REFERENCE_FORMATS
from webapp.api.parameters import (
    EQUIVALENTS,
    FORMAT,
    MODE,
    PAGING,
    SEARCH,
    TARGET,
    Parameter,
    Q,
)
from webapp.api.problems import MEDIA_TYPE
from webapp.api.schemas import SCHEMAS, TEXT, Schema, ref

_ABOUT = """\
Searches an archive of press documents, and reads what it holds. The answers are those of the
site and of `pressmark search --json`.

**Who sees what.** Without an account, and as a reader, records with access `staff` do not exist;
of those with `snippets` the description and at most three snippets are shown. Archivists and
librarians see all. Sign in by HTTP Basic, with every request; where reading is closed, no other
is answered.

**Pages.** `limit` and `page` choose the hits; the headers `Link` name the pages beside
(`rel="next"`, `rel="prev"`). `total - folded` hits are listed in all. All results at once
are at `/search.csv`, `.jsonl`, `.ris`, `.bibtex` and `.csl`, with the same parameters.

**Again.** Every answer has an `ETag`; with `If-None-Match` what has not changed is status 304.

**Problems** are `application/problem+json` (RFC 9457). What is unknown in a request is refused,
not ignored. Marks and positions count Unicode code points.
"""

_CITATIONS = {
    "text/plain": {"schema": TEXT},
    **{
        each.media_type: {"schema": {"type": "array"} if each.media_type.endswith("json") else TEXT}
        for each in REFERENCE_FORMATS
    },
}
_PROBLEM_CONTENT = {MEDIA_TYPE: {"schema": ref("Problem")}}
_TO_A_RECORD = {
    name: {"operationId": name, "parameters": {"record_id": "$response.body#/hits/0/id"}}
    for name in ("record", "text", "related", "citation")
}
_TO_THE_SEARCH = {
    "cited_search": {
        "operationId": "cited_search",
        "parameters": {"digest": "$response.body#/digest"},
    }
}
_UNKNOWN = {
    "description": "There is no such account, or reading is closed to all others.",
    "content": _PROBLEM_CONTENT,
    "headers": {"WWW-Authenticate": {"schema": TEXT, "required": True}},
}
_TOO_OFTEN = {
    "description": "Too often for now.",
    "content": _PROBLEM_CONTENT,
    "headers": {"Retry-After": {"schema": {"type": "integer"}, "required": True}},
}
_ETAG = {"ETag": {"schema": TEXT, "required": True, "description": "Of the body; strong."}}
_ID = Parameter("record_id", "The record’s id.", {"type": "string", "format": "pressmark-id"})
_DIGEST = Parameter(
    "digest",
    "The search’s digest, or its first 16 digits or more.",
    {"type": "string", "format": "pressmark-digest"},
)


def document(address: str) -> dict[str, Any]:
    """The document; `address` is the site's."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pressmark",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": address}],
        "paths": {
            "/api/v1/search": {
                "get": _reading(
                    "search",
                    "Search",
                    *SEARCH,
                    *PAGING,
                    content=_json("Answer"),
                    headers={"Link": {"schema": TEXT, "description": "RFC 8288."}},
                    links=_TO_A_RECORD,
                )
            },
            "/api/v1/grid": {
                "get": _reading(
                    "grid", "Outlets by stances", *SEARCH, TARGET, content=_json("Grid")
                )
            },
            "/api/v1/names": {
                "get": _reading(
                    "names", "Which outlet uses which name", *SEARCH, content=_json("Names")
                )
            },
            "/api/v1/records/{record_id}": {
                "parameters": [_parameter(_ID, "path")],
                "get": _reading("record", "A record", content=_json("Record"), absent=True),
            },
            "/api/v1/records/{record_id}/text": {
                "parameters": [_parameter(_ID, "path")],
                "get": _reading(
                    "text",
                    "A record’s text, with what a query matches in it",
                    Q,
                    MODE,
                    EQUIVALENTS,
                    content=_json("MarkedText"),
                    absent=True,
                    closed=True,
                ),
            },
            "/api/v1/records/{record_id}/related": {
                "parameters": [_parameter(_ID, "path")],
                "get": _reading(
                    "related",
                    "The records that share text with a record",
                    content=_json("Related"),
                    absent=True,
                ),
            },
            "/api/v1/records/{record_id}/citation": {
                "parameters": [_parameter(_ID, "path")],
                "get": _reading(
                    "citation",
                    "How to cite a record",
                    FORMAT,
                    content=_CITATIONS,
                    absent=True,
                ),
            },
            "/api/v1/searches": {"post": _citing()},
            "/api/v1/searches/{digest}": {
                "parameters": [_parameter(_DIGEST, "path")],
                "get": _reading(
                    "cited_search",
                    "A search that was cited, and what has changed since",
                    content=_json("SavedSearch"),
                    absent=True,
                ),
            },
            "/api/v1/openapi.json": {
                "get": _reading(
                    "openapi",
                    "This document",
                    content={"application/json": {"schema": {"type": "object"}}},
                )
            },
        },
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {"account": {"type": "http", "scheme": "basic"}},
        },
        "security": [{}, {"account": []}],
    }


def _reading(
    name: str,
    summary: str,
    *parameters: Parameter,
    content: dict[str, Any],
    headers: dict[str, Any] | None = None,
    links: dict[str, Any] | None = None,
    absent: bool = False,
    closed: bool = False,
) -> dict[str, Any]:
    responses = {
        "200": {
            "description": "What was asked for.",
            "headers": {**_ETAG, **(headers or {})},
            "content": content,
            "links": links or {},
        },
        "304": {"description": "The same as before.", "headers": _ETAG},
        "400": _problem("The request cannot be understood."),
        "401": _UNKNOWN,
        "429": _TOO_OFTEN,
        "503": _problem("The archive does not answer at the moment."),
    }
    if closed:
        responses["403"] = _problem("Only snippets of the record may be shown.")
    if absent:
        responses["404"] = _problem("There is no such thing here.")
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [_parameter(each, "query") for each in parameters],
        "responses": responses,
    }


def _citing() -> dict[str, Any]:
    kept = {
        "headers": {"Location": {"schema": TEXT, "required": True}},
        "content": _json("SavedSearch"),
        "links": _TO_THE_SEARCH,
    }
    return {
        "operationId": "cite_search",
        "summary": "Cite a search: keep what it finds now under a lasting address",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            each.name: {**each.schema, "description": each.description}
                            for each in SEARCH
                        },
                        "additionalProperties": False,
                    }
                }
            },
        },
        "responses": {
            "200": {"description": "It was cited before.", **kept},
            "201": {"description": "Kept.", **kept},
            "400": _problem("The request cannot be understood."),
            "401": _UNKNOWN,
            "403": _problem("A page of another site sent it."),
            "413": _problem("The body is too large."),
            "415": _problem("The body is not JSON."),
            "429": _TOO_OFTEN,
            "503": _problem("The archive does not answer at the moment."),
        },
    }


def _parameter(each: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": each.name,
        "in": place,
        "required": place == "path",
        "description": each.description,
        "schema": dict(each.schema),
    }


def _json(name: str) -> Schema:
    return {"application/json": {"schema": ref(name)}}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": _PROBLEM_CONTENT}
