"""The review queue in the catalogue: open questions, and the answers that people gave.

The questions are drawn from the records and may be drawn again at any time; the answers are
what people decided, and are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select, update

from archive.catalogue import schema
from archive.question import Answer, How, Question, QuestionKind

_BATCH = 500
_TABLE, _ANSWERS = schema.question, schema.answer
_SAME = and_(
    _ANSWERS.c.record_id == _TABLE.c.record_id,
    _ANSWERS.c.kind == _TABLE.c.kind,
    _ANSWERS.c.property == _TABLE.c.property,
    _ANSWERS.c.value == _TABLE.c.value,
    _ANSWERS.c.undone.is_(None),
)


def position(connection: Connection) -> tuple[int, str]:
    """The change up to which the queue has been drawn, and its mark; (0, '') at first."""
    row = connection.execute(select(schema.queue.c.position, schema.queue.c.mark)).one_or_none()
    return (row.position, row.mark) if row else (0, "")


def set_position(connection: Connection, number: int, mark: str) -> None:
    """Note the change up to which the queue has been drawn."""
    connection.execute(delete(schema.queue))
    connection.execute(insert(schema.queue), {"position": number, "mark": mark})


def clear(connection: Connection) -> None:
    """Forget all questions, so that they are drawn anew; answers stay."""
    connection.execute(delete(_TABLE))
    set_position(connection, 0, "")


def replace(
    connection: Connection,
    record_ids: Collection[str],
    asked: Iterable[Question],
    kinds: Collection[QuestionKind],
    *,
    at: datetime,
) -> None:
    """Let these be the questions of these kinds about these records; one that was there stays
    as old as it is."""
    wanted: dict[str, list[Question]] = {record_id: [] for record_id in record_ids}
    for question in asked:
        wanted[question.record_id].append(question)
    ids, names = list(record_ids), [kind.value for kind in kinds]
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        rows = connection.execute(
            select(_TABLE).where(_TABLE.c.record_id.in_(batch), _TABLE.c.kind.in_(names))
        )
        held = {_question(row): row.id for row in rows}
        now = dict.fromkeys(question for record_id in batch for question in wanted[record_id])
        gone = [number for question, number in held.items() if question not in now]
        if gone:
            connection.execute(delete(_TABLE).where(_TABLE.c.id.in_(gone)))
        new = [question for question in now if question not in held]
        if new:
            connection.execute(
                insert(_TABLE), [{**_row(each), "opened": at.isoformat()} for each in new]
            )


def about(connection: Connection, kind: QuestionKind) -> frozenset[str]:
    """The records about which there are questions of a kind."""
    query = select(_TABLE.c.record_id).where(_TABLE.c.kind == kind.value)
    return frozenset(connection.execute(query).scalars())


def waiting(
    connection: Connection,
    *,
    kinds: Collection[QuestionKind] = (),
    record_id: str | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[tuple[int, Question, datetime], ...]:
    """The questions that nobody has answered, each with its number and since when it waits,
    the oldest first."""
    query = _open(select(_TABLE), kinds, record_id).order_by(_TABLE.c.opened, _TABLE.c.id)
    rows = connection.execute(query.limit(limit).offset(offset))
    return tuple((row.id, _question(row), datetime.fromisoformat(row.opened)) for row in rows)


def counts(connection: Connection) -> dict[QuestionKind, int]:
    """How many questions of each kind wait; kinds of which none does are left out."""
    query = _open(select(_TABLE.c.kind, func.count()), (), None).group_by(_TABLE.c.kind)
    return {QuestionKind(kind): count for kind, count in connection.execute(query)}


def find(connection: Connection, numbers: Iterable[int]) -> dict[int, Question]:
    """The questions with these numbers that nobody has answered; the others are left out."""
    query = _open(select(_TABLE).where(_TABLE.c.id.in_(list(numbers))), (), None)
    return {row.id: _question(row) for row in connection.execute(query)}


def settle(
    connection: Connection,
    question: Question,
    how: How,
    *,
    at: datetime,
    agent: str,
    reason: str,
    batch: str,
    before: int,
    after: int,
) -> None:
    """Keep an answer."""
    connection.execute(
        insert(_ANSWERS),
        {
            **_row(question),
            "how": how.value,
            "at": at.isoformat(),
            "agent": agent,
            "reason": reason,
            "batch": batch,
            "before": before,
            "after": after,
        },
    )


def answers(
    connection: Connection, *, batch: str | None = None, record_id: str | None = None, limit: int
) -> tuple[Answer, ...]:
    """The answers in force, the newest first."""
    query = select(_ANSWERS).where(_ANSWERS.c.undone.is_(None)).order_by(_ANSWERS.c.id.desc())
    if batch is not None:
        query = query.where(_ANSWERS.c.batch == batch)
    if record_id is not None:
        query = query.where(_ANSWERS.c.record_id == record_id)
    return tuple(_answer(row) for row in connection.execute(query.limit(limit)))


def undo(connection: Connection, answer_id: int, *, at: datetime, agent: str) -> None:
    """Take an answer back: its question waits again."""
    connection.execute(
        update(_ANSWERS)
        .where(_ANSWERS.c.id == answer_id)
        .values(undone=f"{at.isoformat()} by {agent}")
    )


def _open(
    query: Select[Any], kinds: Collection[QuestionKind], record_id: str | None
) -> Select[Any]:
    query = query.where(~select(_ANSWERS.c.id).where(_SAME).exists())
    if kinds:
        query = query.where(_TABLE.c.kind.in_([kind.value for kind in kinds]))
    if record_id is not None:
        query = query.where(_TABLE.c.record_id == record_id)
    return query


def _row(question: Question) -> dict[str, str]:
    return {
        "record_id": question.record_id,
        "kind": question.kind.value,
        "property": question.property,
        "value": question.value,
    }


def _question(row: Row[Any]) -> Question:
    return Question(row.record_id, QuestionKind(row.kind), row.property, row.value)


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        row.id,
        _question(row),
        How(row.how),
        row.agent,
        datetime.fromisoformat(row.at),
        row.reason,
        row.batch,
        row.before,
        row.after,
    )
