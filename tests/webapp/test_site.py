"""What holds for every page: headers, settings, errors, and that nothing hostile runs."""

from __future__ import annotations

import itertools
import logging
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.quayside import HOSTILE_TITLE, Archive, build
from webapp.app import create_app
from webapp.services import open_services

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PATHS = ("/", "/?q=bridge", "/?q=%22", "/help", "/about", "/health", "/nothing", "/r/nothing")
HOSTILE = '"><script>document.title=1</script><img src=x onerror=alert(1)>{{42*42}}\u202e'


@pytest.mark.parametrize("path", [*PATHS, "/static/pressmark.css"])
def test_every_page_forbids_what_it_does_not_need(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers
    assert "Server" not in headers


@pytest.mark.parametrize(
    "path",
    ["/", "/?q=bridge", "/?q=zeppelin", "/?q=zeppelin&outlet=River+Review", "/?q=bridge&page=9",
     "/?q=%22", "/?from=2025-02-30", "/help", "/about", "/nothing", "record", "closed"],
)  # fmt: skip
def test_headings_descend_one_level_at_a_time(
    client: FlaskClient, quayside: Archive, path: str
) -> None:
    names = {"record": "logs.html", "closed": "closed.html"}
    if path in names:
        path = f"/r/{quayside.ids[names[path]]}?q=bridge"
    soup = BeautifulSoup(client.get(path).text, "lxml")
    levels = [int(each.name[1]) for each in soup.select("h1, h2, h3, h4, h5, h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("path", ["/", "/?q=bridge&outlet=River+Review&from=2023&to=2023"])
def test_what_is_seen_of_a_control_is_in_its_name(client: FlaskClient, path: str) -> None:
    """WCAG 2.2, 2.5.3."""
    soup = BeautifulSoup(client.get(path).text, "lxml")
    assert not soup.select("a[aria-label], input[aria-label], button[aria-label]")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_comes_from_elsewhere_and_nothing_is_inline(client: FlaskClient, path: str) -> None:
    soup = BeautifulSoup(client.get(path).text, "lxml")
    for each in soup.select("script, link[rel=stylesheet], link[rel=icon], img, iframe"):
        assert str(each.get("src") or each.get("href")).startswith("/static/")
    assert not soup.select("style, [style], [onclick], [onload], [onerror]")
    assert all(not each.get_text().strip() for each in soup.select("script"))


def test_the_settings_that_flask_leaves_open_are_set(app: Flask) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] == 65_536
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_the_site_answers_to_its_own_names_only(client: FlaskClient) -> None:
    response = client.get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert response.mimetype == "text/plain"
    assert response.headers["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("LocalHost", 200),
        ("harbour.example", 200),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("[::2]:8000", 400),
        ("localhost.elsewhere.example", 400),
        ("localhost:", 400),
        ("localhost@elsewhere", 400),
        ("", 400),
    ],
)
def test_a_name_is_the_same_in_small_and_capital_letters_and_with_any_port(
    app: Flask, host: str, status: int
) -> None:
    own = create_app(
        app.extensions["pressmark"],
        base_url=None,
        trusted_hosts=["localhost", "Harbour.example", "[::1]"],
    )
    assert own.test_client().get("/about", headers={"Host": host}).status_code == status


def test_a_refused_method_is_told_which_are_not(client: FlaskClient) -> None:
    response = client.post("/")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert response.headers.getlist("Content-Type") == ["text/html; charset=utf-8"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nothing", "GET", 404), ("/r/0", "GET", 404), ("/", "POST", 405), ("/r/0", "DELETE", 405)],
)
def test_an_error_is_one_clear_sentence(
    client: FlaskClient, path: str, method: str, status: int
) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    soup = BeautifulSoup(response.text, "lxml")
    assert soup.select("h1")[0].get_text().endswith(".")
    assert "Traceback" not in response.text


def scripts_and_handlers(html: str) -> list[str]:
    soup = BeautifulSoup(html, "lxml")
    foreign = [str(each) for each in soup.select("script") if not each.get("src")]
    foreign += [str(each) for each in soup.select("img, iframe, object, embed, form[action^=http]")]
    for each in soup.find_all(True):
        foreign += [name for name in each.attrs if name.startswith("on")]
        href = str(each.get("href", ""))
        foreign += [href] if href.lower().startswith(("javascript:", "data:")) else []
    return foreign


def test_hostile_documents_run_nowhere(client: FlaskClient, quayside: Archive) -> None:
    record = f"/r/{quayside.ids['hostile.html']}"
    for path in ("/", "/?q=ferry", "/?q=title:transcript", record, f"{record}?q=said+onerror"):
        html = client.get(path).text
        assert scripts_and_handlers(html) == []
        soup = BeautifulSoup(html, "lxml")
        assert HOSTILE_TITLE in soup.get_text()
        assert "\u202e" not in html


@pytest.mark.parametrize(
    "name", ["q", "outlet", "author", "stance", "from", "to", "sort", "page", "mode", "at"]
)
def test_hostile_addresses_run_nowhere(client: FlaskClient, quayside: Archive, name: str) -> None:
    for path in ("/", f"/r/{quayside.ids['logs.html']}"):
        response = client.get(path, query_string={name: HOSTILE, "q": f"bridge {HOSTILE}"})
        assert response.status_code in (200, 400)
        assert scripts_and_handlers(response.text) == []
        assert "1764" not in response.text


def test_neither_queries_nor_documents_are_logged(
    client: FlaskClient, quayside: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/?q=quicksilver+%22")
    client.get(f"/r/{quayside.ids['logs.html']}?q=quicksilver")
    assert "quicksilver" not in caplog.text


def test_the_archives_trouble_is_told_apart_and_not_in_detail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive = build(tmp_path / "home", tmp_path / "sources")
    services = open_services(archive.home)
    client = create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()
    logs = archive.ids["logs.html"]
    shutil.rmtree(archive.home.originals / "sha256")
    original = client.get(f"/r/{logs}/original/{archive.digests['logs.html']}")
    assert original.status_code == 503
    shutil.rmtree(archive.home.index)
    for path in ("/", "/?q=quicksilver", "/grid", "/names"):
        response = client.get(path)
        assert response.status_code == 503
        assert "does not answer" in response.text
        assert str(tmp_path) not in response.text
    assert client.get("/health").status_code == 503
    assert client.get(f"/r/{logs}?q=bridge").status_code == 200
    services.catalogue.close()
    archive.home.catalogue.unlink()
    assert client.get(f"/r/{logs}").status_code == 503
    assert "There is no index yet." in caplog.text
    assert "quicksilver" not in caplog.text
    services.catalogue.close()


def test_a_failure_of_the_program_is_told_without_detail(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    own = create_app(app.extensions["pressmark"], base_url=None, trusted_hosts=["localhost"])

    @own.get("/fails")
    def fails() -> str:
        raise RuntimeError("".join(("quick", "silver")))

    response = own.test_client().get("/fails")
    assert response.status_code == 500
    assert "quicksilver" not in response.text + caplog.text
    assert "RuntimeError at /fails" in caplog.text


def test_too_large_a_request_is_refused(app: Flask) -> None:
    own = create_app(app.extensions["pressmark"], base_url=None, trusted_hosts=["localhost"])

    @own.post("/takes")
    def takes() -> str:
        from flask import request

        return str(len(request.get_data()))

    response = own.test_client().post("/takes", data=b"x" * 70_000)
    assert response.status_code == 413
    assert "too large" in response.text


def test_health_is_for_programs(client: FlaskClient) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "ok"})
