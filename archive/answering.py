"""Settling questions: what a person's answer does to the record, and taking it back.

An answer, what it changes and the revision that says so are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from archive import amending
from archive.amending import Change, StaleEdit, amend_within
from archive.authority import NAMED, Authority, free_id
from archive.catalogue import authorities, questions, records, relations
from archive.catalogue.database import Catalogue
from archive.edtf import BadDate
from archive.errors import UserMistake
from archive.question import Answer, How, Question, QuestionKind
from archive.record import ARCHIVIST, PROPERTIES, Record, Statement
from archive.relation import Relation, RelationKind
from archive.values import BadValue, as_written

_LABEL = {row.name: row.label.lower() for row in PROPERTIES}
_MANY = {row.name for row in PROPERTIES if row.many}
_BESIDE = ("excluded", "pins", "codings")
"""What an answer may change of a record beside its description."""
_NOTHING_TO_REJECT = (QuestionKind.MISSING, QuestionKind.UNREAD)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says to a question: how it is settled, and with `CORRECTED` the `value` that
    holds, as it is written in a manifest.

    Of a possible duplicate the value is what the record is to the other: `republication`,
    `version` or `different`.
    """

    how: How
    value: str = ""


def check_fit(asked: Iterable[Question], verdict: Verdict) -> None:
    """Raises `UserMistake` if one of these questions cannot be settled so, before any is."""
    for each in asked:
        if verdict.how is How.REJECTED and each.kind in _NOTHING_TO_REJECT:
            what = f"{each.kind.value} {_LABEL.get(each.property, '')}".strip()
            raise UserMistake(
                f"“{what}” of the record {each.record_id} cannot be rejected, for nothing is held "
                "there. Accept that it is so, or correct it. Nothing was answered."
            )


def answer(
    catalogue: Catalogue,
    question: Question,
    verdict: Verdict,
    *,
    based_on: int | None,
    at: datetime,
    agent: str,
    reason: str,
    batch: str,
) -> int:
    """Settle a question; the record's revision after it.

    `based_on` is the revision that the person saw.  Raises `StaleEdit`, and `UserMistake` for
    a value that is none or a verdict that does not go with the question; nothing is written
    then.
    """
    check_fit([question], verdict)
    with catalogue.writing() as connection:
        held = records.get(connection, question.record_id)
        if held is None:
            raise UserMistake(f"There is no record {question.record_id}.")
        if based_on is not None and based_on != held.revision:
            raise StaleEdit(held)
        try:
            change = _change(connection, question, verdict, at=at, agent=agent)
        except (BadValue, BadDate) as error:
            raise UserMistake(f"{error}.") from None
        why = reason or _reason(question, verdict)
        if question.kind is QuestionKind.DUPLICATE:
            _relate(connection, question, verdict, at=at, agent=agent, reason=why)
        after = held.revision
        if change is not None:
            after = amend_within(
                connection,
                held.id,
                change,
                based_on=held.revision,
                at=at,
                agent=agent,
                reason=why,
            ).revision
        questions.settle(
            connection,
            question,
            verdict.how,
            at=at,
            agent=agent,
            reason=why,
            batch=batch,
            before=held.revision,
            after=after,
        )
    return after


def take_back(catalogue: Catalogue, answers: Sequence[Answer], *, at: datetime, agent: str) -> int:
    """Take answers back, all or none; how many records are as they were before.

    Of each record what the answer changed returns to what it was before, as a new revision;
    what else was changed since stays.  Raises `StaleEdit` if somebody has changed the same since;
    then nothing is written.
    """
    returned = 0
    with catalogue.writing() as connection:
        for each in sorted(answers, key=lambda each: -each.id):
            question = each.question
            held = records.get(connection, question.record_id)
            assert held is not None
            if each.after != each.before:
                before = records.at_revision(connection, held.id, each.before)
                after = records.at_revision(connection, held.id, each.after)
                assert before is not None
                assert after is not None
                restored = _without(held, before, after)
                if restored is None:
                    raise StaleEdit(held)
                amend_within(
                    connection,
                    held.id,
                    amending.returning(restored),
                    based_on=held.revision,
                    at=at,
                    agent=agent,
                    reason=f"taken back: {each.reason}",
                )
                returned += 1
            if question.kind is QuestionKind.DUPLICATE:
                kind = RelationKind.UNDECIDED
                why = f"taken back: {each.reason}"
                relations.put(connection, Relation(held.id, kind, question.value, at, agent, why))
            questions.undo(connection, each.id, at=at, agent=agent)
    return returned


