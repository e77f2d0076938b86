"""Small files that vouch for themselves: JSON with its own SHA-256, replaced atomically."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archive.catalogue.chain import canonical
from archive.home import sync_folder


class SealBroken(ValueError):
    """The file does not hold what was written."""


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Put `content` in place of what the file held, durably.  Raises `OSError`."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as stream:
        stream.write(_sealed(content))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def read_sealed(path: Path) -> Mapping[str, Any]:
    """What was written.  Raises `SealBroken`, `OSError`."""
    written = path.read_bytes()
    try:
        content = json.loads(written)["content"]
    except (ValueError, KeyError, TypeError) as error:
        raise SealBroken(f"{path.name} does not hold what was written") from error
    if not isinstance(content, dict) or _sealed(content) != written:
        raise SealBroken(f"{path.name} does not hold what was written")
    return MappingProxyType(content)


def read_sealed_once(path: Path) -> Mapping[str, Any]:
    """As `read_sealed`; a file that nobody has written to since is not read again, for each
    search asks."""
    there = path.stat()
    return _read(path, there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, *_version: int) -> Mapping[str, Any]:
    return read_sealed(path)


def _sealed(content: Mapping[str, Any]) -> bytes:
    digest = hashlib.sha256(canonical(content).encode()).hexdigest()
    return canonical({"content": content, "sha256": digest}).encode() + b"\n"
