"""Taking in a bag that `archive.exchange.packing` packed, without loss.

First everything in the bag is read against its digests, then every document is held to what it
may be and to what is here.  Then the originals' bytes are kept; and last, in one transaction,
what the catalogue learns.  Stopped or refused before its end, it leaves at worst bytes that no
record mentions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from archive.catalogue import arrivals, events, schema
from archive.catalogue.contents import (
    ARCHIVE,
    AUTHORITIES,
    ORIGINALS,
    RECORDS,
    RELATIONS,
    Document,
    Sheet,
    referred,
)
from archive.catalogue.database import Catalogue
from archive.catalogue.fitting import Misfit, check, passages_in
from archive.copying import NotTheBytes, copied, examine, name_copy
from archive.errors import ArchiveTrouble, UserMistake
from archive.exchange.bag import Bag, bad_bag, examine_bag, open_bag
from archive.exchange.packing import ABOUT, FORMAT, METADATA, payload_path
from archive.home import Home
from archive.mending import put_in_place
from archive.originals import Originals, Refused
from archive.tables import json_objects

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a bag, or would: which records were added; how many records, and how many
    authorities, were here already; how many authorities and originals are new; what was not
    taken, each with the reason; and the originals that are in no good state here now."""

    added: tuple[str, ...]
    held: int
    authorities: int
    authorities_held: int
    originals: int
    refused: tuple[tuple[str, str], ...]
    lacking: tuple[tuple[str, str], ...]


@dataclass
class _Plan:
    """What is to be done with the documents of a bag, by what they are about."""

    added: dict[str, None] = field(default_factory=dict)
    held: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    originals: dict[str, None] = field(default_factory=dict)
    purged: set[str] = field(default_factory=set)
    lacking: dict[str, str] = field(default_factory=dict)
    authorities: dict[tuple[str, str], None] = field(default_factory=dict)
    authorities_held: int = 0


