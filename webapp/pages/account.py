"""Signing in and out, and a person's own account."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from archive.account import SHORTEST_PASSWORD, Role, checked_password
from archive.catalogue import accounts
from archive.errors import UserMistake
from archive.password import hashed
from webapp import visitor
from webapp.access import demands, own_path
from webapp.services import services
from webapp.sign_in import check
from webapp.site import now
from webapp.visitor import agent

page = Blueprint("account", __name__)


@page.get("/sign-in")
def sign_in_page() -> ResponseReturnValue:
    """The form; `next` is the path of this site to go on to."""
    onward = own_path(request.args.get("next", ""))
    if visitor.visitor().account:
        return redirect(onward, 303)
    return _form(onward), 200


@page.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Begin a session for name and password, which are refused in one sentence whatever is
    wrong with them."""
    form = request.form
    name, onward = form.get("name", ""), own_path(form.get("next", ""))
    try:
        account = check(name, form.get("password", ""))
    except TooManyRequests as error:
        wait = -(-int(error.retry_after or 60) // 60)  # type: ignore[arg-type]
        trouble = f"That was tried too often. Please try again in {wait} minutes."
        return _form(onward, name, trouble), 429, {"Retry-After": str(error.retry_after)}
    if account is None:
        return _form(onward, name, "There is no account with this name and this password."), 400
    return visitor.sign_in(redirect(onward, 303), account)


@page.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    return visitor.sign_out(redirect(url_for("search.show"), 303))


@page.get("/account")
@demands(Role.READER)
def show() -> ResponseReturnValue:
    """Who is signed in, and as what."""
    return _account(), 200


@page.post("/account/password")
@demands(Role.READER)
def change_password() -> ResponseReturnValue:
    """Another password, for who knows the old one; all other sessions of the account end."""
    form = request.form
    account = check(agent(), form.get("old", ""))
    if account is None:
        return _account("That is not your present password."), 400
    try:
        new = checked_password(form.get("new", ""))
    except UserMistake as error:
        return _account(str(error)), 400
    hash = hashed(new)
    with services().catalogue.writing() as connection:
        accounts.set_password(connection, account.name, hash, at=now(), agent=account.name)
    return visitor.sign_in(redirect(url_for("account.show", changed="on"), 303), account)


def _form(onward: str, name: str = "", trouble: str = "") -> str:
    return render_template("sign_in.html", onward=onward, name=name, trouble=trouble)


def _account(trouble: str = "") -> str:
    return render_template(
        "account.html",
        trouble=trouble,
        changed=bool(request.args.get("changed")),
        shortest=SHORTEST_PASSWORD,
    )
