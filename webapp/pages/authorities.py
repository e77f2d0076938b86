"""Authorities: the headings under which names are filed, edited and merged."""

from __future__ import annotations

import io
from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive import amending
from archive.account import Role
from archive.authority import (
    COLUMNS,
    KINDS,
    NAMED,
    Authority,
    authority_of,
    cells_of,
    free_id,
    merged,
    read_stream,
    write_csv,
)
from archive.catalogue import authorities
from archive.catalogue.authorities import StaleAuthority
from archive.errors import UserMistake
from archive.record import Pin
from archive.values import POSITIONS, plain
from indexer.affected import FIELD_OF, Changed, changes_of
from indexer.analysis import fold
from indexer.links import record_path
from indexer.state import SearchState
from webapp.access import demands
from webapp.addresses import search_address
from webapp.amending import amend_record
from webapp.numbers import number_in
from webapp.pages import describing
from webapp.sent_table import LARGEST, digest_of, sent_table, takes_a_table
from webapp.services import services
from webapp.site import now
from webapp.visitor import agent

page = demands(Role.ARCHIVIST)(Blueprint("authorities", __name__))

_SHOWN = 200
_CHANGES = 50
_TYPED = tuple(name for name in COLUMNS if name not in ("kind", "id", "replaced_by"))
_HINTS = {
    "heading": "the preferred name, under which records are filed",
    "variants": "other spellings of it; several with ; between",
    "equivalents": "contested names of equal standing, sought together; none is the name",
    "same_as": "web addresses of the same in other lists; several with ; between",
    "time_zone": "of an outlet, like Asia/Baku",
}


@page.get("/desk/authorities")
def show() -> ResponseReturnValue:
    """All authorities; `kind` and `name` show a part of them."""
    kind, name = request.args.get("kind", ""), request.args.get("name", "")
    with services().catalogue.reading() as connection:
        held = [each for each in authorities.every(connection) if not each.replaced_by]
    number = request.args.get("page", "1")
    at = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
    wanted = fold(name)
    found = [
        each
        for each in held
        if (not kind or each.kind == kind) and any(wanted in fold(n) for n in each.names)
    ]
    found.sort(key=lambda each: (each.kind, each.heading.casefold()))
    first = (at - 1) * _SHOWN
    return render_template(
        "authorities.html",
        found=found[first : first + _SHOWN],
        total=len(found),
        at=at,
        more=len(found) > first + _SHOWN,
        kind=kind,
        name=name,
        kinds=[(each, sum(one.kind == each for one in held)) for each in KINDS],
        taken_in=request.args.get("taken_in", ""),
        largest_table=LARGEST,
    ), 200


@page.get("/desk/authorities.csv")
def table() -> ResponseReturnValue:
    """All authorities as a table, as `take_in` takes it."""
    stream = io.StringIO(newline="")
    with services().catalogue.reading() as connection:
        write_csv(authorities.every(connection), stream)
    named = {"Content-Disposition": 'attachment; filename="authorities.csv"'}
    return Response("\ufeff" + stream.getvalue(), mimetype="text/csv", headers=named)


@page.post("/desk/authorities/table")
@takes_a_table
def take_in() -> ResponseReturnValue:
    """Take in the authorities of a table (`file`), all or none; with `preview` only show what
    that would change.  A `table` that was `shown` so is taken in as it was shown, or not."""
    sent = sent_table("authorities", "authorities import")
    read_in = read_stream(sent.stream, sent.name)
    catalogue = services().catalogue
    with catalogue.reading() if sent.preview else catalogue.writing() as connection:
        different, merged_here = authorities.arriving(connection, read_in)
        held = {(each.kind, each.id): each for each in authorities.every(connection)}
        pairs = [(each, held.get((each.kind, each.id))) for each in different]
        told = [[cells_of(new), cells_of(was) if was else None] for new, was in pairs]
        shown = digest_of([told, [cells_of(each) for each in merged_here]])
        if not sent.is_to_be_shown(shown):
            authorities.put(connection, different, at=now(), agent=agent())
            return redirect(url_for("authorities.show", taken_in=str(len(different))), 303)
        changes = changes_of(services().originals.home, connection, different)
    return render_template(
        "authorities_table.html",
        sent=sent,
        shown=shown,
        read_in=len(read_in),
        different=pairs[:_SHOWN],
        total=len(different),
        merged_here=merged_here,
        changes=changes[:_CHANGES],
        total_changes=len(changes),
        record_path=record_path,
    ), 200 if sent.preview else 409


@page.post("/desk/authorities")
def begin() -> ResponseReturnValue:
    """Begin an authority of a `kind` with a `heading`."""
    kind, heading = request.form.get("kind", ""), plain(request.form.get("heading", ""))
    if kind not in KINDS or not heading:
        raise UserMistake("A new authority needs a kind and a heading.")
    with services().catalogue.writing() as connection:
        taken = {each.id for each in authorities.every(connection) if each.kind == kind}
        new = Authority(kind, free_id(kind, heading, taken), heading)
        authorities.put(connection, [new], at=now(), agent=agent())
    return redirect(url_for("authorities.one", kind=kind, id=new.id), 303)


@page.get("/desk/authorities/<kind>/<id>")
def one(kind: str, id: str) -> ResponseReturnValue:
    """One authority, to be edited; `into` shows what would change if it were merged."""
    with services().catalogue.reading() as connection:
        held, revision = _found(connection, kind, id)
        into = request.args.get("into", "").strip()
        try:
            pair = merged(held, _meant(connection, kind, into)) if into else ()
        except UserMistake as error:
            return _page(connection, held, revision, mistake=str(error)), 400
        return _page(connection, held, revision, pair=pair), 200


