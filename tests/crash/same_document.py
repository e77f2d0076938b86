"""Many processes add the same document at the same moment: it is one original and one record.

As a script: `python -m tests.crash.same_document PROCESSES TIMES`, each time another document.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from multiprocessing.synchronize import Barrier
from pathlib import Path

from archive.catalogue import records
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from indexer.checking import check_index
from tests.crash.killed_adding import wrongs
from tests.crash.killed_indexing import total
from webapp.cli import run as pressmark

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.crash.warmed"])


def adding(root: Path, documents: list[Path], told: Path, together: Barrier) -> None:
    """Add each document as soon as all the others are ready to; note what is told."""
    for stream, path in ((1, told), (2, told.with_suffix(".err"))):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    for document in documents:
        together.wait()
        status = pressmark(["add", str(document)], {"PRESSMARK_HOME": str(root)})
        sys.stdout.flush()
        if status:
            sys.exit(status)


def run(processes: int, times: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Add so many documents, each from all processes at once; what they were told, and what is
    wrong."""
    home, documents = begin_archive(folder / "home")[0], []
    for number in range(times):
        documents.append(folder / f"{number}.txt")
        documents[-1].write_text(f"Document {number} about the ferry.")
    together = _SERVER.Barrier(processes)
    running = [
        _SERVER.Process(target=adding, args=(home.root, documents, folder / f"told-{n}", together))
        for n in range(processes)
    ]
    for process in running:
        process.start()
    found = []
    for number, process in enumerate(running):
        process.join()
        if process.exitcode:
            told = (folder / f"told-{number}.err").read_text().splitlines()[-1:]
            found.append(f"a process ended with {process.exitcode}: {told}")
    lines = [
        line.split("\t")
        for number in range(processes)
        for line in (folder / f"told-{number}").read_text().splitlines()
    ]
    kinds = Counter(kind for kind, _, _ in lines)
    for document in documents:
        of_it = [line for line in lines if line[2] == document.name]
        once = Counter(kind for kind, _, _ in of_it) == {"added": 1, "already held": processes - 1}
        if not once or len({record_id for _, record_id, _ in of_it}) != 1:
            found.append(f"{document.name}: {of_it}")
    catalogue = open_catalogue(home)
    with catalogue.reading() as connection:
        held = records.count(connection)
    files = sum(path.is_file() for path in home.originals.rglob("*"))
    searched = total(home, "ferry")
    if not held == files == searched == times:
        found.append(f"{held} records, {files} originals, {searched} found instead of {times}")
    found += [*wrongs(home, {line[1] for line in lines}), *check_index(home, catalogue).faults]
    catalogue.close()
    return kinds, found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        kinds, found = run(int(sys.argv[1]), int(sys.argv[2]), Path(scratch))
    told = ", ".join(f"{number} times “{kind}”" for kind, number in kinds.most_common())
    sys.stdout.write(f"{sys.argv[2]} documents, each from {sys.argv[1]} processes: {told}\n")
    sys.stdout.write("".join(f"  {each}\n" for each in found[:20]) or "one original, one record\n")
    sys.exit(bool(found))
