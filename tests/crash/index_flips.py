"""Flip single bits anywhere below index/: every one is found by the check.

As a script: `python -m tests.crash.index_flips N`.  Each flip is one in a good index, at a
place chosen among all its bytes; every hundredth is repaired and the answers compared.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from archive.catalogue.database import open_catalogue
from indexer.checking import check_index, repair_index
from indexer.reindexing import reindex
from tests.crash.killed_indexing import add, archive, total

_WORDS = "The steamer to the far bank was late again, and nobody on the quay knew why it was. "


def flip(count: int, folder: Path, *, seed: int, repair: int = 100) -> Counter[str]:
    """How many flips were found, and the names of the files in which any was missed."""
    outcomes, places = Counter[str](), random.Random(seed)
    home = archive(folder / "home", 4)
    catalogue = open_catalogue(home)
    add(home, catalogue, [_WORDS * 4 + str(n) for n in range(3)])
    reindex(home, catalogue)
    for number in range(count):
        files = [path for path in sorted(home.index.rglob("*")) if path.is_file()]
        path = places.choices(files, [each.stat().st_size for each in files])[0]
        if number % 3 == 0:  # small files are seldom chosen by their size
            path = places.choice([each for each in files if each.stat().st_size])
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[places.randrange(len(whole))] ^= 1 << places.randrange(8)
        path.write_bytes(flipped)
        found = bool(check_index(home, catalogue).faults)
        outcomes["found" if found else f"missed in {path.name}"] += 1
        if number % repair == repair - 1:
            left = repair_index(home, catalogue)[1].faults
            good = not left and total(home, "steamer") == 7
            outcomes["repaired" if good else f"not repaired: {path.name}"] += 1
            reindex(home, catalogue)
        else:
            path.write_bytes(whole)
    catalogue.close()
    return outcomes


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        outcomes = flip(int(sys.argv[1]), Path(scratch), seed=1)
    sys.stdout.write("".join(f"{number:6} {what}\n" for what, number in outcomes.items()))
    sys.exit(any(what not in ("found", "repaired") for what in outcomes))
