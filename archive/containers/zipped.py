"""ZIP files, and the bags that come in them."""

from __future__ import annotations

import io
import re
import stat
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from archive.containers import bag
from archive.containers.piece import (
    CONTAINER_LIMIT,
    PARTS_LIMIT,
    BadBag,
    Lacking,
    NotUnpacked,
    Piece,
)
from archive.originals import SIZE_LIMIT

_RATIO = 100
_HARMLESS = 50_000_000
_TROUBLE = (
    BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)
_ENCRYPTED = 0x1


def unpack(content: bytes) -> Iterator[Piece | Lacking]:
    """The files in a ZIP file, in its order; of a bag its payload, if all of it is as it should.

    What unpacks to too much is refused by the sizes it states, before anything is unpacked;
    no more than what is stated is ever unpacked.
    """
    try:
        file = ZipFile(io.BytesIO(content))
    except _TROUBLE as error:
        raise NotUnpacked("the ZIP file is damaged") from error
    with file:
        entries = [each for each in file.infolist() if _is_file(each)]
        root = _bag_root(entries)
        if root is None:
            entries = [each for each in entries if not _passed_over(each)]
        _check(entries, len(content))
        if root is not None:
            entries = _payload(file, entries, root)
        for entry in entries:
            yield _piece(file, entry)


def _piece(file: ZipFile, entry: ZipInfo) -> Piece | Lacking:
    if entry.flag_bits & _ENCRYPTED:
        return Lacking(entry.filename, "it is locked with a password")
    if entry.file_size > SIZE_LIMIT:
        limit = SIZE_LIMIT // 1_000_000
        return Lacking(entry.filename, f"the file is larger than {limit} MB")
    try:
        return Piece(entry.filename, file.read(entry))
    except _TROUBLE:
        return Lacking(entry.filename, "it is damaged in the ZIP file")


def _is_file(entry: ZipInfo) -> bool:
    return not entry.is_dir() and not stat.S_ISLNK(entry.external_attr >> 16)


def _passed_over(entry: ZipInfo) -> bool:
    """As in a folder: what begins with a dot, and what one system adds to every file."""
    names = entry.filename.split("/")
    return any(name == "__MACOSX" or re.match(r"\.[^.]", name) for name in names)


def _check(entries: list[ZipInfo], size: int) -> None:
    if not entries:
        raise NotUnpacked("the ZIP file holds no files")
    if len(entries) > PARTS_LIMIT:
        raise NotUnpacked(f"the ZIP file holds more than {PARTS_LIMIT:,} files")
    total = sum(entry.file_size for entry in entries)
    if total > CONTAINER_LIMIT or (total > _HARMLESS and total > _RATIO * size):
        raise NotUnpacked(
            f"the ZIP file of {size / 1e6:,.1f} MB would unpack to {total / 1e6:,.0f} MB"
        )


def _bag_root(entries: list[ZipInfo]) -> str | None:
    """The folder that is a bag: the ZIP file itself, or the one folder in it (RFC 8493, 4.2)."""
    for entry in entries:
        folder, _, name = entry.filename.rpartition("/")
        if name == bag.DECLARATION and "/" not in folder:
            return f"{folder}/" if folder else ""
    return None


def _payload(file: ZipFile, entries: list[ZipInfo], root: str) -> list[ZipInfo]:
    by_path: dict[str, ZipInfo] = {}
    for entry in entries:
        path = entry.filename.removeprefix(root)
        if not bag.safe(entry.filename):
            raise BadBag(f"{entry.filename} leads out of the bag")
        if path in by_path:
            raise BadBag(f"{path} is there twice")
        if entry.filename.startswith(root):
            by_path[path] = entry

    def opened(entry: ZipInfo) -> BinaryIO:
        return cast(BinaryIO, file.open(entry))

    try:
        held = bag.payload({path: partial(opened, entry) for path, entry in by_path.items()})
    except _TROUBLE as error:
        raise BadBag(f"it cannot be unpacked ({error})") from error
    return [by_path[path] for path in held]
