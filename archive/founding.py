"""Beginning an archive: its folders, then its catalogue, in place only when it is whole.

And upgrading one that an older program began.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue.database import Catalogue, engine_for, fold_in, older, version
from archive.errors import ArchiveTrouble
from archive.home import Home, prepare_home, sync_folder


def begin_archive(root: Path) -> tuple[Home, bool]:
    """The archive at `root`, begun if there was none; the flag tells whether it is new.

    Until the catalogue is complete there is no archive, so an interrupted beginning can be
    begun again.  Raises `ArchiveTrouble` if the place is taken or cannot be written.
    """
    try:
        home = prepare_home(root)
        if home.catalogue.exists():
            return home, False
        descriptor, name = tempfile.mkstemp(dir=home.scratch, prefix="catalogue-")
        os.close(descriptor)
        unfinished = Path(name)
        try:
            _create_tables(unfinished)
            os.link(unfinished, home.catalogue)
            sync_folder(home.root)
        except FileExistsError:
            return home, False
        finally:
            for left in home.scratch.glob(f"{unfinished.name}*"):
                left.unlink()
    except OSError as error:
        raise ArchiveTrouble(f"No archive can be begun at {root}: {error.strerror}.") from error
    return home, True


def upgrade_archive(home: Home) -> str | None:
    """Bring an older catalogue to this program's version; tells the version that it had.

    None if there was nothing to upgrade.  One transaction with the write lock held: who
    writes meanwhile waits, and if it fails or is killed, the catalogue is as it was.
    Raises `ArchiveTrouble`.
    """
    catalogue = Catalogue(engine_for(home.catalogue))
    try:
        with catalogue.reading() as connection:
            if not older(version(connection)):
                return None
        with catalogue.writing() as connection:
            found = version(connection)
            if not older(found):
                return None  # somebody else has upgraded it meanwhile
            _migrate(connection)
        return found
    finally:
        catalogue.close()


def _create_tables(path: Path) -> None:
    catalogue = Catalogue(engine_for(path))
    try:
        with catalogue.writing() as connection:
            _migrate(connection)
        fold_in(catalogue)
    finally:
        catalogue.close()


def _migrate(connection: Connection) -> None:
    # Imported late: only a new or an older archive needs it, and it is slow to load.
    from alembic import command
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", "archive:migrations")
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
