from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.account import Role
from archive.authority import Authority
from archive.catalogue import authorities, records
from archive.home import Home
from tests.people import Person, hidden_fields, signed_in
from tests.quayside import command
from webapp.app import create_app
from webapp.services import Services, open_services

LEDGER = "/desk/authorities/outlet/ledger"


class Files:
    """An archive with two outlets that are one, and an archivist at its site."""

    def __init__(self, services: Services, ana: Person, record_id: str) -> None:
        self.services, self.ana, self.record_id = services, ana, record_id

    def heading(self, id: str) -> str:
        with self.services.catalogue.reading() as connection:
            held = authorities.get(connection, "outlet", id)
        assert held is not None
        return held[0].heading


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    (tmp_path / "a.csv").write_text(
        "kind,id,heading,variants\n"
        "outlet,ledger,The Ledger,Ledger\noutlet,old-ledger,Ledger (old series),\n"
        "outlet,south-ledger,Southern Ledger,\nperson,tarn,Ivo Tarn,\n",
        encoding="utf-8",
    )
    (tmp_path / "a.txt").write_text("A gate.", encoding="utf-8")
    (tmp_path / "m.csv").write_text("file,outlet\na.txt,Ledger (old series)\n", encoding="utf-8")
    root = tmp_path / "home"
    assert command(root, "init") == 0
    assert command(root, "authorities", "import", tmp_path / "a.csv") == 0
    assert command(root, "add", "--manifest", tmp_path / "m.csv") == 0
    services = open_services(Home(root))
    site = create_app(services, base_url=None, trusted_hosts=["localhost"])
    with services.catalogue.reading() as connection:
        (record_id,) = records.ids(connection)
    yield Files(services, signed_in(site, Role.ARCHIVIST, "ana"), record_id)
    services.catalogue.close()


def rows(page: str) -> list[str]:
    return re.findall(r'<a dir="auto" href="/desk/authorities/[^"]+">(.*?)</a>', page)


def test_authorities_are_found_by_kind_and_by_any_of_their_names(files: Files) -> None:
    assert len(rows(files.ana.get("/desk/authorities").text)) == 4
    assert rows(files.ana.get("/desk/authorities?kind=person").text) == ["Ivo Tarn"]
    both = rows(files.ana.get("/desk/authorities?kind=outlet&name=ledger").text)
    assert both == ["Ledger (old series)", "Southern Ledger", "The Ledger"]


def test_one_is_begun_and_edited_under_the_archivists_name(files: Files) -> None:
    begun = files.ana.post("/desk/authorities", data={"kind": "outlet", "heading": "The Lantern"})
    assert begun.headers["Location"] == "/desk/authorities/outlet/the-lantern"
    said = {"revision": "1", "heading": "Lantern", "time_zone": "Asia/Baku"}
    path = begun.headers["Location"]
    assert files.ana.post(path, data=said).status_code == 303
    page = files.ana.get(path).text
    assert 'revision 2, by <bdi dir="auto">ana</bdi>' in page
    assert files.heading("the-lantern") == "Lantern"
    assert files.ana.post("/desk/authorities", data={"kind": "ship"}).status_code == 400


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"heading": ""}, 400, "a heading is needed"),
        ({"time_zone": "Mars/Olympus"}, 400, "is not a time zone"),
        ({"same_as": "javascript:alert(1)"}, 400, "is not an address"),
        ({"revision": "7"}, 409, "was changed meanwhile"),
    ],
)
def test_what_cannot_be_held_is_told_and_what_was_typed_stays(
    files: Files, said: dict[str, str], status: int, sentence: str
) -> None:
    typed = {"revision": "1", "heading": "The Ledger", "note": "typed with care", **said}
    refused = files.ana.post(LEDGER, data=typed)
    assert refused.status_code == status
    assert sentence in refused.text
    assert 'value="typed with care"' in refused.text
    assert files.heading("ledger") == "The Ledger"