@page.post("/desk/authorities/<kind>/<id>")
def save(kind: str, id: str) -> ResponseReturnValue:
    """Hold what was typed instead, on the `revision` that was seen; with `preview` only show
    what that would change."""
    form = request.form
    seen = number_in(form.get("revision", ""))
    with services().catalogue.writing() as connection:
        held, revision = _found(connection, kind, id)
        typed = {**cells_of(held), **{name: form.get(name, "") for name in _TYPED}}
        try:
            new = authority_of(typed, "It was not saved")
            if "preview" in form:
                return _page(connection, held, revision, typed=typed, edited=new), 200
            based_on = -1 if seen is None else seen
            authorities.amend(connection, new, based_on=based_on, at=now(), agent=agent())
        except StaleAuthority as error:
            return _page(connection, held, revision, typed=typed, mistake=str(error)), 409
        except UserMistake as error:
            return _page(connection, held, revision, typed=typed, mistake=str(error)), 400
    return redirect(url_for("authorities.one", kind=kind, id=id, saved="on"), 303)


@page.post("/desk/authorities/<kind>/<id>/merge")
def merge(kind: str, id: str) -> ResponseReturnValue:
    """Make it one with the authority `into`, if both are as they were when it was shown what that
    changes: at the revision `seen`, and `into_seen`."""
    form = request.form
    with services().catalogue.writing() as connection:
        held, revision = _found(connection, kind, id)
        into = _meant(connection, kind, form.get("into", "").strip())
        pair = merged(held, into)
        at_present = str(revision), str(_found(connection, kind, into.id)[1])
        if (form.get("seen"), form.get("into_seen")) != at_present:
            mistake = (
                "They were not merged, for you were not shown what that changes, or one of them "
                "was changed since. This is what it would change now."
            )
            return _page(connection, held, revision, pair=pair, mistake=mistake), 409
        authorities.put(connection, pair, at=now(), agent=agent())
    return redirect(url_for("authorities.one", kind=kind, id=pair[1].id, saved="on"), 303)


@page.post("/r/<record_id>/pin")
def pin(record_id: str) -> ResponseReturnValue:
    """Say that the `name` in `property` of a record means the `authority`."""
    name, value = _named_in_form()
    try:
        with services().catalogue.reading() as connection:
            meant = _meant(connection, NAMED[name], request.form.get("authority", "").strip())
        amend_record(
            record_id,
            amending.pinning(Pin(name, value, meant.id)),
            reason=f"“{value}” means {meant.heading} ({meant.id})",
        )
    except UserMistake as error:
        return describing.refused(record_id, str(error))
    return redirect(url_for("describing.show", record_id=record_id, saved="on"), 303)


@page.post("/r/<record_id>/unpin")
def unpin(record_id: str) -> ResponseReturnValue:
    """Take back which authority the `name` in `property` of a record means."""
    name, value = _named_in_form()
    try:
        amend_record(
            record_id,
            amending.unpinning(name, value),
            reason=f"took back which {NAMED[name]} “{value}” means",
        )
    except UserMistake as error:
        return describing.refused(record_id, str(error))
    return redirect(url_for("describing.show", record_id=record_id, saved="on"), 303)


def _named_in_form() -> tuple[str, str]:
    """The property and the name that a form is about."""
    name = request.form.get("property", "")
    if name not in NAMED:
        raise UserMistake("Only the names of outlets and authors are filed under authorities.")
    return name, request.form.get("name", "")


def _filed(held: Authority) -> str:
    """The search that finds the records in which it is named."""
    if field := FIELD_OF.get(held.kind):
        return search_address(SearchState().toggled(field, held.heading))
    if held.kind != "target":
        words = held.heading.replace('"', " ")
        return search_address(SearchState(q=f'"{words}"'))
    state = SearchState()
    for position in POSITIONS:
        state = state.toggled("stance", f"{held.id}:{position}")
    return search_address(state)


def _found(connection: Connection, kind: str, id: str) -> tuple[Authority, int]:
    found = authorities.get(connection, kind, id)
    if found is None:
        abort(404)
    return found


def _meant(connection: Connection, kind: str, said: str) -> Authority:
    """The authority that a person names by its id or its heading."""
    held = [e for e in authorities.every(connection) if e.kind == kind and not e.replaced_by]
    named = [each for each in held if said == each.id] or [
        each for each in held if said == each.heading
    ]
    if len(named) != 1:
        raise UserMistake(
            f"{'Several are' if named else f'No {kind} is'} called “{said}”; "
            "write its id, as it stands in the list of authorities."
        )
    return named[0]


def _page(
    connection: Connection,
    held: Authority,
    revision: int,
    *,
    typed: Mapping[str, str] | None = None,
    edited: Authority | None = None,
    pair: tuple[Authority, ...] = (),
    mistake: str = "",
) -> str:
    new = pair or ((edited,) if edited else ())
    home = services().originals.home
    changes: tuple[Changed, ...] = changes_of(home, connection, new) if new else ()
    others = sorted(
        each.heading
        for each in authorities.every(connection)
        if each.kind == held.kind and each.id != held.id and not each.replaced_by
    )
    return render_template(
        "authority.html",
        held=held,
        revision=revision,
        cells=typed or cells_of(held),
        names=_TYPED,
        hints=_HINTS,
        edited=edited,
        into=pair[1] if pair else None,
        into_revision=_found(connection, held.kind, pair[1].id)[1] if pair else None,
        changes=changes[:_CHANGES],
        total=len(changes),
        others=others,
        history=authorities.history(connection, held.kind, held.id),
        mistake=mistake,
        saved=bool(request.args.get("saved")),
        filed=_filed(held),
        record_path=record_path,
    )
