"""Backup, restore, fixity and mend killed wherever they make something durable.

What was whole before is whole after, nothing half-done is taken for whole, and the same
command, begun again, gets it done.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.backup import snapshot_names
from archive.catalogue import originals as catalogued
from archive.catalogue import records
from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.home import Home
from archive.originals import Originals
from tests.archive.test_backup import holds
from tests.archive.test_fixity import alter
from tests.conftest import Pressmark
from tests.crash.dying import killed

EVERY = int(os.environ.get("PRESSMARK_CRASH_EVERY", "9"))
"""One moment in so many is tried, beginning with the first."""


@pytest.fixture
def archive(pressmark: Pressmark, tmp_path: Path) -> Path:
    """An archive with four documents and a backup beside it, of the time when it had two."""
    root = tmp_path / "clean"
    pressmark.root.rename(root)
    pressmark.root = root
    for n in range(4):
        if n == 2:
            assert pressmark("backup", tmp_path / "clean-backups").status == 0
        document = tmp_path / f"{n}.txt"
        document.write_text(f"Document number {n} about the ferry.")
        assert pressmark("add", document).status == 0
    assert pressmark("fixity").status == 0
    return root


def everywhere(
    tmp_path: Path, archive: Path, run: Callable[[int, Path, Path], int], *, every: int = EVERY
) -> Iterator[tuple[Path, Path]]:
    """Copies of the archive and its backups, in which `run` was killed; and at last one in
    which it was not."""
    moment, status, kills = 1, -signal.SIGKILL, 0
    while status == -signal.SIGKILL:
        home, target = tmp_path / f"home-{moment}", tmp_path / f"backups-{moment}"
        shutil.copytree(archive, home)
        shutil.copytree(tmp_path / "clean-backups", target)
        status = run(moment, home, target)
        kills += status == -signal.SIGKILL
        yield home, target
        shutil.rmtree(home)
        shutil.rmtree(target)
        moment += every
    assert status == 0
    assert kills >= 4


def wrongs(root: Path, count: int) -> list[str]:
    """What is wrong with an archive that should have so many records, all proven."""
    home = Home(root)
    catalogue = open_catalogue(home)
    with catalogue.reading() as connection:
        held = records.count(connection)
        found = [each.reason for each in catalogued.damaged(connection)]
        found += [
            f"no bytes of {each.digest}"
            for each in catalogued.every(connection)
            if not Originals(home).path(each.digest).is_file()
        ]
    catalogue.close()
    checked = check_catalogue(home)
    found += checked.faults
    found += [f"{held} records"] if held != count else []
    return found + ([f"{checked.unknown} not in the journal"] if checked.unknown else [])


def test_a_backup_killed_anywhere_is_whole_or_none(
    pressmark: Pressmark, archive: Path, tmp_path: Path
) -> None:
    def run(moment: int, home: Path, target: Path) -> int:
        return killed(moment, home, "backup", target)

    for home, target in everywhere(tmp_path, archive, run):
        assert 1 <= len(names := snapshot_names(target)) <= 2
        assert holds(target)
        pressmark.root = tmp_path / "restored"
        assert pressmark("restore", target).status == 0
        assert wrongs(pressmark.root, 4 if len(names) == 2 else 2) == []
        shutil.rmtree(pressmark.root)
        pressmark.root = home
        assert pressmark("backup", target).status == 0
        assert list((target / "snapshots").glob("unfinished-*")) == []
        assert holds(target)
        assert wrongs(home, 4) == []


def test_a_restore_killed_anywhere_can_be_repeated(
    pressmark: Pressmark, archive: Path, tmp_path: Path
) -> None:
    def run(moment: int, home: Path, target: Path) -> int:
        (home / "catalogue.sqlite").unlink()
        shutil.rmtree(home / "originals")
        (home / "originals").mkdir()
        assert pressmark_on(pressmark, archive, "backup", target) == 0
        return killed(moment, home, "restore", target)

    for home, target in everywhere(tmp_path, archive, run):
        pressmark.root = home
        if not (home / "catalogue.sqlite").exists():
            assert pressmark("search", "ferry").status == 1
            assert pressmark("restore", target).status == 0
        assert pressmark("fixity").status == 0
        assert wrongs(home, 4) == []
        assert pressmark("search", "ferry", "--json").json["total"] == 4


def test_a_fixity_check_killed_anywhere_goes_on(
    pressmark: Pressmark, archive: Path, tmp_path: Path
) -> None:
    def run(moment: int, home: Path, _target: Path) -> int:
        return killed(moment, home, "fixity")

    for home, _target in everywhere(tmp_path, archive, run, every=min(EVERY, 4)):
        pressmark.root = home
        assert pressmark("fixity").status == 0
        assert wrongs(home, 4) == []


def test_mending_killed_anywhere_can_be_repeated(
    pressmark: Pressmark, archive: Path, tmp_path: Path
) -> None:
    (first, second) = (path for path in (tmp_path / "clean-backups").rglob("*") if path.is_file()
                       and len(path.name) == 64)  # fmt: skip
    alter(Home(archive), first.name)
    Originals(Home(archive)).path(second.name).unlink()
    assert pressmark_on(pressmark, archive, "fixity") == 1

    def run(moment: int, home: Path, target: Path) -> int:
        return killed(moment, home, "mend", target)

    for home, target in everywhere(tmp_path, archive, run, every=min(EVERY, 7)):
        pressmark.root = home
        assert pressmark("mend", target).status == 0
        assert wrongs(home, 4) == []
        assert any((home / "aside").iterdir())
        assert pressmark("fixity").status == 0


def pressmark_on(pressmark: Pressmark, root: Path, *arguments: str | Path) -> int:
    pressmark.root = root
    return pressmark(*arguments).status
