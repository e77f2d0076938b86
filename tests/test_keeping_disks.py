"""Full and read-only disks under a backup and a restore: one sentence, nothing half-done."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.backup import snapshot_names
from tests.archive.test_backup import holds
from tests.conftest import Pressmark, Result
from tests.test_disks import mount, small_disk

__all__ = ["small_disk"]


@pytest.fixture
def archive(pressmark: Pressmark, tmp_path: Path) -> Pressmark:
    """An archive with one small document."""
    document = tmp_path / "small.txt"
    document.write_text("A document about the ferry.")
    assert pressmark("add", document).status == 0
    return pressmark


def add_large(pressmark: Pressmark, folder: Path) -> None:
    document = folder / "large.txt"
    document.write_text("It is long, and about the ferry. " * 30_000)
    assert pressmark("add", document).status == 0


def told(result: Result) -> bool:
    lines = result.err.splitlines()
    return result.status == 1 and len(lines) == 1 and lines[0].startswith("Error: ")


def test_a_backup_that_has_no_room_is_told_and_the_former_one_stays(
    archive: Pressmark, small_disk: Path, tmp_path: Path
) -> None:
    target = small_disk / "backups"
    assert archive("backup", target).status == 0
    before = snapshot_names(target)
    add_large(archive, tmp_path)
    failed = archive("backup", target)
    assert told(failed), failed
    assert "backup" in failed.err or str(target) in failed.err
    assert snapshot_names(target) == before
    assert holds(target)
    assert list((target / "snapshots").glob("unfinished-*")) == []
    archive.root = tmp_path / "restored"
    assert archive("restore", target).status == 0
    assert archive("search", "ferry", "--json").json["total"] == 1


def test_a_backup_to_a_read_only_disk_is_told(archive: Pressmark, small_disk: Path) -> None:
    assert mount("-o", "remount,ro", str(small_disk))
    failed = archive("backup", small_disk / "backups")
    assert told(failed)
    assert "Read-only file system" in failed.err


def test_a_restore_that_has_no_room_is_told_and_leaves_no_archive(
    archive: Pressmark, small_disk: Path, tmp_path: Path
) -> None:
    add_large(archive, tmp_path)
    target = tmp_path / "backups"
    assert archive("backup", target).status == 0
    archive.root = small_disk / "restored"
    assert told(archive("restore", target))
    assert not (archive.root / "catalogue.sqlite").exists()
    archive.root = tmp_path / "restored"
    assert archive("restore", target).status == 0
    assert archive("fixity").status == 0
    assert archive("catalogue", "check").status == 0