def _without(held: Record, before: Record, after: Record) -> Record | None:
    """The record as it is held without what an answer changed, which made `after` of `before`;
    None if that was changed again, or the record withdrawn."""
    if (held.withdrawn, held.purged) != (after.withdrawn, after.purged):
        return None
    restored: dict[str, Any] = {}
    for name in _BESIDE:
        was, became = getattr(before, name), getattr(after, name)
        if was != became:
            if getattr(held, name) != became:
                return None
            restored[name] = was
    described, basis = {}, dict(held.basis)
    for row in PROPERTIES:
        was, became, now = (
            (getattr(each.description, row.name), each.basis.get(row.name))
            for each in (before, after, held)
        )
        if was != became:
            if now != became:
                return None
            described[row.name], rests_on = was
            basis.pop(row.name, None)
            basis |= {row.name: rests_on} if rests_on else {}
    description = replace(held.description, **described)
    return replace(held, description=description, basis=basis, **restored)


def _change(
    connection: Connection, question: Question, verdict: Verdict, *, at: datetime, agent: str
) -> Change | None:
    """What the answer does to the record; None if it leaves it as it is."""
    name, how = question.property, verdict.how
    if question.kind is QuestionKind.LOST_PASSAGE:
        return _dropping(question.value) if how is How.REJECTED else None
    if question.kind in (QuestionKind.UNREAD, QuestionKind.DUPLICATE):
        return None
    if how is How.CORRECTED:
        if question.kind is QuestionKind.NEW_NAME and name in _MANY:
            return _renaming(name, question.value, verdict.value)
        return amending.describing([Statement(name, verdict.value, ARCHIVIST)])
    if question.kind is QuestionKind.CONTRADICTORY:
        claimed = Statement(name, question.value, ARCHIVIST)
        return amending.describing([claimed]) if how is How.ACCEPTED else None
    if question.kind is QuestionKind.NEW_NAME:
        if how is How.REJECTED:
            return _renaming(name, question.value, "")
        _put_heading(connection, NAMED[name], question.value, at=at, agent=agent)
        return None
    if how is How.REJECTED:
        return amending.describing([], cleared=[name])
    return _confirming(name) if question.kind is QuestionKind.UNCERTAIN else None


def _confirming(name: str) -> Change:
    """Letting what is held rest on the person's word, so that no reader replaces it."""
    return lambda record: replace(record, basis={**record.basis, name: ARCHIVIST})


def _renaming(name: str, old: str, new: str) -> Change:
    """Putting another name, or none, in the place of one."""

    def change(record: Record) -> Record:
        held = getattr(record.description, name)
        names = [new if each == old else each for each in (held if name in _MANY else (held,))]
        kept = as_written(tuple(each for each in names if each))
        if not kept:
            return amending.describing([], cleared=[name])(record)
        return amending.describing([Statement(name, kept, ARCHIVIST)])(record)

    return change


def _dropping(quote: str) -> Change:
    """Giving up a passage that is not found any more."""

    def change(record: Record) -> Record:
        lost = {p for p in record.excluded if p.lost and p.quote == quote}
        return replace(
            record,
            excluded=tuple(p for p in record.excluded if p not in lost),
            codings=tuple(
                replace(c, passage=None)
                if c.passage and c.passage.lost and c.passage.quote == quote
                else c
                for c in record.codings
            ),
        )

    return change


def _put_heading(connection: Connection, kind: str, name: str, *, at: datetime, agent: str) -> None:
    taken = {each.id for each in authorities.every(connection) if each.kind == kind}
    authorities.put(
        connection, [Authority(kind, free_id(kind, name, taken), name)], at=at, agent=agent
    )


def _relate(
    connection: Connection,
    question: Question,
    verdict: Verdict,
    *,
    at: datetime,
    agent: str,
    reason: str,
) -> None:
    try:
        kind = RelationKind(verdict.value or _PLAIN[verdict.how])
    except (ValueError, KeyError):
        raise UserMistake(
            "Say what the record is to the other: republication, version or different."
        ) from None
    relations.put(connection, Relation(question.record_id, kind, question.value, at, agent, reason))


_PLAIN = {How.ACCEPTED: "republication", How.REJECTED: "different"}


def _reason(question: Question, verdict: Verdict) -> str:
    what = _LABEL.get(question.property, "")
    return f"reviewed, {question.kind.value}: {f'{what} ' if what else ''}{verdict.how.value}"
