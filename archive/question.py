"""What needs a person: questions about a record, and the answers that people gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class QuestionKind(StrEnum):
    """Why a person is asked."""

    UNREAD = "text not extracted"
    MISSING = "missing"
    CONTRADICTORY = "contradictory"
    UNCERTAIN = "low confidence"
    NEW_NAME = "new name"
    DUPLICATE = "possible duplicate"
    LOST_PASSAGE = "lost passage"


class How(StrEnum):
    """How a question was settled.

    `accepted`: what it is about holds.  `rejected`: it does not.  `corrected`: something else
    holds.
    """

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Question:
    """That a person should look at `property` (a Dublin Core name, or '') of a record.

    `value` is what the question is about: the value held or claimed, another record's id, a
    passage's words, a warning; '' where there is nothing.  The same question is never asked
    twice: kind, property and value tell it from the record's others.
    """

    record_id: str
    kind: QuestionKind
    property: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a question was settled: by whom, when, and between which revisions of its record.

    `batch` is common to answers that were given, and can be undone, together.  `after` equals
    `before` if the record itself did not change.
    """

    id: int
    question: Question
    how: How
    agent: str
    at: datetime
    reason: str
    batch: str
    before: int
    after: int
