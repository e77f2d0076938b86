"""Backup and restore while a system call fails once: told, nothing half-done, then repeated.

The calls are failed by strace (ptrace(2)); where that is not there or not allowed, the
tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.backup import snapshot_names
from tests.archive.test_backup import holds
from tests.conftest import Pressmark

ROOT = Path(__file__).resolve().parents[2]
CALLS = ("write", "pwrite64", "fsync", "rename", "link", "unlink", "ftruncate", "mkdir")
FURTHER = int(os.environ.get("PRESSMARK_CRASH_EVERY", "40"))
"""Of each call one in so many is failed, beginning with the first."""


def failing(
    call: str, error: str, number: int, log: Path, home: Path, *arguments: str | Path
) -> tuple[int, str, bool]:
    """Run a command of which one system call fails: status, stderr, and if it came to that."""
    script = ROOT / "tests" / "crash" / "killing.py"
    ended = subprocess.run(
        ["strace", "-f", "-qq", "-o", log, "-e", f"trace={call}",
         "-e", f"inject={call}:error={error}:when={number}",
         sys.executable, script, "0", home, *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1",
                       "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ended.returncode, ended.stderr, "(INJECTED)" in log.read_text()


@pytest.fixture
def archive(pressmark: Pressmark, tmp_path: Path) -> Pressmark:
    """An archive with two documents and a backup beside it, of the time when it had one."""
    probe = ["strace", "-qq", "-e", "trace=fsync", "true"]
    if not shutil.which("strace") or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("strace is not there, or may not trace")
    for n in range(2):
        (tmp_path / f"{n}.txt").write_text(f"Document {n} about the ferry.")
        assert pressmark("add", tmp_path / f"{n}.txt").status == 0
        if n == 0:
            assert pressmark("backup", tmp_path / "clean-backups").status == 0
    return pressmark


def good(status: int, told: str) -> bool:
    """Done, or one sentence that says why not."""
    errors = [line for line in told.splitlines() if line.startswith("Error: ")]
    return "Traceback" not in told and (status == 0 or (status == 1 and len(errors) == 1))


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_in_a_backup_or_a_restore_is_told(
    archive: Pressmark, tmp_path: Path, call: str, error: str
) -> None:
    clean, log, number, failed = archive.root, tmp_path / "log", 1, True
    while failed:
        target, new = tmp_path / f"backups-{number}", tmp_path / f"new-{number}"
        shutil.copytree(tmp_path / "clean-backups", target)
        before = snapshot_names(target)
        status, told, failed = failing(call, error, number, log, clean, "backup", target)
        assert good(status, told), told
        assert set(before) <= set(snapshot_names(target))
        assert holds(target)
        archive.root = clean
        assert archive("backup", target).status == 0
        status, told, again = failing(call, error, number, log, new, "restore", target)
        assert good(status, told), told
        failed = failed or again
        archive.root = new
        if not (new / "catalogue.sqlite").exists():
            assert archive("restore", target).status == 0
        assert archive("fixity").status == 0
        assert archive("catalogue", "check").status == 0
        shutil.rmtree(new)
        shutil.rmtree(target)
        number += FURTHER
