"""Describing a record: all that is held of it in one form, the evidence beside each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive import amending
from archive.account import Role
from archive.amending import Change, StaleEdit
from archive.asking import Evidence, evidence_of
from archive.authority import NAMED, Authority
from archive.catalogue import authorities, extracts, records
from archive.edtf import BadDate
from archive.errors import UserMistake
from archive.passage import Passage, place_of
from archive.record import ARCHIVIST, PROPERTIES, Extract, Property, Record, Statement
from archive.values import BadValue, as_written
from indexer.analysis import fold
from indexer.links import record_path
from webapp.access import accepts, demands
from webapp.amending import amend_record
from webapp.numbers import number_in
from webapp.services import services

page = demands(Role.ARCHIVIST)(Blueprint("describing", __name__))

_LARGEST = 1024 * 1024
"""Bytes of a description: each value may be as long as what a manifest or a page said."""

_HINTS = {
    "issued": "2024-09-18, 2024-09, 2025? uncertain, 2021~ about, 2024-08/.. that or later",
    "modified": "as a date above",
    "captured": "as a date above",
    "language": "like en, fr or az-Latn",
    "creator": "several with ; between",
    "contributor": "a role in parentheses; several with ; between",
    "stance": "target:position, a position is supportive, neutral, critical or mixed",
    "access": "open, snippets or staff",
    "title": "one that you supply in [square brackets]",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One property in the form: what is held, what was typed, and what the original says."""

    row: Property
    held: str
    typed: str
    basis: str
    hint: str
    evidence: tuple[Evidence, ...]


@page.get("/r/<record_id>/describe")
def show(record_id: str) -> ResponseReturnValue:
    """The form with what is held now."""
    with services().catalogue.reading() as connection:
        record, extract = _record(connection, record_id)
    return _page(record, extract), 200


@page.post("/r/<record_id>/describe")
@accepts(_LARGEST, in_fields=True)
def save(record_id: str) -> ResponseReturnValue:
    """Hold what was typed instead, where it differs from the `revision` that was seen."""
    form = request.form
    with services().catalogue.reading() as connection:
        record, extract = _record(connection, record_id)
        based_on = number_in(form.get("revision", "")) or 0
        before = records.at_revision(connection, record_id, based_on)
    if before is None:
        raise UserMistake("Nothing was changed: say which revision of the record was seen.")
    # What a form does not have is not cleared by it.
    typed = {row.name: form[row.name].strip() for row in PROPERTIES if row.name in form}
    try:
        return _amended(
            record_id,
            _describing(before, typed),
            form.get("reason", "").strip() or "described",
            based_on=based_on,
        )
    except StaleEdit as error:
        with services().catalogue.reading() as connection:
            record, extract = _record(connection, record_id)
        return _page(record, extract, typed, str(error), before), 409
    except (BadValue, BadDate) as error:
        return _page(record, extract, typed, f"{error}."), 400


@page.post("/r/<record_id>/leave-out")
def leave_out(record_id: str) -> ResponseReturnValue:
    """Leave the passage with these words (`quote`) out of what is searched."""
    form = request.form
    with services().catalogue.reading() as connection:
        record, extract = _record(connection, record_id)
    try:
        passage = _passage(record, extract, form.get("quote", ""))
        reason = form.get("reason", "").strip()
        if not reason:
            raise UserMistake("Say why the passage is not part of the article.")
    except UserMistake as error:
        return _page(record, extract, mistake=str(error), quote=form.get("quote", "")), 400
    return _amended(record_id, amending.excluding(passage), reason)


@page.post("/r/<record_id>/take-in")
def take_in(record_id: str) -> ResponseReturnValue:
    """Search the left-out passage number `which` again."""
    which = number_in(request.form.get("which", ""))
    with services().catalogue.reading() as connection:
        record, _ = _record(connection, record_id)
    if which is None or which >= len(record.excluded):
        raise UserMistake("No such passage is left out.")
    passage = record.excluded[which]
    return _amended(record_id, amending.including(passage), "searched again")


def refused(record_id: str, mistake: str) -> ResponseReturnValue:
    """The form again, with what could not be done of what was sent from it."""
    with services().catalogue.reading() as connection:
        record, extract = _record(connection, record_id)
    return _page(record, extract, mistake=mistake), 400


def _amended(
    record_id: str, change: Change, reason: str, based_on: int | None = None
) -> ResponseReturnValue:
    amend_record(record_id, change, reason=reason, based_on=based_on)
    return redirect(url_for("describing.show", record_id=record_id, saved="on"), 303)


def _record(connection: Connection, record_id: str) -> tuple[Record, Extract | None]:
    record = records.get(connection, record_id)
    if record is None:
        abort(404)
    extract = extracts.get(connection, record.extract_id) if record.extract_id else None
    return record, extract


def _describing(before: Record, typed: Mapping[str, str]) -> Change:
    held = {row.name: as_written(getattr(before.description, row.name)) for row in PROPERTIES}
    changed = {name: value for name, value in typed.items() if value != held[name]}
    said = [Statement(name, value, ARCHIVIST) for name, value in changed.items() if value]
    return amending.describing(said, cleared=[name for name, value in changed.items() if not value])


def _passage(record: Record, extract: Extract | None, quote: str) -> Passage:
    return place_of(record.extract_id or 0, (extract.text if extract else "") or "", quote)


def _page(
    record: Record,
    extract: Extract | None,
    typed: Mapping[str, str] | None = None,
    mistake: str = "",
    before: Record | None = None,
    quote: str = "",
) -> str:
    """The form on the record as it is now; after a stale edit with what both have changed since
    `before`."""
    lines = []
    pinnable = _names(record)
    for row in PROPERTIES:
        held = as_written(getattr(record.description, row.name))
        was = as_written(getattr(before.description, row.name)) if before else held
        mine = (typed or {}).get(row.name, held)
        # What the person left as it was is not theirs to put back.
        value = held if before and mine == was else mine
        basis = record.basis.get(row.name, "")
        hint = _HINTS.get(row.name, "")
        lines.append(Line(row, held, value, basis, hint, evidence_of(record, extract, row.name)))
    return render_template(
        "describe.html",
        record=record,
        lines=lines,
        clashes=[line for line in lines if before and line.typed != line.held],
        mistake=mistake,
        saved=bool(request.args.get("saved")),
        pinnable=pinnable,
        bearers=_bearers(pinnable),
        sent=request.form,
        quote=quote or request.args.get("quote", "")[:5_000],
        reason=request.form.get("reason", ""),
        record_path=record_path,
    )


def _names(record: Record) -> list[tuple[str, str, str, str]]:
    """The names that authorities have, each with its property and kind, and what it is pinned
    to; also those that are pinned and no longer held, as a pin can be taken back then too."""
    pinned = {(pin.property, pin.value): pin.authority for pin in record.pins}
    held = [
        (name, value) for name in NAMED for value in _several(getattr(record.description, name))
    ]
    return [
        (name, value, NAMED[name], pinned.get((name, value), ""))
        for name, value in dict.fromkeys((*held, *pinned))
        if name in NAMED
    ]


def _bearers(
    names: Sequence[tuple[str, str, str, str]],
) -> Mapping[tuple[str, str], list[Authority]]:
    """For each name in a property the authorities that bear it."""
    with services().catalogue.reading() as connection:
        every = authorities.every(connection)
    return {
        (name, value): [
            each
            for each in every
            if each.kind == kind
            and not each.replaced_by
            and fold(value) in {fold(one) for one in each.names}
        ]
        for name, value, kind, _ in names
    }


def _several(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()
