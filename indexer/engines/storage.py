"""Files of an index that survive a power cut once a commit has returned, and their digests."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

_SEGMENT = ".seg"
_DIGEST = ".sha256"


def flush(path: Path) -> None:
    """Wait until the file or folder at `path` is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's folder of files, with what Whoosh leaves out: everything written is flushed to
    the disk before the table of contents is renamed into place, and the folder after it.
    Beside every segment stands a file with its SHA-256 and size, named so that Whoosh deletes
    it with the segment."""

    supports_mmap = False  # Whoosh would read a mapped segment's postings into memory at once.

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._unflushed: set[str] = set()
        self._opened: list[Any] = []

    def create_file(self, name: str, **options: Any) -> Any:
        self._unflushed.add(name)
        self._opened.append(super().create_file(name, **options))
        return self._opened[-1]

    def new_path(self, name: str) -> Path:
        """Where to write a file that is to be part of the next commit."""
        self._unflushed.add(name)
        return Path(self.folder, name)

    def discard(self, name: str) -> None:
        """Remove a file that was to be part of the next commit and no longer is."""
        if name in self._unflushed:
            self._unflushed.remove(name)
            Path(self.folder, name).unlink()

    def open_file(self, name: str, **options: Any) -> Any:
        if name.endswith(".toc"):  # Whoosh leaves a table of contents open if it is damaged.
            return BufferFile(memoryview(Path(self.folder, name).read_bytes()), name=name)
        file = super().open_file(name, **options)
        if self._unflushed:  # a commit reads what it has just written
            self._opened.append(file)
        return file

    def abandon(self) -> None:
        """Close every file that was opened here and remove those that no commit holds."""
        for file in self._opened:
            if not file.is_closed:
                with contextlib.suppress(OSError):
                    file.close()
        for name in self._unflushed:
            Path(self.folder, name).unlink(missing_ok=True)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        folder = Path(self.folder)
        written = [folder / name for name in self._unflushed if (folder / name).exists()]
        for path in written:
            flush(path)
            if path.suffix == _SEGMENT:
                digest = path.with_suffix(_DIGEST)
                digest.write_text(f"{_sha256(path)} {path.stat().st_size}\n", encoding="ascii")
                flush(digest)
        flush(folder)
        # Before they are a commit, lest `abandon` removes it.
        self._unflushed.clear()
        self._opened.clear()
        super().rename_file(oldname, newname, safe=safe)
        flush(folder)

    def check_size(self, segment: str) -> None:
        """Raises ValueError if the segment's file has not the size it was written with."""
        if segment in self._unflushed:
            return
        path = Path(self.folder, segment)
        expected = int(path.with_suffix(_DIGEST).read_text(encoding="ascii").split()[1])
        if path.stat().st_size != expected:
            raise ValueError(f"{segment} has {path.stat().st_size} bytes instead of {expected}")

    def damaged(self, segments: Iterable[str]) -> list[str]:
        """Those of the segment files whose content is not what was written, or is gone."""
        return [name for name in segments if not self._whole(Path(self.folder, name))]

    def _whole(self, path: Path) -> bool:
        try:
            digest = path.with_suffix(_DIGEST).read_text(encoding="ascii", errors="replace")
            return digest.startswith(_sha256(path))
        except FileNotFoundError:
            return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
