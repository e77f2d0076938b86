"""Where an archive keeps its run-time data, and how a new one begins."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ArchiveTrouble


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one archive.

    `index` may be deleted at any time, and `tmp` when nothing runs; the others may not.
    """

    root: Path

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    @property
    def catalogue(self) -> Path:
        return self.root / "catalogue.sqlite"

    @property
    def journal(self) -> Path:
        return self.root / "journal"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def scratch(self) -> Path:
        return self.root / "tmp"

    @property
    def aside(self) -> Path:
        """What was found damaged and replaced; it is made when there is something."""
        return self.root / "aside"

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.originals, self.journal, self.index, self.scratch)


def existing_home(root: Path) -> Home:
    """The archive at `root`.  Raises `ArchiveTrouble` if there is none, and creates none.

    Folders that hold nothing lasting are made again: a restored backup does not have them.
    """
    home = Home(root)
    if not home.catalogue.is_file() or not home.originals.is_dir():
        raise ArchiveTrouble(
            f"There is no archive at {root}. "
            "Run “pressmark init” to begin one there, or set PRESSMARK_HOME to an existing one."
        )
    for folder in (home.index, home.scratch):
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise ArchiveTrouble(f"{folder} cannot be made: {error.strerror}.") from error
    return home


def prepare_home(root: Path) -> Home:
    """Create the folders of an archive at `root`; the catalogue is the caller's to begin.

    Raises `ArchiveTrouble` if `root` is a file or holds anything that is not an archive's.
    """
    home = Home(root)
    catalogue = {home.catalogue.name + suffix for suffix in ("", "-wal", "-shm", "-journal")}
    known = {folder.name for folder in home.folders} | {home.aside.name} | catalogue
    if root.exists() and not root.is_dir():
        raise ArchiveTrouble(f"{root} is a file; an archive needs a folder. Choose another place.")
    if root.is_dir():
        strangers = sorted(entry.name for entry in root.iterdir() if entry.name not in known)
        if strangers:
            raise ArchiveTrouble(
                f"{root} is not empty (it holds {strangers[0]}) and is not an archive. "
                "Choose an empty folder."
            )
    for folder in home.folders:
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
    return home


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable (fsync of the directory, POSIX)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
