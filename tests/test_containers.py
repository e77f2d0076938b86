"""Containers, from the command to the page: kept as they came, their parts added, all of it
told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.catalogue.database import open_catalogue
from archive.home import Home
from archive.journal import write_journal
from archive.originals import Originals
from archive.purging import make_tombstone
from tests.archive.containing import TEXTS, bag, put, warc, zip_bomb, zipped
from tests.conftest import NOW, Pressmark, Result
from webapp.app import create_app
from webapp.services import open_services

PAGE = (
    b"<!doctype html><html lang=en><title>The ferry stopped</title><p>Nobody crossed the river "
    b"on Monday, and on Tuesday the boat was not at the quay, said the board."
)


def ids(result: Result) -> dict[str, str]:
    """The records' ids, by the names that they came under."""
    return {name: record for _, record, name in (line.split("\t") for line in result.lines)}


def site(pressmark: Pressmark) -> FlaskClient:
    services = open_services(Home(pressmark.root))
    return create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()


def test_a_zip_is_kept_and_its_parts_are_records_that_know_it(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    content = zipped({**TEXTS, "inner.zip": zipped({"late.txt": b"The late boat\n\nIt came."})})
    (tmp_path / "press.zip").write_bytes(content)
    result = pressmark("add", tmp_path / "press.zip")
    assert result.status == 0
    assert [line.split("\t")[::2] for line in result.lines] == [
        ["unpacked", "press.zip"],
        ["added", "press.zip/ferry.txt"],
        ["added", "press.zip/night/boat.html"],
        ["unpacked", "press.zip/inner.zip"],
        ["added", "press.zip/inner.zip/late.txt"],
    ]
    assert result.err.splitlines()[-1] == "2 unpacked, 3 added"
    late = ids(result)["press.zip/inner.zip/late.txt"]
    shown = pressmark("show", late, "--json").json
    digest = hashlib.sha256(content).hexdigest()
    assert [(each["name"], each["path"], each["position"]) for each in shown["part_of"]] == [
        ("press.zip/inner.zip", "late.txt", 1), ("press.zip", "inner.zip", 3),
    ]  # fmt: skip
    assert shown["part_of"][1]["sha256"] == digest
    with Originals(Home(pressmark.root)).open(digest) as stream:
        assert stream.read() == content
    told = pressmark("show", late).out
    assert f"Part of      press.zip (inner.zip) sha256:{digest}" in told
    assert pressmark("search", '"late boat"', "--json").json["total"] == 1


def test_a_container_added_again_changes_nothing(pressmark: Pressmark, tmp_path: Path) -> None:
    (tmp_path / "press.zip").write_bytes(zipped(TEXTS))
    first = pressmark("add", tmp_path / "press.zip")
    again = pressmark("add", tmp_path / "press.zip")
    assert [line.split("\t")[0] for line in again.lines] == [
        "unpacked", "already held", "already held",
    ]  # fmt: skip
    assert {**ids(first), "press.zip": "-"} == {**ids(again), "press.zip": "-"}


def test_the_same_page_captured_twice_keeps_what_was_held_of_it(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    first = warc(("https://ledger.example/ferry", PAGE))
    later = first_at(b"2022-01-01T00:00:00Z")
    (tmp_path / "a.warc.gz").write_bytes(first)
    (tmp_path / "b.warc.gz").write_bytes(later)
    for _ in range(2):
        pressmark("add", tmp_path / "a.warc.gz")
        result = pressmark("add", tmp_path / "b.warc.gz")
    (record_id,) = {record for record in ids(result).values() if record != "-"}
    shown = pressmark("show", record_id, "--json").json
    assert (shown["captured"], shown["revision"]) == ("2021-03-05T10:00:00Z", 1)
    assert shown["basis"]["captured"] == "WARC record"
    assert len(shown["received"]) == 2


def first_at(moment: bytes) -> bytes:
    content = warc(("https://ledger.example/ferry", PAGE), compressed=False)
    return content.replace(b"2021-03-05T10:00:00Z", moment)


def test_a_dry_run_tells_the_parts_and_writes_nothing(pressmark: Pressmark, tmp_path: Path) -> None:
    (tmp_path / "press.zip").write_bytes(zipped(TEXTS))
    result = pressmark("add", tmp_path / "press.zip", "--dry-run")
    assert [line.split("\t")[0] for line in result.lines] == [
        "would be unpacked", "would be added", "would be added",
    ]  # fmt: skip
    assert list(Home(pressmark.root).originals.iterdir()) == []


def test_a_bomb_is_kept_as_a_document_without_text_and_says_why(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    (tmp_path / "bomb.zip").write_bytes(zip_bomb(1_000_000_000))
    result = pressmark("add", tmp_path / "bomb.zip")
    assert result.status == 0
    reason = "Text not extracted: the ZIP file of 1.0 MB would unpack to 1,000 MB."
    assert result.err.splitlines()[0] == f"bomb.zip: {reason}"
    (record_id,) = ids(result).values()
    assert reason in site(pressmark).get(f"/r/{record_id}").text


def test_of_a_bag_that_is_not_whole_nothing_is_added(pressmark: Pressmark, tmp_path: Path) -> None:
    wrong = {**bag(TEXTS), "data/ferry.txt": b"Another ferry."}
    put(tmp_path / "in" / "bag", wrong)
    (tmp_path / "in" / "bag.zip").write_bytes(zipped(wrong))
    result = pressmark("add", tmp_path / "in")
    assert (result.status, result.out) == (1, "")
    reason = (
        "the bag is not whole: data/ferry.txt is not as its manifest says (sha256 differs); "
        "nothing of it was added"
    )
    assert result.err.splitlines() == [f"bag.zip: {reason}", f"bag: {reason}", "2 refused"]
    assert list(Home(pressmark.root).originals.iterdir()) == []


def test_parts_are_in_the_journal(pressmark: Pressmark, tmp_path: Path) -> None:
    (tmp_path / "press.zip").write_bytes(zipped(TEXTS))
    assert pressmark("add", tmp_path / "press.zip").status == 0
    home = Home(pressmark.root)
    catalogue = open_catalogue(home)
    write_journal(home, catalogue)
    catalogue.close()
    written = "".join(path.read_text() for path in home.journal.iterdir())
    lines = [json.loads(line) for line in written.splitlines()]
    rows = [line["row"]["path"] for line in lines if line.get("table") == "part" and "row" in line]
    assert rows == ["ferry.txt", "night/boat.html"]
    assert pressmark("catalogue", "check").status == 0


def test_a_container_can_be_had_where_all_that_is_in_it_may_be_read(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    content = zipped(TEXTS)
    (tmp_path / "press.zip").write_bytes(content)
    ferry = ids(pressmark("add", tmp_path / "press.zip"))["press.zip/ferry.txt"]
    digest = hashlib.sha256(content).hexdigest()
    client = site(pressmark)
    page = client.get(f"/r/{ferry}").text
    assert f"/r/{ferry}/original/{digest}" in page
    assert "night/boat.html" not in page
    answer = client.get(f"/r/{ferry}/original/{digest}", buffered=True)
    assert (answer.status_code, answer.data) == (200, content)
    assert answer.headers["Content-Disposition"] == "attachment; filename=press.zip"
    assert answer.headers["Content-Type"] == "application/zip"
    (tmp_path / "boat.html").write_bytes(TEXTS["night/boat.html"])
    (tmp_path / "m.csv").write_text("file,access\nboat.html,snippets\n")
    pressmark("add", "--manifest", tmp_path / "m.csv")
    assert site(pressmark).get(f"/r/{ferry}/original/{digest}").status_code == 403
    assert client.get(f"/r/{ferry}/original/{'0' * 64}").status_code == 404


def test_a_container_with_something_purged_in_it_is_not_handed_out(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    content = zipped(TEXTS)
    (tmp_path / "press.zip").write_bytes(content)
    added = ids(pressmark("add", tmp_path / "press.zip"))
    boat, ferry = added["press.zip/night/boat.html"], added["press.zip/ferry.txt"]
    catalogue = open_catalogue(Home(pressmark.root))
    make_tombstone(catalogue, boat, at=NOW, agent="ana", reason="a court said so")
    catalogue.close()
    digest = hashlib.sha256(content).hexdigest()
    assert site(pressmark).get(f"/r/{ferry}/original/{digest}").status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("ferry.pdf", b"%PDF-1.7 broken", "application/pdf"),
        ("ferry.eml", b"From: a <a@b.example>\nMIME-Version: 1.0\nSubject: b\n\nWords.\n",
         "message/rfc822"),
        ("ferry.doc", b"\xd0\xcf\x11\xe0" * 99, "application/x-ole-storage"),
    ],
)  # fmt: skip
def test_what_a_browser_does_not_show_is_handed_over_as_a_file(
    pressmark: Pressmark, tmp_path: Path, name: str, content: bytes, media_type: str
) -> None:
    (tmp_path / name).write_bytes(content)
    record_id = ids(pressmark("add", tmp_path / name))[name]
    digest = hashlib.sha256(content).hexdigest()
    answer = site(pressmark).get(f"/r/{record_id}/original/{digest}", buffered=True)
    assert answer.data == content
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_extract_shows_what_is_in_containers(pressmark: Pressmark, tmp_path: Path) -> None:
    (tmp_path / "press.zip").write_bytes(zipped(TEXTS))
    result = pressmark("extract", tmp_path / "press.zip")
    assert [line for line in result.lines if not line.startswith(" ")] == [
        "press.zip/ferry.txt", "press.zip/night/boat.html",
    ]  # fmt: skip
