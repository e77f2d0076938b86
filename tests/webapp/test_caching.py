"""Pages that the site keeps: the same as it would make anew, for the same visitors only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import amending
from archive.account import Role
from archive.amending import amend
from indexer.answer import Answer
from indexer.search import SearchService
from tests.conftest import NOW
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
def app(archive: Archive) -> Iterator[Flask]:
    with site_of(archive) as app:
        yield app


@contextmanager
def site_of(archive: Archive) -> Iterator[Flask]:
    """A site that is begun now."""
    services = open_services(archive.home)
    yield create_app(services, base_url=None, trusted_hosts=["localhost"])
    services.catalogue.close()


def pages(client: FlaskClient) -> list[bytes]:
    return [client.get(address).data for address in ASKED]


def made_anew(archive: Archive) -> list[bytes]:
    with site_of(archive) as app:
        return pages(app.test_client())


class Maker:
    """Makes pages that tell how many were made."""

    made = 0

    def __call__(self) -> bytes:
        self.made += 1
        return b"page %d" % self.made


def test_a_page_is_made_once_for_what_is_asked_as_long_as_it_is_made_from_the_same() -> None:
    pages, make = Pages(), Maker()
    made = [pages.kept(asked, "first", make) for asked in "aabab"]
    assert made == [b"page 1", b"page 1", b"page 2", b"page 1", b"page 2"]
    assert pages.kept("a", "second", make) == b"page 3"
    assert pages.kept("a", "second", make) == b"page 3"
    assert pages.kept("b", "first", make) == b"page 4"


def test_a_page_that_was_made_of_what_has_changed_meanwhile_is_not_kept() -> None:
    pages, make = Pages(), Maker()

    def while_it_changes() -> bytes:
        pages.kept("b", "second", make)
        return make()

    assert pages.kept("a", "first", while_it_changes) == b"page 2"
    assert pages.kept("a", "second", make) == b"page 3"
    assert pages.kept("b", "second", make) == b"page 1"


def test_pages_take_no_more_room_than_they_may() -> None:
    pages, make = Pages(room=12), Maker()  # of which a page takes six
    assert [pages.kept(asked, "", make) for asked in "abca"] == [
        b"page 1", b"page 2", b"page 3", b"page 4",
    ]  # fmt: skip
    large = Pages(room=5)
    assert [large.kept("a", "", make) for _ in range(2)] == [b"page 5", b"page 6"]


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


def test_a_page_tells_what_was_in_force_at_one_moment(
    archive: Archive, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = SearchService.answer

    def withdrawn_meanwhile(*asked: Any, **given: Any) -> Answer:
        monkeypatch.undo()
        change = {"at": NOW, "agent": "mira", "reason": "forged"}
        services = cast(Services, app.extensions["pressmark"])
        amend(services.catalogue, valves, amending.withdrawing("forged"), based_on=None, **change)
        return answer(*asked, **given)

    valves = archive.ids["valves.html"]
    monkeypatch.setattr(SearchService, "answer", withdrawn_meanwhile)
    before = app.test_client().get("/?q=valves").text
    assert "1 record<" in before
    assert "Who opened the " in before
    after = app.test_client().get("/?q=valves").text
    assert "Nothing was found" in after
    assert "Eastern Telegraph" not in after


def test_nobody_else_keeps_a_page(app: Flask) -> None:
    for address in ("/", "/?q=bridge", "/help"):
        answer = app.test_client().get(address)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert set(answer.vary) == {"Cookie", "Authorization"}


def test_what_is_kept_is_for_visitors_without_an_account(app: Flask) -> None:
    before = pages(app.test_client())
    archivist = signed_in(app, Role.ARCHIVIST, "mira")
    assert "Notes of the bridge keeper" in archivist.get("/?q=quicksilver").text
    assert "mira" in archivist.get("/?q=bridge").text
    assert pages(app.test_client()) == before
    assert b"Notes of the bridge keeper" not in b"".join(before)
    assert "mira" not in signed_in(app, Role.READER, "anna").get("/?q=bridge").text
