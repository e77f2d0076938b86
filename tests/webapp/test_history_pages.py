"""A record's history on the site: reading it, comparing, going back, withdrawing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from archive import amending
from archive.account import Role
from archive.amending import amend
from archive.catalogue import records
from archive.catalogue.database import Catalogue
from archive.passage import passage_at
from archive.record import ARCHIVIST, Coding, Record, Stance, Statement
from indexer.update import update
from tests.conftest import NOW
from tests.people import Person, signed_in
from tests.quayside import Archive, build
from webapp.app import create_app
from webapp.services import Services, open_services

APPEAL = "A tanker comes on Tuesdays. Schools close at noon, and the baths stay shut."


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
    return create_app(services, base_url=None, trusted_hosts=["localhost"])


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def archivist(app: Flask) -> Person:
    return signed_in(app, Role.ARCHIVIST, "mira")


def held(catalogue: Catalogue, record_id: str) -> Record:
    with catalogue.reading() as connection:
        record = records.get(connection, record_id)
    assert record
    return record


def change(services: Services, record_id: str, what: amending.Change, reason: str) -> Record:
    return amend(
        services.catalogue, record_id, what, based_on=None, at=NOW, agent="mira", reason=reason
    )


def words(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    main = BeautifulSoup(response.text, "lxml").select_one("main")
    assert main
    return " ".join(main.get_text().split())


def test_every_revision_is_told_with_who_when_what_and_why(
    archive: Archive, services: Services, reader: FlaskClient
) -> None:
    record_id = archive.ids["denial.txt"]
    outlet = amending.describing([Statement("publisher", "The Gazette", ARCHIVIST)], ["issued"])
    change(services, record_id, outlet, "<b>masthead</b>")
    told = words(reader, f"/r/{record_id}/history")
    assert "Revision 2 now 2026-01-15 12:00 UTC, mira: <b>masthead</b>" in told
    assert "Changed: outlet, date. What it changed" in told
    assert "Withdraw" not in told
    assert "Go back" not in told
    compared = words(reader, f"/r/{record_id}/history/1..2")
    assert "Outlet removed Westbank Gazette added The Gazette" in compared
    assert "it rested on manifest, then on archivist" in compared
    assert "Date removed 2024-10-02" in compared
    back = words(reader, f"/r/{record_id}/history/2..1")
    assert "Outlet removed The Gazette added Westbank Gazette" in back
    assert words(reader, f"/r/{record_id}/history/1..1").endswith("They hold the same.")
    assert reader.get(f"/r/{record_id}/history/1..3").status_code == 404
    led = reader.get(f"/r/{record_id}/history?a=1&b=2")
    assert led.headers["Location"] == f"/r/{record_id}/history/1..2"


def test_the_words_of_a_closed_text_are_not_told_by_its_history(
    archive: Archive, services: Services, reader: FlaskClient, archivist: Person
) -> None:
    record = held(services.catalogue, archive.ids["closed.html"])
    assert record.extract_id
    passage = passage_at(record.extract_id, "x Observers of x", 2, 11)
    change(services, record.id, amending.excluding(passage), "an appeal")
    coding = Coding(Stance("board", "critical"), "mira", NOW, "tone", passage)
    change(services, record.id, amending.coding(coding), "coded")
    for path in (f"/r/{record.id}", f"/r/{record.id}/history/1..3"):
        page = reader.get(path).text
        assert "<q" not in page
        assert "Not searched</th>" not in page or "2-11" in page
    data = reader.get(f"/api/v1/records/{record.id}").json
    assert data
    assert data["excluded"][0]["quote"] is None
    assert data["codings"][0]["passage"]["quote"] is None
    assert "Observers" in words(archivist, f"/r/{record.id}/history/1..3")


def test_an_archivist_goes_back_to_an_older_revision(
    archive: Archive, services: Services, archivist: Person
) -> None:
    record_id = archive.ids["denial.txt"]
    outlet = amending.describing([Statement("publisher", "The Gazette", ARCHIVIST)])
    change(services, record_id, outlet, "masthead")
    page = BeautifulSoup(archivist.get(f"/r/{record_id}/history").text, "lxml")
    form = page.select_one(f"form[action='/r/{record_id}/revert']")
    assert form
    fields = {str(each["name"]): str(each.get("value", "")) for each in form.select("[name]")}
    assert (fields["to"], fields["based_on"]) == ("1", "2")
    done = archivist.post(str(form["action"]), data={**fields, "reason": "another paper"})
    assert done.status_code == 303
    record = held(services.catalogue, record_id)
    assert (record.revision, record.description.publisher) == (3, "Westbank Gazette")
    told = words(archivist, f"/r/{record_id}/history")
    assert "mira: another paper Changed: outlet." in told


def test_an_edit_of_what_was_changed_meanwhile_is_refused_and_shows_both(
    archive: Archive, services: Services, archivist: Person
) -> None:
    record_id = archive.ids["denial.txt"]
    change(services, record_id, amending.describing([], ["issued"]), "not printed")
    for verb in ("withdraw", "reinstate", "revert"):
        data = {"based_on": "1", "reason": "asked for", "to": "1"}
        refused = archivist.post(f"/r/{record_id}/{verb}", data=data)
        assert refused.status_code == 409
        assert f'href="/r/{record_id}/history/1..2"' in refused.text
        assert "The record was changed meanwhile and is at revision 2 now." in refused.text
    assert held(services.catalogue, record_id).revision == 2


def test_nothing_is_withdrawn_without_a_reason(
    archive: Archive, services: Services, archivist: Person
) -> None:
    record_id = archive.ids["denial.txt"]
    refused = archivist.post(f"/r/{record_id}/withdraw", data={"reason": " \n\u202e "})
    assert refused.status_code == 400
    assert held(services.catalogue, record_id).withdrawn is None


def ids(client: FlaskClient, path: str) -> set[str]:
    return {json.loads(line)["id"] for line in client.get(path).text.splitlines()}


def addresses(archive: Archive, name: str) -> list[str]:
    record_id, digest = archive.ids[name], archive.digests[name]
    return [
        f"/r/{record_id}",
        f"/r/{record_id}?q=bridge",
        f"/r/{record_id}/original/{digest}",
        f"/r/{record_id}/cite?format=ris",
        f"/r/{record_id}/beside/{archive.ids['logs.html']}",
        f"/api/v1/records/{record_id}",
        f"/api/v1/records/{record_id}/text",
        f"/api/v1/records/{record_id}/related",
        f"/api/v1/records/{record_id}/citation",
    ]


def test_a_withdrawn_record_is_a_tombstone_everywhere_at_once(
    archive: Archive, services: Services, reader: FlaskClient, archivist: Person
) -> None:
    record_id = archive.ids["denial.txt"]
    title = held(services.catalogue, record_id).description.title
    assert title
    found = ids(reader, "/search.jsonl?q=bridge")
    assert record_id in found
    data = {"based_on": "1", "reason": "<i>asked for</i> by its author"}
    assert archivist.post(f"/r/{record_id}/withdraw", data=data).status_code == 303
    for client in (reader, archivist):
        for path in addresses(archive, "denial.txt"):
            answer = client.get(path)
            assert answer.status_code == 410, path
            assert title not in answer.text
            assert "tanker" not in answer.text
    told = words(reader, f"/r/{record_id}", 410)
    assert "This record was withdrawn" in told
    assert f"Record{record_id}" in told
    assert "UTC, by an archivist Reason<i>asked for</i> by its author" in told
    assert "mira" not in told
    problem = reader.get(f"/api/v1/records/{record_id}")
    assert problem.content_type == "application/problem+json"
    assert problem.json
    assert problem.json["status"] == 410
    assert problem.json["title"] == "Withdrawn"
    for path in ("/?q=bridge", "/search.atom?q=bridge", "/search.csv?q=bridge", "/grid?q=bridge"):
        answer = reader.get(path)
        assert answer.status_code == 200
        assert record_id not in answer.text
        assert title not in answer.text
    other = reader.get(f"/api/v1/records/{archive.ids['logs.html']}/related").json
    assert record_id not in str(other)
    assert reader.get(f"/r/{record_id}/history").status_code == 410
    assert reader.get(f"/r/{record_id}/history/1..2").status_code == 410
    assert "It is withdrawn: <i>asked for</i>" in words(archivist, f"/r/{record_id}/history")
    data = {"based_on": "2", "reason": "rights are clear"}
    assert archivist.post(f"/r/{record_id}/reinstate", data=data).status_code == 303
    update(archive.home, services.catalogue)
    assert ids(reader, "/search.jsonl?q=bridge") == found
    assert title in words(reader, f"/r/{record_id}")


def test_a_withdrawn_staff_record_is_to_readers_as_none(
    archive: Archive, services: Services, reader: FlaskClient
) -> None:
    record_id = archive.ids["secret.html"]
    change(services, record_id, amending.withdrawing("asked for"), "asked for")
    assert reader.get(f"/r/{record_id}").status_code == 404
    assert reader.get(f"/api/v1/records/{record_id}").status_code == 404


def test_what_is_not_searched_is_told_in_its_place(
    archive: Archive, services: Services, reader: FlaskClient
) -> None:
    record = held(services.catalogue, archive.ids["denial.txt"])
    assert record.extract_id
    before = BeautifulSoup(reader.get(f"/r/{record.id}").text, "lxml").select_one("#text")
    assert before
    text = services.catalogue and before.get_text()
    data = reader.get(f"/api/v1/records/{record.id}").json
    assert data
    start = data["text"].index(APPEAL)
    passage = passage_at(record.extract_id, data["text"], start, start + len(APPEAL))
    change(services, record.id, amending.excluding(passage), 'an "appeal"')
    update(archive.home, services.catalogue)
    page = BeautifulSoup(reader.get(f"/r/{record.id}?q=bridge").text, "lxml")
    shown = page.select_one("#unsearched-1")
    assert shown
    assert shown.get_text() == APPEAL
    assert shown["data-note"] == 'Not searched: an "appeal" (mira, 2026-01-15)'
    section = page.select_one("#unsearched")
    assert section
    assert 'Not searched: an "appeal" (mira, 2026-01-15)' in section.get_text()
    whole = page.select_one("#text")
    assert whole
    assert whole.get_text() == text
    assert reader.get("/api/v1/search?q=Tuesdays").json == {
        **(reader.get("/api/v1/search?q=Tuesdays").json or {}),
        "total": 0,
    }


def test_who_took_it_to_have_which_stance_is_told(
    archive: Archive, services: Services, reader: FlaskClient
) -> None:
    record = held(services.catalogue, archive.ids["logs.html"])
    assert record.extract_id
    data = reader.get(f"/api/v1/records/{record.id}").json
    assert data
    passage = passage_at(record.extract_id, data["text"], 0, 13)
    coding = Coding(Stance("board", "mixed"), "otto", NOW, "both sides", passage)
    change(services, record.id, amending.coding(coding), "coded")
    page = BeautifulSoup(reader.get(f"/r/{record.id}").text, "lxml")
    told = " ".join(page.get_text(" ").split())
    assert "board: critical not given not given" in told
    assert f"board: mixed {data['text'][:13]} both sides otto , 2026-01-15" in told
    data = reader.get(f"/api/v1/records/{record.id}").json
    assert data
    assert data["stance"] == ["board:critical"]
    first, second = data["codings"]
    assert (first["stance"], first["reason"], first["passage"]) == ("board:critical", None, None)
    assert (second["coder"], second["passage"]["start"]) == ("otto", 0)
