"""From the paths that an archivist names to the submissions they stand for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.articles import articles_in
from archive.containers import BadBag, bag
from archive.manifest import JSON_LINES, Manifest, Row
from archive.originals import Refused, opened
from archive.submission import Problem, Submission, from_file
from archive.values import plain


@dataclass(frozen=True, slots=True)
class BagFolder:
    """A folder that is a bag: its payload, once all of it is found to be as its manifests say, or
    one problem.  `name` is what stands before the names of its files."""

    root: Path
    name: str

    def __iter__(self) -> Iterator[Submission | Problem]:
        try:
            held = bag.payload(bag.in_folder(self.root))
        except (BadBag, OSError) as error:
            reason = f"the bag is not whole: {error}; nothing of it was added"
            yield Problem(self.name or plain(self.root.name), reason)
            return
        for path in held:
            yield from_file(self.root / path, f"{self.name}/{path}".lstrip("/"))

    def count(self) -> int:
        return sum(len(files) for _, _, files in os.walk(self.root / "data"))


Step = Submission | Problem | Path | BagFolder


@dataclass(frozen=True, slots=True)
class Gathering:
    """What the paths come to.

    `steps` are done one after the other: a submission, a problem, or a JSON Lines file or a bag
    that holds any number of both.  `notes` are files passed over, with the reason.
    """

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Submission | Problem]:
        for step in self.steps:
            if isinstance(step, Path):
                yield from articles_in(step)
            elif isinstance(step, BagFolder):
                yield from step
            else:
                yield step

    def count(self) -> int:
        """How many submissions and problems there will be; lines are counted, not read."""
        return sum(map(_count, self.steps))


def gather(
    paths: Sequence[Path], manifest: Manifest | None = None, *, home: Path | None = None
) -> Gathering:
    """The submissions that `paths` stand for, each once: files, folders (recursively, in the
    order of their names), bags, JSON Lines files of articles.

    The archive's own folder, `home`, is passed over.  With a manifest a folder supplies only
    what the manifest names; no paths at all stand for everything it names.
    """
    if manifest is not None:
        return _described(paths, manifest, home)
    steps: dict[Path, Step] = {}
    notes: list[str] = []
    bag_root = cache(_bag_root)
    for path in paths:
        for file, name in files_under(path, notes.append, home):
            root = bag_root(path, file.parent)
            if root is None:
                steps.setdefault(_identity(file), _step(file, name))
            else:
                within = plain(root.relative_to(path).as_posix())
                steps.setdefault(_identity(root), BagFolder(root, "" if root == path else within))
    return Gathering(tuple(steps.values()), tuple(notes))


def _described(paths: Sequence[Path], manifest: Manifest, home: Path | None) -> Gathering:
    rows = {_identity(row.path): row for row in manifest.rows}
    steps: list[Submission | Problem | Path] = []
    notes: list[str] = []
    bad = {_identity(path) for path, _ in manifest.problems if path is not None}
    asked_for: set[Path] = set()
    if not paths:
        steps += [_from_row(row) for row in manifest.rows]
    for path in paths:
        for file, name in files_under(path, notes.append, home):
            key = _identity(file)
            if key in asked_for:
                continue
            asked_for.add(key)
            if key in rows:
                steps.append(_from_row(rows[key]))
            elif key in bad:
                continue
            elif path.is_dir():
                notes.append(f"{file}: not in the manifest")
            else:
                notes.append(f"{file}: not in the manifest; added as it is")
                steps.append(_step(file, name))
    folders = [_identity(path) for path in paths if path.is_dir()]
    for named, problem in manifest.problems:
        # A bad row is told unless its file is plainly outside what was asked for.
        place = None if named is None else _identity(named)
        if (
            place is None
            or not paths
            or place in asked_for
            or any(place.is_relative_to(folder) for folder in folders)
        ):
            steps.append(problem)
    return Gathering(tuple(steps), tuple(notes))


def _from_row(row: Row) -> Submission:
    return from_file(row.path, row.file, row.statements, row.description)


def _step(file: Path, name: str) -> Submission | Path:
    return file if file.suffix.lower() in JSON_LINES else from_file(file, name)


def files_under(
    path: Path, tell: Callable[[str], None], home: Path | None = None
) -> Iterator[tuple[Path, str]]:
    """The files a path stands for, each with the name it is known by: relative to the path.

    What a folder holds and is passed over (dot files, sockets, the archive `home`) is told.
    """
    if not path.is_dir():
        yield path, plain(path.name)
        return
    for folder, subfolders, files in os.walk(path):
        if home is not None and _identity(Path(folder)) == _identity(home):
            tell(f"{folder}: passed over, it is the archive itself")
            subfolders.clear()
            continue
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder) / name
            if name.startswith("."):
                tell(f"{file}: passed over, its name begins with a dot")
            elif not file.is_file():
                tell(f"{file}: passed over, it is not a regular file")
            else:
                yield file, plain(file.relative_to(path).as_posix())


def _identity(path: Path) -> Path:
    """One name for one file.  Unlike `Path.resolve` it does not give up on a loop of links."""
    return Path(os.path.realpath(path))


def _bag_root(path: Path, folder: Path) -> Path | None:
    """The outermost folder from `path` on that is a bag and that `folder` lies in."""
    if not folder.is_relative_to(path):
        return None
    below = folder.relative_to(path).parts
    folders = (path.joinpath(*below[:depth]) for depth in range(len(below) + 1))
    return next((each for each in folders if (each / bag.DECLARATION).is_file()), None)


def _count(step: Step) -> int:
    if isinstance(step, BagFolder):
        return step.count()
    return _lines_in(step) if isinstance(step, Path) else 1


def _lines_in(path: Path) -> int:
    try:
        with opened(path, limit=None) as stream:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b"")) or 1
    except Refused:
        return 1
