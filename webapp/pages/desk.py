"""The archivist's desk: the review queue, with the evidence beside each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive.account import Role
from archive.amending import StaleEdit
from archive.answering import Verdict, answer, check_fit, take_back
from archive.asking import Evidence, evidence_of
from archive.authority import NAMED
from archive.catalogue import extracts, questions, records
from archive.errors import UserMistake
from archive.identifier import mint
from archive.question import How, Question, QuestionKind
from archive.record import PROPERTIES, Extract, Record
from archive.values import as_written
from indexer.links import record_path
from indexer.queue import queue_behind, update_queue
from webapp.access import demands
from webapp.addresses import passage_in_original
from webapp.numbers import number_in
from webapp.services import services
from webapp.site import now
from webapp.visitor import agent

page = demands(Role.ARCHIVIST)(Blueprint("desk", __name__))

_SHOWN = 25
_LEAD = 280
_LATELY = 10
_AT_ONCE = 500
"""Changes that are looked at before the page is shown; more are left to the worker."""

_LABELS = {row.name: row.label.lower() for row in PROPERTIES}
_KINDS = {kind.value.replace(" ", "-"): kind for kind in QuestionKind}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is shown: its number, what it says, what can be said to it."""

    number: int
    question: Question
    since: datetime
    sentence: str
    held: str
    suggested: str
    accept: str
    reject: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A record with the questions about it, and the beginning of its text."""

    record: Record
    lead: str
    in_original: Mapping[tuple[int, int], str]
    asked: tuple[Asked, ...]


@page.get("/desk")
def show() -> ResponseReturnValue:
    """What waits, the oldest first; `kind` and `record` show a part of it, `done` names the
    answers that were just given."""
    return _page(), 200


@page.post("/desk/answers")
def settle() -> ResponseReturnValue:
    """Settle the questions named `number`; `verdict` says how, and `value` what holds instead.

    A single one is answered on the `revision` that was seen.
    """
    form = request.form
    named = map(number_in, form.getlist("number"))
    numbers = [number for number in named if number is not None]
    with services().catalogue.reading() as connection:
        found = questions.find(connection, numbers)
    if not numbers:
        return _page(mistake="Choose at least one question."), 400
    if not found:
        return _page(mistake="That was settled meanwhile; here is what still waits."), 409
    based_on = number_in(form.get("revision", "")) if len(found) == 1 else None
    batch = mint()
    try:
        verdict = _verdict(form.get("verdict", ""), form.get("value", ""))
        check_fit(found.values(), verdict)
        for question in found.values():
            answer(
                services().catalogue,
                question,
                verdict,
                based_on=based_on,
                at=now(),
                agent=agent(),
                reason=form.get("reason", "").strip(),
                batch=batch,
            )
    except StaleEdit as error:
        return _page(mistake=str(error)), 409
    except UserMistake as error:
        return _page(mistake=str(error), typed=dict.fromkeys(numbers, form.get("value", ""))), 400
    return redirect(_address(done=batch), 303)


@page.post("/desk/undo")
def undo() -> ResponseReturnValue:
    """Take the answers of a `batch` back."""
    with services().catalogue.reading() as connection:
        given = questions.answers(connection, batch=request.form.get("batch", ""), limit=1_000)
    try:
        take_back(services().catalogue, given, at=now(), agent=agent())
    except StaleEdit as error:
        return _page(mistake=str(error)), 409
    return redirect(_address(undone=str(len(given))), 303)


def _verdict(said: str, value: str) -> Verdict:
    how, _, fixed = said.partition(":")
    try:
        return Verdict(How(how), fixed or value.strip())
    except ValueError:
        raise UserMistake("Say how it is settled: accepted, corrected or rejected.") from None


def _address(**also: str | int) -> str:
    kept = {name: request.values[name] for name in ("kind", "record") if request.values.get(name)}
    return f"{url_for('desk.show')}?{urlencode({**kept, **also})}"


def _page(mistake: str = "", typed: Mapping[int, str] | None = None) -> str:
    site = services()
    if 0 < queue_behind(site.catalogue) <= _AT_ONCE:
        update_queue(site.originals.home, site.catalogue, now=now)
    kind = _KINDS.get(request.values.get("kind", ""))
    record_id = request.values.get("record") or None
    number = request.values.get("page", "1")
    at = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
    with site.catalogue.reading() as connection:
        headings = site.search.headings(connection)
        waiting = questions.waiting(
            connection,
            kinds=(kind,) if kind else (),
            record_id=record_id,
            limit=_SHOWN + 1,
            offset=(at - 1) * _SHOWN,
        )
        cards = _cards(connection, waiting[:_SHOWN])
        counts = questions.counts(connection)
        done = questions.answers(connection, batch=request.args.get("done"), limit=_LATELY)
        answered = records.many(connection, [each.question.record_id for each in done])
    return render_template(
        "desk.html",
        cards=cards,
        counts=[(name, each, counts.get(each, 0)) for name, each in _KINDS.items()],
        total=sum(counts.values()),
        kind=kind,
        record_id=record_id,
        done=done if request.args.get("done") else (),
        lately=[(each, answered[each.question.record_id]) for each in done],
        undone=request.args.get("undone", ""),
        behind=queue_behind(site.catalogue),
        mistake=mistake,
        typed=typed or {},
        at=at,
        more=len(waiting) > _SHOWN,
        address=_address,
        headings={k: headings.of_kind(k) for k in NAMED.values()},
        kind_of_name=NAMED,
        labels=_LABELS,
        record_path=record_path,
        QuestionKind=QuestionKind,
    )


def _cards(
    connection: Connection,
    waiting: Sequence[tuple[int, Question, datetime]],
) -> list[Card]:
    held = records.many(connection, [question.record_id for _, question, _ in waiting])
    cards = []
    for record_id, about in groupby(waiting, key=lambda each: each[1].record_id):
        record = held[record_id]
        extract = extracts.get(connection, record.extract_id) if record.extract_id else None
        asked = tuple(
            _asked(number, question, since, record, extract) for number, question, since in about
        )
        text = extract.text or "" if extract else ""
        digest = next((o.digest for o in record.originals if o.media_type == "text/html"), None)
        places = {each.place for one in asked for each in one.evidence if each.place}
        in_original = {
            place: passage_in_original(record_id, digest, text[slice(*place)])
            for place in places
            if digest
        }
        lead = " ".join(text[: 2 * _LEAD].split())[:_LEAD]
        cards.append(Card(record, lead, in_original, asked))
    return cards


def _asked(
    number: int, question: Question, since: datetime, record: Record, extract: Extract | None
) -> Asked:
    name = question.property
    label = _LABELS.get(name, "")
    held = as_written(getattr(record.description, name)) if name else ""
    found = evidence_of(record, extract, name) if name else ()
    if question.kind is QuestionKind.NEW_NAME:
        found = tuple(each for each in found if each.agrees) or found
    sentence, accept, reject = _words(question, label, held)
    suggested = held if question.kind is QuestionKind.UNCERTAIN else question.value
    return Asked(number, question, since, sentence, held, suggested, accept, reject, found)


def _words(question: Question, label: str, held: str) -> tuple[str, str, str]:
    """What is asked, and what accepting and rejecting are called; '' where it cannot be done."""
    value = question.value
    return {
        QuestionKind.UNREAD: (value or "Its text was not extracted.", "Noted", ""),
        QuestionKind.MISSING: (f"No {label} is stated.", f"There is no {label}", ""),
        QuestionKind.CONTRADICTORY: (
            f"It also came with the {label} “{value}”; “{held}” is held."
            if held
            else f"It came with the {label} “{value}”; none is held.",
            f"Take “{_short(value)}”",
            f"Keep “{_short(held)}”" if held else "Keep none",
        ),
        QuestionKind.UNCERTAIN: (f"Is the {label} “{value}”?", "It is", "It is not stated"),
        QuestionKind.NEW_NAME: (
            f"The {label} “{value}” is in no authority.",
            "It is a new name",
            "It is no name",
        ),
        QuestionKind.DUPLICATE: (
            "Its text is likely that of another record.",
            "A republication",
            "Different texts",
        ),
        QuestionKind.LOST_PASSAGE: (
            f"A passage is not found in the present text: “{_short(value)}”",
            "Leave it",
            "Give it up",
        ),
    }[question.kind]


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"
