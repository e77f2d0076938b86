"""Authorities: one heading for the many spellings of an outlet, person, place or target.

Kept in the catalogue with chained revisions; CSV in and out.  Terms after SKOS: the
heading is its preferred label, variants are alternative labels.  `equivalents` are
contested names of equal standing: none of them is *the* name.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from itertools import count
from pathlib import Path
from typing import BinaryIO, TextIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from archive.errors import UserMistake
from archive.formulas import defused, restored
from archive.tables import mistakes_told, opened_table, table_in
from archive.values import BadValue, plain, web_address

KINDS = ("outlet", "person", "organisation", "place", "target")

NAMED = {"publisher": "outlet", "creator": "person"}
"""Properties of a record that hold names, each with the kind of authority it is a name of."""

_WORD = re.compile(r"[a-z0-9]+")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority.  `id` is unique within its `kind`; a target's id is its stance code.

    `time_zone` is an IANA name, for outlets; `same_as` are web addresses.  One that was merged
    into another is `replaced_by` that one's id (dcterms:isReplacedBy), and has no names any more.
    """

    kind: str
    id: str
    heading: str
    variants: tuple[str, ...] = ()
    equivalents: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    time_zone: str | None = None
    note: str | None = None
    replaced_by: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that it is known under, each once, the heading first."""
        return tuple(dict.fromkeys((self.heading, *self.variants, *self.equivalents)))


COLUMNS = tuple(field.name for field in fields(Authority))


def read_csv(path: Path) -> tuple[Authority, ...]:
    """The authorities in a CSV file with the columns `COLUMNS` (the first three required).

    Raises `UserMistake` naming file, line and column of the first thing wrong.
    """
    with mistakes_told(path), opened_table(path) as rows:
        return _read_rows(rows, path)


def read_stream(stream: BinaryIO, name: str) -> tuple[Authority, ...]:
    """As `read_csv`, of a file of this name that was sent."""
    with mistakes_told(name), table_in(stream) as rows:
        return _read_rows(rows, name)


def merged(source: Authority, into: Authority) -> tuple[Authority, Authority]:
    """Both as they are once `source` is the same as `into`: it is replaced, and its names are
    variants of the other, unless they are names of equal standing.  Pure.

    Raises `UserMistake` if they cannot be one.
    """
    if source.kind != into.kind or source.id == into.id:
        raise UserMistake("Two different authorities of one kind can be merged.")
    for each in (source, into):
        if each.replaced_by:
            raise UserMistake(
                f"The {each.kind} “{each.id}” was merged into “{each.replaced_by}” before."
            )
    if source.time_zone and into.time_zone and source.time_zone != into.time_zone:
        raise UserMistake(
            f"“{source.id}” is in {source.time_zone} and “{into.id}” in {into.time_zone}; "
            "make one of them right first."
        )
    variants = (*into.variants, source.heading, *source.variants)
    known = (into.heading, *into.equivalents, *source.equivalents)
    return (
        replace(source, replaced_by=into.id),
        replace(
            into,
            variants=tuple(dict.fromkeys(name for name in variants if name not in known)),
            equivalents=tuple(dict.fromkeys((*into.equivalents, *source.equivalents))),
            same_as=tuple(dict.fromkeys((*into.same_as, *source.same_as))),
            time_zone=into.time_zone or source.time_zone,
            note="; ".join(filter(None, (into.note, source.note))) or None,
        ),
    )


def free_id(kind: str, heading: str, taken: Collection[str]) -> str:
    """An id for a new authority, made of the Latin letters and digits of its heading, else of its
    kind, that is not among those `taken`."""
    letters = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    stem = "-".join(_WORD.findall(letters)) or kind
    numbered = (stem if n == 1 else f"{stem}-{n}" for n in count(1))
    return next(each for each in numbered if each not in taken)


def write_csv(authorities: Iterable[Authority], stream: TextIO) -> None:
    """Write authorities in the form that `read_csv` reads; no cell can begin a formula."""
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for authority in authorities:
        writer.writerow({name: defused(cell) for name, cell in cells_of(authority).items()})


def cells_of(authority: Authority) -> dict[str, str]:
    """The authority as `authority_of` reads it, by column."""
    row = asdict(authority)
    return {k: "; ".join(v) if isinstance(v, tuple) else v or "" for k, v in row.items()}


def _read_rows(rows: csv.DictReader[str], path: Path | str) -> tuple[Authority, ...]:
    _check_header(path, rows.fieldnames or ())
    return tuple(_read(row, f"{path}, line {rows.line_num}") for row in rows)


def _check_header(path: Path | str, header: Iterable[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in COLUMNS[:3] if name not in header]
    if unknown or missing:
        unknown_one = f"has an unknown column “{unknown[0]}”" if unknown else ""
        what = unknown_one or f"lacks the column “{missing[0]}”"
        raise UserMistake(f"{path} {what}; the columns of authorities are {', '.join(COLUMNS)}.")


def authority_of(cells: Mapping[str, str], where: str) -> Authority:
    """The authority that cells say, named after the columns; several names with `;` between.

    Raises `UserMistake` that begins with `where` and the column of the first thing wrong.
    """
    cell = {name: plain(value) for name, value in cells.items()}
    if cell["kind"] not in KINDS:
        raise UserMistake(f"{where}, kind: “{cell['kind']}” is none of {', '.join(KINDS)}.")
    if not _ID.match(cell["id"]):
        raise UserMistake(
            f"{where}, id: “{cell['id']}” is not an id; use small letters, digits and hyphens."
        )
    if not cell["heading"]:
        raise UserMistake(f"{where}, heading: a heading is needed.")
    zone = cell.get("time_zone") or None
    if zone:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise UserMistake(
                f"{where}, time_zone: “{zone}” is not a time zone; write it like Asia/Baku."
            ) from None
    same_as = _parts(cell.get("same_as"))
    try:
        for address in same_as:
            web_address(address)
    except BadValue as error:
        raise UserMistake(f"{where}, same_as: {error}.") from None
    return Authority(
        kind=cell["kind"],
        id=cell["id"],
        heading=cell["heading"],
        variants=_parts(cell.get("variants")),
        equivalents=_parts(cell.get("equivalents")),
        same_as=same_as,
        time_zone=zone,
        note=cell.get("note") or None,
        replaced_by=cell.get("replaced_by") or None,
    )


def _read(row: Mapping[str | None, str | None], where: str) -> Authority:
    if None in row:
        raise UserMistake(f"{where}: more values than columns.")
    return authority_of({str(name): restored(value or "") for name, value in row.items()}, where)


def _parts(cell: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in map(str.strip, (cell or "").split(";")) if part))
