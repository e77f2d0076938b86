"""Files of every format, broken ones among them, and bombs beside a site that answers.

    python -m tests.bench.formats mixed [FOLDER]   200 files, added from one folder
    python -m tests.bench.formats bombs            30 bombs, added while / is asked for

What is printed is what the command prints, and figures.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from tests.archive.containing import bag, put, warc, zipped
from tests.archive.hostile import BOMBS
from tests.archive.readers.test_docx import ferry
from tests.archive.readers.test_pdf import pdf

PRESSMARK = str(Path(sys.executable).with_name("pressmark"))


def files(count: int = 200) -> Iterator[tuple[str, bytes]]:
    """So many files of mixed formats by name, every fifth of them broken."""
    for n in range(count):
        page = (
            f"<!doctype html><html lang=en><title>The ferry of day {n}</title>"
            f"<p>By Ana Ruiz, 5 March 2021<p>On day {n} nobody crossed the river, said the board, "
            "and the boat was not seen at the quay before the evening."
        ).encode()
        text = f"The boat of night {n}\n\nBy Bo Lind\n\nIn night {n} it came, and left.".encode()
        mail = b"From: Ana <a@b.example>\nSubject: Day %d\nMIME-Version: 1.0\n\nNo boat.\n" % n
        made = (
            (f"{n}.html", page),
            (f"{n}.txt", text),
            (f"{n}.pdf", pdf((f"The quay of day {n}", "By Ana Ruiz", f"Nobody came on day {n}."))),
            (f"{n}.docx", ferry(subject=f"Day {n}")),
            (f"{n}.eml", mail),
            (f"{n}.warc.gz", warc((f"https://ledger.example/{n}", page + b" Captured."))),
            (f"{n}.zip", zipped({f"in/{n}.txt": text + b" Zipped.", f"{n}.html": page + b"Too."})),
            (f"{n}.mbox", b"From a@b.example Fri Mar  5 10:00:00 2021\n" + mail + b"Two.\n"),
            (f"{n}.bag.zip", zipped(bag({f"{n}.txt": text + b" Bagged."}))),
        )
        name, content = made[n % len(made)]
        if n % 5 == 4:
            name, content = f"broken-{name}", _broken(content, n)
        yield name, content


def _broken(content: bytes, n: int) -> bytes:
    if n % 10 == 9:
        return content[: len(content) * 2 // 3]
    middle = len(content) // 2
    return content[:middle] + bytes(range(128, 160)) * 4 + content[middle + 40 :]


def mixed(folder: Path) -> None:
    put(folder / "in", dict(files()))
    home = folder / "home"
    _pressmark(home, "init")
    started = time.monotonic()
    ended = _pressmark(home, "add", str(folder / "in"), check=False)
    seconds = time.monotonic() - started
    sys.stdout.write(ended.stdout)
    sys.stdout.write(ended.stderr)
    sys.stdout.write(f"exit status {ended.returncode}, {seconds:.1f} s\n")


def bombs(folder: Path, count: int = 30) -> None:
    for n, (name, make) in enumerate(islice(cycle(BOMBS.items()), count)):
        put(folder / "in", {f"{n}-{name}": make() + b"\n" * n})
    home = folder / "home"
    _pressmark(home, "init")
    put(folder, {"first.txt": b"The ferry stopped\n\nNobody crossed."})
    _pressmark(home, "add", str(folder / "first.txt"))
    with _serving(home) as address:
        before = _asked(address, threading.Event(), seconds=10)
        done = threading.Event()
        ended: list[subprocess.CompletedProcess[str]] = []

        def add() -> None:
            ended.append(_pressmark(home, "add", str(folder / "in"), check=False))
            done.set()

        started = time.monotonic()
        adding = threading.Thread(target=add)
        adding.start()
        meanwhile = _asked(address, done)
        adding.join()
        seconds = time.monotonic() - started
    sys.stdout.write(ended[0].stdout[-3000:])
    sys.stdout.write(ended[0].stderr[-6000:])
    sys.stdout.write(f"{count} bombs added in {seconds:.0f} s\n")
    for what, times in (("before", before), ("meanwhile", meanwhile)):
        ranked = sorted(times)
        middle, late = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.95)]
        sys.stdout.write(
            f"/ {what}: {len(times)} times, median {middle * 1000:.0f} ms, "
            f"95 % within {late * 1000:.0f} ms, longest {ranked[-1] * 1000:.0f} ms\n"
        )


def _asked(address: str, done: threading.Event, seconds: float = 3600) -> list[float]:
    """How long / took to answer, each time, ten times a second until it is done."""
    times: list[float] = []
    end = time.monotonic() + seconds
    while not done.wait(0.1) and time.monotonic() < end:
        started = time.monotonic()
        with urllib.request.urlopen(address) as answer:
            answer.read()
        times.append(time.monotonic() - started)
    return times


@contextmanager
def _serving(home: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [PRESSMARK, "serve", "--port", str(port)]
    # To a file: the site logs every request, and nobody would read a pipe.
    with (home.parent / "log").open("w") as log:
        server = subprocess.Popen(command, env={"PRESSMARK_HOME": str(home)}, stderr=log)
    address = f"http://127.0.0.1:{port}/"
    try:
        while server.poll() is None:
            try:
                urllib.request.urlopen(address).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def _pressmark(home: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PRESSMARK, *words],
        env={"PRESSMARK_HOME": str(home)}, capture_output=True, text=True, check=check,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", choices=("mixed", "bombs"))
    parser.add_argument("folder", type=Path, nargs="?", help="an empty one; else a passing one")
    asked = parser.parse_args()
    run = {"mixed": mixed, "bombs": bombs}[asked.what]
    if asked.folder:
        run(asked.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder))


if __name__ == "__main__":
    main()
