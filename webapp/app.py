"""The Flask application: its settings, its headers, its error pages."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, SecurityError, Unauthorized

from archive.account import Role
from archive.amending import StaleEdit
from archive.errors import ArchiveTrouble, UserMistake
from webapp import access, marking
from webapp.access import NotAllowed
from webapp.addresses import path_to
from webapp.api.problems import problem
from webapp.api.routes import api
from webapp.caching import Pages
from webapp.cross_site import SAFE, comes_from_elsewhere
from webapp.hosts import host_of
from webapp.pages import (
    account,
    adding,
    authorities,
    beside,
    citation,
    cited,
    describing,
    desk,
    grid,
    history,
    jobs,
    metrics,
    names,
    original,
    record,
    results,
    search,
    stances,
    standing,
    values,
)
from webapp.services import Services
from webapp.sign_in import Failures
from webapp.site import Clock, utc_now
from webapp.throttle import Throttle
from webapp.tombstone import Withdrawn
from webapp.visitor import cookie_name, form_field, may_read, visitor
from webapp.watching import watch

_LOG = logging.getLogger(__name__)

_PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_PAGES = (
    search,
    grid,
    names,
    values,
    results,
    record,
    history,
    beside,
    original,
    citation,
    cited,
    standing,
    account,
    desk,
    jobs,
    metrics,
    adding,
    describing,
    authorities,
    stances,
)
_SENT_BY_BROWSERS = ("Sec-Fetch-Site", "Origin")
_LARGEST_REQUEST = 64 * 1024
"""Bytes of a request's body, where a page does not accept more (`access.accepts`)."""

_SENTENCES = {
    400: "This request cannot be understood.",
    401: "Sign in to see this.",
    403: "This is not for you.",
    404: "There is nothing at this address. The record may be elsewhere, or was never here.",
    405: "This address cannot be used in this way.",
    413: "The request is too large.",
    415: "The request’s body must be JSON (application/json).",
    429: "That was asked for too often. Please try again in a little while.",
    500: "Something went wrong here, and it is not your doing. The archive itself is unharmed.",
    503: "The archive does not answer at the moment. Please try again in a little while.",
}


def create_app(
    services: Services,
    *,
    base_url: str | None,
    trusted_hosts: Sequence[str],
    closed: bool = False,
    clock: Clock = utc_now,
) -> Flask:
    """The site of one archive; where reading is `closed`, to those who have an account.

    `base_url` makes the permalinks absolute (`https://archive.example`, no slash at the
    end); without it they are as the request named the site.  `trusted_hosts` are the host
    names the site answers to, an IPv6 address in brackets; others get status 400.
    """
    app = Flask("webapp")
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
        # Werkzeug holds to it each piece of 64 KiB that it reads of a file, with what it had over
        # of the one before: room for two, or files of several lines are refused.
        MAX_FORM_MEMORY_SIZE=2 * _LARGEST_REQUEST,
        # Flask's own session, which nothing here uses: were it used, it would be kept as strictly.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.extensions["pressmark"] = services
    app.extensions["pressmark_base_url"] = base_url.rstrip("/") if base_url else None
    app.extensions["pressmark_clock"] = clock
    app.extensions["pressmark_closed"] = closed
    app.extensions["pressmark_pages"] = Pages()
    app.extensions["pressmark_throttle"] = Throttle()
    app.extensions["pressmark_failures"] = Failures()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        marked=marking.marked,
        one_line=marking.one_line,
        thousands=marking.thousands,
        title_of=marking.title_of,
    )
    app.jinja_env.globals.update(
        visitor=visitor, form_field=form_field, may_read=may_read, path_to=path_to, Role=Role
    )
    watch(app)
    for module in _PAGES:
        app.register_blueprint(module.page)
    app.register_blueprint(api)
    trusted = frozenset(name.lower() for name in trusted_hosts)

    # Not Flask's TRUSTED_HOSTS, which knows no IPv6 address and tells small letters from capital.
    @app.before_request
    def refuse_other_names() -> None:
        if host_of(request.host).lower() not in trusted:
            raise SecurityError("not a name of this site")

    @app.before_request
    def refuse_other_sites() -> None:
        own = {request.host, urlsplit(base_url or "").netloc}
        fetch_site, origin = (request.headers.get(name) for name in _SENT_BY_BROWSERS)
        if comes_from_elsewhere(request.method, fetch_site, origin, own):
            raise NotAllowed("Another site has sent this request, so it is not done.")

    app.before_request(access.admit)
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Withdrawn, _withdrawn)
    app.register_error_handler(StaleEdit, _stale)
    app.register_error_handler(UserMistake, _mistake)
    app.register_error_handler(ArchiveTrouble, _trouble)
    app.register_error_handler(OSError, _trouble)
    app.register_error_handler(Exception, _failure)
    return app


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.endpoint != "static":
        response.vary.update(("Cookie", "Authorization"))
        # What is withdrawn is to be gone at once, also from what others keep (RFC 9111).
        headers.setdefault("Cache-Control", "private, no-cache")
        if cookie_name() in request.cookies or request.authorization:
            headers["Cache-Control"] = "private, no-store"
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError) and not _of_the_api():
        # No page: without a host that is ours no address of the site can be written.
        return Response("This site does not answer to that name.\n", 400, mimetype="text/plain")
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, Unauthorized) and (answer := _sign_in_first()):
        return answer
    headers = [pair for pair in error.get_headers() if pair[0].lower() != "content-type"]
    response = _error(error.code, error.description if isinstance(error, NotAllowed) else None)
    response.headers.extend(headers)
    return response


def _sign_in_first() -> ResponseReturnValue | None:
    """Who is not signed in is led to where they can be; None for programs, which are told."""
    if access.for_programs() and not access.asked_by_a_browser():
        return None
    if request.method not in SAFE:
        return _error(
            403,
            "Nothing was done, for you are not signed in, or no longer. Sign in, go "
            "back, load the page again, and send it once more.",
        )
    return redirect(url_for("account.sign_in_page", next=request.full_path.rstrip("?")))


def _withdrawn(error: Withdrawn) -> ResponseReturnValue:
    if _of_the_api():
        return problem(410, error.tombstone.sentence, title="Withdrawn")
    return render_template("tombstone.html", tombstone=error.tombstone), 410


def _stale(error: StaleEdit) -> ResponseReturnValue:
    return _error(409, str(error)) if _of_the_api() else history.stale(error)


def _mistake(error: UserMistake) -> Response:
    return _error(400, str(error))


def _trouble(error: Exception) -> Response:
    if isinstance(error, ArchiveTrouble):
        _LOG.error("%s", error)
    else:
        _log(error)
    return _error(503)


def _failure(error: Exception) -> Response:
    _log(error)
    return _error(500)


def _error(code: int, sentence: str | None = None) -> Response:
    """A problem for a program, a page for a person."""
    sentence = sentence or _SENTENCES.get(code, _SENTENCES[400 if code < 500 else 500])
    if _of_the_api():
        return problem(code, sentence)
    return Response(
        render_template("error.html", code=code, sentence=sentence), code, mimetype="text/html"
    )


def _of_the_api() -> bool:
    return request.path.startswith("/api/")


def _log(error: Exception) -> None:
    # Messages and arguments may quote a query or a document, which are not logged: only the
    # kind of the error and the lines of code that it passed through.
    lines = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("%s at %s\n%s", type(error).__name__, request.path, lines)
