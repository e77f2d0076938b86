from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from archive.account import Role
from archive.catalogue import records
from archive.home import Home
from archive.record import Record
from tests.people import Person, signed_in
from tests.quayside import command
from webapp.app import create_app
from webapp.services import Services, open_services

STORY = (
    "Osprey sinks\n\nBy Hester Quillane\n\nThe ferry sank. Please give to us. Nobody rang the bell."
)


class Desk:
    """The site of an archive with one record, and an archivist at it."""

    def __init__(self, services: Services, site: Flask) -> None:
        self.services = services
        self.ana, self.ben = (signed_in(site, Role.ARCHIVIST, name) for name in ("ana", "ben"))
        self.site = site

    @property
    def record(self) -> Record:
        with self.services.catalogue.reading() as connection:
            (record_id,) = records.ids(connection)
            found = records.get(connection, record_id)
        assert found is not None
        return found

    def page(self, person: Person | None = None, path: str = "/desk") -> str:
        return (person or self.ana).get(path).text

    def numbers(self, page: str) -> dict[str, str]:
        """The questions' numbers by the sentence that asks them."""
        return {
            re.sub(r"<[^>]+>", "", asked).split("  ")[-1].strip(): number
            for number, asked in re.findall(
                r'<p id="asked-(\d+)" class="asks">.*?<bdi dir="auto">(.*?)</bdi>', page
            )
        }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "a.txt").write_text(STORY, encoding="utf-8")
    (tmp_path / "m.csv").write_text("file,outlet,date\na.txt,The Ledger,\n", encoding="utf-8")
    root = tmp_path / "home"
    assert command(root, "init") == 0
    assert command(root, "add", "--manifest", tmp_path / "m.csv") == 0
    services = open_services(Home(root))
    yield Desk(services, create_app(services, base_url=None, trusted_hosts=["localhost"]))
    services.catalogue.close()


def test_the_queue_shows_what_is_asked_with_the_words_of_the_original(desk: Desk) -> None:
    page = desk.page()
    assert set(desk.numbers(page)) == {
        "No date is stated.",
        "The outlet “The Ledger” is in no authority.",
        "The author “Hester Quillane” is in no authority.",
    }
    assert '<q dir="auto">By Hester Quillane</q>' in page
    assert f'href="/r/{desk.record.id}?at=14-32&amp;extract=1#passage"' in page
    assert "No date" not in desk.page(path="/desk?kind=new-name")


def test_a_correction_is_kept_under_the_archivists_name_and_can_be_taken_back(desk: Desk) -> None:
    number = desk.numbers(desk.page())["No date is stated."]
    said = {"number": number, "revision": "1", "verdict": "corrected", "value": "2021-03-05"}
    kept = desk.ana.post("/desk/answers", data=said)
    assert kept.status_code == 303
    record = desk.record
    assert (record.revision, record.description.issued) == (2, "2021-03-05")
    page = desk.page(path=kept.headers["Location"])
    assert "1 answer kept: corrected." in page
    (batch,) = set(re.findall(r'name="batch" value="(\w+)"', page))
    undone = desk.ana.post("/desk/undo", data={"batch": batch})
    assert (undone.status_code, desk.record.description.issued) == (303, None)
    assert "No date is stated." in desk.numbers(desk.page())
    history = desk.page(path=f"/r/{record.id}")
    assert "by ana" in history


def test_many_are_settled_at_once(desk: Desk) -> None:
    numbers = desk.numbers(desk.page(path="/desk?kind=new-name"))
    said = {"number": list(numbers.values()), "verdict": "accepted", "kind": "new-name"}
    kept = desk.ana.post("/desk/answers", data=said)
    assert kept.headers["Location"].startswith("/desk?kind=new-name&done=")
    assert desk.numbers(desk.page(path="/desk?kind=new-name")) == {}


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"verdict": "corrected", "value": "2025-02-29"}, 400, "2025-02-29"),
        ({"verdict": "perhaps", "value": ""}, 400, "Say how it is settled"),
        ({"verdict": "corrected", "value": "2021", "revision": "7"}, 409, "is at revision 1 now"),
        ({"verdict": "accepted", "number": "999"}, 409, "settled meanwhile"),
        ({"verdict": "accepted", "number": "x"}, 400, "Choose at least one question."),
        ({"verdict": "accepted", "number": "9" * 30}, 400, "Choose at least one question."),
        ({"verdict": "accepted", "number": "9" * 5_000}, 400, "Choose at least one question."),
    ],
)
def test_what_cannot_be_settled_is_told_and_nothing_changes(
    desk: Desk, said: dict[str, str], status: int, sentence: str
) -> None:
    number = desk.numbers(desk.page())["No date is stated."]
    answered = desk.ana.post("/desk/answers", data={"number": number, "revision": "1", **said})
    assert answered.status_code == status
    assert sentence in answered.text
    assert desk.record.revision == 1


def test_where_one_of_many_cannot_be_rejected_none_is_answered(desk: Desk) -> None:
    numbers = desk.numbers(desk.page())
    said = {"number": list(numbers.values()), "verdict": "rejected"}
    refused = desk.ana.post("/desk/answers", data=said)
    assert refused.status_code == 400
    assert "“missing date” of the record" in refused.text
    assert "cannot be rejected, for nothing is held there" in refused.text
    assert desk.numbers(desk.page()) == numbers
    assert desk.record.revision == 1


