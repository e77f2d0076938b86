"""Tables that people hand in as CSV or JSON Lines, and what is wrong with the file itself."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from archive.errors import UserMistake
from archive.originals import SIZE_LIMIT, Refused, opened

_PARTING = ",;\t"
HALF_A_PAIR = "has half a surrogate pair, which is no text"


@contextmanager
def opened_table(path: Path) -> Iterator[csv.DictReader[str]]:
    """The rows of a CSV file in UTF-8, with or without a byte order mark, by column; those in
    which nothing stands are left out.

    Columns are parted by commas, or as spreadsheets do where the comma stands in numbers (`;`)
    and where they copy (tabs).
    """
    with opened(path) as stream, table_in(stream) as rows:
        yield rows


@contextmanager
def table_in(stream: BinaryIO) -> Iterator[csv.DictReader[str]]:
    """The rows of a table as `opened_table` has them, from its bytes."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        names = text.readline()
        yield _StatedRows(chain([names], text), delimiter=_parting(names), strict=True)
    finally:
        text.detach()  # who opened the stream closes it


def _parting(names: str) -> str:
    """The sign that parts the most words of the first line, for columns are called by one."""

    def words(sign: str) -> int:
        try:
            cells = next(csv.reader([names], delimiter=sign), [])
        except csv.Error:
            return 0
        return sum(cell.strip().isidentifier() for cell in cells)

    return max(_PARTING, key=words)


class _StatedRows(csv.DictReader):  # type: ignore[type-arg]  # which has none when it runs
    """Rows without those that are all blank, which spreadsheets leave at the end of a table."""

    def __next__(self) -> dict[str | Any, str | Any]:
        row = super().__next__()
        while not any(cell and str(cell).strip() for cell in row.values()):
            row = super().__next__()
        return row


@contextmanager
def mistakes_told(path: Path | str) -> Iterator[None]:
    """Raise `UserMistake` where the table at `path` is missing, not UTF-8 or not CSV."""
    try:
        yield
    except UnicodeDecodeError:
        raise UserMistake(f"{path} is not UTF-8; save it as UTF-8 and try again.") from None
    except csv.Error as error:
        raise UserMistake(f"{path} is not readable as CSV: {error}.") from None
    except Refused as error:
        raise UserMistake(f"{path}: {error}.") from None


def encodable(text: str) -> bool:
    """Whether a text can be written as UTF-8: JSON may hold half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """The objects of a JSON Lines file with their line numbers; a string says what is wrong.

    Raises `Refused` for what is no regular file or cannot be read.
    """
    with opened(path, limit=None) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(SIZE_LIMIT), b""), start=1):
            if len(line) == SIZE_LIMIT:
                yield number, "the line is too long; what follows it was not read"
                return
            line = line.removeprefix(BOM_UTF8) if number == 1 else line
            if line.strip():
                yield number, _json_object(line)


def _json_object(line: bytes) -> dict[str, Any] | str:
    try:
        data = json.loads(line.decode())
    except UnicodeDecodeError:
        return "not UTF-8"
    except (ValueError, RecursionError) as error:
        return f"not JSON ({getattr(error, 'msg', 'too deeply nested')})"
    return data if isinstance(data, dict) else "not a JSON object"
