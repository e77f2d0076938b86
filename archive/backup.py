"""Backups: snapshots of the catalogue, and one store of originals that they share.

    TARGET/originals/sha256/ab/cd/HEX           as in the archive, each once
    TARGET/snapshots/NAME/catalogue.sqlite      the catalogue at one moment (NAME, UTC)
    TARGET/snapshots/NAME/snapshot.json         what it holds, in figures
    TARGET/snapshots/NAME/manifest-sha256.txt   every file of the backup, for `sha256sum -c`

A snapshot gets its name when all that its manifest lists is durable and was read again;
before that it is not a backup, and the ones before it are as they were.  Snapshots of the
last thirty days are kept, and of each month before that the last one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import changes, entries, events, records, schema, soundness
from archive.catalogue import originals as catalogued
from archive.catalogue.copying import copy_catalogue, reading_file
from archive.catalogue.database import Catalogue
from archive.catalogue.originals import Held
from archive.copying import NotTheBytes, copied, digest_of, examine, name_copy
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home, sync_folder
from archive.locks import locked
from archive.originals import Originals

CATALOGUE = "catalogue.sqlite"
FACTS = "snapshot.json"
MANIFEST = "manifest-sha256.txt"

KEPT = timedelta(days=30)
"""Of older snapshots only the last one of each month is kept."""

_UNFINISHED = "unfinished-"
_NAME = "%Y-%m-%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class Facts:
    """A snapshot in figures: of which tables (`version`), how many records and originals (and
    bytes of these), the newest entry, and `archive`, which tells one archive from another."""

    version: str
    records: int
    originals: int
    size: int
    entry: int
    archive: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its name, its figures, how many originals (and bytes of them)
    were copied now, and those that are in no good state to be copied, with the reason."""

    name: str
    facts: Facts
    copied: int
    size: int
    lacking: tuple[tuple[str, str], ...]


