"""Checking the index: its files against their digests, what it holds against the catalogue."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from indexer import generations
from indexer.comparing import Differences, compare
from indexer.engine import GenerationUnreadable
from indexer.filling import Progress
from indexer.reindexing import build, discard_unfinished, disk_told, is_of
from indexer.reuse import store as reuse
from indexer.reuse.learning import update_reuse
from indexer.update import index_again

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class CheckedIndex:
    """What is wrong with the index, in sentences, and how many records it holds and how many
    changes it has yet to learn, which is not wrong."""

    faults: tuple[str, ...]
    held: int
    behind: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What is wrong: with files of the generation that answers, of the others, of what is kept
    of reused text; and where the one that answers differs from the catalogue."""

    pointer: tuple[str, ...] = ()
    current: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    reuse: tuple[str, ...] = ()
    differences: Differences | None = None

    def faults(self) -> Iterator[str]:
        yield from (f"index/current: {each}." for each in self.pointer)
        yield from (f"index/generations/{each}." for each in self.current)
        yield from (f"index/generations/{each}." for _, each in self.others)
        yield from (f"index/reuse/{each} does not hold what was written." for each in self.reuse)
        if self.differences:
            yield from _told(self.differences)


def check_index(home: Home, catalogue: Catalogue, progress: Progress | None = None) -> CheckedIndex:
    """Prove that the index is what was written and what the catalogue comes to, or say what is
    not.

    All files below `index/` are read.  Of every record is compared whether it is there and what
    was indexed of it; of some, whether each field finds them.  Nothing is changed.  Raises
    `ArchiveTrouble`.
    """
    with disk_told(home), generations.locked(home, "reindex", wait=False) as quiet:
        unfinished = generations.unfinished_names(home) if quiet else ()
        return _checked(_look(home, catalogue, unfinished, progress))


def repair_index(
    home: Home, catalogue: Catalogue, progress: Progress | None = None
) -> tuple[CheckedIndex, CheckedIndex]:
    """Check the index and mend what is wrong with it; what was found, and what is left.

    Records that differ are indexed again.  What is damaged is made anew from the catalogue,
    while the old one answers as far as it can.  Raises `ArchiveTrouble`.
    """
    with disk_told(home), generations.locked(home, "reindex", wait=False) as mine:
        if not mine:
            raise ArchiveTrouble("A reindex is running; wait until it has ended.")
        found = _look(home, catalogue, generations.unfinished_names(home), progress)
        before = _checked(found)
        if not before.faults:
            return before, before
        _repair(home, catalogue, found, progress)
        return before, _checked(_look(home, catalogue, (), progress))


def _repair(home: Home, catalogue: Catalogue, found: _Found, progress: Progress | None) -> None:
    previous = generations.previous_name(home)
    for name in {name for name, _ in found.others}:
        if name == previous or not generations.folder_of(home, name).is_dir():
            generations.forget_previous(home)
        else:
            generations.discard(home, name)
    if found.reuse:
        shutil.rmtree(reuse.folder_of(home), ignore_errors=True)
        update_reuse(home, catalogue)
    if found.current:
        discard_unfinished(home)
        build(home, catalogue, progress)
        generations.forget_previous(home)
    elif found.pointer or (found.differences and found.differences.twice):
        build(home, catalogue, progress)
    elif found.differences:
        index_again(home, catalogue, found.differences.ids, progress)


def _look(
    home: Home, catalogue: Catalogue, unfinished: Sequence[str], progress: Progress | None
) -> _Found:
    """What is wrong; nobody writes to the `unfinished` generations."""
    with generations.locked(home, "reuse", wait=True):
        damaged_reuse = reuse.damaged(home)
    with generations.locked(home, "update", wait=True):
        try:
            pointer = generations.read_pointer(home)
        except GenerationUnreadable as error:
            return _Found(pointer=(error.reason,), reuse=damaged_reuse)
        name = generations.current_name(home)
        if pointer is None or name is None:
            missing = "there is no index; run “pressmark update”"
            return _Found(pointer=(missing,), reuse=damaged_reuse)
        others = [(each, told) for each in unfinished for told in generations.damaged(home, each)]
        if pointer.previous is not None:
            others += [(pointer.previous, each) for each in _before(home, pointer.previous)]
        current = list(generations.damaged(home, name))
    differences = None
    if not current:
        if generations.read_state(home, name).rules != generations.rules_in_force():
            current.append(f"{name} was made by another version of the program")
        elif not is_of(home, catalogue, name):
            current.append(f"{name} was made from another catalogue")
        else:
            try:
                differences = compare(home, catalogue, name, every=True, progress=progress)
            except GenerationUnreadable as error:
                current.append(f"{name} cannot be read: {error.reason}")
    return _Found((), tuple(current), tuple(others), damaged_reuse, differences)


def _before(home: Home, name: str) -> tuple[str, ...]:
    """What is wrong with the generation before the one that answers."""
    if not generations.folder_of(home, name).is_dir():
        return (f"{name}, the index before the one that answers, is missing",)
    return generations.damaged(home, name)


def _checked(found: _Found) -> CheckedIndex:
    seen = found.differences
    return CheckedIndex(
        tuple(found.faults()),
        held=0 if seen is None else seen.held,
        behind=0 if seen is None else seen.behind,
    )


def _told(differences: Differences) -> Iterator[str]:
    for ids, what in (
        (differences.missing, "is not in the index"),
        (differences.extra, "is in the index and not in the catalogue"),
        (differences.stale, "is in the index as it is no longer in the catalogue"),
    ):
        yield from (f"Record {record_id} {what}." for record_id in ids[:_SHOWN])
        if len(ids) > _SHOWN:
            yield f"… and {len(ids) - _SHOWN} more records each of which {what}."
    for record_id, field in differences.wrong:
        yield f"Record {record_id} is not found by its {field}."
    if differences.twice:
        yield f"{differences.twice} records are in the index more than once."
