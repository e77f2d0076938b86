"""The index on disk: generations side by side, and a pointer to the one that answers.

    index/current                 the name of the generation that answers, and of the one before
    index/generations/NAME/       one index; `state.json` in it says what it has learnt, and
                                  what its files were after the last commit

The pointer is replaced atomically, so there is always one whole generation that answers.
A generation that is younger and not named there was staged and is not finished.  A folder
whose name begins with a full stop is no generation yet, or no more, and is left to be removed.
The folder may be deleted at any time: it is made again from the catalogue.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from time import time_ns
from typing import Any

from archive.home import Home, sync_folder
from archive.locks import locked as locked_file
from indexer.analysis import STEMMED_LANGUAGES
from indexer.engine import GenerationUnreadable
from indexer.engines.whoosh_generation import WhooshGeneration, create, open_generation
from indexer.normalise import TERM_FIELDS, VALUE_FIELDS
from indexer.sealed import SealBroken, read_sealed, read_sealed_once, write_sealed

ANALYSIS = 2
"""Goes up whenever the same record would come to other terms or values than before."""

CONTENT = "content"
"""The value field that holds the SHA-256 of everything else that was indexed of a record."""

Files = Mapping[str, tuple[int, str]]
"""The size and the SHA-256 of files, by name."""


@dataclass(frozen=True, slots=True)
class State:
    """What a generation has learnt: all changes up to number `position`, by which rules.

    `mark` is that change's own: in another catalogue the number means another change.
    `files` are its files as the last commit left them.
    """

    position: int
    rules: str
    mark: str
    files: Files = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pointer:
    """The generation that answers, and the one that answered before it, if it is kept."""

    current: str
    previous: str | None


def rules_in_force() -> str:
    """A fingerprint of all that decides what a record comes to in the index."""
    stemmer = version("snowballstemmer")
    fields = (*TERM_FIELDS, *VALUE_FIELDS, CONTENT)
    parts = [str(ANALYSIS), stemmer, *fields, *sorted(STEMMED_LANGUAGES)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def read_pointer(home: Home) -> Pointer | None:
    """Which generation answers; None if none does.  Raises `GenerationUnreadable` when the
    pointer is not what was written."""
    return _pointer(home, read_sealed)


def current_name(home: Home) -> str | None:
    """The name of the generation that answers; None if there is none."""
    try:
        pointer = _pointer(home, read_sealed_once)
    except GenerationUnreadable:
        return None
    return pointer.current if pointer and folder_of(home, pointer.current).is_dir() else None


def previous_name(home: Home) -> str | None:
    """The name of the generation that answered before; None if it is not kept."""
    try:
        pointer = read_pointer(home)
    except GenerationUnreadable:
        return None
    name = pointer.previous if pointer else None
    return name if name and folder_of(home, name).is_dir() else None


def unfinished_names(home: Home) -> tuple[str, ...]:
    """The generations that were staged after the one that answers, newest first."""
    current, previous = current_name(home), previous_name(home)
    names = sorted((path.name for path in _root(home).glob("g*")), reverse=True)
    return tuple(n for n in names if n > (current or "") and n != previous)


@lru_cache(maxsize=64)  # each search asks, and to join paths takes as long as to look at the disk
def folder_of(home: Home, name: str) -> Path:
    """Where a generation lives."""
    return _root(home) / name


def open_named(home: Home, name: str) -> WhooshGeneration:
    """Open a generation.  Raises `GenerationUnreadable`."""
    return open_generation(folder_of(home, name))


def stage(home: Home, position: int, mark: str) -> str:
    """Make an empty generation beside the others; the name under which to promote it.

    The reindex lock is held.  `position` and `mark` are the change up to which
    its first filling will have seen everything.
    """
    _root(home).mkdir(parents=True, exist_ok=True)
    for left_over in _root(home).glob(_discounted("*")):
        shutil.rmtree(left_over, ignore_errors=True)
    # Never a name that was there before, even if the folder was deleted meanwhile: whoever
    # has a generation open knows it by its name.
    name = f"g{time_ns():x}"
    # It counts from when its state is noted, so that one without a state is a damaged one.
    new = _discounted(name)
    create(folder_of(home, new), TERM_FIELDS, (*VALUE_FIELDS, CONTENT))
    note(home, new, State(position, rules_in_force(), mark))
    folder_of(home, new).rename(folder_of(home, name))
    sync_folder(_root(home))
    return name


def read_state(home: Home, name: str) -> State:
    """What the generation has learnt; nothing at all if the file that says so is gone or not
    what was written.  Raises `OSError` if the disk does not let it be read."""
    try:
        content = read_sealed_once(_state_of(home, name))
        files = {each: (size, digest) for each, (size, digest) in content["files"].items()}
        return State(content["position"], content["rules"], content["mark"], files)
    except (FileNotFoundError, NotADirectoryError, SealBroken, KeyError):
        return State(0, "", "")


def note(home: Home, name: str, state: State) -> None:
    """Note what the generation has learnt and what its files are now, durably; after the
    commit that holds it.  Files that were noted before are not read again: none is ever
    written twice."""
    folder = folder_of(home, name)
    files = {
        path.name: state.files.get(path.name) or (path.stat().st_size, _digest(path))
        for path in _files(folder)
    }
    content = {
        "position": state.position,
        "rules": state.rules,
        "mark": state.mark,
        "files": files,
    }
    write_sealed(folder / "state.json", content)


def damaged(home: Home, name: str) -> tuple[str, ...]:
    """What of a generation's files is not as it was written, in sentences; reads all of them.

    Nobody writes to it meanwhile.  What a commit wrote that was killed before it was noted is
    held against the engine's own digests.
    """
    folder = folder_of(home, name)
    try:
        noted = read_sealed(folder / "state.json")["files"]
    except (OSError, SealBroken, KeyError):
        return (f"{name}/state.json is missing or does not hold what was written",)
    there = {path.name: path for path in _files(folder)}
    found = []
    for file, (size, digest) in sorted(noted.items()):
        if file not in there:
            # A commit that was not noted removes what it has merged.
            if there.keys() <= noted.keys():
                found.append(f"{name}/{file} is missing")
        elif there[file].stat().st_size != size:
            found.append(f"{name}/{file} has {there[file].stat().st_size} bytes instead of {size}")
        elif _digest(there[file]) != digest:
            found.append(f"{name}/{file} does not hold what was written")
    if there.keys() - noted.keys():
        found += [each for each in _own_damage(home, name) if each not in found]
    return tuple(found)


def promote(home: Home, name: str) -> None:
    """Let this generation answer, and keep of the others only the one before it.

    The reindex lock is held, so whatever else lies there was left behind by a crash.
    """
    before = current_name(home)
    if before == name:
        before = previous_name(home)
    write_sealed(home.index / "current", {"current": name, "previous": before})
    for entry in _root(home).iterdir():
        if entry.name not in (name, before):
            _remove(home, entry.name)


def exchange(home: Home) -> None:
    """Let the generation before the one that answers answer again; then that one is kept."""
    pointer = read_pointer(home)
    assert pointer is not None
    swapped = {"current": pointer.previous, "previous": pointer.current}
    write_sealed(home.index / "current", swapped)


def forget_previous(home: Home) -> None:
    """Keep no generation but the one that answers, and what is staged after it; nothing of
    others that were half removed.  The reindex lock is held."""
    name, staged = current_name(home), unfinished_names(home)
    write_sealed(home.index / "current", {"current": name, "previous": None})
    for entry in _root(home).iterdir():
        if entry.name not in (name, *staged):
            _remove(home, entry.name)


def discard(home: Home, name: str) -> None:
    """Remove a generation that was staged, unless it answers: its promotion may have been
    interrupted just after it took effect."""
    if name != current_name(home):
        _remove(home, name)


@contextmanager
def locked(home: Home, purpose: str, *, wait: bool) -> Iterator[bool]:
    """Hold the lock for a purpose (`update`, `reindex`); yields False if another has it.

    It is not in `index/`, which may be deleted under it.
    """
    with locked_file(home.scratch / f"{purpose}.lock", wait=wait) as mine:
        yield mine


def _pointer(home: Home, read: Callable[[Path], Mapping[str, Any]]) -> Pointer | None:
    path = _pointer_of(home)
    try:
        content = read(path)
        return Pointer(str(content["current"]), content["previous"])
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (SealBroken, KeyError) as error:
        raise GenerationUnreadable(path, "its pointer is damaged") from error


@lru_cache(maxsize=64)
def _pointer_of(home: Home) -> Path:
    return home.index / "current"


@lru_cache(maxsize=64)
def _state_of(home: Home, name: str) -> Path:
    return folder_of(home, name) / "state.json"


def _root(home: Home) -> Path:
    return home.index / "generations"


def _files(folder: Path) -> list[Path]:
    """Everything in a generation but its state, and what a lock leaves."""
    kept = [path for path in folder.iterdir() if path.is_file()]
    return [p for p in kept if not p.name.startswith("state.json") and p.stat().st_size]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _own_damage(home: Home, name: str) -> list[str]:
    try:
        found = open_named(home, name).damaged()
    except GenerationUnreadable as error:
        return [f"{name} cannot be opened: {error.reason}"]
    except (OSError, ValueError, IndexError) as error:
        return [f"{name} holds digests that cannot be read ({error})"]
    return [f"{name}/{file} does not hold what was written" for file in found]


def _remove(home: Home, name: str) -> None:
    # At once, for half removed it must not be taken for a generation.
    with suppress(OSError):
        folder_of(home, name).rename(folder_of(home, _discounted(name)))
    shutil.rmtree(folder_of(home, _discounted(name)), ignore_errors=True)


def _discounted(name: str) -> str:
    return f".{name.removeprefix('.')}"
