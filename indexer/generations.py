"""The index on disk: generations side by side, and a pointer to the one that answers.

    index/current                 the name of the generation that answers
    index/generations/NAME/       one index; `state.json` in it says what it has learnt

The pointer is replaced atomically, so there is always one whole generation that answers.
The folder may be deleted at any time: it is made again from the catalogue.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from time import time_ns

from archive.home import Home, sync_folder
from indexer.analysis import STEMMED_LANGUAGES
from indexer.engines.whoosh_generation import WhooshGeneration, create, open_generation
from indexer.normalise import TERM_FIELDS, VALUE_FIELDS

ANALYSIS = 1
"""Goes up whenever the same record would come to other terms or values than before."""


@dataclass(frozen=True, slots=True)
class State:
    """What a generation has learnt: all changes up to number `position`, by which rules.

    `mark` is that change's own: in another catalogue the number means another change.
    """

    position: int
    rules: str
    mark: str


def rules_in_force() -> str:
    """A fingerprint of all that decides what a record comes to in the index."""
    stemmer = version("snowballstemmer")
    parts = [str(ANALYSIS), stemmer, *TERM_FIELDS, *VALUE_FIELDS, *sorted(STEMMED_LANGUAGES)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def current_name(home: Home) -> str | None:
    """The name of the generation that answers; None if there is none."""
    try:
        name = (home.index / "current").read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return name if name.isalnum() and folder_of(home, name).is_dir() else None


def folder_of(home: Home, name: str) -> Path:
    """Where a generation lives."""
    return home.index / "generations" / name


def open_named(home: Home, name: str) -> WhooshGeneration:
    """Open a generation.  Raises `GenerationUnreadable`."""
    return open_generation(folder_of(home, name))


def stage(home: Home, position: int, mark: str) -> str:
    """Make an empty generation beside the others; the name under which to promote it.

    The reindex lock is held.  `position` and `mark` are the change up to which
    its first filling will have seen everything.
    """
    root = home.index / "generations"
    root.mkdir(parents=True, exist_ok=True)
    # Never a name that was there before, even if the folder was deleted meanwhile: whoever
    # has a generation open knows it by its name.
    name = f"g{time_ns():x}"
    create(folder_of(home, name), TERM_FIELDS, VALUE_FIELDS)
    write_state(home, name, State(position, rules_in_force(), mark))
    return name


def read_state(home: Home, name: str) -> State:
    """What the generation has learnt; nothing at all if that cannot be read."""
    try:
        data = json.loads((folder_of(home, name) / "state.json").read_text(encoding="utf-8"))
        return State(int(data["position"]), str(data["rules"]), str(data["mark"]))
    except (OSError, ValueError, KeyError, TypeError):
        return State(0, "", "")


def write_state(home: Home, name: str, state: State) -> None:
    """Note what the generation has learnt, durably; after the commit that holds it."""
    _replace(folder_of(home, name) / "state.json", json.dumps(asdict(state)))


def promote(home: Home, name: str) -> None:
    """Let this generation answer, and keep of the others only the one before it.

    The reindex lock is held, so whatever else lies there was left behind by a crash.
    """
    before = current_name(home)
    _replace(home.index / "current", name)
    for entry in (home.index / "generations").iterdir():
        if entry.name not in (name, before):
            shutil.rmtree(entry, ignore_errors=True)


def discard(home: Home, name: str) -> None:
    """Remove a generation that was staged, unless it answers: its promotion may have been
    interrupted just after it took effect."""
    if name == current_name(home):
        return
    shutil.rmtree(folder_of(home, name), ignore_errors=True)


@contextmanager
def locked(home: Home, purpose: str, *, wait: bool) -> Iterator[bool]:
    """Hold the lock for a purpose (`update`, `reindex`); yields False if another has it.

    The lock is the kernel's (flock) and ends with the process, however that ends.  It is
    not in `index/`, which may be deleted under it.
    """
    descriptor = os.open(home.scratch / f"{purpose}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)