def test_what_an_edit_would_change_is_shown_first(files: Files) -> None:
    said = {"revision": "1", "heading": "First Ledger", "variants": "Ledger (old series)"}
    page = files.ana.post("/desk/authorities/outlet/old-ledger", data={**said, "preview": "on"})
    assert "1 record changes" in page.text
    assert "First Ledger</bdi></td></tr>" in page.text
    assert files.heading("old-ledger") == "Ledger (old series)"
    # A name of two authorities is that of neither, so that the record keeps the name it states.
    page = files.ana.post(LEDGER, data={**said, "heading": "The Ledger", "preview": "on"})
    assert "No record would be filed otherwise." in page.text


def test_a_merge_is_shown_and_then_done(files: Files) -> None:
    old = "/desk/authorities/outlet/old-ledger"
    page = files.ana.get(f"{old}?into=The+Ledger").text
    assert "1 record changes" in page
    assert "The Ledger</bdi></td></tr>" in page
    assert files.heading("old-ledger") == "Ledger (old series)"
    unseen = files.ana.post(f"{old}/merge", data={"into": "ledger"})
    assert unseen.status_code == 409
    assert "you were not shown what that changes" in unseen.text
    said = {"into": "ledger", "seen": "1", "into_seen": "1"}
    done = files.ana.post(f"{old}/merge", data=said)
    assert done.headers["Location"] == f"{LEDGER}?saved=on"
    assert "It was merged into" in files.ana.get(old).text
    assert files.ana.get(f"{old}?into=ledger").status_code == 400
    assert files.ana.post(f"{old}/merge", data={"into": "nobody"}).status_code == 400


def test_a_merge_of_what_was_changed_since_it_was_shown_is_not_done(files: Files) -> None:
    old = "/desk/authorities/outlet/old-ledger"
    shown = files.ana.get(f"{old}?into=ledger").text
    said = dict(re.findall(r'name="(into|seen|into_seen)" value="([^"]*)"', shown))
    assert said == {"into": "ledger", "seen": "1", "into_seen": "1"}
    files.ana.post(LEDGER, data={"revision": "1", "heading": "The Lantern"})
    refused = files.ana.post(f"{old}/merge", data=said)
    assert refused.status_code == 409
    assert "They were not merged" in refused.text
    assert 'If it is one with <bdi dir="auto">The Lantern</bdi>' in refused.text
    assert files.heading("old-ledger") == "Ledger (old series)"
    said = dict(re.findall(r'name="(into|seen|into_seen)" value="([^"]*)"', refused.text))
    assert files.ana.post(f"{old}/merge", data=said).status_code == 303


def test_who_bears_a_name_is_offered_where_it_is_pinned(files: Files) -> None:
    namesakes = [Authority("outlet", f"series-{n}", "Ledger (Old Series)") for n in (1, 2)]
    with files.services.catalogue.writing() as connection:
        authorities.put(connection, namesakes, at=datetime(2026, 1, 15, tzinfo=UTC), agent="x")
    page = files.ana.get(f"/r/{files.record_id}/describe").text
    offered = re.findall(r'<option value="([^"]+)">', page.partition("Namesakes")[2])
    assert offered == ["old-ledger", "series-1", "series-2"]


def test_a_name_is_pinned_at_the_record(files: Files) -> None:
    page = files.ana.get(f"/r/{files.record_id}/describe").text
    assert "means the outlet" in page
    said = {
        "property": "publisher",
        "name": "Ledger (old series)",
        "authority": "south-ledger",
    }
    assert files.ana.post(f"/r/{files.record_id}/pin", data=said).status_code == 303
    assert 'value="south-ledger"' in files.ana.get(f"/r/{files.record_id}/describe").text
    for wrong in ({"property": "title"}, {"authority": "nobody"}):
        assert (
            files.ana.post(f"/r/{files.record_id}/pin", data={**said, **wrong}).status_code == 400
        )


