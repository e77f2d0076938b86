"""Bags (BagIt, RFC 8493), as a folder or in a ZIP file: whether they are what their manifests say.

A bag is taken whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote

from archive.containers.piece import BadBag

DECLARATION = "bagit.txt"

_MANIFEST = re.compile(r"(?:tag)?manifest-([a-z0-9]+)\.txt\Z")
_LINE = re.compile(r"(\S+)\s+\*?(\S.*)\Z")
_ESCAPED = re.compile(r"%(?:0A|0D|25)", re.IGNORECASE)
_MANIFEST_BYTES = 50_000_000
_CHUNK = 1 << 20

Files = Mapping[str, Callable[[], AbstractContextManager[BinaryIO]]]
"""The files of a bag by their paths in it, with / between, each with how to open it."""


def in_folder(root: Path) -> Files:
    """The files in a folder that is a bag.  Raises `BadBag` for one that a link leads out of it."""
    real = os.path.realpath(root)
    files: dict[str, Callable[[], AbstractContextManager[BinaryIO]]] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            file = Path(folder) / name
            path = file.relative_to(root).as_posix()
            if not Path(os.path.realpath(file)).is_relative_to(real):
                raise BadBag(f"{path} leads out of the bag")
            files[path] = partial(_open, file)
    return files


def _open(file: Path) -> BinaryIO:
    return file.open("rb")


def payload(files: Files) -> tuple[str, ...]:
    """The paths of a bag's payload, once every file is found to be as the manifests say.

    Raises `BadBag` at the first that is not, `OSError` for what cannot be read.
    """
    if not re.match(rb"\s*BagIt-Version:", _content(files, DECLARATION)):
        raise BadBag(f"{DECLARATION} does not say that this is a bag")
    manifests = {name: found for name in sorted(files) if (found := _MANIFEST.match(name))}
    if not any(name.startswith("manifest-") for name in manifests):
        raise BadBag("it has no manifest")
    listed: set[str] = set()
    wanted: dict[str, dict[str, str]] = {}
    for name, found in manifests.items():
        for path, digest in _lines(files, name):
            if path.startswith("data/") == name.startswith("tag"):
                raise BadBag(f"{path} has no place in {name}")
            wanted.setdefault(path, {})[_algorithm(found[1], name)] = digest.lower()
            listed.add(path)
    for path in sorted(listed):
        if path not in files:
            raise BadBag(f"{path} is missing")
    held = tuple(sorted(path for path in files if path.startswith("data/")))
    for path in held:
        if path not in listed:
            raise BadBag(f"{path} is in no manifest")
    for path, digests in sorted(wanted.items()):
        for algorithm, digest in _digests(files, path, digests).items():
            if digest != digests[algorithm]:
                raise BadBag(f"{path} is not as its manifest says ({algorithm} differs)")
    return held


def safe(path: str) -> bool:
    """Whether a path stays where it is put: relative, without .. and drives."""
    parts = PurePosixPath(path).parts
    return not (
        path.startswith(("/", "~")) or ".." in parts or "\\" in path or re.match(r"[A-Za-z]:", path)
    )


def _lines(files: Files, name: str) -> Iterator[tuple[str, str]]:
    try:
        text = _content(files, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadBag(f"{name} is not in UTF-8") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.match(line.strip())
        if not found:
            raise BadBag(f"{name}, line {number} is no digest and path")
        path = _ESCAPED.sub(lambda sign: unquote(sign[0]), found[2]).removeprefix("./")
        if not safe(path):
            raise BadBag(f"{name}, line {number}: {path} leads out of the bag")
        yield path, found[1]


def _algorithm(name: str, manifest: str) -> str:
    if name not in hashlib.algorithms_guaranteed or name.startswith("shake"):
        raise BadBag(f"{manifest} has digests that are not known here")
    return name


def _digests(files: Files, path: str, algorithms: Mapping[str, str]) -> dict[str, str]:
    digests = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    with files[path]() as stream:
        while chunk := stream.read(_CHUNK):
            for digest in digests.values():
                digest.update(chunk)
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _content(files: Files, name: str) -> bytes:
    with files[name]() as stream:
        content = stream.read(_MANIFEST_BYTES + 1)
    if len(content) > _MANIFEST_BYTES:
        raise BadBag(f"{name} is larger than {_MANIFEST_BYTES // 1_000_000} MB")
    return content
