"""What leaves an archive: which records, where to, and that it left."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import contents, events, records, schema
from archive.catalogue import originals as catalogued
from archive.catalogue.contents import RECORDS, Chosen
from archive.catalogue.database import Catalogue
from archive.copying import NotTheBytes, copy_bytes, examine
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home, sync_folder
from archive.originals import Originals

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported, or would be: how many records and originals (and bytes of these), and
    the originals that were not, for the archive has no good copy of them, each with the reason."""

    records: int
    originals: int
    size: int
    lacking: tuple[tuple[str, str], ...]


def check_place(home: Home, target: Path) -> None:
    """Raises `UserMistake` unless something new can be made at `target`."""
    there, ours = target.resolve(), home.root.resolve()
    if there.is_relative_to(ours) or ours.is_relative_to(there):
        raise UserMistake(
            f"{target} and the archive are one in the other; export to another place."
        )
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UserMistake(f"{target} is no folder; name one that is new or empty.")
    if target.is_dir() and any(target.iterdir()):
        raise UserMistake(
            f"{target} is not empty. What is exported is always new: name another folder."
        )


def put_copy(home: Home, digest: str, path: Path) -> None:
    """Copy an original to `path`, read-only.  Raises `NotTheBytes`, and then there is no file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as stream:
            copy_bytes(Originals(home).path(digest), digest, stream)
        path.chmod(0o444)
    except NotTheBytes:
        path.unlink()
        with contextlib.suppress(OSError):
            path.parent.rmdir()  # OCFL has no empty folders
        raise


@contextmanager
def finished(target: Path) -> Iterator[Path]:
    """A folder beside `target` that gets its name at the end of the block, if nothing fails.

    Everything in it is durable before; the block may call `sync` to read it again earlier.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{target.name[:100]}.unfinished-"))
        try:
            yield stage
            sync()
            stage.chmod(0o755)
            stage.rename(target)
            sync_folder(target.parent)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise ArchiveTrouble(f"Nothing was exported to {target}: {error.strerror}.") from error


def sync() -> None:
    """Make durable what was written: all of it at once, not file by file, of which there may be
    very many (sync(2), which waits on Linux)."""
    os.sync()


def choose(home: Home, connection: Connection, ids: Sequence[str] | None) -> Chosen | None:
    """The records with these ids and all originals that they refer to; None for everything.

    Raises `ArchiveTrouble` for an id that no record has, and if there are none.
    """
    if ids is None:
        return None
    found = records.many(connection, ids)
    for each in ids:
        if each not in found:
            raise ArchiveTrouble(
                f"There is no record “{each}” in the archive at {home.root}; nothing was exported."
            )
    if not found:
        raise ArchiveTrouble("No record was chosen; nothing was exported.")
    wanted = frozenset(found)
    digests: set[str] = set()
    made: set[int] = set()
    for document in contents.documents(connection, RECORDS, Chosen(wanted, frozenset())):
        digests.update(contents.referred(document, schema.original))
        made.update(contents.referred(document, schema.extract))
    return Chosen(wanted, frozenset(digests | contents.digests_of_extracts(connection, made)))


def originals_of(connection: Connection, choice: Chosen | None) -> Iterator[tuple[str, int]]:
    """The originals of a choice, by digest, with their sizes in bytes."""
    for held in catalogued.every(connection):
        if choice is None or held.digest in choice.digests:
            yield held.digest, held.size


def foreseen(
    home: Home, connection: Connection, choice: Chosen | None, progress: Progress | None
) -> Exported:
    """What would be exported; every original is read."""
    count = size = 0
    lacking = []
    wanted = list(originals_of(connection, choice))
    for done, (digest, length) in enumerate(wanted, start=1):
        try:
            examine(Originals(home).path(digest), digest)
            count, size = count + 1, size + length
        except NotTheBytes as error:
            lacking.append((digest, str(error)))
        if progress:
            progress(done, len(wanted))
    total = len(choice.records) if choice else records.count(connection)
    return Exported(total, count, size, tuple(lacking))


def note_copy(
    catalogue: Catalogue, made: Exported, where: str, *, at: datetime, agent: str
) -> None:
    """Keep as an event that there is a copy elsewhere: who purges a record has to be told."""
    with catalogue.writing() as connection:
        events.log(
            connection,
            events.REPLICATION,
            at=at,
            agent=agent,
            detail=f"exported to {where}: {made.records} records",
            outcome="failure" if made.lacking else "success",
        )
