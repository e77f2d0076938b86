"""Mending originals: the damaged and the missing, from a backup or from a BagIt bag.

What replaces an original has its digest; what it replaces is kept in `aside/`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.catalogue import events
from archive.catalogue import originals as catalogued
from archive.catalogue.database import Catalogue
from archive.copying import NotTheBytes, copied, examine, name_copy
from archive.errors import ArchiveTrouble
from archive.home import Home, sync_folder
from archive.originals import Originals

_BAG_MANIFEST = "manifest-sha256.txt"


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of it: the digests of the originals that are whole again, and of those that
    are not, with the reason."""

    whole: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


def mend(
    home: Home,
    catalogue: Catalogue,
    source: Path,
    *,
    at: datetime,
    agent: str,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Mended:
    """Replace every original whose newest check failed by the one in `source`.

    `source` is a folder of backups or a BagIt bag (RFC 8493) with SHA-256.  Each original
    that is whole again has passed a check, which is an event.  With `dry_run` nothing is
    written.  Raises `ArchiveTrouble` if the disk refuses.
    """
    with catalogue.reading() as connection:
        wanted = [each.digest for each in catalogued.damaged(connection)]
    whole, left = [], []
    try:
        listed = _bagged(source, frozenset(wanted))
        for done, digest in enumerate(wanted, start=1):
            try:
                taken = _mend(home, digest, _candidates(source, digest, listed), at, dry_run)
            except NotTheBytes as error:
                left.append((digest, str(error)))
                continue
            if not dry_run:
                how = f"from {source}" if taken else None
                _note(catalogue, digest, how, at=at, agent=agent)
            whole.append(digest)
            if progress:
                progress(done, len(wanted))
    except OSError as error:
        raise ArchiveTrouble(
            f"The originals cannot be mended from {source}: {error.strerror}."
        ) from error
    return Mended(tuple(whole), tuple(left))


def put_in_place(home: Home, source: Path, digest: str, at: datetime) -> None:
    """Keep a good copy of `source` as the original with this digest.

    Raises `NotTheBytes` if it is none, and `OSError`; then the original is as it was.
    """
    final = Originals(home).path(digest)
    with copied(source, digest, scratch=home.scratch) as temporary:
        if final.exists():
            _keep_bytes_aside(home, final, at)
        name_copy(temporary, final, root=home.originals)


def keep_aside(home: Home, path: Path, at: datetime) -> Path:
    """Move a file or folder to `aside/`, durably; where it is now.  Raises `OSError`."""
    place = _place_aside(home, path, at)
    path.rename(place)
    sync_folder(place.parent)
    return place


def _keep_bytes_aside(home: Home, path: Path, at: datetime) -> None:
    # A second name for the damaged bytes first: at no moment are they without one.
    place = _place_aside(home, path, at)
    os.link(path, place)
    sync_folder(place.parent)


def _place_aside(home: Home, path: Path, at: datetime) -> Path:
    home.aside.mkdir(exist_ok=True)
    sync_folder(home.root)
    stem = f"{path.name}.{at:%Y%m%dT%H%M%S%fZ}"
    place, number = home.aside / stem, 1
    while place.exists():
        number += 1
        place = home.aside / f"{stem}-{number}"
    return place


def _mend(home: Home, digest: str, candidates: Iterator[Path], at: datetime, dry_run: bool) -> bool:
    """Whether the original was replaced; else it is whole as it is.  Raises `NotTheBytes`."""
    try:
        examine(Originals(home).path(digest), digest)
        return False
    except NotTheBytes:
        pass
    reason = "the backup does not have it"
    for candidate in candidates:
        try:
            if dry_run:
                examine(candidate, digest)
            else:
                put_in_place(home, candidate, digest, at)
            return True
        except NotTheBytes as error:
            reason = f"in the backup it is {error}"
    raise NotTheBytes(reason)


def _candidates(source: Path, digest: str, listed: Mapping[str, Path]) -> Iterator[Path]:
    path = Originals(Home(source)).path(digest)
    if path.exists():
        yield path
    if digest in listed:
        yield listed[digest]


def _bagged(source: Path, wanted: frozenset[str]) -> Mapping[str, Path]:
    """Where a bag has the originals that are wanted; nothing outside the bag."""
    found: dict[str, Path] = {}
    try:
        with (source / _BAG_MANIFEST).open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                digest, _, name = line.strip().partition(" ")
                if digest.lower() not in wanted:
                    continue
                path = (source / _plain(name.strip().removeprefix("*"))).resolve()
                if path.is_relative_to(source.resolve()):
                    found[digest.lower()] = path
    except FileNotFoundError:
        pass
    return found


def _plain(name: str) -> str:
    """A name as the file system has it: manifests write line ends and percent signs as %0A, %0D
    and %25 (RFC 8493, 2.1.3)."""
    for written, meant in (("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        name = name.replace(written, meant).replace(written.lower(), meant)
    return name


def _note(catalogue: Catalogue, digest: str, how: str | None, *, at: datetime, agent: str) -> None:
    with catalogue.writing() as connection:
        for kind, detail in (
            *(((events.RECOVERY, how),) if how else ()),
            (events.FIXITY_CHECK, f"SHA-256 {digest}"),
        ):
            events.log(connection, kind, at=at, agent=agent, detail=detail, digest=digest)
