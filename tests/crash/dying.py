"""Commands that are killed at a moment (`killing.py`) or of which a system call fails, many of
them and fast: each is forked from a process that has the program loaded already and runs nothing
else."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.crash import killing

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.crash.dying", "tests.crash.warmed"])

_ANYBODY = -1
_SET_PTRACER = 0x59616D61  # prctl(2): who may trace a process, where Yama is
_CALL = re.compile(r"(?:\d+ +)?(?P<name>\w+)\((?P<arguments>.*)")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status or minus the signal, and what it said."""

    status: int
    out: str
    err: str


def killed(moment: int, home: Path, *arguments: str | Path) -> int:
    """Run a command that is killed at a moment (0: never); its exit status, or minus the signal."""
    return _joined(_SERVER.Process(target=_run, args=(moment, str(home), _words(arguments))))


def heard(moment: int, home: Path, told: Path, *arguments: str | Path, disorder: str = "") -> Ended:
    """As `killed`, with what it said, kept meanwhile in files beside `told`.

    `disorder` names a deliberate mistake of `killing.py` that the program is to make.
    """
    out, err = told.with_suffix(".out"), told.with_suffix(".err")
    words = _words(arguments)
    process = _SERVER.Process(
        target=_run, args=(moment, str(home), words, str(out), str(err), disorder)
    )
    return Ended(_joined(process), out.read_text(), err.read_text())


@dataclass(frozen=True)
class Traced:
    """How a command ended that was traced, and the calls that were seen (`-y` of strace(1)):
    each whole line, in the order in which they came."""

    ended: Ended
    calls: tuple[str, ...]

    def numbers(self, folder: Path, *, writing: bool = False) -> tuple[int, ...]:
        """Which of the calls, counted from 1, are about something below `folder`; if `writing`,
        only those that open it for writing."""
        return tuple(
            number
            for number, line in enumerate(self.calls, start=1)
            if str(folder) in line and (not writing or "O_WRONLY" in line or "O_RDWR" in line)
        )

    @property
    def injected(self) -> tuple[str, ...]:
        """The calls that were failed."""
        return tuple(line for line in self.calls if "(INJECTED)" in line)


def may_trace() -> bool:
    """Whether strace is there and the platform lets it trace."""
    probe = ["strace", "-qq", "-e", "trace=fsync", "true"]
    return (
        bool(shutil.which("strace")) and not subprocess.run(probe, capture_output=True).returncode
    )


def traced(call: str, told: Path, home: Path, *arguments: str | Path, fail: str = "") -> Traced:
    """Run a command and note every system call of this name; `fail` is what to inject, like
    `error=EIO:when=3`.  Files beside `told` are written anew."""
    out, err, log = (told.with_suffix(suffix) for suffix in (".out", ".err", ".log"))
    theirs, ours = _SERVER.Pipe()
    arguments_of_run = (0, str(home), _words(arguments), str(out), str(err), "", theirs)
    process = _SERVER.Process(target=_run, args=arguments_of_run)
    process.start()
    theirs.close()
    ours.recv()  # it has opened what it says things to
    command = ["strace", "-f", "-y", "-o", log, "-e", f"trace={call}", "-e", "signal=none"]
    command += ["-e", f"inject={call}:{fail}"] if fail else []
    with subprocess.Popen(
        [*command, "-p", str(process.pid)], stderr=subprocess.PIPE, text=True
    ) as tracer:
        assert tracer.stderr is not None
        line = tracer.stderr.readline()
        assert "attached" in line, line
        ours.send("go")
        process.join()
    assert process.exitcode is not None
    calls = tuple(_called(log.read_text(errors="replace")))
    return Traced(Ended(process.exitcode, out.read_text(), err.read_text()), calls)


def _called(log: str) -> Iterator[str]:
    return (line for line in log.splitlines() if _CALL.match(line) and "resumed>" not in line)


def _words(arguments: tuple[str | Path, ...]) -> list[str]:
    return [str(each) for each in arguments]


def _joined(process: multiprocessing.context.ForkServerProcess) -> int:
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _run(
    moment: int,
    home: str,
    arguments: list[str],
    out: str = os.devnull,
    err: str = os.devnull,
    disorder: str = "",
    go: Connection | None = None,
) -> None:
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if go is not None:
        ctypes.CDLL(None).prctl(_SET_PTRACER, ctypes.c_ulong(_ANYBODY), 0, 0, 0)
        go.send("ready")
        go.recv()
    status = killing.main(moment, home, arguments, disorder)
    sys.stdout.flush()
    sys.exit(status)
