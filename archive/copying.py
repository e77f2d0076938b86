"""Copies of files that are known by their SHA-256: durable, and read again before they count."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.home import sync_folder
from archive.originals import make_folders

_CHUNK = 1 << 20


class NotTheBytes(Exception):
    """A file is missing, cannot be read or has other bytes than its digest says.  Says which."""


def digest_of(path: Path) -> str:
    """The SHA-256 of a file as it is on the disk, 64 hex digits.  Raises `OSError`."""
    with path.open("rb") as stream:
        # What is cached is let go, so that the disk is read and not the memory.
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(stream, "sha256").hexdigest()


def examine(path: Path, digest: str) -> None:
    """Read a file to its end.  Raises `NotTheBytes` unless it has this digest."""
    try:
        found = digest_of(path)
    except OSError as error:
        raise NotTheBytes(_unreadable(error)) from error
    if found != digest:
        raise NotTheBytes(f"damaged: its bytes have the SHA-256 {found}")


def copy_bytes(source: Path, digest: str, target: BinaryIO) -> None:
    """Write the bytes of a file to `target`; nothing is durable yet.

    Raises `NotTheBytes` if they are not what the digest says, `OSError` if `target` refuses;
    then what was written is of no use.
    """
    found = hashlib.sha256()
    try:
        stream = source.open("rb")
    except OSError as error:
        raise NotTheBytes(_unreadable(error)) from error
    with stream:
        while chunk := _read(stream.fileno()):
            found.update(chunk)
            target.write(chunk)
    if found.hexdigest() != digest:
        raise NotTheBytes(f"damaged: its bytes have the SHA-256 {found.hexdigest()}")


@contextmanager
def copied(source: Path, digest: str, *, scratch: Path) -> Iterator[Path]:
    """A read-only copy of `source` in `scratch`, durable and read again from the disk.

    Give it its name with `name_copy` within the block; else it is removed.  Raises
    `NotTheBytes` if the source is not what the digest says, `OSError` if it cannot be kept.
    """
    descriptor, name = tempfile.mkstemp(dir=scratch, prefix="original-")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as target:
            copy_bytes(source, digest, target)
            target.flush()
            os.fchmod(target.fileno(), 0o444)
            os.fsync(target.fileno())
        if digest_of(temporary) != digest:
            raise OSError(errno.EIO, "what was written cannot be read again", str(temporary))
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def name_copy(temporary: Path, final: Path, *, root: Path) -> None:
    """Give a copy its name below `root`, on the same disk, durably.  Raises `OSError`."""
    make_folders(final.parent, root)
    temporary.rename(final)
    sync_folder(final.parent)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError as error:
        raise NotTheBytes(_unreadable(error)) from error


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "missing"
    return f"cannot be read: {error.strerror}"
