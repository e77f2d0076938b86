"""Codings as a table: CSV out and in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from archive.errors import UserMistake
from archive.formulas import defused
from archive.record import Coding, Record, Stance
from archive.tables import mistakes_told, opened_table
from archive.values import BadValue, plain, stance_of

COLUMNS = ("record", "target", "position", "coder", "at", "reason", "quote")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: who holds which record to take which stance, and the words that show
    it, '' if none were given.  `place` says to a person where it stands."""

    place: str
    record_id: str
    stance: Stance
    coder: str
    reason: str
    quote: str


def write_table(codings: Iterable[tuple[Record, Coding]], stream: TextIO) -> None:
    """Write codings with the columns `COLUMNS`; no cell can begin a formula."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record, coding in codings:
        cells = (
            record.id,
            coding.stance.target,
            coding.stance.position,
            coding.coder,
            coding.at.isoformat(),
            coding.reason,
            coding.passage.quote if coding.passage else "",
        )
        writer.writerow([defused(cell) for cell in cells])


def read_table(path: Path, coder: str) -> tuple[Row, ...]:
    """The rows of a table with the columns record, target and position at least; where no coder
    stands it is `coder`.

    Raises `UserMistake` naming file, line and column of the first thing wrong.
    """
    with mistakes_told(path), opened_table(path) as rows:
        missing = [name for name in COLUMNS[:3] if name not in (rows.fieldnames or ())]
        if missing:
            raise UserMistake(
                f"{path} lacks the column “{missing[0]}”; the columns of codings are "
                f"{', '.join(COLUMNS)}."
            )
        return tuple(_rows(path, rows, coder))


def _rows(path: Path, rows: csv.DictReader[str], coder: str) -> Iterator[Row]:
    for row in rows:
        place = f"{path}, line {rows.line_num}"
        cell = {name: plain(row.get(name) or "") for name in COLUMNS}
        try:
            stance = stance_of(f"{cell['target']}:{cell['position']}")
        except BadValue as error:
            raise UserMistake(f"{place}: {error}.") from None
        yield Row(
            place, cell["record"], stance, cell["coder"] or coder, cell["reason"], cell["quote"]
        )
