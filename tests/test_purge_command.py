"""`pressmark purge`: what it asks, what it says, which backups it finds."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from archive import purging
from archive.account import Role
from archive.errors import ArchiveTrouble
from archive.home import Home
from tests.conftest import Pressmark
from tests.indexer.test_purging import holding
from tests.people import signed_in
from webapp.app import create_app
from webapp.services import open_services


@pytest.fixture
def record_id(pressmark: Pressmark, tmp_path: Path) -> str:
    (tmp_path / "gate.txt").write_text("The quicksilverish gate was shut.", encoding="utf-8")
    return pressmark("add", tmp_path / "gate.txt").out.split("\t")[1]


def test_it_is_done_only_if_it_is_said_twice(pressmark: Pressmark, record_id: str) -> None:
    asked = pressmark("purge", record_id, "--reason", "court order")
    assert asked.status == 2
    assert "Nothing was done." in asked.err
    assert pressmark("search", "quicksilverish", "--json").json["total"] == 1
    assert pressmark("purge", record_id, "--reason", " ", "--yes").status == 2
    assert pressmark("purge", "nobody", "--reason", "x", "--yes").status == 1


def test_it_tells_which_backups_still_hold_the_record(
    pressmark: Pressmark, record_id: str, tmp_path: Path
) -> None:
    known, other, lost = (tmp_path / name for name in ("known", "other", "lost"))
    names = [pressmark("backup", target).out.strip() for target in (known, other, lost)]
    lost.rename(tmp_path / "elsewhere")
    assert pressmark("export", "--bag", tmp_path / "bag").status == 0
    done = pressmark("purge", record_id, "--reason", "court order", "--yes", "--backup", other)
    assert done.status == 0
    *_, exported = done.lines
    assert exported.startswith("unknown\t")
    assert str(tmp_path / "bag") in exported
    assert sorted(done.lines[:-1]) == [
        f"held\t{known}\t{names[0]}",
        f"held\t{other}\t{names[1]}",
        f"unknown\t{lost}\t",
    ]
    assert "The backups above still hold it" in done.err
    pressmark("backup", known)
    again = pressmark("purge", record_id, "--reason", "court order", "--yes")
    assert f"held\t{known}\t{names[0]}" in again.lines
    assert len([line for line in again.lines if str(known) in line]) == 1
    assert pressmark("show", record_id, "--json").json["withdrawn"] == "court order"
    assert pressmark("fixity").status == 0
    assert pressmark("catalogue", "check").status == 0
    assert pressmark("index", "check").status == 0


def test_an_interrupted_purge_is_told_until_it_was_repeated(
    pressmark: Pressmark, record_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise ArchiveTrouble("Somebody reads it all the time.")

    with monkeypatch.context() as patched:
        patched.setattr(purging, "compact", refuse)
        assert pressmark("purge", record_id, "--reason", "court order", "--yes").status == 1
    checked = pressmark("catalogue", "check")
    assert checked.status == 0
    repeat = f"pressmark purge {record_id} --reason again --yes"
    assert repeat in checked.err
    pages = open_services(Home(pressmark.root))
    app = create_app(pages, base_url=None, trusted_hosts=["localhost"])
    visitor, librarian = app.test_client(), signed_in(app, Role.LIBRARIAN, "otto")
    assert repeat in librarian.get("/jobs").text
    assert repeat in librarian.get(f"/r/{record_id}").text
    assert "pressmark purge" not in visitor.get(f"/r/{record_id}").text
    pages.catalogue.close()
    assert pressmark(*repeat.split()[1:]).status == 0
    assert "interrupted" not in pressmark("catalogue", "check").err


def test_a_container_goes_with_the_last_record_that_came_in_it(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    words = ("quicksilverish", "cinnabarine")
    with zipfile.ZipFile(tmp_path / "press.zip", "w") as container:
        for word in words:
            container.writestr(f"{word}.txt", f"The {word} gate was shut.")
    added = pressmark("add", tmp_path / "press.zip")
    ids = [line.split("\t")[1] for line in added.lines if line.endswith(".txt")]
    digest = hashlib.sha256((tmp_path / "press.zip").read_bytes()).hexdigest()
    first = pressmark("purge", ids[0], "--reason", "court order", "--yes")
    assert first.out == f"held\toriginals\t{digest}\n"
    assert pressmark("purge", ids[1], "--reason", "court order", "--yes").out == ""
    assert holding(pressmark.root, words) == []
    assert not list(pressmark.root.rglob(digest))
    assert pressmark("add", tmp_path / "press.zip").status == 0
    assert pressmark("search", "quicksilverish", "--json").json["total"] == 1
    assert pressmark("fixity").status == 0
    assert pressmark("catalogue", "check").status == 0
