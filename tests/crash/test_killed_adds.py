"""`pressmark add` killed wherever it makes something durable: nothing acknowledged is lost.

The process is real and so is SIGKILL; only the moment is chosen.  A run that should have
been killed and was not fails the test.
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.catalogue import records
from archive.catalogue.database import open_catalogue
from archive.home import Home
from archive.originals import Originals
from tests.conftest import Pressmark

ROOT = Path(__file__).resolve().parents[2]
EVERY = 7
"""One moment in so many is tried, beginning with the first."""


def wrongs(home: Home, acknowledged: list[str]) -> list[str]:
    """What must never be: a record told and not there, a row without its bytes, altered bytes."""
    found = []
    catalogue = open_catalogue(home)
    with catalogue.reading() as connection:
        held = set(records.ids(connection))
        found += [f"lost {record_id}" for record_id in acknowledged if record_id not in held]
        for record in records.many(connection, held).values():
            for original in record.originals:
                path = Originals(home).path(original.digest)
                if not path.is_file():
                    found.append(f"no bytes for {record.id}")
                elif hashlib.sha256(path.read_bytes()).hexdigest() != original.digest:
                    found.append(f"altered bytes of {record.id}")
    catalogue.close()
    return found


def add(moment: int, home: Path, *paths: Path) -> tuple[int, list[str]]:
    """Add `paths`, to be killed at a moment; how it ended and the ids that it acknowledged."""
    script = ROOT / "tests" / "crash" / "killing.py"
    ended = subprocess.run(
        [sys.executable, str(script), str(moment), str(home), "add", *map(str, paths)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ended.returncode, [line.split("\t")[1] for line in ended.stdout.splitlines()]


def test_an_add_killed_anywhere_loses_nothing_and_can_be_repeated(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for n in range(3):
        (inbox / f"{n}.txt").write_text(f"Document number {n} about the ferry.")
    clean = shutil.copytree(pressmark.root, tmp_path / "clean")
    killed, moment, status = 0, 1, -signal.SIGKILL
    while True:
        home = tmp_path / f"home-{moment}"
        shutil.copytree(clean, home)
        status, acknowledged = add(moment, home, inbox)
        assert wrongs(Home(home), acknowledged) == []
        if status == 0:
            assert len(acknowledged) == 3
            break
        assert status == -signal.SIGKILL
        killed += 1
        pressmark.root = home
        repeated = pressmark("add", inbox)
        assert repeated.status == 0
        assert len(repeated.lines) == 3
        assert wrongs(Home(home), [line.split("\t")[1] for line in repeated.lines]) == []
        assert pressmark("search", "ferry", "--json").json["total"] == 3
        shutil.rmtree(home)
        moment += EVERY
    assert killed >= 5


@pytest.mark.parametrize("damage", ["bytes gone", "bytes altered", "row gone"])
def test_the_check_finds_what_must_never_be(
    pressmark: Pressmark, tmp_path: Path, damage: str
) -> None:
    (tmp_path / "a.txt").write_text("A document.")
    record_id = pressmark("add", tmp_path / "a.txt").lines[0].split("\t")[1]
    home = Home(pressmark.root)
    assert wrongs(home, [record_id]) == []
    (original,) = [path for path in home.originals.rglob("*") if path.is_file()]
    if damage == "bytes gone":
        original.unlink()
    elif damage == "bytes altered":
        original.chmod(0o644)
        original.write_bytes(b"B document.")
    assert len(wrongs(home, [record_id if damage != "row gone" else "another"])) == 1
