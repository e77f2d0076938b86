"""Flip single bits in a catalogue: each is found, or the catalogue says what it said before.

As a script: `python -m tests.crash.flips N [HOME]`, for N flips in the catalogue of an
archive that nobody uses, whose journal is whole, or of a small new one.  It works on copies.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from pathlib import Path

from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.home import Home
from archive.journal import write_journal
from tests.crash.killed_indexing import archive


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


def small(root: Path) -> Home:
    """A new archive of forty documents."""
    home = archive(root, 40)
    catalogue = open_catalogue(home)
    write_journal(home, catalogue)
    catalogue.close()
    return home


def _left(home: Home, before: list[str]) -> str:
    try:
        return "harmless" if dump(home.catalogue) == before else "missed"
    except (sqlite3.Error, UnicodeDecodeError):
        return "missed"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        given = Home(Path(sys.argv[2])) if sys.argv[2:] else small(Path(scratch) / "home")
        outcomes = flip(given, int(sys.argv[1]), seed=1)
    sys.stdout.write("".join(f"{number:6} {outcome}\n" for outcome, number in outcomes.items()))
    sys.exit(bool(outcomes["missed"]))
