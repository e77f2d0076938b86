"""Codings as a table: CSV out and in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

from sqlalchemy import Connection

from archive import amending
from archive.amending import Change, amend_all_within
from archive.catalogue import extracts, receipts, records
from archive.catalogue.database import Catalogue
from archive.codings import codings_of
from archive.errors import UserMistake
from archive.formulas import defused, restored
from archive.passage import place_of
from archive.record import Coding, Record, Stance
from archive.tables import mistakes_told, opened_table, table_in
from archive.values import BadValue, plain, stance_of

T = TypeVar("T")

_BATCH = 100
"""Records a transaction; what is read of their texts is in memory at once."""
_NAMED = 5
"""Codings that a revision's reason names."""

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

    row: Row
    record: Record
    coding: Coding
    before: Coding | None

    @property
    def told(self) -> tuple[str, ...]:
        """What a person is told of it, in plain words: where two are told alike, the same comes
        of them."""
        before = _said_of(self.before) if self.before else ("", "", "")
        state = "withdrawn" if self.record.withdrawn is not None else ""
        return self.record.id, state, self.row.coder, *before, *_said(self.row)


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
    connection: Connection,
    rows: Sequence[Row],
    *,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Arriving, ...]:
    """The codings of this moment that rows of a table would make, to be `taken_in`; those of one
    record stand together.  Without those that are held already, in the same words, whenever they
    were said: a table that comes in twice changes nothing.

    `progress` is called with the rows done and all.  Raises `UserMistake` naming a row that
    cannot be held, or that contradicts another.
    """
    found: list[Arriving] = []
    done = 0
    for batch in _batches(rows, lambda row: row.record_id):
        try:
            found += _arriving(connection, batch, at)
        except _RowMistake as error:
            raise UserMistake(f"{error} Nothing was imported.") from None
        done += len(batch)
        if progress:
            progress(done, len(rows))
    return tuple(found)


def take_in(
    catalogue: Catalogue,
    codings: Sequence[Arriving],
    *,
    agent: str,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Hold codings that are `arriving`, each record's as one revision.

    A transaction is of a hundred records, so that others who write wait for moments.  Where it
    is stopped in the middle, the records so far are as they are to be and the others as they
    were; the same table imported again does the rest.  Raises `UserMistake` where a coding would
    be another by now than it was when it was found arriving.
    """
    done = 0
    for batch in _batches(codings, lambda each: each.record.id):
        with catalogue.writing() as connection:
            try:
                now = _arriving(connection, [e.row for e in batch], batch[0].coding.at)
            except _RowMistake as error:
                raise UserMistake(f"{error} {_so_far(done)}") from None
            if [each.told for each in now] != [each.told for each in batch]:
                place = batch[0].row.place
                raise UserMistake(
                    f"{place} and after: these codings were changed meanwhile. {_so_far(done)}"
                )
            amend_all_within(connection, _changes(now), at=batch[0].coding.at, agent=agent)
        done += len(batch)
        if progress:
            progress(done, len(codings))


class _RowMistake(UserMistake):
    """A row cannot be held; says where it stands."""


def _so_far(done: int) -> str:
    if not done:
        return "Nothing was imported; look at what the table would change now."
    return (
        f"{done:,} codings were imported before that and are kept; look at what the table would "
        "change now, and import it again for the rest."
    )


def _batches(each: Sequence[T], record_id: Callable[[T], str]) -> Iterator[list[T]]:
    """In the order in which records come first, those of a record together, of some records at
    a time."""
    grouped: dict[str, list[T]] = {}
    for one in each:
        grouped.setdefault(record_id(one), []).append(one)
    groups = list(grouped.values())
    for start in range(0, len(groups), _BATCH):
        yield [one for group in groups[start : start + _BATCH] for one in group]


def _arriving(connection: Connection, rows: Sequence[Row], at: datetime) -> list[Arriving]:
    ids = dict.fromkeys(row.record_id for row in rows)
    held, adders = records.many(connection, ids), receipts.adders(connection, ids)
    quoted = {row.record_id for row in rows if row.quote}
    resting = [held[each].extract_id for each in quoted if each in held]
    texts = extracts.texts(connection, [each for each in resting if each])
    seen: dict[tuple[str, str, str], Row] = {}
    found = []
    for row in rows:
        record = held.get(row.record_id)
        try:
            if record is None:
                raise UserMistake(f"There is no record “{row.record_id}”.")
            text = texts.get(record.extract_id or 0, "")
            new = _of_row(row, record, adders.get(record.id, ""), text, seen, at)
        except UserMistake as error:
            raise _RowMistake(f"{row.place}: {error}") from None
        if new:
            found.append(new)
    return found


def _of_row(
    row: Row,
    record: Record,
    adder: str,
    text: str,
    seen: dict[tuple[str, str, str], Row],
    at: datetime,
) -> Arriving | None:
    if record.purged:
        raise UserMistake("The record was purged; there is nothing of it to code.")
    held = codings_of(record, adder)
    stated = held[: len(held) - len(record.codings)]
    if any(_said_of(each) == _said(row) for each in stated if each.coder == row.coder):
        return None
    key = (record.id, row.coder, row.stance.target)
    first = seen.setdefault(key, row)
    if first is not row:
        if _said(first) == _said(row):
            return None
        raise UserMistake(
            f"{row.coder} says something else of “{row.stance.target}” in this record than "
            f"in {first.place}."
        )
    mine = [each for each in record.codings if each.coder == row.coder]
    if any(_said_of(each) == _said(row) for each in mine):
        return None
    passage = place_of(record.extract_id or 0, text, row.quote) if row.quote else None
    before = next((each for each in mine if each.stance.target == row.stance.target), None)
    return Arriving(row, record, Coding(row.stance, row.coder, at, row.reason, passage), before)


def _changes(codings: Iterable[Arriving]) -> Mapping[str, tuple[Change, str]]:
    """What is to change of each record, and the reason for its history."""
    grouped: dict[str, list[Coding]] = {}
    for each in codings:
        grouped.setdefault(each.record.id, []).append(each.coding)
    return {record_id: (_holding(new), _reason(new)) for record_id, new in grouped.items()}


def _holding(codings: Sequence[Coding]) -> Change:
    return lambda record: reduce(lambda held, new: amending.coding(new)(held), codings, record)


def _reason(codings: Sequence[Coding]) -> str:
    if len(codings) > _NAMED:
        return f"{len(codings)} codings imported"
    return ", ".join(f"coded {each.stance} by {each.coder}" for each in codings) + ", imported"


def _said(row: Row) -> tuple[str, ...]:
    return str(row.stance), row.reason, row.quote


def _said_of(coding: Coding) -> tuple[str, ...]:
    words = plain(coding.passage.quote) if coding.passage else ""
    return str(coding.stance), plain(coding.reason), words


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
