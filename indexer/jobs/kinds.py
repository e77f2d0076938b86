"""The kinds of jobs: one row each, with what it may be told and how it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from archive.backup import back_up
from archive.catalogue import originals as catalogued
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from archive.fixity import check_all, check_due
from archive.home import Home
from archive.job import Wish
from archive.rereading import outdated, read_again
from indexer import generations
from indexer.audience import Audience
from indexer.checking import check_index, repair_index
from indexer.fields import QUERY_FIELDS
from indexer.filling import Progress
from indexer.query.errors import QueryError
from indexer.query.parse import parse_query
from indexer.reindexing import discard_unfinished, reindex
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import index_again, update

_EVERY = 2**31 - 1


class Stopped(Exception):
    """The job was stopped between two steps, as somebody wished or because the worker ends."""

    def __init__(self, wish: Wish) -> None:
        super().__init__(wish)
        self.wish = wish


@dataclass(frozen=True, slots=True)
class Task:
    """What a job is done with.  `progress` raises `Stopped`."""

    home: Home
    catalogue: Catalogue
    parameters: Mapping[str, object]
    agent: str
    now: Callable[[], datetime]
    progress: Progress


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job, in a sentence, and what it could not do, a line each."""

    message: str
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: its name, its label on the screen, the `options` it may be told.  Stopped
    at any moment and begun again it goes on; `run` raises `ArchiveTrouble` and `UserMistake`.
    `foresee` says how many records it would change, if it changes any, and changes none."""

    name: str
    label: str
    options: tuple[str, ...]
    run: Callable[[Task], Outcome]
    foresee: Callable[[Task], int] | None = None


def _reindex(task: Task) -> Outcome:
    query = task.parameters.get("query")
    if isinstance(query, str):
        chosen = _chosen(task, query)
        index_again(task.home, task.catalogue, chosen, task.progress)
        return Outcome(f"{_records(len(chosen))} indexed again.")
    try:
        count = reindex(task.home, task.catalogue, task.progress)
    except Stopped as stopped:
        if stopped.wish is Wish.CANCEL:
            with generations.locked(task.home, "reindex", wait=True):
                discard_unfinished(task.home)
        raise
    return Outcome(f"{_records(count)} indexed; the new index answers.")


def _update(task: Task) -> Outcome:
    count = update(task.home, task.catalogue, task.progress)
    return Outcome(f"{_records(count)} indexed.")


def _to_reextract(task: Task) -> tuple[str, ...]:
    query, named = task.parameters.get("query"), task.parameters.get("records")
    chosen: tuple[str, ...] | None = None
    if isinstance(query, str):
        chosen = _chosen(task, query)
    if isinstance(named, list):
        chosen = tuple(cast(list[str], named))
    with task.catalogue.reading() as connection:
        return outdated(connection, chosen)


def _reextract(task: Task) -> Outcome:
    done = read_again(
        task.home,
        task.catalogue,
        _to_reextract(task),
        agent=task.agent,
        now=task.now,
        progress=task.progress,
    )
    failures = tuple(f"{record_id}: {reason}" for record_id, reason in done.failed)
    return Outcome(f"{_records(done.count)} rest on a new extract.", failures)


def _fixity(task: Task) -> Outcome:
    check = check_due if task.parameters.get("due") else check_all
    count = check(task.home, task.catalogue, agent=task.agent, now=task.now, progress=task.progress)
    with task.catalogue.reading() as connection:
        damaged = catalogued.damaged(connection)
    failures = tuple(f"{each.digest}: {each.reason}" for each in damaged)
    return Outcome(f"{count} originals checked.", failures)


def _check(task: Task) -> Outcome:
    if not task.parameters.get("repair"):
        checked = check_index(task.home, task.catalogue, task.progress)
        return Outcome(f"The index was checked; it holds {_records(checked.held)}.", checked.faults)
    before, after = repair_index(task.home, task.catalogue, task.progress)
    mended = len(before.faults) - len(after.faults)
    return Outcome(f"The index was checked; {mended or 'no'} faults were mended.", after.faults)


def _backup(task: Task) -> Outcome:
    made = back_up(
        task.home,
        task.catalogue,
        Path(str(task.parameters["target"])),
        at=task.now(),
        agent=task.agent,
        progress=task.progress,
    )
    failures = tuple(f"{digest}: {reason}" for digest, reason in made.lacking)
    counted = f"{_records(made.facts.records)}, {made.copied} originals copied now"
    return Outcome(f"The backup {made.name} was made: {counted}.", failures)


KINDS: tuple[Kind, ...] = (
    Kind("reindex", "Reindex", ("query",), _reindex),
    Kind("update", "Update of the index", (), _update),
    Kind(
        "reextract",
        "Originals read again",
        ("query", "records"),
        _reextract,
        lambda task: len(_to_reextract(task)),
    ),
    Kind("fixity", "Fixity check", ("due",), _fixity),
    Kind("check", "Check of the index", ("repair",), _check),
    Kind("backup", "Backup", ("target",), _backup),
)

KIND: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
"""The kinds by name."""


def parameters_of(kind: Kind, options: Mapping[str, object]) -> Mapping[str, object]:
    """What a job of this kind is told, checked; options that are empty are left out.

    Raises `UserMistake`.
    """
    given = {name: value for name, value in options.items() if value}
    for name in given:
        if name not in kind.options:
            raise UserMistake(f"A {kind.name} job has no option {name}.")
    if query := given.get("query"):
        try:
            parse_query(str(query), fields=QUERY_FIELDS)
        except QueryError as error:
            raise UserMistake(f"{error.message} {error.advice}") from error
    if kind.name == "backup":
        target = Path(str(given.get("target", "")))
        if not target.is_absolute():
            raise UserMistake("A backup job needs its target: a folder, from / on.")
    return given


def to_retry(
    kind: Kind, parameters: Mapping[str, object], failures: tuple[str, ...]
) -> Mapping[str, object]:
    """What a job is told that does again what another one could not do."""
    if "records" in kind.options:
        return {"records": [each.partition(":")[0] for each in failures]}
    return dict(parameters)


def _chosen(task: Task, query: str) -> tuple[str, ...]:
    service = SearchService(task.home, task.catalogue)
    try:
        return service.ids(SearchState(q=query), audience=Audience.STAFF, limit=_EVERY)[1]
    except QueryError as error:
        raise UserMistake(f"{error.message} {error.advice}") from error


def _records(count: int) -> str:
    return f"{count:,} record" if count == 1 else f"{count:,} records"
