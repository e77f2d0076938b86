"""The catalogue's database: SQLite, opened with the settings that keep the archive's promises.

The driver's own transaction handling is switched off: it begins writes too late, which
lets two writers deadlock.  Every transaction begins explicitly, and one that may write
takes the write lock at once (BEGIN IMMEDIATE).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from archive.catalogue import schema
from archive.errors import ArchiveTrouble
from archive.home import Home

_BUSY_MILLISECONDS = 30_000


@dataclass(frozen=True, slots=True)
class Catalogue:
    """An open catalogue.  Not to be carried over a fork."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view; nothing is written.  Raises `ArchiveTrouble`."""
        with _trouble_told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction with the write lock held: all of it is durable after, or none.

        Raises `ArchiveTrouble` when the lock is not had in 30 s or the disk refuses.
        """
        options = {"begin": "BEGIN IMMEDIATE"}
        with _trouble_told(), self.engine.execution_options(**options).begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def open_catalogue(home: Home) -> Catalogue:
    """Open the catalogue of an existing archive.

    Raises `ArchiveTrouble` if it cannot be read or its tables are of another version.
    """
    catalogue = Catalogue(engine_for(home.catalogue))
    with catalogue.reading() as connection:
        found = version(connection)
    if found != schema.VERSION:
        catalogue.close()
        advice = (
            "Run “pressmark init” to upgrade it."
            if older(found)
            else "Use the program that belongs to it."
        )
        raise ArchiveTrouble(
            f"The catalogue at {home.catalogue} has version {found}, "
            f"this program works with {schema.VERSION}. {advice}"
        )
    return catalogue


def version(connection: Connection) -> str | None:
    """The migration that the catalogue's tables are at."""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def older(found: str | None) -> bool:
    """Whether tables of this version are to be upgraded for this program."""
    return found is not None and found < schema.VERSION


def engine_for(path: Path) -> Engine:
    """An SQLAlchemy engine for the SQLite file at `path`, with the catalogue's settings."""
    # With a write-ahead log SQLite wants to write even to read, unless it is told that
    # nobody can: so an archive on a read-only disk can still be searched.
    immutable = _on_read_only_disk(path)
    address = f"file:{quote(str(path))}?immutable=1&uri=true" if immutable else str(path)
    engine = create_engine(f"sqlite:///{address}")
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_read_only_disk(path: Path) -> bool:
    try:
        read_only = bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except OSError:
        return False
    return read_only and not path.with_name(path.name + "-wal").exists()


def _on_connect(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


@contextmanager
def _trouble_told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.IntegrityError):
            raise
        raise ArchiveTrouble(_sentence(error.orig)) from error


def _sentence(error: Any) -> str:
    reason = str(error)
    if "readonly" in reason or "unable to open" in reason:
        return f"The catalogue cannot be written ({reason}); check its disk and its folder."
    if "full" in reason:
        return "The disk is full; the catalogue was not changed. Make room and try again."
    if "locked" in reason:
        return "The catalogue was busy for 30 seconds; nothing was changed. Try again."
    return f"The catalogue does not answer ({reason})."


def compact(catalogue: Catalogue) -> None:
    """Write the file anew from what is in it, and empty the log beside it: nothing that was
    removed is left in either.

    Raises `ArchiveTrouble` if somebody reads or writes for 30 s without an end.
    """
    with _trouble_told(), catalogue.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")
    fold_in(catalogue)


def fold_in(catalogue: Catalogue) -> None:
    """Write what is in the log beside the file into it, so that the file is the whole catalogue.

    SQLite does so by itself when the last connection is closed, but tells nobody when it
    cannot.  Raises `ArchiveTrouble` then, and if somebody reads or writes for 30 s without an
    end.
    """
    with _trouble_told(), catalogue.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    if busy:
        raise ArchiveTrouble("The catalogue was read all the time; try again when it is quiet.")
