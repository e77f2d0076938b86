"""What people decided about two records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RelationKind(StrEnum):
    """What a record is to another one.

    `republication` and `version`: the other's text over again, as it was or changed by its
    own outlet.  `different`: neither, however alike their texts are.  `undecided` takes back
    what was decided before.
    """

    REPUBLICATION = "republication"
    VERSION = "version"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


DECISIONS = tuple(kind for kind in RelationKind if kind is not RelationKind.UNDECIDED)
"""What can be in force between two records."""


@dataclass(frozen=True, slots=True)
class Relation:
    """That record `record_id` is a republication or version of record `other_id`, or that the
    two are different; who decided it, when and why."""

    record_id: str
    kind: RelationKind
    other_id: str
    at: datetime
    agent: str
    reason: str
