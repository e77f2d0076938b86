"""The site as a person starts it: the command, in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "import sys; from webapp.cli import main; main()"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Served:
    """A running site: where it answers, its process, and what it says, which somebody has to
    read: it stops where nobody does."""

    address: str
    process: subprocess.Popen[str]
    said: list[str]
    listener: Thread

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C as a terminal does; the exit status and what was said on stderr."""
        os.killpg(self.process.pid, signal.SIGINT)
        status = self.process.wait(timeout=60)
        self.listener.join(timeout=60)
        return status, "".join(self.said)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def start(root: Path, port: int | None, *options: str) -> subprocess.Popen[str]:
    """Run `pressmark serve` against the archive at `root`, in a process group of its own; without
    a port only the worker."""
    verb = ["worker"] if port is None else ["serve", "--port", str(port), *options]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *verb],
        cwd=ROOT,
        env={**os.environ, "PRESSMARK_HOME": str(root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


@contextmanager
def served(root: Path, *options: str) -> Iterator[Served]:
    """The site of the archive at `root`, answering."""
    process = start(root, free_port(), *options)
    assert process.stderr is not None
    said: list[str] = []
    listener = Thread(target=said.extend, args=(process.stderr,), daemon=True)
    try:
        for line in process.stderr:
            if found := _ADDRESS.search(line):
                listener.start()
                yield Served(found[0], process, said, listener)
                break
        else:
            raise AssertionError("the site did not start")
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)
        if listener.ident is not None:
            listener.join(timeout=60)
        process.stderr.close()
