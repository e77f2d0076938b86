"""Who asks in this request, and so what they may see and do.

A page asks `audience()` for what it may show, and a page that changes anything `agent()`
for the name that the change is made under.  `webapp/access.py` says which role a page
demands, and has looked after that before a page is called.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from typing import cast

from flask import current_app, g, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from archive.account import Account, Role
from archive.catalogue import sessions
from archive.errors import ArchiveTrouble
from archive.record import Access
from indexer.audience import Audience, may_read_text
from webapp.services import services
from webapp.site import now
from webapp.throttle import network

_LOG = logging.getLogger(__name__)

FORM_FIELD = "token"
"""The name of the field that every form of a person who is signed in carries."""
FORM_HEADER = "X-Form-Token"
"""The same for a script."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: an account, if any, and the token of the session that says so, if one does."""

    account: Account | None = None
    token: str | None = None

    @property
    def role(self) -> Role:
        """A visitor without an account is a reader."""
        return self.account.role if self.account else Role.READER


NOBODY = Visitor()


def visitor() -> Visitor:
    """Who asks in this request.  Raises `ArchiveTrouble`."""
    if "visitor" not in g:
        # Also what the page that tells of trouble says, which has a nav like any other.
        g.visitor = NOBODY
        if token := request.cookies.get(cookie_name()):
            g.visitor = _of_session(token)
    return cast(Visitor, g.visitor)


def recognise(account: Account) -> None:
    """This request is of that account, without a session."""
    g.visitor = Visitor(account)


def role() -> Role:
    """The role of who asks."""
    return visitor().role


def audience() -> Audience:
    """What who asks may see."""
    return Audience.STAFF if role().includes(Role.ARCHIVIST) else Audience.READER


def may_read(access: Access) -> bool:
    """Whether who asks may see the whole text and the original of a record of this access."""
    return may_read_text(audience(), access)


def agent() -> str:
    """The name under which who asks changes something; only where a role is demanded."""
    account = visitor().account
    assert account is not None, "a page that changes something demands a role"
    return account.name


def form_field() -> Markup:
    """The hidden field of this session's forms, as every form that is sent with POST carries
    it; nothing for visitors who are not signed in, whose forms need none."""
    token = visitor().token
    if token is None:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        FORM_FIELD, form_token(token)
    )


def form_token(session: str) -> str:
    """What the forms of a session carry: nobody can make it who does not have its token."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()


def sign_in(response: Response, account: Account) -> Response:
    """The response beginning a new session, with a token of its own; the old one is over."""
    old = request.cookies.get(cookie_name())
    with services().catalogue.writing() as connection:
        if old:
            sessions.end(connection, old)
        token = sessions.begin(connection, account, at=now())
    g.visitor = Visitor(account, token)
    _LOG.info("signed in", extra={"facts": {"account": account.name, "network": _network()}})
    response.set_cookie(
        cookie_name(), token, path="/", httponly=True, samesite="Lax", secure=_secure()
    )
    return response


def sign_out(response: Response) -> Response:
    """The response ending this session."""
    if token := visitor().token:
        with services().catalogue.writing() as connection:
            sessions.end(connection, token)
    g.visitor = NOBODY
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="Lax", secure=_secure())
    return response


def cookie_name() -> str:
    """The name of the cookie; over HTTPS one that only this very host can set (RFC 6265bis)."""
    return "__Host-pressmark" if _secure() else "pressmark"


def _secure() -> bool:
    base: str | None = current_app.extensions["pressmark_base_url"]
    return bool(base and base.startswith("https:"))


def _of_session(token: str) -> Visitor:
    catalogue, at = services().catalogue, now()
    with catalogue.reading() as connection:
        session = sessions.get(connection, token, at=at)
    if session is None:
        return NOBODY
    if session.due(at):
        try:
            with catalogue.writing() as connection:
                sessions.renew(connection, token, at=at)
        except ArchiveTrouble as error:
            # It only ends earlier; a full disk must not keep a librarian from seeing why.
            _LOG.error("%s", error)
    return Visitor(session.account, token)


def _network() -> str:
    return network(request.remote_addr)
