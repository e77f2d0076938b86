"""Backups made while documents are added: every one restores and checks clean.

As a script: `python -m tests.crash.backups BACKUPS ADDS_A_SECOND`.
"""

from __future__ import annotations

import itertools
import multiprocessing
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

from archive.backup import back_up, snapshot_names
from archive.catalogue import originals as catalogued
from archive.catalogue import records
from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.fixity import check_all
from archive.founding import begin_archive
from archive.home import Home
from archive.ingest import add
from archive.journal import write_journal
from archive.originals import Originals
from archive.record import Description
from archive.restore import restore
from archive.submission import Submission, from_bytes

_PROCESSES = multiprocessing.get_context("spawn")


def _now() -> datetime:
    return datetime.now(UTC)


def adding(home: Home, a_second: int, acknowledged: Path, ending: Event) -> None:
    """Add documents, four times a second, and write the id of each that was acknowledged."""
    catalogue = open_catalogue(home)
    due = time.monotonic()
    with acknowledged.open("a") as told:
        for number in itertools.count():
            documents = [_document(f"{number}-{each}") for each in range(a_second // 4)]
            for outcome in add(documents, catalogue, Originals(home), agent="adder", now=_now):
                told.write(f"{outcome.record_id}\n")
            told.flush()
            write_journal(home, catalogue)
            due += 0.25
            if ending.wait(max(0.0, due - time.monotonic())):
                break
    catalogue.close()


def _document(name: str) -> Submission:
    text = f"Document {name}\n\n" + f"It tells of the ferry, and of {name}.\n" * 20
    return from_bytes(text.encode(), f"{name}.txt", name, (), Description())


def wrongs(source: Path, name: str, root: Path, acknowledged: set[str]) -> list[str]:
    """What is wrong with a backup that must hold at least these records."""
    restored = restore(source, root, at=_now(), agent="tester", name=name)
    found = [f"{digest} {reason}" for digest, reason in restored.lacking]
    catalogue = open_catalogue(restored.home)
    check_all(restored.home, catalogue, agent="tester", now=_now)
    write_journal(restored.home, catalogue)
    with catalogue.reading() as connection:
        found += [f"lost {each}" for each in acknowledged - set(records.ids(connection))]
        found += [each.reason for each in catalogued.damaged(connection)]
    catalogue.close()
    return found + list(check_catalogue(restored.home).faults)


def run(count: int, a_second: int, folder: Path) -> tuple[int, float, list[str]]:
    """Make so many backups; how many documents were added meanwhile, at which rate a second,
    and what is wrong with the backups."""
    home, _ = begin_archive(folder / "home")
    target, acknowledged, before = folder / "backups", folder / "acknowledged", list[set[str]]()
    acknowledged.touch()
    ending = _PROCESSES.Event()
    adder = _PROCESSES.Process(target=adding, args=(home, a_second, acknowledged, ending))
    adder.start()
    while not acknowledged.read_text():
        time.sleep(0.05)
    begun, first = time.monotonic(), len(_lines(acknowledged))
    catalogue = open_catalogue(home)
    try:
        for _ in range(count):
            before.append(_lines(acknowledged))
            back_up(home, catalogue, target, at=_now(), agent="tester")
        added = len(_lines(acknowledged)) - first
        rate = added / (time.monotonic() - begun)
    finally:
        ending.set()
        adder.join()
        catalogue.close()
    found = [
        f"{name}: {wrong}"
        for name, held in zip(snapshot_names(target), before, strict=True)
        for wrong in wrongs(target, name, folder / name, held)
    ]
    found += [] if adder.exitcode == 0 else ["the adder failed"]
    return added, rate, found + _unlisted(target)


def _lines(path: Path) -> set[str]:
    """The whole lines that are in a file by now."""
    return set(path.read_text().split("\n")[:-1])


def _unlisted(target: Path) -> list[str]:
    manifests = sorted((target / "snapshots").glob("*/manifest-sha256.txt"))
    command = ["sha256sum", "--check", "--strict", "--quiet"]
    return [
        f"{manifest} does not hold"
        for manifest in manifests
        if subprocess.run([*command, manifest], cwd=target, check=False).returncode
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        added, rate, found = run(int(sys.argv[1]), int(sys.argv[2]), Path(scratch))
    sys.stdout.write(
        f"{added} documents added, {rate:.1f} a second, beside {sys.argv[1]} backups\n"
    )
    sys.stdout.write("".join(f"{wrong}\n" for wrong in found) or "all restore and check clean\n")
    sys.exit(bool(found))
