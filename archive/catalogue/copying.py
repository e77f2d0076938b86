"""A copy of the catalogue as one file, made while others write to it, and reading such a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DBAPIError

from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble


def copy_catalogue(catalogue: Catalogue, path: Path) -> None:
    """Copy the catalogue, as it is at one moment, into a new file; not yet durable.

    Raises `ArchiveTrouble`.
    """
    with catalogue.reading() as connection:
        # VACUUM makes its own transaction, and writes row by row, not page by page: what
        # cannot be read is not copied unnoticed.
        connection.exec_driver_sql("COMMIT")
        try:
            connection.exec_driver_sql("VACUUM INTO ?", (str(path),))
        except DBAPIError as error:
            raise ArchiveTrouble(
                f"The catalogue cannot be copied to {path.parent}: {error.orig}."
            ) from error


@contextmanager
def reading_file(path: Path) -> Iterator[Connection]:
    """Read a catalogue in a file that nobody writes to, without touching it.

    Raises `ArchiveTrouble`.
    """
    catalogue = Catalogue(create_engine(f"sqlite:///file:{quote(str(path))}?immutable=1&uri=true"))
    try:
        with catalogue.reading() as connection:
            yield connection
    finally:
        catalogue.close()
