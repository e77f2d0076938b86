"""Codings as a table: CSV out and in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TextIO

from sqlalchemy import Connection

from archive import amending
from archive.amending import amend_within
from archive.catalogue import receipts, records
from archive.catalogue.passages import passage_of
from archive.codings import codings_of
from archive.errors import UserMistake
from archive.formulas import defused, restored
from archive.record import Coding, Record, Stance
from archive.tables import mistakes_told, opened_table, table_in
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


@dataclass(frozen=True, slots=True)
class Arriving:
    """A coding of a table that is not held here, of the record as it is, and what its coder holds
    of the same target now, in whose place it would be."""

    record: Record
    coding: Coding
    before: Coding | None


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
        return tuple(_rows(path, rows, coder))


def read_stream(stream: BinaryIO, name: str, coder: str) -> tuple[Row, ...]:
    """As `read_table`, of a file of this name that was sent."""
    with mistakes_told(name), table_in(stream) as rows:
        return tuple(_rows(name, rows, coder))


def arriving(
    connection: Connection, rows: Iterable[Row], *, at: datetime
) -> Iterator[Arriving | None]:
    """Of each row the coding of this moment that it would make, to be `held`; None for what is
    held already, in the same words, whenever it was said: a table that comes in twice changes
    nothing.

    Raises `UserMistake` naming the first row that cannot be held, or that contradicts another.
    """
    seen: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        try:
            yield _arriving(connection, row, seen, at)
        except UserMistake as error:
            raise UserMistake(f"{row.place}: {error} Nothing was imported.") from None


def hold(connection: Connection, new: Arriving, *, at: datetime, agent: str) -> None:
    """Hold a coding that is `arriving`, in the caller's transaction, which takes all or none."""
    amend_within(
        connection,
        new.record.id,
        amending.coding(new.coding),
        based_on=None,
        at=at,
        agent=agent,
        reason=f"coded {new.coding.stance} by {new.coding.coder}, imported",
    )


def _arriving(
    connection: Connection, row: Row, seen: dict[tuple[str, str, str], Row], at: datetime
) -> Arriving | None:
    record = records.get(connection, row.record_id)
    if record is None:
        raise UserMistake(f"There is no record “{row.record_id}”.")
    if record.purged:
        raise UserMistake("The record was purged; there is nothing of it to code.")
    received = receipts.provenance(connection, record.id)
    held = codings_of(record, received[0].agent if received else "")
    stated = held[: len(held) - len(record.codings)]
    if any(_says(each, row) for each in stated):
        return None
    key = (record.id, row.coder, row.stance.target)
    before = seen.setdefault(key, row)
    if before is not row:
        if _said(before) == _said(row):
            return None
        raise UserMistake(
            f"{row.coder} says something else of “{row.stance.target}” in this record than "
            f"in {before.place}."
        )
    if any(_says(each, row) for each in record.codings):
        return None
    passage = passage_of(connection, record.id, row.quote)
    mine = (each for each in record.codings if (each.coder, each.stance.target) == key[1:])
    coding = Coding(row.stance, row.coder, at, row.reason, passage)
    return Arriving(record, coding, next(mine, None))


def _said(row: Row) -> tuple[Stance, str, str, str]:
    return row.stance, row.coder, row.reason, row.quote


def _says(coding: Coding, row: Row) -> bool:
    words = plain(coding.passage.quote) if coding.passage else ""
    return (coding.stance, coding.coder, plain(coding.reason), words) == _said(row)


def _rows(path: Path | str, rows: csv.DictReader[str], coder: str) -> Iterator[Row]:
    missing = [name for name in COLUMNS[:3] if name not in (rows.fieldnames or ())]
    if missing:
        raise UserMistake(
            f"{path} lacks the column “{missing[0]}”; the columns of codings are "
            f"{', '.join(COLUMNS)}."
        )
    for row in rows:
        place = f"{path}, line {rows.line_num}"
        if None in row:
            raise UserMistake(f"{place}: more values than columns.")
        cell = {name: restored(plain(row.get(name) or "")) for name in COLUMNS}
        try:
            stance = stance_of(f"{cell['target']}:{cell['position']}")
        except BadValue as error:
            raise UserMistake(f"{place}: {error}.") from None
        yield Row(
            place, cell["record"], stance, cell["coder"] or coder, cell["reason"], cell["quote"]
        )
