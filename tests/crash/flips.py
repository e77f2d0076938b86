"""Flip single bits in a catalogue: each is found, or the catalogue says what it said before.

As a script: `python -m tests.crash.flips N HOME`, for N flips in the catalogue of an
archive that nobody uses, whose journal is whole.  It works on copies.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from pathlib import Path

from archive.checking import check_catalogue
from archive.home import Home


def dump(path: Path) -> list[str]:
    """A catalogue as SQL, all of it.  Raises `sqlite3.Error`, or `UnicodeDecodeError`."""
    connection = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def flip(home: Home, count: int, seed: int) -> Counter[str]:
    """Flip one bit, `count` times: how many were found, changed nothing, or were missed."""
    places, outcomes = random.Random(seed), Counter[str]()
    whole, before = home.catalogue.read_bytes(), dump(home.catalogue)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            copy = Home(Path(folder) / "home")
            for made in (copy.originals, copy.scratch, copy.index):
                made.mkdir(parents=True)
            shutil.copytree(home.journal, copy.journal)
            flipped = bytearray(whole)
            flipped[places.randrange(len(whole))] ^= 1 << places.randrange(8)
            copy.catalogue.write_bytes(flipped)
            found = bool(check_catalogue(copy).faults)
            copy.catalogue.write_bytes(flipped)
            outcomes["found" if found else _left(copy, before)] += 1
            shutil.rmtree(copy.root)
    return outcomes


def _left(home: Home, before: list[str]) -> str:
    try:
        return "harmless" if dump(home.catalogue) == before else "missed"
    except (sqlite3.Error, UnicodeDecodeError):
        return "missed"


if __name__ == "__main__":
    for outcome, number in flip(Home(Path(sys.argv[2])), int(sys.argv[1]), seed=1).items():
        sys.stdout.write(f"{number:5} {outcome}\n")
