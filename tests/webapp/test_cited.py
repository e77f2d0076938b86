"""Cite this search, and what its lasting address says later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from archive.catalogue import records
from archive.record import Access
from indexer.update import update
from tests.quayside import HOSTILE_TITLE, Archive, build, command
from webapp.app import create_app
from webapp.services import Services, open_services

SITE = "https://archive.example"
DAYS = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 9)]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return build(tmp_path / "home", tmp_path / "sources")


@pytest.fixture
def site(archive: Archive) -> Iterator[Services]:
    services = open_services(archive.home)
    yield services
    services.catalogue.close()


def asked_on(site: Services, day: datetime) -> FlaskClient:
    app = create_app(site, base_url=SITE, trusted_hosts=["localhost"], clock=lambda: day)
    return app.test_client()


def words(client: FlaskClient, path: str) -> str:
    soup = BeautifulSoup(client.get(path).text, "lxml")
    main = soup.select_one("main")
    assert main
    return " ".join(main.get_text().split())


def test_a_search_is_kept_by_the_form_of_its_page(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/?q=bridge&not_outlet=River+Review").text, "lxml")
    form = soup.select_one("form[method=post]")
    assert form
    data = [(str(each["name"]), str(each["value"])) for each in form.select("input[name]")]
    response = client.post(str(form["action"]), data=dict(data))
    assert response.status_code == 303
    told = words(client, response.headers["Location"])
    assert "Records matching bridge, not published by River Review" in told
    assert "it found 4 records" in told
    assert "The same records since." in told


def test_it_says_later_what_is_new_and_what_was_withdrawn(
    site: Services, archive: Archive, tmp_path: Path
) -> None:
    then, now = (asked_on(site, day) for day in DAYS)
    address = then.post("/searches", data={"q": "bridge"}).headers["Location"]
    for number, text in enumerate(("A bridge of boats was built.", "The bridge fell.")):
        path = tmp_path / f"new{number}.txt"
        path.write_text(text, encoding="utf-8")
        assert command(archive.home.root, "add", path) == 0
    with site.catalogue.writing() as connection:
        held = records.get(connection, archive.ids["bare.txt"])
        assert held
        hidden = replace(
            held,
            revision=held.revision + 1,
            description=replace(held.description, access=Access.STAFF),
        )
        records.revise(connection, hidden, at=DAYS[1], agent="keeper", reason="closed")
    update(archive.home, site.catalogue)
    told = words(now, address)
    assert "Cited first on 1 March 2026, when it found 5 records" in told
    assert "2 new, 1 withdrawn since." in told
    assert "Asked today, this search finds 6 records" in told
    assert "A bridge of boats was built" in told
    assert archive.ids["bare.txt"] in told
    assert "bridge closed" not in told
    assert (
        "Pressmark. Search: Records matching bridge, most relevant first. 5 records found on "
        f"1 March 2026. {SITE}{address} (accessed 9 March 2026)."
    ) in told


def test_the_same_search_has_one_address_until_it_finds_something_else(site: Services) -> None:
    then, now = (asked_on(site, day) for day in DAYS)
    first = then.post("/searches", data={"q": "bridge", "page": "3"}).headers["Location"]
    assert now.post("/searches", data={"q": "bridge"}).headers["Location"] == first
    assert "Cited first on 1 March 2026" in words(now, first)


def test_a_form_that_asks_nothing_that_can_be_understood_keeps_nothing(
    client: FlaskClient,
) -> None:
    for data in ({"q": '"'}, {"from": "2025-02-30"}):
        response = client.post("/searches", data=data)
        assert (response.status_code, response.mimetype) == (400, "text/html")


@pytest.mark.parametrize("digest", ["0" * 64, "x", "0", "%25", "..%2f..", "%00", "a" * 5_000])
def test_a_digest_that_is_none_does_not_exist(client: FlaskClient, digest: str) -> None:
    assert client.get(f"/s/{digest}").status_code == 404


def test_nothing_hostile_runs_on_its_page(client: FlaskClient) -> None:
    hostile = '"><script>document.title=1</script>'
    data = {"q": "ferry", "outlet": [hostile, "<b>Gazette</b>"]}
    address = client.post("/searches", data=data).headers["Location"]
    text = client.get(address).text
    soup = BeautifulSoup(text, "lxml")
    assert [each for each in soup.select("script") if not each.get("src")] == []
    assert hostile in soup.get_text()
    assert HOSTILE_TITLE not in text
