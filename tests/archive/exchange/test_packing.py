"""A bag that an archive packs is a valid bag, and whole."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Mapping
from pathlib import Path

import bagit
import pytest

from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble, UserMistake
from archive.exchange import packing
from archive.home import Home
from archive.manifest import read_manifest
from archive.originals import Originals
from tests.archive.exchange.archives import BRIDGE, FERRY, GATE, filled, packed
from tests.archive.test_fixity import alter
from tests.archive.test_ingest import add, count, submission

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:bagit")


def sheet(bag: Path, name: str) -> list[Mapping[str, object]]:
    lines = (bag / "data" / "metadata" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in lines.split("\n") if line]


def originals(bag: Path) -> set[bytes]:
    return {p.read_bytes() for p in (bag / "data" / "originals").rglob("*") if p.is_file()}


def test_the_library_of_congress_finds_it_valid(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    filled(home, catalogue)
    made = packed(home, catalogue, tmp_path / "bag")
    assert (made.records, made.originals, made.lacking) == (3, 3, ())
    assert made.size == len(FERRY) + len(BRIDGE) + len(GATE)
    bag = bagit.Bag(str(tmp_path / "bag"))
    assert bag.validate()
    assert bag.info["Bagging-Date"] == "2026-01-16"
    listed = set(bag.entries)
    there = {
        path.relative_to(tmp_path / "bag").as_posix()
        for path in (tmp_path / "bag").rglob("*")
        if path.is_file()
    }
    assert there - listed == {"tagmanifest-sha256.txt"}
    assert originals(tmp_path / "bag") == {FERRY, BRIDGE, GATE}


def test_it_says_what_it_holds(home: Home, catalogue: Catalogue, tmp_path: Path) -> None:
    filled(home, catalogue)
    packed(home, catalogue, tmp_path / "bag")
    about = json.loads((tmp_path / "bag" / packing.ABOUT).read_text(encoding="utf-8"))
    assert (about["whole"], about["rows"]["record"], about["lacking"]) == (True, 3, {})
    info = (tmp_path / "bag" / "bag-info.txt").read_text(encoding="utf-8")
    assert "The whole of an archive of press documents: 3 records, 3 originals" in info
    assert "pressmark import" in (tmp_path / "bag" / "README.txt").read_text(encoding="utf-8")


def test_a_selection_has_its_records_and_their_originals(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    ids = filled(home, catalogue)
    made = packed(home, catalogue, tmp_path / "bag", ids["gate.txt"])
    assert (made.records, made.originals) == (1, 1)
    assert bagit.Bag(str(tmp_path / "bag")).validate()
    assert originals(tmp_path / "bag") == {GATE}
    assert sheet(tmp_path / "bag", "relations") == sheet(tmp_path / "bag", "archive") == []
    assert len(sheet(tmp_path / "bag", "authorities")) == 2


def test_the_manifest_is_one_that_add_takes_without_what_is_withdrawn(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    filled(home, catalogue)
    packed(home, catalogue, tmp_path / "bag")
    taken = read_manifest(tmp_path / "bag" / "data" / "manifest.csv")
    assert taken.problems == ()
    assert sorted((row.description.publisher, row.description.access) for row in taken.rows) == [
        ("The Courier", "staff"),
        ("The Ledger", None),
    ]
    assert {row.path.read_bytes() for row in taken.rows} == {FERRY, BRIDGE}


def test_hostile_descriptions_stay_in_their_cells(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    name, title = "a\nb%0A" + "ж" * 300 + ".txt", '=1+1\r\n\x00“x”,"y"'
    add(home, catalogue, submission(FERRY, name, title=title, note="\u202eabc\x1b[31m"))
    packed(home, catalogue, tmp_path / "bag")
    with (tmp_path / "bag/data/manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, row = csv.reader(stream)
    assert row[header.index("title")] == '\'=1+1 “x”,"y"'
    assert row[header.index("note")] == "abc[31m"
    assert bagit.Bag(str(tmp_path / "bag")).validate()


def test_a_place_that_is_taken_is_refused(home: Home, catalogue: Catalogue, tmp_path: Path) -> None:
    filled(home, catalogue)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "mine", tmp_path / "mine" / "thesis.doc", tmp_path / "link"):
        with pytest.raises(UserMistake):
            packed(home, catalogue, place)
    for place in (home.root, home.root / "bag", home.root.parent):
        with pytest.raises(UserMistake, match="one in the other"):
            packed(home, catalogue, place)
    packed(home, catalogue, tmp_path / "empty")
    assert stat.S_IMODE((tmp_path / "empty").stat().st_mode) == 0o755
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.doc"]


def test_a_record_that_is_not_there_is_told_and_nothing_written(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    filled(home, catalogue)
    with pytest.raises(ArchiveTrouble, match="There is no record “nobody”"):
        packed(home, catalogue, tmp_path / "bag", "nobody")
    assert not (tmp_path / "bag").exists()


def test_a_damaged_original_is_left_out_and_told(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    filled(home, catalogue)
    digest = sorted(path.name for path in home.originals.rglob("*") if path.is_file())[0]
    alter(home, digest)
    foreseen = packed(home, catalogue, tmp_path / "bag", dry_run=True)
    assert not (tmp_path / "bag").exists()
    made = packed(home, catalogue, tmp_path / "bag")
    assert made == foreseen
    assert made.originals == 2
    assert [each for each, _ in made.lacking] == [digest]
    assert made.lacking[0][1].startswith("damaged: its bytes have the SHA-256")
    assert bagit.Bag(str(tmp_path / "bag")).validate()
    about = json.loads((tmp_path / "bag" / packing.ABOUT).read_text(encoding="utf-8"))
    assert list(about["lacking"]) == [digest]


def test_a_disk_that_refuses_leaves_nothing(
    home: Home, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home, catalogue)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(packing, "write_premis", full)
    with pytest.raises(ArchiveTrouble, match=r"Nothing was exported to .*: No space left"):
        packed(home, catalogue, tmp_path / "bag")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_that_there_is_a_copy_is_an_event(home: Home, catalogue: Catalogue, tmp_path: Path) -> None:
    ids = filled(home, catalogue)
    before = count(catalogue, "event")
    packed(home, catalogue, tmp_path / "dry", dry_run=True)
    assert count(catalogue, "event") == before
    packed(home, catalogue, tmp_path / "whole")
    packed(home, catalogue, tmp_path / "some", ids["gate.txt"])
    with catalogue.reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT agent, detail, record_id FROM event WHERE type = 'replication' ORDER BY id"
        ).all()
    assert found == [
        ("ana", f"exported to the bag {tmp_path / 'whole'}: 3 records", None),
        ("ana", f"exported to the bag {tmp_path / 'some'}: 1 records", None),
    ]


def test_originals_in_a_bag_are_read_only_copies(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    filled(home, catalogue)
    packed(home, catalogue, tmp_path / "bag")
    for path in (tmp_path / "bag" / "data" / "originals").rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o777 == 0o444
            assert not path.samefile(Originals(home).path(path.name))
