"""Stances: coding them with the passages that show them, and the codebook."""

from __future__ import annotations

import io

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive import amending, stance_table
from archive.account import Role
from archive.catalogue import authorities, receipts, records
from archive.catalogue.passages import passage_of
from archive.codings import agreements, codings_of, every
from archive.errors import UserMistake
from archive.record import Coding, Record
from archive.stance_table import arriving, read_stream, write_table
from archive.values import POSITIONS, BadValue, stance_of
from indexer.audience import may_read_text, visible
from indexer.links import record_path
from webapp.access import demands
from webapp.amending import amend_record
from webapp.numbers import number_in
from webapp.sent_table import LARGEST, digest_of, sent_table, takes_a_table
from webapp.services import services
from webapp.site import now
from webapp.visitor import agent, audience

page = Blueprint("stances", __name__)

_SHOWN = 200


@page.get("/r/<record_id>/stances")
@demands(Role.ARCHIVIST)
def show(record_id: str) -> ResponseReturnValue:
    """Who holds the record to take which stance, and a form to say so; `quote` fills it in."""
    return _page(record_id), 200


@page.post("/r/<record_id>/stances")
@demands(Role.ARCHIVIST)
def code(record_id: str) -> ResponseReturnValue:
    """Hold the record to take a `position` to a `target`, for a `reason`, as `quote` shows."""
    form = {name: value.strip() for name, value in request.form.items()}
    try:
        stance = stance_of(f"{form.get('target', '')}:{form.get('position', '')}")
        if not form.get("reason"):
            raise UserMistake("Say what shows it.")
        with services().catalogue.reading() as connection:
            passage = passage_of(connection, record_id, form.get("quote", ""))
        coding = Coding(stance, agent(), now(), form["reason"], passage)
        amend_record(record_id, amending.coding(coding), reason=f"coded {stance}: {form['reason']}")
    except BadValue as error:
        return _page(record_id, f"{error}."), 400
    except UserMistake as error:
        return _page(record_id, str(error)), 400
    return redirect(url_for("stances.show", record_id=record_id, saved="on"), 303)


@page.post("/r/<record_id>/stances/take-back")
@demands(Role.ARCHIVIST)
def take_back(record_id: str) -> ResponseReturnValue:
    """Take back what one said oneself of a `target`."""
    target = request.form.get("target", "")
    amend_record(
        record_id, amending.uncoding(agent(), target), reason=f"took back the coding of {target}"
    )
    return redirect(url_for("stances.show", record_id=record_id), 303)


@page.get("/codebook")
def codebook() -> ResponseReturnValue:
    """What the positions mean, which targets there are, and how far coders agree."""
    with services().catalogue.reading() as connection:
        found = agreements(_visible(connection))
        targets = {each.id: each for each in authorities.every(connection) if each.kind == "target"}
    taken_in = request.args.get("taken_in", "")
    unused = [id for id in targets if id not in {each.target for each in found}]
    return render_template(
        "codebook.html",
        positions=POSITIONS,
        agreements=found,
        targets=targets,
        unused=[id for id in unused if not targets[id].replaced_by],
        largest_table=LARGEST,
        taken_in=taken_in if number_in(taken_in) is not None else "",
    ), 200


@page.get("/codebook/codings.csv")
def table() -> ResponseReturnValue:
    """All codings of the records that the asker may see; the words of a passage where the
    asker may read the text."""
    stream = io.StringIO(newline="")
    with services().catalogue.reading() as connection:
        write_table(_visible(connection), stream)
    named = {"Content-Disposition": 'attachment; filename="codings.csv"'}
    return Response("\ufeff" + stream.getvalue(), mimetype="text/csv", headers=named)


@page.post("/codebook/codings")
@demands(Role.ARCHIVIST)
@takes_a_table
def take_in() -> ResponseReturnValue:
    """Take in the codings of a table (`file`), none if anything is wrong; with `preview` only show
    what that would change.  A `table` that was `shown` so is taken in as it was shown, or not.
    Where the table names no coder, it is who sends it."""
    sent, at = sent_table("codings", "stance import"), now()
    rows = read_stream(sent.stream, sent.name, agent())
    with services().catalogue.reading() as connection:
        new = arriving(connection, rows, at=at)
    shown = digest_of([each.told for each in new])
    if sent.is_to_be_shown(shown):
        return render_template(
            "codings_table.html",
            sent=sent,
            shown=shown,
            read_in=len(rows),
            new=new[:_SHOWN],
            total=len(new),
            record_path=record_path,
        ), 200 if sent.preview else 409
    stance_table.take_in(services().catalogue, new, agent=agent())
    return redirect(url_for("stances.codebook", taken_in=str(len(new))), 303)


def _visible(connection: Connection) -> list[tuple[Record, Coding]]:
    asker = audience()
    levels = visible(asker)
    return [
        (record, coding if may_read_text(asker, record.access) else _without_words(coding))
        for record, coding in every(connection)
        if record.access in levels
    ]


def _without_words(coding: Coding) -> Coding:
    return Coding(coding.stance, coding.coder, coding.at, coding.reason)


def _page(record_id: str, mistake: str = "") -> str:
    with services().catalogue.reading() as connection:
        record = records.get(connection, record_id)
        if record is None:
            abort(404)
        received = receipts.provenance(connection, record_id)
        targets = [each for each in authorities.every(connection) if each.kind == "target"]
    return render_template(
        "stances.html",
        record=record,
        codings=codings_of(record, received[0].agent if received else ""),
        own={each.stance.target for each in record.codings if each.coder == agent()},
        targets=[each for each in targets if not each.replaced_by],
        positions=POSITIONS,
        mistake=mistake,
        saved=bool(request.args.get("saved")),
        typed=request.form,
        quote=request.values.get("quote", "")[:5_000],
        record_path=record_path,
        agent=agent(),
    )
