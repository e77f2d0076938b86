"""Which role a page demands, and what is looked after before any page is called.

page = demands(Role.ARCHIVIST)(Blueprint("desk", __name__))  # all pages of a module

@page.post("/desk/add")
@demands(Role.LIBRARIAN)          # one page, stronger than what its module demands
@accepts(64 * 1024 * 1024)        # bytes of its body, where it takes uploads
def add() -> ResponseReturnValue: ...
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from archive.account import Role
from webapp.cross_site import SAFE
from webapp.sign_in import by_credentials
from webapp.visitor import FORM_FIELD, FORM_HEADER, form_token, recognise, visitor

_ALWAYS = frozenset(
    {
        "static",
        "account.sign_in_page",
        "account.sign_in",
        "standing.health",
        "metrics.ready",
        "metrics.for_prometheus",
    }
)
"""Routes that answer where reading is closed: signing in, and what watches the site."""

_WHOM = {
    Role.READER: "people with an account",
    Role.ARCHIVIST: "archivists",
    Role.LIBRARIAN: "librarians",
}

Guarded = TypeVar("Guarded")
_DEMANDED: dict[object, Role] = {}
_LARGEST: dict[object, int] = {}
_IN_FIELDS: set[object] = set()


class SignInFirst(Unauthorized):
    """Only those who are signed in are answered here."""

    def __init__(self) -> None:
        # With a space in it Werkzeug writes the realm in quotes, which RFC 9110 demands.
        basic = WWWAuthenticate("basic", {"realm": "Pressmark archive", "charset": "UTF-8"})
        super().__init__(www_authenticate=basic)


class NotAllowed(Forbidden):
    """It is not done, for the reason that `description` tells a person in a sentence."""


def demands(role: Role) -> Callable[[Guarded], Guarded]:
    """A view, or a blueprint with all its views, is for accounts of this role only.

    Others are led to sign in, or, if they are, answered with status 403.
    """

    def guard(guarded: Guarded) -> Guarded:
        _DEMANDED[guarded] = role
        return guarded

    return guard


def accepts(size: int, *, in_fields: bool = False) -> Callable[[Guarded], Guarded]:
    """A view takes bodies of so many bytes, instead of the 64 KiB of all others; with `in_fields`
    also where they are no files, which are held in memory."""

    def allow(view: Guarded) -> Guarded:
        _LARGEST[view] = size
        if in_fields:
            _IN_FIELDS.add(view)
        return view

    return allow


def demanded(endpoint: str | None) -> Role | None:
    """The role that a route demands; None if it is for everybody."""
    view = current_app.view_functions.get(endpoint or "")
    blueprint = current_app.blueprints.get((endpoint or "").rpartition(".")[0])
    return _DEMANDED.get(view) or _DEMANDED.get(blueprint)


def admit() -> None:
    """Before a page is called: is it for this visitor, and do they mean it?

    The body is not read before that is known.  Raises `SignInFirst`, `NotAllowed`,
    `TooManyRequests`, `ArchiveTrouble`.
    """
    if request.endpoint == "static":
        return
    if for_programs() and "Authorization" in request.headers:
        given = request.authorization  # None for what cannot be read
        account = by_credentials(given) if given else None
        if account is None:
            raise SignInFirst
        recognise(account)
    role = demanded(request.endpoint)
    closed: bool = current_app.extensions["pressmark_closed"]
    wanted = role is not None or (closed and request.endpoint not in _ALWAYS)
    if wanted and visitor().account is None:
        raise SignInFirst
    if role is not None and not visitor().role.includes(role):
        raise NotAllowed(f"This is for {_WHOM[role]}; you are signed in as {visitor().role}.")
    view = current_app.view_functions.get(request.endpoint or "")
    if size := _LARGEST.get(view):
        request.max_content_length = size
        if view in _IN_FIELDS:
            request.max_form_memory_size = size
    if request.method not in SAFE and request.url_rule:
        _meant()


def for_programs() -> bool:
    """Whether programs ask here, which sign in with every request (HTTP Basic): the API, and
    the results that are taken along."""
    return request.path.startswith("/api/") or request.blueprint == "results"


def asked_by_a_browser() -> bool:
    """Whether a page is an answer to this request."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")


def own_path(path: str) -> str:
    """A path of this site to go on to; the beginning of the site for anything else.

    A browser takes what begins with // or /\\ for another host, and leaves out tabs and
    line ends before it looks.
    """
    strange = any(each <= " " or each == "\\" or each == "\x7f" for each in path)
    if strange or not path.startswith("/") or path.startswith("//"):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else path


def _meant() -> None:
    """Raise `NotAllowed` for a form that a page of this session did not show."""
    token = visitor().token
    if token is None:
        return  # nobody's rights go with it; webapp/cross_site.py looks after the rest
    given = request.headers.get(FORM_HEADER) or request.form.get(FORM_FIELD, "")
    if not hmac.compare_digest(given.encode(), form_token(token).encode()):
        raise NotAllowed(
            "Nothing was done: this form is not of the page as you have it now. Perhaps you "
            "signed in again meanwhile. Go back, load the page again, and send it once more."
        )
