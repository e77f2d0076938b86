"""Tables that people hand in: what is wrong with the file itself, told by its name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import UserMistake


@contextmanager
def mistakes_told(path: Path) -> Iterator[None]:
    """Raise `UserMistake` where the table at `path` is missing, not UTF-8 or not CSV."""
    try:
        yield
    except UnicodeDecodeError:
        raise UserMistake(f"{path} is not UTF-8; save it as UTF-8 and try again.") from None
    except csv.Error as error:
        raise UserMistake(f"{path} is not readable as CSV: {error}.") from None
    except OSError as error:
        raise UserMistake(f"{path} cannot be read: {error.strerror}.") from None
