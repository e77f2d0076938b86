"""People who are signed in to a site, for the tests of what they may see and do."""

from __future__ import annotations

import html
import re
from typing import Any, cast

import argon2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive import password
from archive.account import Role
from archive.catalogue import accounts, sessions
from archive.catalogue.database import Catalogue
from webapp.services import Services
from webapp.site import Clock
from webapp.visitor import FORM_FIELD, cookie_name, form_token

NO_PASSWORD = "no hash, so that no password opens it and none costs any time"


def hash_cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be hashed as always, but at no cost."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(password, "_hasher", lambda: cheap)
    monkeypatch.setattr(password, "_nobodys", lambda: cheap.hash("a password that nobody has"))


class Person(FlaskClient):
    """A browser in which somebody is signed in: what it posts comes from the site's own forms."""

    token = ""

    def post(self, *args: Any, **given: Any) -> TestResponse:
        data = given.get("data")
        if self.token and (data is None or isinstance(data, dict)) and "json" not in given:
            given["data"] = {FORM_FIELD: form_token(self.token), **(data or {})}
        return super().post(*args, **given)


def account(catalogue: Catalogue, role: Role, clock: Clock, name: str = "") -> str:
    """Make an account of this role, named after it, if there is none; its name."""
    name = name or role.value
    with catalogue.writing() as connection:
        if accounts.get(connection, name) is None:
            accounts.add(connection, name, role, NO_PASSWORD, at=clock(), agent="tests")
    return name


def signed_in(app: Flask, role: Role, name: str = "") -> Person:
    """A browser in which somebody of this role is signed in; named after the role, if not said."""
    services = cast(Services, app.extensions["pressmark"])
    clock = cast(Clock, app.extensions["pressmark_clock"])
    name = account(services.catalogue, role, clock, name)
    with services.catalogue.writing() as connection:
        held = accounts.known(connection, name)
        token = sessions.begin(connection, held, at=clock())
    person = Person(app, app.response_class, use_cookies=True)
    with app.app_context():
        person.set_cookie(cookie_name(), token)
    person.token = token
    return person


def hidden_fields(page: str) -> dict[str, str]:
    """What the last form of a page carries unseen, but for the token that `Person` sends anyway."""
    form = page.rpartition("<form")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found if name != FORM_FIELD}
