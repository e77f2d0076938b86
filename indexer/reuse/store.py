"""What is kept of every extract's words: its n-grams and the bands of its signature.

    index/reuse/manifest.json     the runs in force, what they have learnt, by which rules
    index/reuse/NAME.*.npy        one run: numbers in ascending order, which extract has
                                  each, and the pairs of extracts that are republications

A run never changes.  What is added is a new run, and runs of like size are made into one, so
that they stay few.  The manifest is replaced atomically when all that it names is on the disk.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from time import time_ns
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.catalogue.passages import Places
from archive.home import Home, sync_folder
from indexer.reuse.grams import Numbers
from indexer.sealed import SealBroken, read_sealed, write_sealed

PAIR = np.dtype([("earlier", "<u4"), ("later", "<u4"), ("resemblance", "<f4")])
"""Two extracts, by id, of which one republishes the other, and their resemblance."""

_COLUMNS = {"numbers": np.dtype("<u8"), "extracts": np.dtype("<u4"), "pairs": PAIR}
_LIKE = 4
"""A run is merged with the one before it unless that is more than this many times larger."""
_LARGEST = 1 << 23
"""Entries of a merged run at most: what a merge holds in memory."""
_TRIES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """`numbers` ascend; `extracts[i]` is an extract that has `numbers[i]`.  No entry twice."""

    numbers: Numbers
    extracts: NDArray[np.uint32]
    pairs: NDArray[Any]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Learnt:
    """All extracts up to number `extract` are in the store, which was written when the
    catalogue's newest change was number `change` with this `mark`.

    Up to change number `judged` the signatures and pairs know what people have excluded:
    `excluded` has the ranges of characters, by extract.
    """

    extract: int = 0
    change: int = 0
    mark: str = ""
    judged: int = 0
    excluded: Mapping[int, Places] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """The runs in force and what they have learnt.  Stays readable while it is replaced."""

    learnt: Learnt
    runs: tuple[Run, ...]

    @property
    def pairs(self) -> NDArray[Any]:
        """All pairs of republications (PAIR)."""
        return np.concatenate([np.empty(0, PAIR), *(run.pairs for run in self.runs)])


NOTHING = Store(Learnt(), ())


def folder_of(home: Home) -> Path:
    """Where the store is."""
    return home.index / "reuse"


@lru_cache(maxsize=64)  # each search asks
def _manifest_of(home: Home) -> Path:
    return folder_of(home) / "manifest.json"


def stamp(home: Home) -> object:
    """Something that is another whenever another store is in force; None without one."""
    try:
        status = _manifest_of(home).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def open_store(home: Home, rules: str) -> Store:
    """The store as it is now; nothing, if there is none, it is torn or by other rules."""
    folder = folder_of(home)
    for _ in range(_TRIES):
        try:
            manifest = read_sealed(folder / "manifest.json")
            return _opened(folder, manifest, rules)
        except FileNotFoundError:
            continue  # there is none, or it was replaced while it was being opened
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            break
    return NOTHING


def commit(home: Home, store: Store, rules: str) -> Store:
    """Make this the store in force, durably; as it is then.  Runs without a name are new.

    The lock is held.  Raises OSError.
    """
    folder = folder_of(home)
    folder.mkdir(parents=True, exist_ok=True)
    runs = tuple(run if run.name else _written(folder, run) for run in _merged(store.runs))
    manifest = {
        "rules": rules,
        "extract": store.learnt.extract,
        "change": store.learnt.change,
        "mark": store.learnt.mark,
        "judged": store.learnt.judged,
        "excluded": {str(each): places for each, places in store.learnt.excluded.items()},
        "runs": {run.name: _sizes(folder, run.name) for run in runs},
    }
    sync_folder(folder)
    write_sealed(folder / "manifest.json", manifest)
    sync_folder(folder.parent)
    kept = {path.name for run in runs for path in _files(folder, run.name)}
    for path in folder.iterdir():
        if path.name not in kept and path.name != "manifest.json":
            path.unlink()
    return Store(store.learnt, runs)


def without(store: Store, extract_ids: Collection[int]) -> Store:
    """The store, not yet committed, with nothing of these extracts."""
    gone = np.fromiter(extract_ids, np.uint32, len(extract_ids))
    runs = []
    for run in without_pairs(store.runs, extract_ids):
        kept = ~np.isin(run.extracts, gone)
        if not kept.all():
            run = Run(run.numbers[kept], run.extracts[kept], run.pairs)
        runs.append(run)
    known = {id: each for id, each in store.learnt.excluded.items() if id not in extract_ids}
    left = tuple(run for run in runs if len(run.numbers) or len(run.pairs))
    return Store(replace(store.learnt, excluded=known), left)


def without_pairs(runs: Sequence[Run], extract_ids: Collection[int]) -> tuple[Run, ...]:
    """The runs with no pair of these extracts; new ones where there was any."""
    gone = np.fromiter(extract_ids, np.uint32, len(extract_ids))
    found = []
    for run in runs:
        kept = ~(np.isin(run.pairs["earlier"], gone) | np.isin(run.pairs["later"], gone))
        found.append(run if kept.all() else Run(run.numbers, run.extracts, run.pairs[kept]))
    return tuple(found)


def damaged(home: Home) -> tuple[str, ...]:
    """The files in force that are missing or not what was written, by name (SHA-256)."""
    folder = folder_of(home)
    try:
        manifest = read_sealed(folder / "manifest.json")
    except FileNotFoundError:
        return ()
    except SealBroken:
        return ("manifest.json",)
    found = []
    for name in manifest["runs"]:
        for column in _COLUMNS:
            path = folder / f"{name}.{column}.npy"
            try:
                digest = path.with_suffix(".sha256").read_bytes()
                if digest != f"{_sha256(path)}\n".encode():
                    found.append(path.name)
            except FileNotFoundError as error:
                found.append(Path(error.filename).name)
    return tuple(sorted(found))


def spans(runs: Sequence[Run], numbers: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the entries of each number begin and end in each run: two arrays, runs by numbers."""
    shape = (len(runs), len(numbers))
    lows, highs = np.empty(shape, np.int64), np.empty(shape, np.int64)
    for place, run in enumerate(runs):
        lows[place] = run.numbers.searchsorted(numbers)
        highs[place] = run.numbers.searchsorted(numbers, "right")
    return lows, highs


