"""Answers that a client may keep and ask about again."""

from __future__ import annotations

from flask import Response, request


def checked_again(response: Response) -> Response:
    """The response with a strong ETag of its body; status 304 for who has that body already.

    Nobody may use it again without asking, and no shared cache may keep it (RFC 9111).
    """
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
