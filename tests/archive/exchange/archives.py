"""An archive with something in every table that leaves it, and comparing two archives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from archive import amending, fixity
from archive.amending import amend
from archive.authority import Authority
from archive.catalogue import authorities, contents, extracts, records, relations, saved_searches
from archive.catalogue.database import Catalogue
from archive.exchange.leaving import Exported
from archive.exchange.packing import pack
from archive.exchange.unpacking import Imported, unpack
from archive.home import Home
from archive.originals import Originals
from archive.passage import passage_at
from archive.record import Coding, Pin, Stance
from archive.relation import Relation, RelationKind
from tests.archive.test_ingest import add, submission

AT = datetime(2026, 1, 16, 12, 0, tzinfo=UTC)
FERRY = b"The ferry stopped\n\nBy Ana Ruiz\n\nNobody crossed the river on Monday.\n"
BRIDGE = b"The bridge opened\n\nBy Ben Sol\n\nEverybody crossed the river on Tuesday.\n"
GATE = b"The gate was shut\n\nNobody saw it, and nobody wrote it down.\n"


def filled(home: Home, catalogue: Catalogue) -> dict[str, str]:
    """Fill an empty archive; the ids of its records by the name they came under.

    `ferry.txt` was received twice, with a claim that waits; `bridge.txt` was changed in every
    way; `gate.txt` is withdrawn.
    """
    outcomes = add(
        home,
        catalogue,
        submission(FERRY, "ferry.txt", publisher="The Ledger", note="one; two"),
        submission(BRIDGE, "bridge.txt", publisher="The Courier", access="staff"),
        submission(GATE, "gate.txt"),
        submission(FERRY, "ferry.txt", publisher="The Sluice"),
    )
    ids = {outcome.name: outcome.record_id or "" for outcome in outcomes}
    changed(catalogue, ids["bridge.txt"], ids["gate.txt"])
    with catalogue.writing() as connection:
        for kind, other, minute in (
            ("republication", "bridge.txt", 1),
            ("different", "gate.txt", 2),
        ):
            decided = Relation(
                ids["ferry.txt"], RelationKind(kind), ids[other], AT + timedelta(minutes=minute),
                "ana", "as it says",
            )  # fmt: skip
            relations.put(connection, decided)
        for heading in ("Ledger", "The Ledger"):
            outlet = Authority("outlet", "ledger", heading, variants=("Ledger, The",))
            authorities.put(connection, [outlet], at=AT, agent="ana")
        authorities.put(connection, [Authority("place", "ousma", "Ousma")], at=AT, agent="ana")
        saved_searches.put(connection, {"q": "ferry"}, at=AT)
    fixity.check_all(home, catalogue, agent="timer", now=lambda: AT)
    with catalogue.writing() as connection:
        for table in contents.kept():
            if not connection.execute(sa.select(table)).first():
                connection.execute(sa.insert(table), _any_row(connection, table))
    return ids


def _any_row(connection: sa.Connection, table: sa.Table) -> dict[str, object]:
    """A row for a table that nothing above fills."""
    row: dict[str, object] = {}
    for column in table.columns:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            found = connection.execute(sa.select(key.column).order_by(key.column)).scalars().all()
            row[column.name] = found[len(row) % len(found)]
        elif column.name in ("at", "added", "received"):
            row[column.name] = AT.isoformat()
        elif isinstance(column.type, sa.Boolean):
            row[column.name] = False
        elif isinstance(column.type, sa.Integer):
            row[column.name] = 1
        else:
            row[column.name] = "x"
    return row


def changed(catalogue: Catalogue, record_id: str, withdrawn_id: str) -> None:
    """Change a record in every way that people can, and withdraw another."""
    with catalogue.reading() as connection:
        record = records.get(connection, record_id)
        assert record is not None
        assert record.extract_id is not None
        extract = extracts.get(connection, record.extract_id)
        assert extract is not None
        assert extract.text is not None
    passage = passage_at(record.extract_id, extract.text, 4, 10)
    for change in (
        amending.pinning(Pin("publisher", "The Courier", "outlet courier")),
        amending.excluding(passage),
        amending.coding(Coding(Stance("icrc", "critical"), "ben", AT, "it says so", passage)),
    ):
        amend(catalogue, record_id, change, based_on=None, at=AT, agent="ben", reason="read it")
    amend(
        catalogue, withdrawn_id, amending.withdrawing("a court order"), based_on=None,
        at=AT, agent="ben", reason="a court order",
    )  # fmt: skip


def packed(
    home: Home, catalogue: Catalogue, target: Path, *chosen: str, dry_run: bool = False
) -> Exported:
    return pack(home, catalogue, target, chosen or None, at=AT, agent="ana", dry_run=dry_run)


def unpacked(home: Home, catalogue: Catalogue, bag: Path, *, dry_run: bool = False) -> Imported:
    return unpack(home, catalogue, bag, at=AT, agent="ben", dry_run=dry_run)


def rows(catalogue: Catalogue) -> Mapping[str, list[str]]:
    """Every row of every table that leaves a catalogue, as it stands there."""
    with catalogue.reading() as connection:
        return {
            table.name: sorted(
                repr(tuple(row))
                for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')
            )
            for table in contents.kept()
        }


def stored(home: Home) -> Mapping[str, bytes]:
    """The bytes of every original, by its place in the store."""
    store = Originals(home).home.originals
    return {
        path.relative_to(store).as_posix(): path.read_bytes()
        for path in store.rglob("*")
        if path.is_file()
    }
