"""Signing in and out with a name and a password."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.account import Role
from archive.catalogue import accounts
from archive.founding import begin_archive
from archive.password import hashed
from indexer.update import update
from tests.people import signed_in
from webapp.app import create_app
from webapp.services import Services, open_services

PASSWORD = "nine barges at low water"
HASH = hashed(PASSWORD)


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def office(tmp_path: Path, clock: Hands) -> Iterator[Services]:
    """An archive that holds nothing, with an account for Ana."""
    home, _ = begin_archive(tmp_path / "home")
    services = open_services(home)
    update(home, services.catalogue)
    with services.catalogue.writing() as connection:
        accounts.add(connection, "Ana", Role.ARCHIVIST, HASH, at=clock(), agent="tests")
    yield services
    services.catalogue.close()


@pytest.fixture
def site(office: Services, clock: Hands) -> Flask:
    return create_app(office, base_url=None, trusted_hosts=["localhost"], clock=clock)


def enter(client: FlaskClient, name: str = "Ana", password: str = PASSWORD, onward: str = "/"):  # type: ignore[no-untyped-def]
    return client.post("/sign-in", data={"name": name, "password": password, "next": onward})


def test_who_signs_in_goes_on_to_where_they_wanted(site: Flask) -> None:
    client = site.test_client()
    led = client.get("/desk")
    assert led.location == "/sign-in?next=/desk"
    assert 'name="next" value="/desk"' in client.get(led.location).text
    entered = enter(client, onward="/desk")
    assert (entered.status_code, entered.location) == (303, "/desk")
    page = client.get("/desk")
    assert page.status_code == 200
    assert "Ana" in page.text


@pytest.mark.parametrize(
    ("name", "password"),
    [("Ana", "x"), ("nobody", PASSWORD), ("", ""), ("Ana", PASSWORD * 100), ("Ana\0", PASSWORD)],
)
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
    site: Flask, name: str, password: str
) -> None:
    refused = enter(site.test_client(), name, password)
    assert refused.status_code == 400
    assert "There is no account with this name and this password." in refused.text
    assert "Set-Cookie" not in refused.headers


def test_a_session_ends_when_it_is_not_used(site: Flask, clock: Hands) -> None:
    client = signed_in(site, Role.ARCHIVIST)
    for _ in range(3):
        clock.at += timedelta(hours=11)
        assert client.get("/desk").status_code == 200
    clock.at += timedelta(hours=12)
    assert client.get("/desk").status_code == 302


def test_what_a_form_of_another_session_sends_is_not_done(site: Flask) -> None:
    one, other = signed_in(site, Role.LIBRARIAN), signed_in(site, Role.LIBRARIAN)
    one.token = other.token
    assert one.post("/jobs", data={"kind": "reindex"}).status_code == 403
    one.token = ""
    refused = one.post("/jobs", data={"kind": "reindex"})
    assert refused.status_code == 403
    assert "Nothing was done" in refused.text
