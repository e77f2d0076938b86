"""Manifests: what an archivist says of files, as CSV or JSON Lines.

The columns are those of `archive.record.PROPERTIES`, and `file`, which alone is required
and is relative to the manifest's folder.  `;` separates values, a role stands in
parentheses, dates are EDTF, an empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from archive.errors import UserMistake
from archive.record import PROPERTIES, Description, Statement
from archive.submission import Problem
from archive.tables import HALF_A_PAIR, encodable, json_objects, mistakes_told, opened_table
from archive.values import described

COLUMNS = tuple(row.column for row in PROPERTIES)
JSON_LINES = (".jsonl", ".ndjson")

_PROPERTY = {row.column: row.name for row in PROPERTIES}


@dataclass(frozen=True, slots=True)
class Row:
    """What a manifest says of one file; `path` is where the file should be."""

    file: str
    path: Path
    statements: tuple[Statement, ...]
    description: Description


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest's good rows, and its bad ones with their reasons and the files they name."""

    rows: tuple[Row, ...]
    problems: tuple[tuple[Path | None, Problem], ...]


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; a bad row is a problem, the others stand.

    Raises `UserMistake` if the whole cannot be used: unreadable, not UTF-8, a column that
    is not known, no `file` column.
    """
    rows: list[Row] = []
    problems: list[tuple[Path | None, Problem]] = []
    seen: dict[Path, str] = {}
    with mistakes_told(path):
        for place, cells in _lines(path):
            row = _row(path, place, cells)
            if isinstance(row, Row) and row.path.resolve() in seen:
                reason = f"the file is already named in {seen[row.path.resolve()]}"
                problems.append((row.path, Problem(f"{place}, column file", reason)))
            elif isinstance(row, Row):
                seen[row.path.resolve()] = place
                rows.append(row)
            else:
                problems.append(row)
    return Manifest(tuple(rows), tuple(problems))


def statements_in(
    cells: Mapping[str, Any], where: str, place: str
) -> tuple[tuple[Statement, ...], Description] | Problem:
    """The statements in one row of known columns, and what they come to; else what is wrong.

    A cell is a string, or a list of strings (JSON Lines), or None or empty: says nothing.
    """
    statements: list[Statement] = []
    for column, cell in cells.items():
        parts = cell if isinstance(cell, list) else [cell]
        for part in parts:
            if part is None or part == "":
                continue
            if isinstance(part, int) and not isinstance(part, bool):
                part = str(part)
            if not isinstance(part, str):
                return Problem(f"{place}, column {column}", "the value must be a text")
            if not encodable(part):
                return Problem(f"{place}, column {column}", HALF_A_PAIR)
            if part.strip():
                statements.append(Statement(_PROPERTY[column], part.strip(), where))
    try:
        return tuple(statements), described(statements)
    except ValueError:
        return next(filter(None, (_problem(statement, place) for statement in statements)))


def _problem(statement: Statement, place: str) -> Problem | None:
    """What is wrong with a statement, if anything is."""
    try:
        described([statement])
    except ValueError as error:
        column = next(c for c, name in _PROPERTY.items() if name == statement.property)
        return Problem(f"{place}, column {column}", str(error))
    return None


def unknown_columns(names: Iterable[str], extra: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the names are neither columns of a manifest nor `extra`."""
    return tuple(name for name in names if name not in COLUMNS and name not in extra)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any] | str]]:
    if path.suffix.lower() in JSON_LINES:
        for number, data in json_objects(path):
            if isinstance(data, dict):
                _check_columns(path, data)
            yield f"{path}, line {number}", data
        return
    with opened_table(path) as reader:
        _check_columns(path, reader.fieldnames or ())
        for cells in reader:
            place = f"{path}, line {reader.line_num}"
            if None in cells:
                yield place, "more values than columns"
            elif any(cell and cell.strip() for cell in cells.values()):
                yield place, dict(cells)


def _check_columns(path: Path, names: Iterable[str]) -> None:
    names = list(names)
    unknown = unknown_columns(names, ("file",))
    twice = [name for name in names if names.count(name) > 1]
    if unknown:
        what = f"has an unknown column “{unknown[0]}”"
    elif twice:
        what = f"has the column “{twice[0]}” twice"
    elif "file" not in names:
        what = "has no column “file”"
    else:
        return
    known = ", ".join(("file", *COLUMNS))
    raise UserMistake(f"{path} {what}; the columns are {known}. Nothing was added.")


def _row(
    manifest: Path, place: str, cells: dict[str, Any] | str
) -> Row | tuple[Path | None, Problem]:
    if isinstance(cells, str):
        return None, Problem(place, cells)
    file = cells.pop("file")
    if not isinstance(file, str) or not file.strip():
        return None, Problem(f"{place}, column file", "names no file")
    file = file.strip()
    if PurePath(file).is_absolute():
        reason = "must be relative to the manifest's folder"
        return None, Problem(f"{place}, column file", reason)
    if not encodable(file):
        return None, Problem(f"{place}, column file", HALF_A_PAIR)
    path = manifest.parent / file
    try:
        found = path.resolve().is_file()
    except (OSError, RuntimeError, ValueError) as error:  # too long, a loop of links, a NUL
        return None, Problem(f"{place}, column file", f"cannot be the name of a file ({error})")
    said = statements_in(cells, "manifest", place)
    if isinstance(said, Problem):
        return path, said
    if not found:
        return path, Problem(f"{place}, column file", f"there is no file {file}")
    return Row(file, path, *said)
