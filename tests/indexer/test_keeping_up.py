"""A process beside keeps the index up while much is added, and ends with who began it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import archive.cli
from archive.catalogue.database import Catalogue
from archive.home import Home
from archive.journal import journal_lag
from archive.locks import locked
from indexer.keeping_up import keeping_up
from indexer.update import behind
from tests.conftest import Pressmark
from tests.indexer.adding import add
from tests.serving import ROOT

_PATIENCE = 60  # seconds
_WAITING = """
import multiprocessing, sys, time
from pathlib import Path
from archive.home import Home
from indexer.keeping_up import keeping_up
with keeping_up(Home(Path(sys.argv[1]))):
    print(multiprocessing.active_children()[0].pid, flush=True)
    time.sleep(600)
"""


def eventually(true: Callable[[], bool]) -> bool:
    last = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > last:
            return False
        time.sleep(0.1)
    return True


def test_what_is_added_is_journaled_and_indexed_within_the_block(
    home: Home, catalogue: Catalogue
) -> None:
    with keeping_up(home):
        add(home, catalogue, "A ferry.")
        assert eventually(lambda: not behind(home, catalogue))
        assert journal_lag(home, catalogue) == 0
    assert multiprocessing.active_children() == []


def test_it_ends_with_a_block_that_fails(home: Home) -> None:
    with pytest.raises(ValueError, match="a mistake"), keeping_up(home):
        raise ValueError("a mistake")
    assert multiprocessing.active_children() == []


def test_it_ends_with_a_process_that_is_killed(home: Home) -> None:
    command = [sys.executable, "-c", _WAITING, str(home.root)]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    beside = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not is_running(beside))


def test_ctrl_c_that_comes_while_it_starts_ends_it_without_a_word(home: Home) -> None:
    command = [sys.executable, "-c", _WAITING, str(home.root)]
    parent = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert parent.stdout is not None
    beside = int(parent.stdout.readline())
    os.killpg(parent.pid, signal.SIGINT)
    _, told = parent.communicate(timeout=_PATIENCE)
    assert told.count("Traceback") == 1  # its own
    assert not is_running(beside)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_where_a_worker_is_at_work_there_is_none_beside(home: Home) -> None:
    with locked(home.scratch / "worker.lock", wait=False), keeping_up(home):
        assert multiprocessing.active_children() == []


def test_trouble_of_the_process_beside_is_left_to_the_update_after(
    pressmark: Pressmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive.cli, "_MANY", 2)
    lines = "".join(f'{{"text": "The ferry number {n} stopped."}}\n' for n in range(300))
    (tmp_path / "a.jsonl").write_text(lines)
    journal = pressmark.root / "journal"
    journal.rmdir()
    journal.write_text("in the way")
    added = pressmark("add", tmp_path / "a.jsonl")
    assert (added.status, len(added.lines)) == (1, 300)
    assert str(journal) in added.err
    assert "Traceback" not in added.err


def test_many_documents_are_all_found_once_the_command_has_ended(
    pressmark: Pressmark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive.cli, "_MANY", 2)
    lines = "".join(f'{{"text": "The ferry number {n} stopped."}}\n' for n in range(300))
    (tmp_path / "a.jsonl").write_text(lines)
    added = pressmark("add", tmp_path / "a.jsonl")
    assert (added.status, len(added.lines)) == (0, 300)
    assert pressmark("search", "ferry", "--json", "--limit", "0").json["total"] == 300
    assert pressmark("index", "check").status == 0
    assert pressmark("catalogue", "check").status == 0