def test_a_pin_is_taken_back_at_the_record(files: Files) -> None:
    path = f"/r/{files.record_id}"
    said = {"property": "publisher", "name": "Ledger (old series)"}
    assert f'formaction="{path}/unpin"' not in files.ana.get(f"{path}/describe").text
    files.ana.post(f"{path}/pin", data={**said, "authority": "south-ledger"})
    assert f'formaction="{path}/unpin"' in files.ana.get(f"{path}/describe").text
    done = files.ana.post(f"{path}/unpin", data=said)
    assert done.headers["Location"] == f"{path}/describe?saved=on"
    page = files.ana.get(f"{path}/describe").text
    assert 'value="south-ledger"' not in page
    assert f'formaction="{path}/unpin"' not in page
    assert (
        "took back which outlet “Ledger (old series)” means"
        in files.ana.get(f"{path}/history").text
    )
    assert files.ana.post(f"{path}/unpin", data={**said, "property": "title"}).status_code == 400


def test_a_pin_of_a_name_that_the_record_has_no_more_can_be_taken_back(files: Files) -> None:
    path = f"/r/{files.record_id}"
    said = {"property": "publisher", "name": "Ledger (old series)"}
    files.ana.post(f"{path}/pin", data={**said, "authority": "south-ledger"})
    files.ana.post(f"{path}/describe", data={"publisher": "The Lantern", "revision": "2"})
    told = "Ledger (old series)</bdi> means the outlet"
    assert told in files.ana.get(f"{path}/describe").text
    files.ana.post(f"{path}/unpin", data=said)
    assert told not in files.ana.get(f"{path}/describe").text


def test_what_cannot_be_pinned_is_told_in_the_form_and_what_was_typed_stays(files: Files) -> None:
    path = f"/r/{files.record_id}"
    said = {"property": "publisher", "name": "Ledger (old series)", "authority": "south-ledger"}
    for wrong, sentence in (
        ({"name": "Ledger"}, "is called “Ledger”: its outlet is “Ledger (old series)”."),
        ({"authority": "nowhere"}, "No outlet is called “nowhere”"),
    ):
        refused = files.ana.post(f"{path}/pin", data={**said, **wrong})
        assert refused.status_code == 400
        assert sentence in refused.text
    assert 'value="nowhere"' in refused.text
    refused = files.ana.post(f"{path}/unpin", data=said)
    assert refused.status_code == 400
    assert "is not pinned in this record" in refused.text
    with files.services.catalogue.reading() as connection:
        held = records.get(connection, files.record_id)
    assert held is not None
    assert (held.pins, held.revision) == ((), 1)


def sent(table: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(table.encode()), "outlets.csv")}


def test_all_of_them_leave_as_a_table_and_come_back_from_it(files: Files) -> None:
    hostile = Authority("person", "calc", "=1+1", ("@sum", "+plus"))
    with files.services.catalogue.writing() as connection:
        authorities.put(connection, [hostile], at=datetime(2026, 1, 15, tzinfo=UTC), agent="x")
        before = authorities.every(connection)
    table = files.ana.get("/desk/authorities.csv")
    assert table.mimetype == "text/csv"
    assert "\nperson,calc,'=1+1,'@sum;' +plus," in table.text
    same = files.ana.post("/desk/authorities/table", data=sent(table.text))
    assert same.headers["Location"] == "/desk/authorities?taken_in=0"
    with files.services.catalogue.reading() as connection:
        assert authorities.every(connection) == before


def test_what_a_table_would_change_is_shown_before_it_is_taken_in(files: Files) -> None:
    table = "kind,id,heading\noutlet,old-ledger,First Ledger\nplace,quay,Quay\n"
    table += "outlet,ledger,The Ledger\n"
    page = files.ana.post("/desk/authorities/table", data={**sent(table), "preview": "on"})
    assert "3 authorities read, 3 of them new or different" in page.text
    assert files.heading("old-ledger") == "Ledger (old series)"
    done = files.ana.post("/desk/authorities/table", data=hidden_fields(page.text))
    assert done.headers["Location"] == "/desk/authorities?taken_in=3"
    assert files.heading("old-ledger") == "First Ledger"
    assert 'by <bdi dir="auto">ana</bdi>' in files.ana.get("/desk/authorities/place/quay").text


