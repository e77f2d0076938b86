"""Originals: bytes as received, written once, named by their SHA-256.

An original lives at `originals/sha256/ab/cd/<hex>`, read-only.  Its bytes are durable
before its name is, and its name before the catalogue speaks of it, so a crash at any
moment leaves at worst a file that no record mentions.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from archive.errors import ArchiveTrouble
from archive.home import Home, sync_folder

SIZE_LIMIT = 200_000_000
"""Bytes; a larger file is refused before it is read."""

_CHUNK = 1 << 20
_WAITING = 8  # threads; more cost more than they wait less
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class Refused(ValueError):
    """These bytes are not kept: unreadable, empty, or more than `SIZE_LIMIT`.  Says why."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What identifies bytes: SHA-256 as 64 hex digits, and the size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Originals:
    """The store of originals of one archive."""

    home: Home

    def path(self, digest: str) -> Path:
        """Where the original lives.  Raises `ValueError` for anything but a lower-case SHA-256."""
        return self.home.originals / path_of(digest)

    def open(self, digest: str) -> BinaryIO:
        """The bytes as received.  Raises `FileNotFoundError` if the store does not have them."""
        return self.path(digest).open("rb")

    def keep(self, stream: BinaryIO) -> Fingerprint:
        """Keep the bytes of `stream`; when this returns they are durable.

        The same bytes are one original, however often they come.  Raises `Refused`, and
        `ArchiveTrouble` when the disk says no; then nothing is kept.
        """
        with self.together() as keep:
            return keep(stream)

    @contextmanager
    def together(self) -> Iterator[Callable[[BinaryIO], Fingerprint]]:
        """Keep many: within the block each stream is taken and identified, and when the block
        has ended all are durable, at the cost of a few.

        What the block is given raises as `keep` does; if the block fails nothing is kept, and if
        its end fails some of them may be, which nothing mentions.
        """
        taken: list[tuple[Path, Path]] = []

        def take(stream: BinaryIO) -> Fingerprint:
            with self._trouble_told():
                temporary, fingerprint = self._taken(stream)
            taken.append((temporary, self.path(fingerprint.digest)))
            return fingerprint

        try:
            yield take
            with self._trouble_told():
                _at_once(_flush, [temporary for temporary, _ in taken])
                for temporary, final in taken:
                    self._name(temporary, final)
                # Also of those that were there: whoever put them there may not have come to this
                # line yet.
                _at_once(sync_folder, self._folders([final for _, final in taken]))
        finally:
            for temporary, _ in taken:
                temporary.unlink(missing_ok=True)

    def sweep(self, *, before: datetime) -> None:
        """Remove what interrupted receipts left behind, if it was last written before then."""
        for left in self.home.scratch.glob("original-*"):
            with contextlib.suppress(OSError):
                if left.stat().st_mtime < before.timestamp():
                    left.unlink()

    def _taken(self, stream: BinaryIO) -> tuple[Path, Fingerprint]:
        """The bytes in a file that has no lasting name yet."""
        descriptor, name = tempfile.mkstemp(dir=self.home.scratch, prefix="original-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                fingerprint = _copied(stream, target)
                os.fchmod(target.fileno(), 0o444)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return temporary, fingerprint

    def _name(self, temporary: Path, final: Path) -> None:
        if not final.exists():
            final.parent.mkdir(parents=True, exist_ok=True)
            temporary.rename(final)

    def _folders(self, finals: Sequence[Path]) -> list[Path]:
        """The folders in which names lead to originals, the innermost first."""
        folders: list[Path] = []
        level = {final.parent for final in finals}
        while level:
            folders += sorted(level)
            level = {folder.parent for folder in level if folder != self.home.originals}
        return folders

    @contextmanager
    def _trouble_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveTrouble(
                f"The original cannot be kept in {self.home.originals}: {error.strerror}. "
                "Nothing of it was added."
            ) from error


def path_of(digest: str) -> PurePosixPath:
    """Where an original lives in a store.  Raises `ValueError` as `Originals.path`."""
    if not _DIGEST.match(digest):
        raise ValueError(f"not a SHA-256: {digest!r}")
    return PurePosixPath("sha256", digest[:2], digest[2:4], digest)


def fingerprint_of(stream: BinaryIO) -> Fingerprint:
    """Identify bytes without keeping them.  Raises `Refused` as `Originals.keep` would."""
    with Path(os.devnull).open("wb") as nowhere:
        return _copied(stream, nowhere)


def content_of(stream: BinaryIO) -> bytes:
    """All bytes of a stream.  Raises `Refused` as `Originals.keep` would."""
    chunks, size = [], 0
    while chunk := _chunk(stream):
        size += len(chunk)
        _check_size(size)
        chunks.append(chunk)
    if size == 0:
        raise Refused("the file is empty")
    return b"".join(chunks)


@contextmanager
def opened(path: Path, *, limit: int | None = SIZE_LIMIT) -> Iterator[BinaryIO]:
    """Open a file that somebody named, if it is a regular one.

    Raises `Refused`, before anything is read, when it has more bytes than `limit` or
    cannot be opened.
    """
    try:
        # Not blocking: a named pipe would otherwise wait for somebody to write to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no name of a file"
        raise Refused(f"the file cannot be read: {reason}") from error
    with os.fdopen(descriptor, "rb") as stream:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise Refused("it is not a regular file")
        if limit is not None:
            _check_size(facts.st_size)
        yield stream


def _copied(stream: BinaryIO, target: BinaryIO) -> Fingerprint:
    digest, size = hashlib.sha256(), 0
    while chunk := _chunk(stream):
        size += len(chunk)
        _check_size(size)
        digest.update(chunk)
        target.write(chunk)
    if size == 0:
        raise Refused("the file is empty")
    return Fingerprint(digest.hexdigest(), size)


def _chunk(stream: BinaryIO) -> bytes:
    try:
        return stream.read(_CHUNK)
    except OSError as error:
        raise Refused(f"the file cannot be read: {error.strerror}") from error


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _at_once(wait: Callable[[Path], None], paths: Sequence[Path]) -> None:
    """Wait for the disk, for all of them at once: it then writes them together."""

    def wait_for(share: Sequence[Path]) -> None:
        for path in share:
            wait(path)

    if len(paths) < 2:
        wait_for(paths)
        return
    # A share each, for to hand a path to a thread takes longer than the thread has to do with it.
    shares = [paths[first::_WAITING] for first in range(min(_WAITING, len(paths)))]
    with ThreadPoolExecutor(len(shares)) as threads:
        for _ in threads.map(wait_for, shares):
            pass


def _check_size(size: int) -> None:
    if size > SIZE_LIMIT:
        raise Refused(f"the file is larger than {SIZE_LIMIT // 1_000_000} MB")


def make_folders(folder: Path, root: Path) -> None:
    """Create `folder` below `root`, each new name made durable in its parent.

    Raises `OSError`.
    """
    missing = []
    while folder != root and not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)
