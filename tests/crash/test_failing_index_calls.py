"""Adding, updating and reindexing while a system call fails once: told in a sentence, search
goes on, and the same command, repeated, gets it done.

System calls are failed by strace (ptrace(2)); where that is not there or not allowed, those
tests are skipped.  `PRESSMARK_CRASH_EVERY=1` fails every one of them, once with each error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.catalogue.database import open_catalogue
from archive.home import Home
from tests.conftest import Pressmark
from tests.crash.killed_indexing import add
from tests.crash.test_failing_calls import ROOT, failing, good

CALLS = ("write", "pwrite64", "fsync", "rename", "unlink", "ftruncate", "mkdir")
VERBS = ("add", "update", "reindex")
EVERY = int(os.environ.get("PRESSMARK_CRASH_EVERY", "0"))
"""Of each call one in so many is failed, beginning with the first; 0 for one alone."""


@pytest.fixture
def archive(pressmark: Pressmark, tmp_path: Path) -> Pressmark:
    """An archive with two documents that are indexed and one that is not."""
    for n in range(2):
        (tmp_path / f"{n}.txt").write_text(f"Document {n} about the ferry.")
        assert pressmark("add", tmp_path / f"{n}.txt").status == 0
    (tmp_path / "new.txt").write_text("A new document about the ferry.")
    home = Home(pressmark.root)
    catalogue = open_catalogue(home)
    add(home, catalogue, ["A third document about the ferry."])
    catalogue.close()
    pressmark.root.rename(tmp_path / "clean")
    return pressmark


def refusing(error: str, number: int, home: Path, *arguments: str | Path) -> tuple[int, str, bool]:
    """Run a command of which one opening for writing fails, as `failing` does."""
    script = ROOT / "tests" / "crash" / "refusing.py"
    ended = subprocess.run(
        [sys.executable, script, str(number), error, home, *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = ended.stderr.replace("(INJECTED)\n", "")
    return ended.returncode, told, told != ended.stderr


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("call", ["open", *CALLS])
def test_a_call_that_fails_is_told_and_search_goes_on(
    archive: Pressmark, tmp_path: Path, call: str, verb: str
) -> None:
    probe = ["strace", "-qq", "-e", "trace=fsync", "true"]
    if call != "open" and (
        not shutil.which("strace") or subprocess.run(probe, capture_output=True).returncode
    ):
        pytest.skip("strace is not there, or may not trace")
    arguments: tuple[str | Path, ...] = (verb, tmp_path / "new.txt") if verb == "add" else (verb,)
    every_error = ("EIO", "ENOSPC")
    errors = every_error if EVERY else (every_error[len(call + verb) % 2],)
    for error in errors:
        number, failed = 1 if EVERY else 2 + len(call) % 3, True
        while failed:
            home = tmp_path / "home"
            shutil.copytree(tmp_path / "clean", home)
            if call == "open":
                status, told, failed = refusing(error, number, home, *arguments)
            else:
                log = tmp_path / "log"
                status, told, failed = failing(call, error, number, log, home, *arguments)
            assert good(status, told), told
            found = archive("search", "ferry", "--json")
            assert found.status == 0, (number, told, found.err)
            assert found.json["total"] >= 2
            assert archive(*arguments).status == 0
            checked = archive("index", "check")
            assert checked.status == 0, (number, checked.out)
            shutil.rmtree(home)
            number += EVERY
            failed = failed and bool(EVERY)