def test_what_was_answered_lately_is_told_with_the_title_of_its_record(desk: Desk) -> None:
    number = desk.numbers(desk.page())["No date is stated."]
    desk.ana.post("/desk/answers", data={"number": number, "verdict": "accepted"})
    lately = desk.page().partition("Answered lately")[2]
    assert re.search(r">Osprey sinks</a>: <bdi[^>]*>[^<]*missing: date accepted", lately)


def test_of_two_who_describe_one_record_the_second_sees_both_versions(desk: Desk) -> None:
    path = f"/r/{desk.record.id}/describe"
    assert 'name="revision" value="1"' in desk.page(desk.ben, path)
    mine = {"revision": "1", "title": "Osprey sinks", "publisher": "The Lantern"}
    theirs = {"revision": "1", "title": "Osprey lost", "publisher": "The Ledger"}
    same = {"creator": "Hester Quillane", "language": "en"}
    assert desk.ana.post(path, data={**mine, **same}).status_code == 303
    refused = desk.ben.post(path, data={**theirs, **same})
    assert refused.status_code == 409
    assert "is at revision 2 now" in refused.text
    assert re.search(
        r"<th scope=\"row\">Title</th><td>.*Osprey sinks.*</td><td>.*Osprey lost", refused.text
    )
    assert 'name="revision" value="2"' in refused.text
    assert 'name="publisher" dir="auto" value="The Lantern"' in refused.text
    assert desk.record.description.publisher == "The Lantern"
    again = {**theirs, **same, "revision": "2", "publisher": "The Lantern"}
    assert desk.ben.post(path, data=again).status_code == 303
    held = desk.record
    assert (held.revision, held.description.title) == (3, "Osprey lost")
    assert held.basis["title"] == "archivist"
    assert held.description.publisher == "The Lantern"


def test_a_value_that_is_none_is_told_and_what_was_typed_stays(desk: Desk) -> None:
    path = f"/r/{desk.record.id}/describe"
    said = {"revision": "1", "title": "Osprey", "stance": "critical"}
    refused = desk.ana.post(path, data=said)
    assert refused.status_code == 400
    assert "“critical” is not a stance" in refused.text
    assert 'name="stance" dir="auto" value="critical"' in refused.text
    assert desk.record.revision == 1


def test_what_a_form_does_not_have_stays_and_without_a_revision_nothing_is_done(
    desk: Desk,
) -> None:
    path = f"/r/{desk.record.id}/describe"
    before = desk.record
    for revision in ({}, {"revision": "x"}, {"revision": "9" * 5_000}):
        refused = desk.ana.post(path, data={"title": "Another", **revision})
        assert refused.status_code == 400
        assert "say which revision of the record was seen" in refused.text
    assert desk.record == before
    assert desk.ana.post(path, data={"revision": "1", "note": "seen"}).status_code == 303
    assert desk.record.description == replace(before.description, note="seen")


def test_a_long_value_can_be_corrected_again(desk: Desk) -> None:
    path = f"/r/{desk.record.id}/describe"
    for revision, letter in enumerate("дж", start=1):
        said = {"revision": str(revision), "note": letter * 50_000}
        assert desk.ana.post(path, data=said).status_code == 303
    assert desk.record.description.note == "ж" * 50_000


def test_a_passage_is_left_out_and_taken_in_again(desk: Desk) -> None:
    path = f"/r/{desk.record.id}"
    left_out = {"quote": "Please give\n to us.", "reason": "an appeal"}
    assert desk.ana.post(f"{path}/leave-out", data=left_out).status_code == 303
    (passage,) = desk.record.excluded
    assert passage.quote == "Please give to us."
    for said in ({"quote": "not there", "reason": "x"}, {"quote": "The ferry sank.", "reason": ""}):
        assert desk.ana.post(f"{path}/leave-out", data=said).status_code == 400
    assert desk.ana.post(f"{path}/take-in", data={"which": "0"}).status_code == 303
    assert desk.record.excluded == ()
    assert desk.ana.post(f"{path}/take-in", data={"which": "0"}).status_code == 400


def test_files_are_added_with_what_is_said_of_them(desk: Desk) -> None:
    files = [(io.BytesIO(b"One gate."), "scans/gate.txt"), (io.BytesIO(b""), "empty.txt")]
    added = desk.ana.post("/desk/add", data={"file": files, "publisher": "The Lantern"})
    assert added.status_code == 200
    assert re.search(r"gate\.txt</bdi></th><td>added", added.text)
    assert re.search(r"empty\.txt</bdi></th><td>refused: ", added.text)
    assert "scans" not in added.text
    (record_id,) = set(re.findall(r'href="/r/(\w+)"', added.text))
    assert "The Lantern" in desk.page(path=f"/r/{record_id}")
    assert desk.ana.post("/desk/add", data={"publisher": "x"}).status_code == 400
    wrong = {"file": (io.BytesIO(b"x"), "x.txt"), "issued": "2025-02-29"}
    assert desk.ana.post("/desk/add", data=wrong).status_code == 400


def test_what_stands_in_a_document_is_only_text_at_the_desk(desk: Desk) -> None:
    hostile = "<script>alert(1)</script>\n\nBy <b>Nobody</b>\n\nText."
    desk.ana.post("/desk/add", data={"file": (io.BytesIO(hostile.encode()), "<i>.txt")})
    page = desk.page()
    assert "<script>alert" not in page
    assert "<b>Nobody" not in page


def test_readers_see_no_way_to_the_desk(desk: Desk) -> None:
    page = desk.site.test_client().get(f"/r/{desk.record.id}").text
    assert "/describe" not in page
    assert "/desk" not in page
