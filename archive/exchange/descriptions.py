"""The descriptions of records as a manifest, the CSV that `pressmark add --manifest` takes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import PurePosixPath

from archive.catalogue.content import with_content
from archive.catalogue.contents import Document
from archive.formulas import defused
from archive.manifest import COLUMNS
from archive.originals import path_of
from archive.record import PROPERTIES, Contributor, Record


def write_manifest(documents: Iterable[Document], write: Callable[[bytes], None]) -> None:
    """Write a line for the principal original of each record that is not withdrawn.

    `documents` are those of `archive.catalogue.contents`.  It begins with a byte order mark,
    for spreadsheets, and no cell can be a formula.
    """
    write("\ufeff".encode())
    _write_row(write, ("file", *COLUMNS))
    for document in documents:
        record = newest(document)
        if record.withdrawn is None:
            file = PurePosixPath("originals") / path_of(record.originals[0].digest)
            cells = (defused(_cell(record, row.name)) for row in PROPERTIES)
            _write_row(write, (str(file), *cells))


def newest(document: Document) -> Record:
    """The record that a document is about, at its newest revision."""
    row, revision = document["record"], document["revision"][-1]
    added = datetime.fromisoformat(row["added"])
    return with_content(row["id"], row["revision"], added, row["extract_id"], revision["content"])


def _cell(record: Record, name: str) -> str:
    value = getattr(record.description, name)
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    return "; ".join(_text(each) for each in values)


def _text(value: object) -> str:
    if isinstance(value, Contributor) and value.role:
        return f"{value.name} ({value.role})"
    return value.name if isinstance(value, Contributor) else str(value)


def _write_row(write: Callable[[bytes], None], cells: Iterable[str]) -> None:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    write(line.getvalue().encode("utf-8", "replace"))
