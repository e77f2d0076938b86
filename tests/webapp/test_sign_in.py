"""Signing in and out with a name and a password."""

from __future__ import annotations

import re
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import argon2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.account import Role
from archive.catalogue import accounts, sessions
from archive.errors import ArchiveTrouble
from archive.founding import begin_archive
from indexer.update import update
from tests.people import hash_cheaply, signed_in
from webapp.access import own_path
from webapp.app import create_app
from webapp.services import Services, open_services
from webapp.visitor import form_token

PASSWORD = "nine barges at low water"
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)
REFUSED = "There is no account with this name and this password."


class Hands:
    """A clock whose hands the test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


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


def enter(
    client: FlaskClient, name: str = "Ana", password: str = PASSWORD, onward: str = "/"
) -> TestResponse:
    return client.post("/sign-in", data={"name": name, "password": password, "next": onward})


def basic(name: str = "ana", password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


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
    assert REFUSED in refused.text
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


@pytest.mark.parametrize(
    ("base_url", "cookie", "secure"),
    [(None, "pressmark", False), ("https://archive.example", "__Host-pressmark", True)],
)
def test_the_cookie_is_the_sites_alone(
    office: Services, clock: Hands, base_url: str | None, cookie: str, secure: bool
) -> None:
    site = create_app(office, base_url=base_url, trusted_hosts=["localhost"], clock=clock)
    set_cookie = enter(site.test_client()).headers["Set-Cookie"]
    value, *flags = set_cookie.split("; ")
    assert re.fullmatch(rf"{cookie}=[\w-]{{43}}", value)
    assert sorted(flags) == sorted(
        ["HttpOnly", "Path=/", "SameSite=Lax", *(["Secure"] if secure else [])]
    )


def test_signing_in_makes_a_new_token_and_ends_the_old_session(site: Flask) -> None:
    client = signed_in(site, Role.READER)
    old = client.get_cookie("pressmark")
    enter(client)
    new = client.get_cookie("pressmark")
    assert old
    assert new
    assert old.value != new.value
    other = site.test_client()
    other.set_cookie("pressmark", old.value)
    assert other.get("/account").status_code == 302


def test_a_token_that_somebody_else_chose_is_never_taken(site: Flask) -> None:
    client = site.test_client()
    client.set_cookie("pressmark", "A" * 43)
    assert client.get("/account").status_code == 302
    enter(client)
    entered = client.get_cookie("pressmark")
    assert entered
    assert entered.value != "A" * 43


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "é", "' OR 1=1 --", "A" * 4000])
def test_a_cookie_that_is_none_of_ours_is_nobodys(site: Flask, token: str) -> None:
    client = site.test_client()
    client.set_cookie("pressmark", token)
    assert client.get("/account").status_code == 302
    assert client.get("/").status_code == 200


def test_who_signs_out_is_signed_out(site: Flask) -> None:
    client = signed_in(site, Role.ARCHIVIST)
    token = client.get_cookie("pressmark")
    assert client.post("/sign-out").location == "/"
    assert client.get_cookie("pressmark") is None
    assert token
    client.set_cookie("pressmark", token.value)
    assert client.get("/desk").status_code == 302


def test_another_password_is_for_who_knows_the_old_one(site: Flask) -> None:
    here, there = signed_in(site, Role.ARCHIVIST, "Ana"), signed_in(site, Role.ARCHIVIST, "Ana")
    new = "ten barges at high water"
    wrong = here.post("/account/password", data={"old": "wrong", "new": new})
    assert (wrong.status_code, "not your present password" in wrong.text) == (400, True)
    short = here.post("/account/password", data={"old": PASSWORD, "new": "short"})
    assert (short.status_code, "too short" in short.text) == (400, True)
    assert there.get("/account").status_code == 200
    changed = here.post("/account/password", data={"old": PASSWORD, "new": new})
    assert (changed.status_code, changed.location) == (303, "/account?changed=on")
    assert "You have another password." in here.get(changed.location).text
    assert there.get("/account").status_code == 302
    assert enter(site.test_client()).status_code == 400
    assert enter(site.test_client(), password=new).status_code == 303


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/desk", "/desk"),
        ("/?q=a+b&outlet=%C3%A9", "/?q=a+b&outlet=%C3%A9"),
        ("/r/abc?at=1-2#text", "/r/abc?at=1-2#text"),
        ("", "/"),
        ("desk", "/"),
        ("//elsewhere.example", "/"),
        ("///elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("\\/elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        (" //elsewhere.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\x7f", "/"),
        ("/é", "/é"),
    ],
)
def test_it_goes_on_at_a_path_of_this_site_only(path: str, taken: str) -> None:
    assert own_path(path) == taken


def test_nobody_is_led_elsewhere(site: Flask) -> None:
    entered = enter(site.test_client(), onward="//elsewhere.example/")
    assert (entered.status_code, entered.location) == (303, "/")
    page = signed_in(site, Role.READER).get("/sign-in?next=//elsewhere.example/")
    assert (page.status_code, page.location) == (303, "/")


def test_after_ten_failures_an_account_waits_and_others_do_not(
    site: Flask, office: Services, clock: Hands
) -> None:
    with office.catalogue.writing() as connection:
        accounts.add(connection, "Ben", Role.READER, HASH, at=clock(), agent="tests")
    client = site.test_client()
    for name in ("Ana", "ANA", "ana ") * 3 + ("ana",):
        assert enter(client, name, "wrong").status_code == 400
    throttled = enter(client)
    assert throttled.status_code == 429
    assert 1 <= int(throttled.headers["Retry-After"]) <= 900
    assert "tried too often" in throttled.text
    away = {"REMOTE_ADDR": "203.0.113.7"}
    form = {"name": "Ana", "password": PASSWORD}
    assert client.post("/sign-in", data=form, environ_base=away).status_code == 429
    assert enter(site.test_client(), "Ben").status_code == 303


def test_a_name_that_nobody_has_is_throttled_like_any_other(site: Flask) -> None:
    client = site.test_client()
    told = [enter(client, "nobody", "wrong").status_code for _ in range(11)]
    assert told == [400] * 10 + [429]


def test_after_thirty_failures_a_network_waits(site: Flask) -> None:
    client = site.test_client()
    told = [enter(client, f"name {number}", "wrong").status_code for number in range(31)]
    assert told == [400] * 30 + [429]
    form = {"name": "Ana", "password": PASSWORD}
    away = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.post("/sign-in", data=form, environ_base=away).status_code == 303


def test_who_signs_in_has_failed_before_for_nothing(site: Flask) -> None:
    client = site.test_client()
    for _ in range(2):
        assert [enter(client, "Ana", "wrong").status_code for _ in range(9)] == [400] * 9
        assert enter(site.test_client()).status_code == 303


def test_a_program_signs_in_with_every_request(site: Flask) -> None:
    client = site.test_client()
    cited = client.post("/api/v1/searches", json={"q": "x"}, headers=basic())
    assert cited.get_json()["audience"] == "staff"
    assert "Set-Cookie" not in cited.headers
    for path in ("/api/v1/search", "/search.atom", "/search.csv"):
        assert client.get(path, headers=basic(), buffered=True).status_code == 200
        refused = client.get(path, headers=basic(password="wrong"))
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert client.get("/api/v1/search", headers=basic(password="wrong")).mimetype == (
        "application/problem+json"
    )


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic !!!", "Basic 4pyT", "Bearer abc", "Digest a=b", "Basic " + "A" * 9000],
)
def test_what_is_no_name_and_password_is_nobodys(site: Flask, header: str) -> None:
    refused = site.test_client().get("/api/v1/search", headers={"Authorization": header})
    assert refused.status_code == 401


def test_no_page_takes_the_password_of_a_program(site: Flask) -> None:
    client = site.test_client()
    assert client.get("/desk", headers=basic()).status_code == 302
    assert client.post("/sign-out", headers=basic()).status_code == 303
    assert "Sign in" in client.get("/", headers=basic()).text


def test_a_script_sends_the_token_in_a_header(site: Flask) -> None:
    client = signed_in(site, Role.ARCHIVIST)
    assert client.post("/api/v1/searches", json={"q": "x"}).status_code == 403
    headers = {"X-Form-Token": form_token(client.token)}
    cited = client.post("/api/v1/searches", json={"q": "x"}, headers=headers)
    assert cited.get_json()["audience"] == "staff"


@pytest.mark.parametrize(
    "path", ["/", "/account", "/api/v1/search", "/search.atom", "/search.csv", "/nowhere", "/jobs"]
)
def test_what_is_for_an_account_is_kept_by_nobody(site: Flask, path: str) -> None:
    mine = signed_in(site, Role.ARCHIVIST).get(path, buffered=True)
    assert mine.headers["Cache-Control"] == "private, no-store"
    for response in (mine, site.test_client().get(path, buffered=True)):
        varying = {each.strip() for each in response.headers["Vary"].split(",")}
        assert {"Cookie", "Authorization"} <= varying
    style = signed_in(site, Role.ARCHIVIST).get("/static/pressmark.css", buffered=True)
    assert "no-store" not in style.headers["Cache-Control"]


def test_an_etag_of_staff_opens_nothing_to_others(site: Flask) -> None:
    staff = signed_in(site, Role.ARCHIVIST).get("/api/v1/search")
    again = {"If-None-Match": staff.headers["ETag"]}
    assert site.test_client().get("/account", headers=again).status_code == 302
    closed = create_app(site.extensions["pressmark"], base_url=None, trusted_hosts=["localhost"],
                        closed=True)  # fmt: skip
    assert closed.test_client().get("/api/v1/search", headers=again).status_code == 401


def test_no_page_with_a_form_can_be_put_into_a_frame(site: Flask) -> None:
    for page in (site.test_client().get("/sign-in"), signed_in(site, Role.READER).get("/account")):
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]


def test_what_is_typed_acts_as_nothing(site: Flask) -> None:
    page = enter(site.test_client(), '"><script>alert(1)</script>', "wrong", '/"><script>')
    assert "<script>alert" not in page.text
    assert 'value="/&#34;&gt;&lt;script&gt;"' in page.text


def test_another_site_cannot_sign_anybody_in(site: Flask) -> None:
    form = {"name": "Ana", "password": PASSWORD}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    refused = site.test_client().post("/sign-in", data=form, headers=elsewhere)
    assert refused.status_code == 403
    assert "Set-Cookie" not in refused.headers


def test_a_long_body_is_refused_before_it_is_read(site: Flask) -> None:
    form = {"name": "Ana", "password": "x" * 100_000}
    assert site.test_client().post("/sign-in", data=form).status_code == 413


def test_a_catalogue_in_trouble_is_told_to_who_is_signed_in(site: Flask, office: Services) -> None:
    client = signed_in(site, Role.LIBRARIAN)
    office.catalogue.close()
    with sqlite3.connect(office.originals.home.catalogue) as connection:
        connection.execute("ALTER TABLE session RENAME TO lost")
    for path in ("/account", "/", "/api/v1/search"):
        response = client.get(path)
        assert response.status_code == 503
        assert "The archive does not answer at the moment." in response.text
    assert client.get("/static/pressmark.css", buffered=True).status_code == 200
    assert client.get("/health").status_code == 200
    trouble = enter(site.test_client())
    assert trouble.status_code == 503
    assert "Set-Cookie" not in trouble.headers


def test_who_is_signed_in_reads_on_when_the_disk_is_full(
    site: Flask, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(site, Role.LIBRARIAN)
    clock.at += timedelta(hours=1)

    def full(*_: object, **__: object) -> None:
        raise ArchiveTrouble("The disk is full; the catalogue was not changed.")

    monkeypatch.setattr(sessions, "renew", full)
    assert client.get("/account").status_code == 200


def test_nothing_that_was_typed_is_logged(site: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    enter(site.test_client(), "quicksilver", "wrongsilver")
    enter(site.test_client())
    told = [(each.getMessage(), getattr(each, "facts", {})) for each in caplog.records]
    assert ("sign-in failed", {"account": "", "network": "127.0.0.1"}) in told
    assert ("signed in", {"account": "Ana", "network": "127.0.0.1"}) in told
    for secret in ("quicksilver", "wrongsilver", PASSWORD):
        assert secret not in repr(told)


def test_an_account_that_was_closed_is_signed_in_nowhere(site: Flask, office: Services) -> None:
    client = signed_in(site, Role.ARCHIVIST, "Ana")
    with office.catalogue.writing() as connection:
        accounts.close(connection, "Ana", at=datetime(2026, 1, 15, tzinfo=UTC), agent="tests")
    assert client.get("/desk").status_code == 302
    assert REFUSED in enter(site.test_client()).text
    assert site.test_client().get("/api/v1/search", headers=basic()).status_code == 401


def test_who_comes_back_finds_the_form_of_before_refused(site: Flask) -> None:
    client = signed_in(site, Role.ARCHIVIST, "Ana")
    old = client.token
    client.post("/sign-out")
    client.token = ""
    sent = client.post("/desk/undo", data={"token": form_token(old)})
    assert sent.status_code == 403
    assert "you are not signed in, or no longer" in sent.text
