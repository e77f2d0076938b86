"""A record's history: its revisions, what two of them hold otherwise, going back, withdrawing."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive import amending
from archive.account import Role
from archive.amending import Change, StaleEdit, amend_within
from archive.catalogue import records
from archive.errors import UserMistake
from archive.history import differences, going_back, unquoted
from archive.values import one_line
from indexer.audience import may_read_text
from indexer.links import record_path
from webapp.access import demands
from webapp.pages.record import visible_record
from webapp.services import services
from webapp.site import now
from webapp.visitor import agent, audience, role

page = Blueprint("history", __name__)


@page.get("/r/<record_id>/history")
def show(record_id: str) -> ResponseReturnValue:
    """Every revision: who, when, what and why.  Of a withdrawn record for archivists only.

    The parameters `a` and `b` lead to the comparison of the two.
    """
    a, b = (request.args.get(name, type=int) for name in ("a", "b"))
    if a and b and min(a, b) > 0:
        return redirect(url_for("history.compare", record_id=record_id, a=a, b=b), 303)
    with services().catalogue.reading() as connection:
        record = visible_record(connection, record_id, withdrawn=_archivist())
        history = records.revisions(connection, record.id)
    changed = [
        (revision, differences(before, after) if before else ())
        for (_, before), (revision, after) in zip(((None, None), *history), history, strict=False)
    ]
    return render_template(
        "history.html",
        record=record,
        changed=changed[::-1],
        saved=_archivist() and bool(request.args.get("saved")),
        record_path=record_path,
    ), 200


@page.get("/r/<record_id>/history/<int:a>..<int:b>")
def compare(record_id: str, a: int, b: int) -> ResponseReturnValue:
    """What revision `b` holds otherwise than revision `a`; status 404 if there is no such one."""
    with services().catalogue.reading() as connection:
        record = visible_record(connection, record_id, withdrawn=_archivist())
        held = {r.number: (r, of) for r, of in records.revisions(connection, record.id)}
    if a not in held or b not in held:
        abort(404)
    (older, before), (newer, after) = held[a], held[b]
    if not may_read_text(audience(), record.access):
        before, after = unquoted(before), unquoted(after)
    return render_template(
        "compare.html",
        record=record,
        older=older,
        newer=newer,
        differences=differences(before, after),
        record_path=record_path,
    ), 200


@page.post("/r/<record_id>/revert")
@demands(Role.ARCHIVIST)
def revert(record_id: str) -> ResponseReturnValue:
    """Make the record what it was at the revision `to`."""
    number = request.form.get("to", type=int, default=0)
    with services().catalogue.writing() as connection:
        _amend(record_id, going_back(connection, record_id, number), connection)
    return _to_history(record_id)


@page.post("/r/<record_id>/withdraw")
@demands(Role.ARCHIVIST)
def withdraw(record_id: str) -> ResponseReturnValue:
    """Show the record to nobody any more, but that it was withdrawn and why."""
    with services().catalogue.writing() as connection:
        _amend(record_id, amending.withdrawing(_reason()), connection)
    return _to_history(record_id)


@page.post("/r/<record_id>/reinstate")
@demands(Role.ARCHIVIST)
def reinstate(record_id: str) -> ResponseReturnValue:
    """Show a withdrawn record again."""
    with services().catalogue.writing() as connection:
        _amend(record_id, amending.reinstating(), connection)
    return _to_history(record_id)


def stale(error: StaleEdit) -> ResponseReturnValue:
    """An edit that was based on an old revision: status 409, with what has changed since."""
    newest = error.newest
    return render_template(
        "stale.html", sentence=str(error), record=newest, based_on=error.based_on
    ), 409


def _amend(record_id: str, change: Change, connection: Connection) -> None:
    amend_within(
        connection,
        record_id,
        change,
        based_on=request.form.get("based_on", type=int),
        at=now(),
        agent=agent(),
        reason=_reason(),
    )


def _reason() -> str:
    """Why, as the form says.  Raises `UserMistake` if it does not."""
    reason = " ".join(one_line(request.form.get("reason", "")).split())
    if not reason:
        raise UserMistake("The reason is empty; say in a few words why.")
    return reason


def _archivist() -> bool:
    return role().includes(Role.ARCHIVIST)


def _to_history(record_id: str) -> ResponseReturnValue:
    return redirect(url_for("history.show", record_id=record_id, saved="on"), 303)
