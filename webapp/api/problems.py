"""Errors of the API as problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response, request

from indexer.query.errors import QueryError
from indexer.query.literal import as_literal
from webapp.api.parameters import BadParameters
from webapp.site import site_address

MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str, *, title: str | None = None, **more: Any) -> Response:
    """A problem of the kind that its status says; `detail` is a sentence for a person."""
    content = {
        "type": "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return Response(json.dumps(content), status, content_type=MEDIA_TYPE)


def query_problem(error: QueryError) -> Response:
    """What is wrong with a query: where, in code points, what to type instead, and the query of
    its words alone."""
    return problem(
        400,
        error.message,
        type=f"{site_address()}/help",
        title="The query cannot be understood",
        advice=error.advice,
        position=error.position,
        length=error.length,
        literal=as_literal(_asked()),
    )


def _asked() -> str:
    body = request.get_json(silent=True)
    return str(body.get("q", "")) if isinstance(body, dict) else request.args.get("q", "")


def parameter_problem(error: BadParameters) -> Response:
    """Which parameters are wrong, and how."""
    return problem(400, str(error), parameters=list(error.troubles))
