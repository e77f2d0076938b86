"""A file of named arrays, mapped into memory, with a checksum for each block of it.

    header     MAGIC, VERSION, where the arrays end, how long the rest is, its CRC-32
    arrays     little-endian, each from a multiple of 64 bytes on
    checksums  a CRC-32 for each BLOCK bytes of arrays
    directory  JSON: the type, place and length of each array, and notes

A file is written once and never changed.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from indexer.engine import GenerationUnreadable

Array = npt.NDArray[Any]

MAGIC = b"pressmrk"
VERSION = 1
"""Raised when what is written changes its meaning; files of another version are refused."""

BLOCK = 1 << 16
_HEADER = struct.Struct("<8sIIQQ")
_ALIGNED = 64


class ArrayFile:
    """The arrays of a file.  A block is held to its checksum when it is first touched.

    Threads may share it.  The file stays mapped, even if deleted, while an array of it lives.
    """

    def __init__(self, path: Path) -> None:
        """Raises GenerationUnreadable if it is damaged or of another version."""
        self._path = path
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = self._map[: _HEADER.size].ljust(_HEADER.size)
        magic, version, checksum, end, rest = _HEADER.unpack(header)
        if magic != MAGIC:
            raise GenerationUnreadable(path.parent, f"{path.name} is not one of its files")
        if version != VERSION:
            raise GenerationUnreadable(
                path.parent, f"{path.name} has format {version} and not {VERSION}"
            )
        tail = self._map[end : end + rest]
        if _seal(end, rest, tail) != checksum:
            raise self._damaged()
        self._end = end
        blocks = -(-(end - _ALIGNED) // BLOCK)
        self._checksums = np.frombuffer(tail, "<u4", blocks)
        self._checked = bytearray(blocks)
        directory = json.loads(tail[4 * blocks :])
        self.notes: Mapping[str, Any] = directory["notes"]
        self._places: dict[str, tuple[np.dtype[Any], int, int]] = {
            name: (np.dtype(kind), start, count)
            for name, (kind, start, count) in directory["arrays"].items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def array(self, name: str) -> Array:
        """The whole of an array."""
        return self.part(name, 0, self._places[name][2])

    def part(self, name: str, first: int, last: int) -> Array:
        """The numbers from `first` up to `last` of an array, which cannot be written to."""
        kind, start, _ = self._places[name]
        start += first * kind.itemsize
        self._check(start - _ALIGNED, start - _ALIGNED + (last - first) * kind.itemsize)
        return np.frombuffer(self._map, kind, last - first, start)

    def _check(self, start: int, end: int) -> None:
        first, last = start // BLOCK, (end - 1) // BLOCK + 1
        block = self._checked.find(0, first, last)
        while block >= 0:
            at = _ALIGNED + block * BLOCK
            content = memoryview(self._map)[at : min(at + BLOCK, self._end)]
            if zlib.crc32(content) != self._checksums[block]:
                raise self._damaged()
            self._checked[block] = 1
            block = self._checked.find(0, block, last)

    def _damaged(self) -> GenerationUnreadable:
        return GenerationUnreadable(self._path.parent, f"{self._path.name} is damaged")


class Slot:
    """Room for an array of a file that is being written; filled from the beginning on."""

    def __init__(self, file: Any, kind: np.dtype[Any], start: int) -> None:
        self._file, self._kind, self._at = file, kind, start

    def append(self, array: Array) -> None:
        data = np.ascontiguousarray(array, dtype=self._kind)
        self._file.seek(self._at)
        self._file.write(data.data.cast("B") if len(data) else b"")
        self._at += data.nbytes


class ArrayWriter:
    """Writes a file of arrays; a context, at whose end the file is complete unless it failed."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._places: dict[str, tuple[str, int, int]] = {}
        self._end = _ALIGNED
        self.notes: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._file.close()

    def add(self, name: str, array: Array) -> None:
        """Write an array as it is."""
        self.reserve(name, array.dtype, len(array)).append(array)

    def reserve(self, name: str, kind: npt.DTypeLike, count: int) -> Slot:
        """Room for `count` numbers of a kind."""
        dtype = np.dtype(kind).newbyteorder("<")
        slot = Slot(self._file, dtype, self._end)
        self._places[name] = (dtype.str, self._end, count)
        self._end = -(-(self._end + count * dtype.itemsize) // _ALIGNED) * _ALIGNED
        return slot

    def _finish(self) -> None:
        self._file.truncate(self._end)
        self._file.seek(_ALIGNED)
        checksums = bytearray()
        while block := self._file.read(min(BLOCK, self._end - self._file.tell())):
            checksums += zlib.crc32(block).to_bytes(4, "little")
        directory = {"arrays": self._places, "notes": self.notes}
        tail = bytes(checksums) + json.dumps(directory, separators=(",", ":")).encode()
        self._file.write(tail)
        self._file.seek(0)
        seal = _seal(self._end, len(tail), tail)
        self._file.write(_HEADER.pack(MAGIC, VERSION, seal, self._end, len(tail)))


def narrowest(most: int) -> np.dtype[Any]:
    """The smallest type for numbers from 0 to `most`; never unsigned ones of 64 bits, which
    do not mix with signed ones."""
    return np.dtype(np.int64) if most >= 2**32 else np.min_scalar_type(most)


def narrowed(array: Array) -> Array:
    """The array in the smallest type that holds it; none of it is negative."""
    return array.astype(narrowest(int(array.max(initial=0))))


def _seal(end: int, rest: int, tail: bytes) -> int:
    return zlib.crc32(tail, zlib.crc32(struct.pack("<QQ", end, rest)))
