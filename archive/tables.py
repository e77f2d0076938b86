"""Tables that people hand in as CSV, and what is wrong with the file itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import UserMistake
from archive.originals import Refused, opened


@contextmanager
def opened_table(path: Path) -> Iterator[csv.DictReader[str]]:
    """The rows of a CSV file in UTF-8, with or without a byte order mark, by column."""
    with opened(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        yield csv.DictReader(text, strict=True)
        text.detach()


@contextmanager
def mistakes_told(path: Path) -> Iterator[None]:
    """Raise `UserMistake` where the table at `path` is missing, not UTF-8 or not CSV."""
    try:
        yield
    except UnicodeDecodeError:
        raise UserMistake(f"{path} is not UTF-8; save it as UTF-8 and try again.") from None
    except csv.Error as error:
        raise UserMistake(f"{path} is not readable as CSV: {error}.") from None
    except Refused as error:
        raise UserMistake(f"{path}: {error}.") from None
