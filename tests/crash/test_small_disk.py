"""An archive on a disk with 256 kB of room: what does not fit is told in a sentence, search goes
on, and with more room the same commands get it done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.home import Home
from tests.crash.failing import good, said
from tests.crash.killed_adding import wrongs
from tests.crash.killed_indexing import total
from tests.test_disks import mount

_ROOM = 256 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={_ROOM}", "tmpfs", str(folder))
    if os.getuid() != 0 or not mount(*options):
        pytest.skip("file systems cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(disk: Path, size: int) -> None:
    assert mount("-o", f"remount,size={size}", str(disk))


def used(disk: Path) -> int:
    facts = os.statvfs(disk)
    return (facts.f_blocks - facts.f_bfree) * facts.f_frsize


def test_a_disk_too_small_for_any_archive_is_told(disk: Path) -> None:
    ended = said(disk / "home", "init")
    assert (ended.status, ended.out, good(ended)) == (1, "", True), ended
    assert list((disk / "home" / "tmp").iterdir()) == []
    resize(disk, 20 * _ROOM)
    assert said(disk / "home", "init").status == 0


def test_what_has_no_room_is_told_and_search_goes_on(disk: Path, tmp_path: Path) -> None:
    resize(disk, 40 * _ROOM)
    home = Home(disk / "home")
    assert said(home.root, "init").status == 0
    (tmp_path / "first.txt").write_text("Document one about the ferry.")
    assert said(home.root, "add", tmp_path / "first.txt").status == 0
    resize(disk, used(disk) + _ROOM)
    acknowledged = []
    for n in range(20):
        document = tmp_path / f"{n}.txt"
        words = " ".join(f"w{each * (n + 1)}" for each in range(2500))
        document.write_text(f"Document {n} about the ferry.\n{words}")
        added = said(home.root, "add", document)
        acknowledged += [line.split("\t")[1] for line in added.out.splitlines()]
        assert good(added), added
        if added.status:
            break
    assert added.status == 1
    for verb in (("update",), ("reindex",), ("backup", tmp_path / "b"), ("backup", disk / "b")):
        ended = said(home.root, *verb)
        assert good(ended), ended
        assert total(home, "ferry") >= 1
    assert wrongs(home, acknowledged) == []
    resize(disk, 80 * _ROOM)
    for verb in (("add", document), ("reindex",), ("backup", disk / "b"), ("index", "check")):
        ended = said(home.root, *verb)
        assert ended.status == 0, ended
    assert total(home, "ferry") == n + 2
    assert wrongs(home, acknowledged) == []
