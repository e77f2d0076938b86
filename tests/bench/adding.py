"""Adding: how long `pressmark add` takes, and how much memory.

    python -m tests.bench.adding COUNT [HOME]
    python -m tests.bench.adding COUNT [HOME] --pages FOLDER

adds so many invented articles of 300 words, in one JSON Lines file, to a new archive (in HOME, else
in a temporary folder), with the command, in a process of its own: store, catalogue, read, journal
and index.  With `--pages` it adds so many HTML pages instead: those in FOLDER (`*.html`,
`*.html.gz`), over and over, each time with another comment at its end, as files.

It prints the seconds until the last was acknowledged, which is when its line comes, and until the
command ended, by when all are indexed; the processor's seconds of it and of all its children; the
memory of all its processes, added up (pages that they share count for each), at its peak, and at
each quarter of the way.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.load import documents
from tests.bench.machine import machine
from tests.serving import COMMAND, ROOT

_STEP = 0.25  # seconds between two looks at the memory


@dataclass
class Run:
    """One command: seconds until its last line and until it ended, of the processor for it and
    its children, and pairs of how many lines there were and the MB that all had then."""

    acknowledged: float = 0.0
    seconds: float = 0.0
    processor: float = 0.0
    lines: int = 0
    memory: list[tuple[int, float]] = field(default_factory=list)

    @property
    def peak(self) -> float:
        return max((megabytes for _, megabytes in self.memory), default=0.0)

    def after(self, lines: int) -> float:
        """The MB that there were when so many lines had come."""
        return next((mb for n, mb in self.memory if n >= lines), 0.0)


def articles(target: Path, count: int) -> None:
    """Write so many invented articles into one JSON Lines file."""
    with target.open("w", encoding="utf-8") as file:
        for each in documents(count):
            with each.open() as stream:
                text = stream.read().decode()
            described = each.description
            line = {
                "text": text,
                "title": described.title,
                "outlet": described.publisher,
                "date": described.issued,
                "language": described.language,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def pages(source: Path, target: Path, count: int) -> None:
    """Write so many pages: those under `source` over and over, no two of the same bytes."""
    found = sorted((*source.rglob("*.html"), *source.rglob("*.html.gz")))
    if not found:
        raise SystemExit(f"{source} holds neither *.html nor *.html.gz")
    target.mkdir()
    for number, path in enumerate(itertools.islice(itertools.cycle(found), count)):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        comment = f"\n<!-- {number} -->\n".encode()
        (target / f"{number:06}.html").write_bytes(content + comment)


def add(home: Path, *arguments: str) -> Run:
    """Run `pressmark add`, and measure it.  The exit status must be 0."""
    run, begun = Run(), time.monotonic()
    spent = _spent()
    process = _command(home, "add", *arguments)
    assert process.stdout is not None
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_STEP):
            run.memory.append((run.lines, sum(map(_resident, _family(process.pid)))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in process.stdout:
        run.lines += 1
        run.acknowledged = time.monotonic() - begun
    status = process.wait()
    run.seconds = time.monotonic() - begun
    over.set()
    watcher.join()
    run.processor = _spent() - spent
    if status:
        raise SystemExit(f"pressmark add ended with {status}")
    return run


def _command(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, "PRESSMARK_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _family(process: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name, which may hold anything, come the state and the parent's number.
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
        parents.setdefault(parent, []).append(int(path.parent.name))
    family = [process]
    for each in family:
        family += parents.get(each, [])
    return family


def _resident(process: int) -> float:
    try:
        pages_held = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages_held * resource.getpagesize() / 1e6


def main(count: int, scratch: Path, home: Path, source: Path | None) -> None:
    if home.exists():
        raise SystemExit(f"there is something at {home} already; this needs a new place")
    _command(home, "init").wait()
    if source is None:
        given = scratch / "articles.jsonl"
        articles(given, count)
    else:
        given = scratch / "pages"
        pages(source, given, count)
    run = add(home, str(given))
    if run.lines != count:
        raise SystemExit(f"{run.lines} lines for {count}")
    what = "articles" if source is None else "pages"
    quarters = " · ".join(f"{run.after(count * part // 4):.0f}" for part in (1, 2, 3, 4))
    sys.stdout.write(
        f"{machine()}\n"
        f"{count} {what}\n"
        f"  acknowledged after {run.acknowledged:7.1f} s\n"
        f"  indexed after      {run.seconds:7.1f} s\n"
        f"  processor          {run.processor:7.1f} s, {1000 * run.processor / count:.2f} ms each\n"
        f"  memory, peak       {run.peak:7.0f} MB; a quarter acknowledged, half, … {quarters}\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int)
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--pages", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = given.home or Path(folder) / "home"
        main(given.count, Path(folder), place.resolve(), given.pages)
