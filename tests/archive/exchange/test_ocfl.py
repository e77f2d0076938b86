"""A storage root that an archive exports is a valid one, and grows by versions alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archive.amending import amend, describing
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble, UserMistake
from archive.exchange.leaving import Exported
from archive.exchange.ocfl import export_ocfl, object_path
from archive.home import Home
from archive.record import Statement
from tests.archive.exchange.archives import AT, BRIDGE, FERRY, GATE, filled
from tests.archive.test_fixity import alter


def exported(
    home: Home, catalogue: Catalogue, target: Path, *chosen: str, dry_run: bool = False
) -> Exported:
    return export_ocfl(home, catalogue, target, chosen or None, at=AT, agent="ana", dry_run=dry_run)


_VALIDATOR = Path(sys.prefix) / "ocfl" / "bin" / "python"
"""Where `make` has put ocfl-py, in an environment of its own."""
_VALIDATE = """
import sys, ocfl
store = ocfl.StorageRoot(root=sys.argv[1])
assert store.validate(validate_objects=True, check_digests=True)
print(store.num_objects, store.good_objects)
"""


def valid(root: Path) -> tuple[int, int]:
    """How many objects ocfl-py finds in a valid storage root, and how many of them are valid."""
    if not _VALIDATOR.exists():
        pytest.skip(f"there is no ocfl-py at {_VALIDATOR}; “make check” puts it there")
    told = subprocess.run(
        [_VALIDATOR, "-c", _VALIDATE, root], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    objects, good = told.stdout.split()[-2:]
    return int(objects), int(good)


def inventory(root: Path, record_id: str) -> Any:
    return json.loads((root / object_path(record_id) / "inventory.json").read_text("utf-8"))


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_each_record_is_a_valid_object(home: Home, catalogue: Catalogue, tmp_path: Path) -> None:
    ids = filled(home, catalogue)
    made = exported(home, catalogue, tmp_path / "root")
    size = len(FERRY) + len(BRIDGE) + len(GATE)
    assert made == Exported(3, 3, size, ())
    assert valid(tmp_path / "root") == (3, 3)
    held = {path.name: path.read_bytes() for path in (tmp_path / "root").rglob("originals/*")}
    assert sorted(held.values()) == sorted([FERRY, BRIDGE, GATE])
    assert inventory(tmp_path / "root", ids["gate.txt"])["id"] == f"urn:pressmark:{ids['gate.txt']}"


def test_each_revision_is_a_version_with_who_when_and_why(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    ids = filled(home, catalogue)
    exported(home, catalogue, tmp_path / "root", ids["gate.txt"])
    assert valid(tmp_path / "root") == (1, 1)
    found = inventory(tmp_path / "root", ids["gate.txt"])
    assert found["head"] == "v2"
    versions = found["versions"]
    assert [(v["created"], v["user"], v["message"]) for v in versions.values()] == [
        ("2026-01-15T12:00:00+00:00", {"name": "ana"}, "added"),
        ("2026-01-16T12:00:00+00:00", {"name": "ben"}, "a court order"),
    ]
    assert all(len(version["state"]) == 2 for version in versions.values())
    (name,) = (tmp_path / "root").rglob("v2/content/record.json")
    said = json.loads(name.read_text(encoding="utf-8"))
    assert (said["revision"], said["content"]["withdrawn"]) == (2, "a court order")
    assert not list((tmp_path / "root").rglob("v2/content/originals/*"))


def test_a_later_export_has_the_versions_of_an_earlier_one_byte_for_byte(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    ids = filled(home, catalogue)
    exported(home, catalogue, tmp_path / "first")
    said = describing([Statement("title", "The ferry", "archivist")])
    amend(catalogue, ids["ferry.txt"], said, based_on=None, at=AT, agent="ana", reason="clearer")
    exported(home, catalogue, tmp_path / "second")
    assert valid(tmp_path / "second") == (3, 3)
    before, after = files(tmp_path / "first"), files(tmp_path / "second")
    changed = {name for name in before if after[name] != before[name]}
    root = object_path(ids["ferry.txt"]).as_posix()
    assert changed == {f"{root}/inventory.json", f"{root}/inventory.json.sha512"}
    assert all(name.startswith(f"{root}/v2/") for name in after.keys() - before.keys())


def test_a_damaged_original_is_left_out_and_told(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    filled(home, catalogue)
    digest = min(path.name for path in home.originals.rglob("*") if path.is_file())
    alter(home, digest)
    assert exported(home, catalogue, tmp_path / "root", dry_run=True).originals == 2
    assert not (tmp_path / "root").exists()
    made = exported(home, catalogue, tmp_path / "root")
    assert (made.originals, [each for each, _ in made.lacking]) == (2, [digest])
    assert valid(tmp_path / "root") == (3, 3)


def test_nothing_is_written_over(home: Home, catalogue: Catalogue, tmp_path: Path) -> None:
    filled(home, catalogue)
    exported(home, catalogue, tmp_path / "root")
    before = files(tmp_path / "root")
    with pytest.raises(UserMistake, match="is not empty"):
        exported(home, catalogue, tmp_path / "root")
    with pytest.raises(ArchiveTrouble, match="no record “nobody”"):
        exported(home, catalogue, tmp_path / "new", "nobody")
    assert files(tmp_path / "root") == before
    assert not (tmp_path / "new").exists()