def entries(
    runs: Sequence[Run], lows: NDArray[np.int64], highs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The entries in these spans: the place of the number that was asked for, the extract."""
    places, extracts = [np.empty(0, np.int64)], [np.empty(0, np.uint32)]
    for run, low, high in zip(runs, lows, highs, strict=True):
        counts = high - low
        place = np.repeat(np.arange(len(counts)), counts)
        nth = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
        places.append(place)
        extracts.append(run.extracts[low[place] + nth])
    return np.concatenate(places), np.concatenate(extracts)


def _merged(runs: Sequence[Run]) -> list[Run]:
    """The same entries in runs each of which is much smaller than the one before it."""
    kept = list(runs)
    newest = [kept.pop()] if kept else []
    size = sum(len(run.numbers) for run in newest)
    while kept and len(kept[-1].numbers) <= _LIKE * size:
        size += len(kept[-1].numbers)
        if size > _LARGEST:
            break
        newest.insert(0, kept.pop())
    if len(newest) < 2:
        return kept + newest
    numbers = np.concatenate([run.numbers for run in newest])
    extracts = np.concatenate([run.extracts for run in newest])
    order = np.argsort(numbers, kind="stable")  # an older run's extracts come first
    pairs = np.concatenate([run.pairs for run in newest])
    return [*kept, Run(numbers[order], extracts[order], pairs)]


def _opened(folder: Path, manifest: Any, rules: str) -> Store:
    if manifest["rules"] != rules:
        return NOTHING
    runs = []
    for name, sizes in manifest["runs"].items():
        if sizes != _sizes(folder, name):
            raise ValueError(f"run {name} has not the size it was written with")
        columns = {}
        for path, (column, kind) in zip(_files(folder, name), _COLUMNS.items(), strict=False):
            columns[column] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
            if columns[column].dtype != kind:
                raise ValueError(f"{path.name} holds something else")
        runs.append(Run(**columns, name=name))
    learnt = Learnt(
        int(manifest["extract"]),
        int(manifest["change"]),
        str(manifest["mark"]),
        int(manifest["judged"]),
        {
            int(each): tuple((start, end) for start, end in places)
            for each, places in manifest["excluded"].items()
        },
    )
    return Store(learnt, tuple(runs))


def _written(folder: Path, run: Run) -> Run:
    """The run, now in files, with its name and read from there."""
    # Never a name that was there before: whoever has the old manifest would read other entries.
    name = f"r{time_ns():x}"
    columns = {}
    for column in _COLUMNS:
        path = folder / f"{name}.{column}.npy"
        _store(path, getattr(run, column))
        columns[column] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    return Run(**columns, name=name)


def _store(path: Path, array: NDArray[Any]) -> None:
    with path.open("xb") as stream:
        # Not by `np.save`, which takes no notice when the end of a file cannot be written.
        plain = np.ascontiguousarray(array)
        np.lib.format.write_array_header_1_0(
            stream, np.lib.format.header_data_from_array_1_0(plain)
        )
        stream.write(plain.view(np.uint8).data)
        stream.flush()
        os.fsync(stream.fileno())
    with path.with_suffix(".sha256").open("x", encoding="ascii") as note:
        note.write(_sha256(path) + "\n")
        note.flush()
        os.fsync(note.fileno())


def _files(folder: Path, name: str) -> list[Path]:
    arrays = [folder / f"{name}.{column}.npy" for column in _COLUMNS]
    return arrays + [path.with_suffix(".sha256") for path in arrays]


def _sizes(folder: Path, name: str) -> list[int]:
    return [path.stat().st_size for path in _files(folder, name)]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
