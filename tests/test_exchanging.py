"""`pressmark export` and `pressmark import` as a librarian uses them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Pressmark


@pytest.fixture
def held(pressmark: Pressmark, tmp_path: Path) -> dict[str, str]:
    """An archive with two documents; their records' ids by name."""
    (tmp_path / "in").mkdir()
    for name in ("ferry", "bridge"):
        (tmp_path / "in" / f"{name}.txt").write_text(f"The {name} was there.\n")
    lines = [line.split("\t") for line in pressmark("add", tmp_path / "in").lines]
    return {name.partition(".")[0]: record_id for _, record_id, name in lines}


@pytest.fixture
def elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Pressmark:
    command = Pressmark(tmp_path / "elsewhere", capsys)
    assert command("init").status == 0
    return command


def test_an_archive_goes_elsewhere_and_is_found_there(
    pressmark: Pressmark, held: dict[str, str], elsewhere: Pressmark, tmp_path: Path
) -> None:
    exported = pressmark("export", "--bag", tmp_path / "bag")
    assert (exported.status, exported.out) == (0, "")
    assert f"2 records and 2 originals (0.0 MB) are in {tmp_path / 'bag'}." in exported.err
    imported = elsewhere("import", tmp_path / "bag")
    assert imported.status == 0
    assert sorted(imported.lines) == sorted(f"added\t{each}" for each in held.values())
    assert held["ferry"] in elsewhere("search", "ferry").out
    ours = pressmark("show", held["ferry"], "--json").json
    assert elsewhere("show", held["ferry"], "--json").json == ours
    assert elsewhere("catalogue", "check").status == 0
    assert elsewhere("index", "check").status == 0
    again = elsewhere("import", tmp_path / "bag")
    assert (again.status, again.out) == (0, "")
    assert "0 records added, 2 here already" in again.err


def test_what_came_in_a_container_comes_back_as_its_part(
    pressmark: Pressmark, elsewhere: Pressmark, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as box:
        box.writestr("ferry.txt", "The ferry was there.\n")
        box.writestr("in/bridge.txt", "The bridge was there.\n")
    added = pressmark("add", tmp_path / "two.zip")
    assert pressmark("export", "--bag", tmp_path / "bag").status == 0
    assert elsewhere("import", tmp_path / "bag").status == 0
    ids = [line.split("\t")[1] for line in added.lines if line.startswith("added\t")]
    assert len(ids) == 2
    for record_id in ids:
        ours = pressmark("show", record_id, "--json").json
        assert elsewhere("show", record_id, "--json").json == ours
    assert elsewhere("catalogue", "check").status == 0
    # Records that are chosen leave without the container that they came in.
    assert pressmark("export", "--bag", tmp_path / "one", ids[-1]).status == 0
    (original,) = (p for p in (tmp_path / "one/data/originals").rglob("*") if p.is_file())
    assert original.read_bytes() == b"The bridge was there.\n"


def test_a_query_or_ids_choose_what_leaves(
    pressmark: Pressmark, held: dict[str, str], elsewhere: Pressmark, tmp_path: Path
) -> None:
    assert pressmark("export", "--bag", tmp_path / "one", "--query", "ferry").status == 0
    assert pressmark("export", "--bag", tmp_path / "two", held["bridge"]).status == 0
    assert elsewhere("import", tmp_path / "one").lines == [f"added\t{held['ferry']}"]
    assert elsewhere("import", tmp_path / "two").lines == [f"added\t{held['bridge']}"]
    nothing = pressmark("export", "--bag", tmp_path / "three", "--query", "causeway")
    assert (nothing.status, "No record was chosen" in nothing.err) == (1, True)
    assert pressmark("export", "--bag", tmp_path / "three", "--query", '"').status == 2
    assert pressmark("export", "--bag", tmp_path / "three", "nobody").status == 1
    assert not (tmp_path / "three").exists()


def test_dry_runs_tell_and_do_nothing(
    pressmark: Pressmark, held: dict[str, str], elsewhere: Pressmark, tmp_path: Path
) -> None:
    for form in ("--bag", "--ocfl"):
        told = pressmark("export", form, tmp_path / "new", "--dry-run")
        assert told.status == 0
        assert "2 records and 2 originals (0.0 MB) would be exported." in told.err
        assert not (tmp_path / "new").exists()
    pressmark("export", "--bag", tmp_path / "bag")
    told = elsewhere("import", tmp_path / "bag", "--dry-run")
    assert sorted(told.lines) == sorted(f"would be added\t{each}" for each in held.values())
    assert "would be: 2 records added" in told.err
    assert elsewhere("search", "ferry").out == ""


def test_one_form_is_asked_for(pressmark: Pressmark, tmp_path: Path) -> None:
    assert pressmark("export").status == 2
    assert pressmark("export", "--bag", tmp_path / "a", "--ocfl", tmp_path / "b").status == 2
    both = pressmark("export", "--bag", tmp_path / "a", "--query", "x", "0123456789ab")
    assert both.status == 2


def test_a_storage_root_is_exported(
    pressmark: Pressmark, held: dict[str, str], tmp_path: Path
) -> None:
    assert held
    assert pressmark("export", "--ocfl", tmp_path / "root").status == 0
    assert (tmp_path / "root" / "0=ocfl_1.1").read_text() == "ocfl_1.1\n"
    taken = pressmark("export", "--ocfl", tmp_path / "root")
    assert (taken.status, "is not empty" in taken.err) == (2, True)


def test_a_damaged_bag_is_told_in_a_sentence(
    pressmark: Pressmark, held: dict[str, str], elsewhere: Pressmark, tmp_path: Path
) -> None:
    assert held
    pressmark("export", "--bag", tmp_path / "bag")
    shutil.rmtree(tmp_path / "bag" / "data" / "originals")
    refused = elsewhere("import", tmp_path / "bag")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith(f"Error: The bag {tmp_path / 'bag'} is not as it was packed: ")
    assert "Traceback" not in refused.err
    assert elsewhere("import", tmp_path / "nowhere").status == 2


def test_reading_again_is_foreseen(pressmark: Pressmark, held: dict[str, str]) -> None:
    assert held
    told = pressmark("jobs", "start", "reextract", "--dry-run")
    assert (told.status, told.err) == (0, "0 records would be read again.\n")
    assert pressmark("jobs", "list").out == ""
    assert pressmark("jobs", "start", "fixity", "--dry-run").status == 2
