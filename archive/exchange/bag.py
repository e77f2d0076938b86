"""BagIt bags (RFC 8493): opening one that somebody hands over, and reading it through.

`bagit`, the Library of Congress's, says whether it is a bag and whole.  It follows links and
lets tag files pass that nobody vouches for; a bag that an archive takes in has neither.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.errors import UserMistake
from archive.originals import Refused, opened
from archive.values import one_line

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"

_CHUNK = 1 << 20
_SAFE = ("sha256", "sha512")
_READ = (*_SAFE, "md5", "sha1")


@dataclass(frozen=True, slots=True)
class Bag:
    """A complete bag.  `files` has every file in it but the tag manifests, by its path below
    `root`, with its digests by algorithm; they are not read yet (`examine_bag`)."""

    root: Path
    files: Mapping[str, Mapping[str, str]]

    def path(self, name: str) -> Path:
        """Where a file of the bag is.  Raises `UserMistake` if the bag does not have it."""
        if name not in self.files:
            raise bad_bag(self.root, f"it has no {name}")
        return self.root / name


def bad_bag(root: Path, reason: str) -> UserMistake:
    """What is told of a bag that is not taken."""
    return UserMistake(f"The bag {root} is not as it was packed: {one_line(reason)}.")


def open_bag(root: Path) -> Bag:
    """A bag with every file that its manifests list and no other, all regular files inside it.

    Raises `UserMistake` for anything else.
    """
    if not root.is_dir():
        raise UserMistake(f"There is no folder {root}; name the folder of a bag.")
    if not (root / "bagit.txt").is_file():
        raise UserMistake(f"{root} is no bag: it has no bagit.txt.")
    try:
        there = frozenset(_files(root))
    except OSError as error:
        raise UserMistake(f"The bag {root} cannot be read: {error.strerror}.") from error
    if "fetch.txt" in there:
        raise bad_bag(root, "files are to be fetched from elsewhere (fetch.txt)")
    listed = _listed(root)
    for name in sorted(there - listed.keys()):
        if not name.startswith("tagmanifest-"):
            raise bad_bag(root, f"no manifest lists the file {name}")
    for name, digests in listed.items():
        if name not in there:
            raise bad_bag(root, f"the file {name} is missing")
        if not any(algorithm in digests for algorithm in _SAFE):
            raise bad_bag(root, f"no SHA-256 or SHA-512 vouches for the file {name}")
    return Bag(root, listed)


def examine_bag(bag: Bag, read: Callable[[], None] = lambda: None) -> None:
    """Read every file against its digests; `read` is called after each.

    Raises `UserMistake` at the first that is not what its manifests say.
    """
    for name, digests in sorted(bag.files.items()):
        found = {name: hashlib.new(name) for name in _READ if name in digests}
        try:
            with opened(bag.root / name, limit=None) as stream:
                # What is cached is let go, so that the disk is read and not the memory.
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                while chunk := stream.read(_CHUNK):
                    for each in found.values():
                        each.update(chunk)
        except (Refused, OSError) as error:
            raise bad_bag(bag.root, f"the file {name} cannot be read ({error})") from error
        for algorithm, digest in found.items():
            if digest.hexdigest() != digests[algorithm].lower():
                raise bad_bag(bag.root, f"the file {name} has not the digest that is listed")
        read()


def _files(root: Path) -> Iterator[str]:
    for folder, names, files in os.walk(root, onerror=_raised):
        for name in (*names, *files):
            path = Path(folder) / name
            within = path.relative_to(root).as_posix()
            mode = path.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise bad_bag(root, f"{within} is a link or no regular file")
            if stat.S_ISREG(mode):
                yield within


def _raised(error: OSError) -> None:
    raise error


def _listed(root: Path) -> Mapping[str, Mapping[str, str]]:
    # Imported late, as everything that one verb alone needs.
    import bagit

    # It logs what it raises, too, with the names as they are.
    logging.getLogger("bagit").addHandler(logging.NullHandler())
    try:
        with warnings.catch_warnings():
            # What its use of older ways of Python calls forth is none of the caller's trouble.
            warnings.simplefilter("ignore", DeprecationWarning)
            found = bagit.Bag(str(root))
            found.validate(completeness_only=True)
    except (bagit.BagError, ValueError, LookupError, TypeError) as error:
        raise bad_bag(root, str(error) or type(error).__name__) from error
    except OSError as error:
        raise UserMistake(f"The bag {root} cannot be read: {error.strerror}.") from error
    return dict(found.entries)