def test_what_was_shown_of_a_table_is_taken_in_or_nothing_is(files: Files) -> None:
    table = "kind,id,heading\noutlet,old-ledger,First Ledger\n"
    page = files.ana.post("/desk/authorities/table", data={**sent(table), "preview": "on"})
    assert "Import as shown: 1 authority</button>" in page.text
    said = {"revision": "1", "heading": "Ledger, before"}
    files.ana.post("/desk/authorities/outlet/old-ledger", data=said)
    refused = files.ana.post("/desk/authorities/table", data=hidden_fields(page.text))
    assert refused.status_code == 409
    assert "Nothing was imported: what the table changes is not what you were shown" in refused.text
    assert files.heading("old-ledger") == "Ledger, before"
    done = files.ana.post("/desk/authorities/table", data=hidden_fields(refused.text))
    assert done.headers["Location"] == "/desk/authorities?taken_in=1"
    assert files.heading("old-ledger") == "First Ledger"
    page = files.ana.post("/desk/authorities/table", data={**sent(table), "preview": "on"})
    assert "There is nothing to import" in page.text


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("kind,id\noutlet,x\n", "lacks the column “heading”"),
        ("kind,id,heading\nplace,a,A\nship,x,X\n", "outlets.csv, line 3, kind: “ship” is none of"),
        ("kind,id,heading\nplace,a,A\nplace,a,B\n", "is there twice"),
        (
            "kind,id,heading,replaced_by\nplace,a,A,b\nplace,b,B,a\n",
            "The place “a” cannot be replaced by “b”, for that leads back to it",
        ),
        (
            "kind,id,heading,replaced_by\nplace,a,A,b\n",
            "The place “a” cannot be replaced by “b”, for that is not there",
        ),
        ("\ud800", "is not UTF-8"),
    ],
)
def test_a_table_with_anything_wrong_is_told_and_nothing_of_it_taken(
    files: Files, table: str, sentence: str
) -> None:
    content = table.encode("utf-8", "surrogatepass")
    said = {"file": (io.BytesIO(content), "outlets.csv")}
    refused = files.ana.post("/desk/authorities/table", data=said)
    assert refused.status_code == 400
    assert sentence in refused.text
    assert files.ana.get("/desk/authorities/place/a").status_code == 404


def test_an_authority_leads_to_its_records_and_to_itself_in_other_lists(files: Files) -> None:
    said = {"revision": "1", "heading": "Ledger (old series)", "same_as": "https://list.example/7"}
    assert files.ana.post("/desk/authorities/outlet/old-ledger", data=said).status_code == 303
    page = files.ana.get("/desk/authorities/outlet/old-ledger").text
    (filed,) = re.findall(r'<a href="([^"]+)">Records filed under it</a>', page)
    assert f'href="/r/{files.record_id}' in files.ana.get(html.unescape(filed)).text
    assert '<a href="https://list.example/7" rel="external nofollow noreferrer">' in page


def test_many_authorities_come_in_pages(files: Files) -> None:
    many = [Authority("place", f"p{n}", f"Place {n:03}") for n in range(250)]
    with files.services.catalogue.writing() as connection:
        authorities.put(connection, many, at=datetime(2026, 1, 15, tzinfo=UTC), agent="x")
    first = files.ana.get("/desk/authorities?kind=place").text
    second = files.ana.get("/desk/authorities?kind=place&page=2").text
    assert [rows(first)[0], rows(first)[-1]] == ["Place 000", "Place 199"]
    assert 'rel="next" href="/desk/authorities?kind=place&amp;page=2"' in first
    assert [rows(second)[0], rows(second)[-1]] == ["Place 200", "Place 249"]
    assert 'rel="next"' not in second