def back_up(
    home: Home,
    catalogue: Catalogue,
    target: Path,
    *,
    at: datetime,
    agent: str,
    thorough: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Backup:
    """Back the archive up to the folder `target` while it is in use.

    Originals that are there with the right size are not copied again; with `thorough` they
    are read as well, and copied again if they are damaged.  Raises `UserMistake` for a place
    that is not for this archive's backups, `ArchiveTrouble` if no backup can be made; those
    that were made before are as they were.
    """
    _check_place(home, target)
    try:
        snapshots = target / "snapshots"
        snapshots.mkdir(parents=True, exist_ok=True)
        with locked(target / "lock", wait=False) as mine:
            if not mine:
                raise ArchiveTrouble(f"Another backup to {target} is running; wait for its end.")
            _check_archive(catalogue, target)
            for old in superseded(snapshot_names(target), at):
                # By another name first: half removed, it would be taken for a backup.
                (snapshots / old).rename(snapshots / (_UNFINISHED + old))
            for left in snapshots.glob(_UNFINISHED + "*"):
                shutil.rmtree(left)
            name = _free_name(snapshots, at)
            stage = snapshots / (_UNFINISHED + name)
            stage.mkdir()
            try:
                made = _fill(home, catalogue, target, stage, name, thorough, progress)
                _check_files(stage, name)
                stage.rename(snapshots / name)
                sync_folder(snapshots)
            finally:
                shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise ArchiveTrouble(
            f"The backup to {target} was not made: {error.strerror}. "
            "Those that were made before are as they were."
        ) from error
    try:
        with catalogue.writing() as connection:
            detail = f"backup {name} in {target}: {made.facts.originals} originals"
            outcome = "failure" if made.lacking else "success"
            events.log(
                connection, events.REPLICATION, at=at, agent=agent, detail=detail, outcome=outcome
            )
    except ArchiveTrouble as error:
        raise ArchiveTrouble(f"The backup {name} is whole, but was not noted: {error}") from error
    return made


def foresee(
    home: Home,
    catalogue: Catalogue,
    target: Path,
    *,
    thorough: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Backup:
    """What `back_up` would come to, without a name; nothing is written.

    Raises `UserMistake`, and `ArchiveTrouble` if the catalogue is damaged.
    """
    _check_place(home, target)
    _check_archive(catalogue, target)
    lacking: list[tuple[str, str]] = []
    count = size = 0
    ours, theirs = Originals(home), Originals(Home(target))
    with catalogue.reading() as connection:
        if found := list(soundness.faults(connection)):
            raise ArchiveTrouble(f"The catalogue is damaged and would not be backed up: {found[0]}")
        facts = _facts(connection)
        for done, held in enumerate(catalogued.every(connection), start=1):
            try:
                if not _is_there(theirs.path(held.digest), held, thorough):
                    examine(ours.path(held.digest), held.digest)
                    count, size = count + 1, size + held.size
            except NotTheBytes as error:
                lacking.append((held.digest, str(error)))
            if progress:
                progress(done, facts.originals)
    return Backup("", facts, count, size, tuple(lacking))


def snapshot_names(target: Path) -> tuple[str, ...]:
    """The backups in `target`, oldest first."""
    found = (path.parent.name for path in (target / "snapshots").glob(f"*/{MANIFEST}"))
    return tuple(sorted(name for name in found if not name.startswith(_UNFINISHED)))


def snapshot_folder(target: Path, name: str) -> Path:
    """Where the catalogue of a backup is."""
    return target / "snapshots" / name


def superseded(names: Sequence[str], at: datetime) -> tuple[str, ...]:
    """The backups that are not kept any more; `names` ascend."""
    since = (at.astimezone(UTC) - KEPT).strftime(_NAME)
    older = [name for name in names if name < since]
    last_of_month = {name[:7]: name for name in older}
    return tuple(name for name in older if last_of_month[name[:7]] != name)


def _check_place(home: Home, target: Path) -> None:
    there, ours = target.resolve(), home.root.resolve()
    if there.is_relative_to(ours) or ours.is_relative_to(there):
        raise UserMistake(
            f"{target} and the archive are one in the other; back up to another place, "
            "best on another disk."
        )
    if target.exists() and not target.is_dir():
        raise UserMistake(f"{target} is a file; a backup needs a folder.")
    if target.is_dir() and not (target / "snapshots").is_dir():
        strangers = {entry.name for entry in target.iterdir()} - {"lost+found"}
        if strangers:
            raise UserMistake(
                f"{target} is not empty (it holds {min(strangers)}) and holds no backups. "
                "Choose an empty folder."
            )


def _check_archive(catalogue: Catalogue, target: Path) -> None:
    with catalogue.reading() as connection:
        ours = changes.mark(connection, 1)
    for name in reversed(snapshot_names(target)):
        try:
            text = (snapshot_folder(target, name) / FACTS).read_text(encoding="utf-8")
            theirs = Facts(**json.loads(text)).archive
        except (OSError, ValueError, TypeError):
            continue  # a damaged backup does not stand in the way of a good one
        if ours and theirs and ours != theirs:
            raise UserMistake(f"{target} holds the backups of another archive.")
        return


def _fill(
    home: Home,
    catalogue: Catalogue,
    target: Path,
    stage: Path,
    name: str,
    thorough: bool,
    progress: Callable[[int, int], None] | None,
) -> Backup:
    copy_catalogue(catalogue, stage / CATALOGUE)
    with (stage / CATALOGUE).open("rb") as stream:
        os.fsync(stream.fileno())
    lacking: list[tuple[str, str]] = []
    count = size = 0
    with reading_file(stage / CATALOGUE) as connection, (stage / MANIFEST).open("w") as manifest:
        if found := list(soundness.faults(connection)):
            raise ArchiveTrouble(f"The catalogue is damaged and was not backed up: {found[0]}")
        facts = _facts(connection)
        _write(stage / FACTS, json.dumps(asdict(facts), indent=1))
        for file in (CATALOGUE, FACTS):
            manifest.write(f"{digest_of(stage / file)}  snapshots/{name}/{file}\n")
        ours, theirs = Originals(home), Originals(Home(target))
        for done, held in enumerate(catalogued.every(connection), start=1):
            path = theirs.path(held.digest)
            try:
                if not _is_there(path, held, thorough):
                    with copied(ours.path(held.digest), held.digest, scratch=stage) as new:
                        name_copy(new, path, root=target)
                    count, size = count + 1, size + held.size
                manifest.write(f"{held.digest}  {path.relative_to(target)}\n")
            except NotTheBytes as error:
                lacking.append((held.digest, str(error)))
            if progress:
                progress(done, facts.originals)
        manifest.flush()
        os.fsync(manifest.fileno())
    sync_folder(stage)
    return Backup(name, facts, count, size, tuple(lacking))


def _facts(connection: Connection) -> Facts:
    sizes = [held.size for held in catalogued.every(connection)]
    return Facts(
        version=schema.VERSION,
        records=records.count(connection),
        originals=len(sizes),
        size=sum(sizes),
        entry=entries.newest(connection),
        archive=changes.mark(connection, 1),
    )


def _is_there(path: Path, held: Held, thorough: bool) -> bool:
    try:
        if path.stat().st_size != held.size:
            return False
    except FileNotFoundError:
        return False
    if thorough:
        try:
            examine(path, held.digest)
        except NotTheBytes:
            return False
    return True


def check_snapshot(target: Path, name: str) -> None:
    """Read the files of a backup's catalogue.  Raises `NotTheBytes`, `OSError`."""
    _check_files(snapshot_folder(target, name), name)


def _check_files(folder: Path, name: str) -> None:
    listed = {}
    with (folder / MANIFEST).open(encoding="ascii", errors="replace") as lines:
        for line in islice(lines, 2):
            digest, _, path = line.rstrip("\n").partition("  ")
            listed[path] = digest
    for file in (CATALOGUE, FACTS):
        examine(folder / file, listed.get(f"snapshots/{name}/{file}", ""))


def _free_name(snapshots: Path, at: datetime) -> str:
    at = at.astimezone(UTC)
    while (snapshots / at.strftime(_NAME)).exists():
        at += timedelta(microseconds=1)
    return at.strftime(_NAME)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
