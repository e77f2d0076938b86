"""A reader that opens the index again and again while a writer commits.

As a script: `python -m tests.crash.commits N`, for N commits.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from pathlib import Path

from archive.catalogue.database import open_catalogue
from indexer.update import update
from tests.crash.killed_indexing import Tally, add, archive, reading

_PROCESSES = multiprocessing.get_context("spawn")


def run(commits: int, folder: Path) -> Tally:
    """Make so many commits, of one record each, beside a reader; what the reader met."""
    home, count = archive(folder / "home", 10), 10
    ending, told = _PROCESSES.Event(), folder / "told"
    reader = _PROCESSES.Process(target=reading, args=(home.root, count, told, ending))
    reader.start()
    catalogue = open_catalogue(home)
    for number in range(commits):
        add(home, catalogue, [f"Ferry number {number} was late."])
        update(home, catalogue)
    catalogue.close()
    ending.set()
    reader.join()
    asked, *wrongs = told.read_text().split("\n")
    return Tally(asked=int(asked), wrongs=wrongs)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tally = run(int(sys.argv[1]), Path(scratch))
    sys.stdout.write(f"{tally.asked} searches beside {sys.argv[1]} commits\n")
    sys.stdout.write("".join(f"{wrong}\n" for wrong in tally.wrongs) or "none failed\n")
    sys.exit(bool(tally.wrongs))
