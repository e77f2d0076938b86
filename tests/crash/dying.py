"""Commands that are killed at a moment (`killing.py`), many of them and fast: each is forked
from a process that has the program loaded already and runs nothing else."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

from tests.crash import killing

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.crash.dying", "webapp.cli", "indexer.worker"])


def killed(moment: int, home: Path, *arguments: str | Path) -> int:
    """Run a command that is killed at a moment (0: never); its exit status, or minus the signal."""
    process = _SERVER.Process(target=_run, args=(moment, str(home), [*map(str, arguments)]))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _run(moment: int, home: str, arguments: list[str]) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    sys.exit(killing.main(moment, home, arguments))
