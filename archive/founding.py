"""Beginning an archive: its folders, then its catalogue, in place only when it is whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from archive.catalogue.database import engine_for
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
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise ArchiveTrouble(f"No archive can be begun at {root}: {error.strerror}.") from error
    return home, True


def _create_tables(path: Path) -> None:
    # Imported late: only a new archive needs it, and it is slow to load.
    from alembic import command
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", "archive:migrations")
    engine = engine_for(path)
    with engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "head")
        connection.commit()
        # The write-ahead log is folded in, so that one file is the whole catalogue.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
