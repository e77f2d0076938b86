"""Drawing the review queue: which questions the records raise, kept up to date by the change log.

The questions are drawn again for each record that has changed; what texts have in common is
asked about whenever that has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from archive.asking import questions_of
from archive.catalogue import (
    authorities,
    changes,
    extracts,
    questions,
    receipts,
    records,
    relations,
)
from archive.catalogue.changes import Change
from archive.catalogue.database import Catalogue
from archive.home import Home
from archive.question import Question, QuestionKind
from indexer import generations
from indexer.filling import Progress, changed_records
from indexer.headings import Headings, headings_of
from indexer.reuse.learning import open_reuse
from indexer.reuse.related import folds_of

BATCH = 200
"""Records whose questions are drawn in one transaction."""

_OWN = tuple(kind for kind in QuestionKind if kind is not QuestionKind.DUPLICATE)


def queue_behind(catalogue: Catalogue) -> int:
    """How many changes the queue has yet to look at."""
    with catalogue.reading() as connection:
        number, _ = questions.position(connection)
        return changes.newest(connection) - number


def update_queue(
    home: Home,
    catalogue: Catalogue,
    *,
    now: Callable[[], datetime],
    progress: Progress | None = None,
) -> int:
    """Draw the questions of what has changed; how many records were looked at.

    Stopped at any moment, it goes on with what is left.  Waits for another one to end.
    """
    done = 0
    with generations.locked(home, "queue", wait=True):
        while True:
            with catalogue.reading() as connection:
                start = _position(connection)
                batch = changes.after(connection, start, limit=BATCH)
                if not batch:
                    return done
                wanted = _wanted(connection, home, batch)
                headings = headings_of(authorities.every(connection))
                last = batch[-1].seq
                mark = changes.mark(connection, last)
                more = changes.newest(connection) > last
            for first in range(0, len(wanted), BATCH):
                _draw(catalogue, wanted[first : first + BATCH], headings, at=now())
                done += len(wanted[first : first + BATCH])
                if progress:
                    progress(done, max(done, len(wanted)))
            # Of all records, so once: before the last batch counts as looked at.
            duplicates = None if more else _duplicates(home, catalogue)
            with catalogue.writing() as connection:
                if duplicates is not None:
                    _put_duplicates(connection, duplicates, at=now())
                questions.set_position(connection, last, mark)


def _wanted(connection: Connection, home: Home, batch: Sequence[Change]) -> Sequence[str]:
    """The records that these changes are about.  Those that ask about a new name are looked at
    whenever an authority changes."""
    name = generations.current_name(home)
    named = any(change.record_id is None for change in batch)
    if named and name is None:
        return list(records.ids(connection))
    found = changed_records(connection, home, name or "", batch)
    asking = questions.about(connection, QuestionKind.NEW_NAME) if named else ()
    return list(dict.fromkeys((*found, *asking)))


def _position(connection: Connection) -> int:
    """The change up to which the queue has been drawn; 0 if that was in another catalogue."""
    number, mark = questions.position(connection)
    return number if changes.mark(connection, number) == mark else 0


def _draw(
    catalogue: Catalogue, record_ids: Sequence[str], headings: Headings, *, at: datetime
) -> None:
    asked: list[Question] = []
    with catalogue.reading() as connection:
        found = records.many(connection, record_ids)
        for record in (found[each] for each in record_ids if each in found):
            extract = extracts.get(connection, record.extract_id) if record.extract_id else None
            claims = receipts.claims(connection, record.id)
            asked += questions_of(record, extract, claims, headings.knows)
    with catalogue.writing() as connection:
        questions.replace(connection, record_ids, asked, _OWN, at=at)


def _duplicates(home: Home, catalogue: Catalogue) -> list[Question]:
    """For each group of records that have one text, whether the later ones are the first one's
    over again; not where a person has said what they are."""
    with catalogue.reading() as connection:
        groups = folds_of(connection, open_reuse(home))
        found = records.many(connection, {record_id for group in groups for record_id in group})
        decided = {
            frozenset((each.record_id, each.other_id)) for each in relations.in_force(connection)
        }
    asked = []
    for group in groups:
        first, *others = [id for id in group if found[id].withdrawn is None] or [""]
        asked += [
            Question(record_id, QuestionKind.DUPLICATE, "", first)
            for record_id in others
            if not any(frozenset((record_id, other)) in decided for other in group)
        ]
    return asked


def _put_duplicates(connection: Connection, asked: Sequence[Question], *, at: datetime) -> None:
    held = questions.about(connection, QuestionKind.DUPLICATE)
    about = {*held, *(question.record_id for question in asked)}
    questions.replace(connection, about, asked, (QuestionKind.DUPLICATE,), at=at)
