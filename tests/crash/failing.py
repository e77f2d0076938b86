"""The archive's verbs while a system call fails once: told in a sentence, nothing half-done,
search goes on, and the same command, repeated, gets it done.

As a script: `python -m tests.crash.failing [EVERY [VERB…]]`: of each verb every call below the
archive (or one in EVERY), by itself, once with each error.  Which calls there are is seen by
tracing the verb once in peace.  Calls are failed by strace(1).
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.backup import snapshot_names
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from archive.home import Home
from indexer.checking import check_index
from tests.archive.test_backup import holds
from tests.crash.dying import Ended, may_trace, traced
from tests.crash.killed_adding import wrongs
from tests.crash.killed_indexing import add, total
from webapp.cli import run as pressmark

VERBS = ("add", "update", "reindex", "backup", "restore")
CALLS = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "link", "unlink", "ftruncate",
    "mkdir",
)  # fmt: skip
ERRORS = ("EIO", "ENOSPC")


@dataclass
class Tally:
    """How many calls there were, how many of them were failed, how often the verb got it done
    nevertheless, and what should not have come of it."""

    calls: int = 0
    failed: int = 0
    done: int = 0
    wrongs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """An archive with its backups, and what is to be added to it, below a folder that can be
    copied as a whole."""

    folder: Path

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def restored(self) -> Home:
        return Home(self.folder / "restored")

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def words(self, verb: str) -> tuple[str | Path, ...]:
        """The command."""
        return {
            "add": ("add", self.folder / "new.txt"),
            "backup": ("backup", self.backups),
            "restore": ("restore", self.backups),
        }.get(verb, (verb,))

    def root(self, verb: str) -> Path:
        """The archive that it is about."""
        return (self.restored if verb == "restore" else self.home).root


def prepare(folder: Path) -> Place:
    """An archive of two documents that are indexed and one that is not, with a backup of the
    time when it had two."""
    place = Place(folder)
    folder.mkdir()
    begin_archive(place.home.root)
    for n in range(2):
        document = folder / "new.txt"
        document.write_text(f"Document {n} about the ferry.")
        assert said(place.home.root, "add", document).status == 0
    assert said(place.home.root, "backup", place.backups).status == 0
    document.write_text("A new document about the ferry.")
    catalogue = open_catalogue(place.home)
    add(place.home, catalogue, ["A third document about the ferry."])
    catalogue.close()
    return place


def said(root: Path, *words: str | Path) -> Ended:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = pressmark([str(each) for each in words], {"PRESSMARK_HOME": str(root)})
    return Ended(status, out.getvalue(), err.getvalue())


def good(ended: Ended) -> bool:
    """Done, or one sentence that says why not."""
    errors = [line for line in ended.err.splitlines() if line.startswith("Error: ")]
    told = ended.status == 1 and len(errors) == 1
    return "Traceback" not in ended.err and (ended.status == 0 or told)


def run(verb: str, call: str, error: str, place: Place, *, every: int = 1, first: int = 0) -> Tally:
    """Fail `call` in `verb`, one in `every` that is about the archive, beginning with that of
    number `first`, each in a run of its own."""
    tally = Tally()
    copied = Place(place.folder.with_name("copy"))
    numbers: tuple[int, ...] = ()
    while True:
        shutil.copytree(place.folder, copied.folder)
        fail = f"error={error}:when={numbers[0]}" if numbers else ""
        told = place.folder.with_name("told")
        seen = traced(call, told, copied.root(verb), *copied.words(verb), fail=fail)
        if fail:
            tally.failed += len(seen.injected)
            tally.done += seen.ended.status == 0
            found = [] if good(seen.ended) else [f"it ended with {seen.ended}"]
            found += _left(verb, copied, seen.ended)
            tally.wrongs += [f"{verb}, {call} {numbers[0]}, {error}: {each}" for each in found]
        else:
            assert seen.ended.status == 0, seen.ended
            numbers = seen.numbers(copied.folder, writing=call == "openat")
            tally.calls = len(numbers)
            numbers = (0, *numbers[first % max(1, len(numbers)) :: every])
        shutil.rmtree(copied.folder)
        numbers = numbers[1:]
        if not numbers:
            return tally


def _left(verb: str, place: Place, ended: Ended) -> list[str]:
    """What is wrong with what was left behind, and with the verb repeated."""
    found = []
    if verb == "restore":
        if ended.status and not place.restored.catalogue.exists():
            found += _repeated(verb, place)
        for words in (("fixity",), ("catalogue", "check")):
            checked = said(place.restored.root, *words)
            found += [f"{words} says {checked}"] if checked.status else []
        return found
    searched = total(place.home, "ferry")
    found += [] if searched >= 2 else [f"{searched} found"]
    if verb == "add":
        found += wrongs(place.home, [each.split("\t")[1] for each in ended.out.splitlines()])
    if verb == "backup":
        found += [] if snapshot_names(place.backups) else ["the backup from before is gone"]
        found += [] if holds(place.backups) else ["the backups do not hold"]
    found += _repeated(verb, place)
    if verb == "backup":
        return found + ([] if holds(place.backups) else ["the backups do not hold, repeated"])
    catalogue = open_catalogue(place.home)
    found += check_index(place.home, catalogue).faults
    catalogue.close()
    searched, whole = total(place.home, "ferry"), 4 if verb == "add" else 3
    return found + ([] if searched == whole else [f"{searched} found after all"])


def _repeated(verb: str, place: Place) -> list[str]:
    again = said(place.root(verb), *place.words(verb))
    return [] if again.status == 0 else [f"repeated: {again}"]


def main(every: int, verbs: Sequence[str]) -> int:
    """Fail everything, and tell."""
    if not may_trace():
        sys.stdout.write("strace is not there, or may not trace here.\n")
        return 1
    bad = False
    with tempfile.TemporaryDirectory() as scratch:
        place = prepare(Path(scratch) / "clean")
        for verb in verbs:
            for call in CALLS:
                of_both = [run(verb, call, error, place, every=every) for error in ERRORS]
                faults = [each for tally in of_both for each in tally.wrongs]
                sys.stdout.write(
                    f"{verb:8} {call:10} {of_both[0].calls:4} calls, "
                    f"{sum(tally.failed for tally in of_both):4} failed, "
                    f"{sum(tally.done for tally in of_both):4} of them without harm, "
                    f"{len(faults)} wrong\n"
                )
                sys.stdout.write("".join(f"    {each}\n" for each in faults[:20]))
                sys.stdout.flush()
                bad = bad or bool(faults)
    return bad


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1, sys.argv[2:] or VERBS))
