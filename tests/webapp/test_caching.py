"""Pages that the site keeps: the same as it would make anew, for the same visitors only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.account import Role
from tests.people import signed_in
from tests.quayside import Archive, build, command
from webapp.app import create_app
from webapp.caching import Pages
from webapp.services import Services, open_services

ASKED = (
    "/",
    "/?q=bridge",
    "/?q=board&outlet=Westbank+Gazette",
    "/?q=fishermen&stance=board%3Acritical",
    "/?q=quicksilver",
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return build(tmp_path / "home", tmp_path / "sources")


@pytest.fixture
def services(archive: Archive) -> Iterator[Services]:
    services = open_services(archive.home)
    yield services
    services.catalogue.close()


@pytest.fixture
def app(services: Services) -> Flask:
    return site_of(services)


def site_of(services: Services) -> Flask:
    return create_app(services, base_url=None, trusted_hosts=["localhost"])


def pages(client: FlaskClient) -> list[bytes]:
    return [client.get(address).data for address in ASKED]


def made_anew(archive: Archive) -> list[bytes]:
    """The pages of a site that is begun now."""
    services = open_services(archive.home)
    try:
        return pages(site_of(services).test_client())
    finally:
        services.catalogue.close()


def test_a_page_is_made_once_for_each_key() -> None:
    made: list[str] = []

    def make() -> bytes:
        made.append("page")
        return b"page %d" % len(made)

    kept = Pages()
    assert [kept.kept(key, make) for key in "aabab"] == [
        b"page 1", b"page 1", b"page 2", b"page 1", b"page 2",
    ]  # fmt: skip


def test_pages_take_no_more_room_than_they_may() -> None:
    kept = Pages(room=10)
    assert kept.kept("a", lambda: b"12345") == b"12345"
    assert kept.kept("b", lambda: b"12345") == b"12345"
    assert kept.kept("c", lambda: b"12345") == b"12345"
    assert kept.kept("a", lambda: b"anew!") == b"anew!"
    assert kept.kept("too large", lambda: b"0123456789a") == b"0123456789a"
    assert kept.kept("too large", lambda: b"anew") == b"anew"


def test_a_search_asked_again_is_not_made_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pages(app.test_client())
    monkeypatch.delattr("webapp.pages.search.render_template")
    again = app.test_client().get("/?q=bridge")
    assert again.status_code == 200
    assert again.content_type == "text/html; charset=utf-8"
    assert pages(app.test_client()) == first


CHANGES = {
    "described anew": "amend {logs.html} --set outlet=Courier --reason masthead",
    "closed to readers": "amend {valves.html} --set access=staff --reason asked",
    "coded": "stance code {closed.html} board:critical --reason tone",
    "left out of the text": "exclude {denial.txt} --quote bridge --reason appeal",
    "a republication": "relate {denial.txt} republication-of {logs.html} --reason named",
    "under another heading": "authorities import {table}",
    "added": "add {added}",
    "withdrawn": "withdraw {denial.txt} --reason forged",
    "purged": "purge {denial.txt} --reason ordered --yes",
    "indexed anew": "reindex",
}


def test_after_a_change_no_page_is_as_it_was_before(
    archive: Archive, app: Flask, tmp_path: Path
) -> None:
    added = tmp_path / "added.txt"
    added.write_text("A new bridge\n\nThe board promised the fishermen a new bridge.\n")
    table = tmp_path / "outlets.csv"
    table.write_text("kind,id,heading,variants\noutlet,gazette,The Gazette,Westbank Gazette\n")
    named = {**archive.ids, "added": str(added), "table": str(table)}
    before = pages(app.test_client())
    alike = []
    for change, words in CHANGES.items():
        arguments = [named.get(word.strip("{}"), word) for word in words.split()]
        assert command(archive.home.root, *arguments) == 0, change
        after = pages(app.test_client())
        assert after == made_anew(archive), change
        alike += [change] * (after == before)
        before = after
    assert alike == ["purged", "indexed anew"]


def test_what_is_kept_is_for_visitors_without_an_account(app: Flask) -> None:
    before = pages(app.test_client())
    archivist = signed_in(app, Role.ARCHIVIST, "mira")
    assert "Notes of the bridge keeper" in archivist.get("/?q=quicksilver").text
    assert "mira" in archivist.get("/?q=bridge").text
    assert pages(app.test_client()) == before
    assert b"Notes of the bridge keeper" not in b"".join(before)
    assert "mira" not in signed_in(app, Role.READER, "anna").get("/?q=bridge").text
