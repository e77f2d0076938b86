"""Kill `pressmark add` wherever it makes something durable: nothing acknowledged is lost.

As a script: `python -m tests.crash.killed_adding POINTS`, so many kills, each at another point
of adding: every moment of one run after the other, of ever new documents.  Then adding with its
writes in a wrong order, which has to be noticed.  Interrupted, it tells what was done so far.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from archive.catalogue import records
from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.founding import begin_archive
from archive.home import Home
from archive.originals import Originals
from tests.crash.dying import Ended, heard
from tests.crash.killed_indexing import total
from tests.crash.killing import DISORDERS

_DOCUMENTS = 3


@dataclass
class Tally:
    """What a run came to: kills, the moments of an add, documents that were acknowledged, those
    of them that were so before a kill, and what must never be."""

    killed: int = 0
    moments: int = 0
    acknowledged: int = 0
    told: int = 0
    before: int = 0
    wrongs: list[str] = field(default_factory=list)


def wrongs(home: Home, acknowledged: Iterable[str]) -> list[str]:
    """What must never be: a record told and not there, a row without its bytes, altered bytes."""
    found = []
    catalogue = open_catalogue(home)
    with catalogue.reading() as connection:
        held = set(records.ids(connection))
        found += [f"lost {record_id}" for record_id in acknowledged if record_id not in held]
        for record in records.many(connection, held).values():
            for original in record.originals:
                path = Originals(home).path(original.digest)
                if not path.is_file():
                    found.append(f"no bytes for {record.id}")
                elif hashlib.sha256(path.read_bytes()).hexdigest() != original.digest:
                    found.append(f"altered bytes of {record.id}")
    catalogue.close()
    return found


def run(
    points: int,
    folder: Path,
    *,
    every: int = 1,
    first: int = 1,
    disorder: str = "",
    into: Tally | None = None,
) -> Tally:
    """Kill an add of three new documents at its `first` moment, then one of others `every`
    moments later, and so on; past the last moment begin again with a new archive, until so many
    were killed.

    What was killed is begun again after every kill, and must end well.
    """
    tally, inbox = into or Tally(), folder / "in"
    inbox.mkdir()
    home, moment = begin_archive(folder / "home-0")[0], first
    acknowledged = set[str]()
    for number in itertools.count():
        for each in range(_DOCUMENTS):
            (inbox / f"{each}.txt").write_text(f"Document {number}-{each} about the ferry.")
        ended = heard(moment, home.root, folder / "told", "add", inbox, disorder=disorder)
        told = _ids(ended)
        acknowledged |= {*told}
        if ended.status == -signal.SIGKILL:
            tally.killed += 1
            tally.told += len(told)
            tally.moments = max(tally.moments, moment)
            moment += every
            tally.acknowledged += _DOCUMENTS
            tally.wrongs += wrongs(home, told)
            again = heard(0, home.root, folder / "told", "add", inbox)
            if again.status or len(_ids(again)) != _DOCUMENTS:
                tally.wrongs.append(f"begun again: {again}")
            acknowledged |= {*_ids(again)}
        elif ended.status or moment == first:
            tally.wrongs.append(f"at moment {moment}: {ended}")
            return tally
        if ended.status == 0 or tally.killed == points:
            tally.acknowledged += _DOCUMENTS * (ended.status == 0)
            tally.wrongs += [*wrongs(home, acknowledged), *check_catalogue(home).faults]
            found = total(home, "ferry")
            if not found == len(acknowledged) == _DOCUMENTS * (number + 1) - tally.before:
                tally.wrongs.append(f"{found} found, {len(acknowledged)} acknowledged")
            if tally.killed == points:
                return tally
            shutil.rmtree(home.root)
            tally.before, acknowledged = _DOCUMENTS * (number + 1), set()
            home, moment = begin_archive(folder / f"home-{number}")[0], first
    raise AssertionError


def _ids(ended: Ended) -> list[str]:
    return [line.split("\t")[1] for line in ended.out.splitlines()]


if __name__ == "__main__":
    tally = Tally()
    with tempfile.TemporaryDirectory() as scratch, contextlib.suppress(KeyboardInterrupt):
        run(int(sys.argv[1]), Path(scratch), into=tally)
    sys.stdout.write(
        f"{tally.killed} kills at as many points of adding ({tally.moments} moments a run); "
        f"{tally.acknowledged} documents acknowledged, {tally.told} of them just before a kill; "
        f"{len(tally.wrongs)} lost, without bytes or altered\n"
    )
    sys.stdout.write("".join(f"  {each}\n" for each in tally.wrongs[:20]))
    bad = bool(tally.wrongs)
    for disorder, (_, kind) in DISORDERS.items():
        with tempfile.TemporaryDirectory() as scratch:
            tally = run(120, Path(scratch), disorder=disorder)
        noticed = sum(each.startswith(kind) for each in tally.wrongs)
        sys.stdout.write(f"{disorder}: {noticed} times “{kind}…” in {tally.killed} kills\n")
        bad = bad or not noticed
    sys.exit(bad)
