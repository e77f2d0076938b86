"""Full and read-only disks: one sentence, exit status 1, nothing half-done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.home import Home
from tests.conftest import Pressmark
from tests.crash.killed_adding import wrongs


def mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 700 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.getuid() != 0 or not mount("-t", "tmpfs", "-o", "size=700k", "tmpfs", str(folder)):
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def nearly_full(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[Pressmark, list[str]]:
    """The command with an archive on a small disk, and the records added before it was full."""
    pressmark = Pressmark(small_disk / "home", capsys)
    assert pressmark("init").status == 0
    acknowledged = []
    for n in range(20):
        document = tmp_path / f"{n}.txt"
        document.write_text(f"Document {n} about the ferry.\n" + "It is long. " * 3000)
        added = pressmark("add", document)
        acknowledged += [line.split("\t")[1] for line in added.lines]
        if added.status:
            break
    else:
        raise AssertionError("the disk was never full")
    assert added.status == 1
    assert added.err.startswith("Error: ")
    assert "Traceback" not in added.err
    assert len(added.err.splitlines()) == 1 or added.lines
    return pressmark, acknowledged


def test_a_full_disk_is_told_and_what_was_acknowledged_is_there(
    nearly_full: tuple[Pressmark, list[str]],
) -> None:
    pressmark, acknowledged = nearly_full
    assert acknowledged
    assert wrongs(Home(pressmark.root), acknowledged) == []
    assert list((pressmark.root / "tmp").glob("original-*")) == []
    assert pressmark("search", "ferry", "--json").status == 0


def test_a_read_only_disk_is_told_and_search_goes_on(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pressmark = Pressmark(small_disk / "home", capsys)
    pressmark("init")
    document = tmp_path / "a.txt"
    document.write_text("A document about the ferry.")
    assert pressmark("add", document).status == 0
    other = tmp_path / "b.txt"
    other.write_text("Another.")
    assert mount("-o", "remount,ro", str(small_disk))
    refused = pressmark("add", other)
    assert (refused.status, refused.out) == (1, "")
    assert "Read-only file system" in refused.err
    assert len(refused.err.splitlines()) == 1
    assert pressmark("search", "ferry", "--json").json["total"] == 1
    assert pressmark("reindex").status == 1
    assert pressmark("search", "ferry", "--json").json["total"] == 1