def unpack(
    home: Home,
    catalogue: Catalogue,
    root: Path,
    *,
    at: datetime,
    agent: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Take in the bag at `root`: the records that are not here, each with all of its history.

    What is here with the same history stays as it is; a record or authority that has another
    history here is refused, and so is what was purged here, and the others are taken.  With
    `dry_run` nothing is written.  Raises `UserMistake` for a bag that is not whole or not what
    such a bag holds, and `ArchiveTrouble` if the archive cannot take it; then nothing was
    imported.
    """
    bag = open_bag(root)
    about = _about(bag)
    steps = _Steps(progress, len(bag.files) + 2 * _figure(about, "record"))
    examine_bag(bag, steps.step)
    with catalogue.reading() as connection:
        plan = _planned(home, connection, bag, steps)
    if not dry_run:
        _keep_originals(home, bag, plan, at)
        with catalogue.writing() as connection:
            _write(connection, bag, plan, steps, at=at, agent=agent)
    return Imported(
        tuple(plan.added),
        plan.held,
        len(plan.authorities),
        plan.authorities_held,
        len(plan.originals),
        tuple(plan.refused.items()),
        tuple(plan.lacking.items()),
    )


class _Steps:
    """How far an import is."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def step(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, max(self.done, self.total))


def _about(bag: Bag) -> dict[str, Any]:
    if ABOUT not in bag.files:
        raise UserMistake(
            f"{bag.root} is a bag, but not one of Pressmark’s: it has no {ABOUT}. "
            "Add the documents in it with “pressmark add”."
        )
    try:
        about = json.loads(bag.path(ABOUT).read_bytes())
        form, version = about["format"], about["catalogue"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise bad_bag(bag.root, f"{ABOUT} is not readable") from None
    if form != FORMAT or not isinstance(version, str) or version > schema.VERSION:
        raise UserMistake(
            f"The bag {bag.root} was packed by a newer Pressmark; import it with that one."
        )
    assert isinstance(about, dict)
    return about


def _figure(about: dict[str, Any], name: str) -> int:
    rows = about.get("rows")
    count = rows.get(name) if isinstance(rows, dict) else None
    return count if isinstance(count, int) else 0


def _documents(bag: Bag, sheet: Sheet) -> Iterator[Document]:
    """The documents of a sheet, each of its form."""
    name = f"{METADATA}/{sheet.name}.jsonl"
    try:
        for number, found in json_objects(bag.path(name)):
            try:
                if isinstance(found, str):
                    raise Misfit(found)
                yield check(found, sheet)
            except Misfit as error:
                raise _misfit(bag, sheet, number, error) from error
    except Refused as error:
        raise bad_bag(bag.root, f"{name} cannot be read ({error})") from error


def _misfit(bag: Bag, sheet: Sheet, number: int, error: Misfit) -> UserMistake:
    return bad_bag(
        bag.root, f"{METADATA}/{sheet.name}.jsonl, line {number}, {error}. Nothing was imported"
    )


def _planned(home: Home, connection: Connection, bag: Bag, steps: _Steps) -> _Plan:
    plan = _Plan()
    made: set[int] = set()
    known: dict[str, str | None] = {}
    for number, document in enumerate(_documents(bag, ORIGINALS), start=1):
        digest = document["original"]["digest"]
        if digest in known:
            raise _misfit(bag, ORIGINALS, number, Misfit(_TWICE))
        known[digest] = arrivals.original_here(connection, document)
        if document["original"].get("purged"):
            plan.purged.add(digest)
        made.update(row["id"] for row in document.get("extract", ()))
    others: set[str] = set()
    for number, document in enumerate(_documents(bag, RECORDS), start=1):
        record_id = document["record"]["id"]
        if record_id in plan.added:
            raise _misfit(bag, RECORDS, number, Misfit(_TWICE))
        needed = set(referred(document, schema.original))
        named = {*referred(document, schema.extract), *passages_in(document)}
        if needed - known.keys() or named - made:
            raise _misfit(bag, RECORDS, number, Misfit("it names an original that is not there"))
        against = arrivals.history_here(connection, RECORDS, document)
        if against is None:
            against = next((why for each in sorted(needed) if (why := known[each])), None)
            if against is None:
                plan.added[record_id] = None
                plan.originals.update(dict.fromkeys(needed))
                steps.step()
                continue
        others |= needed
        if against:
            plan.refused[record_id] = against
        else:
            plan.held += 1
        steps.step()
    for digest, against in known.items():
        if digest in others or digest in plan.originals:
            continue
        if against is None:
            plan.originals[digest] = None
        elif against:
            plan.refused[digest] = against
    _plan_authorities(connection, bag, plan)
    for sheet in (RELATIONS, ARCHIVE):
        for _ in _documents(bag, sheet):
            pass  # what is wrong with one is told before anything is written
    _plan_bytes(home, bag, plan)
    return plan


def _plan_authorities(connection: Connection, bag: Bag, plan: _Plan) -> None:
    for number, document in enumerate(_documents(bag, AUTHORITIES), start=1):
        key = document["authority"]["kind"], document["authority"]["id"]
        if key in plan.authorities:
            raise _misfit(bag, AUTHORITIES, number, Misfit(_TWICE))
        against = arrivals.history_here(connection, AUTHORITIES, document)
        if against is None:
            plan.authorities[key] = None
        elif against:
            plan.refused["{} {}".format(*key)] = against
        else:
            plan.authorities_held += 1


def _plan_bytes(home: Home, bag: Bag, plan: _Plan) -> None:
    """Find the originals of which neither the bag nor the archive has the bytes."""
    about = json.loads(bag.path(ABOUT).read_bytes())
    lacking = about.get("lacking")
    for digest in plan.originals:
        if payload_path(digest) in bag.files or digest in plan.purged:
            continue
        if not isinstance(lacking, dict) or digest not in lacking:
            raise bad_bag(bag.root, f"it has not the original {digest}")
        try:
            examine(Originals(home).path(digest), digest)
        except NotTheBytes:
            plan.lacking[digest] = f"not in the bag, for there it was {lacking[digest]}"


def _keep_originals(home: Home, bag: Bag, plan: _Plan, at: datetime) -> None:
    store = Originals(home)
    try:
        for digest in plan.originals:
            if payload_path(digest) not in bag.files:
                continue
            source, final = bag.path(payload_path(digest)), store.path(digest)
            if not final.exists():
                with copied(source, digest, scratch=home.scratch) as new:
                    name_copy(new, final, root=home.originals)
                continue
            try:
                examine(final, digest)
            except NotTheBytes:
                put_in_place(home, source, digest, at)
    except NotTheBytes as error:
        raise bad_bag(bag.root, f"the original {digest} is {error}") from error
    except OSError as error:
        raise ArchiveTrouble(
            f"The originals cannot be kept in {home.originals}: {error.strerror}. "
            "Nothing was imported."
        ) from error


def _write(
    connection: Connection, bag: Bag, plan: _Plan, steps: _Steps, *, at: datetime, agent: str
) -> None:
    now = arrivals.arriving(connection)
    for sheet in (ORIGINALS, RECORDS, AUTHORITIES, RELATIONS, ARCHIVE):
        for number, document in enumerate(_documents(bag, sheet), start=1):
            try:
                _put(connection, sheet, document, plan, now, at)
            except Misfit as error:
                raise _misfit(bag, sheet, number, error) from error
            if sheet is RECORDS:
                steps.step()
    # From here on the archive speaks for itself, in rows that it numbers.
    for record_id in plan.added:
        arrivals.settle(connection, record_id, now, at=at, agent=agent)
    for digest, reason in plan.lacking.items():
        events.log(
            connection,
            events.FIXITY_CHECK,
            at=at,
            agent=agent,
            detail=reason,
            outcome="failure",
            digest=digest,
        )
    if plan.added or plan.originals or plan.authorities:
        events.log(
            connection,
            events.INGESTION,
            at=at,
            agent=agent,
            detail=f"{len(plan.added)} records imported from the bag {bag.root.name}",
        )


def _put(
    connection: Connection,
    sheet: Sheet,
    document: Document,
    plan: _Plan,
    now: arrivals.Arriving,
    at: datetime,
) -> None:
    if sheet is ORIGINALS:
        if document["original"]["digest"] in plan.originals:
            if arrivals.original_here(connection, document):
                raise ArchiveTrouble(_MEANWHILE)
            arrivals.put_original(connection, document, now)
    elif sheet is RECORDS:
        if document["record"]["id"] in plan.added:
            if arrivals.history_here(connection, RECORDS, document) is not None:
                raise ArchiveTrouble(_MEANWHILE)
            arrivals.put_record(connection, document, now, at=at)
    elif sheet is AUTHORITIES:
        if (document["authority"]["kind"], document["authority"]["id"]) in plan.authorities:
            if arrivals.history_here(connection, AUTHORITIES, document) is not None:
                raise ArchiveTrouble(_MEANWHILE)
            arrivals.put_authority(connection, document, now, at=at)
    elif sheet is ARCHIVE:
        arrivals.put_single(connection, document, now)
    else:
        _put_relation(connection, document, plan, now, at)


def _put_relation(
    connection: Connection,
    document: Document,
    plan: _Plan,
    now: arrivals.Arriving,
    at: datetime,
) -> None:
    """What was decided of two records comes with the later of them; of two that are here the
    decisions that were made here stand."""
    about = tuple(referred(document, schema.record))
    if not arrivals.are_here(connection, referred(document, schema.original)):
        return  # they came with a record that was not taken, which is told
    new = [each for each in about if each in plan.added]
    if new and not any(each in plan.refused for each in about):
        arrivals.put_single(connection, document, now, at=at)
    elif not about:
        arrivals.put_single(connection, document, now)
    elif not arrivals.is_here(connection, document, now):
        plan.refused[" ".join(about)] = "what the bag says was decided of the two was not taken"


_TWICE = "it is about what an earlier line is about"
_MEANWHILE = (
    "The archive was changed while the bag was read. Nothing was imported; import it again."
)
