"""Which segments a commit merges, so that they stay few and small commits stay cheap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LARGE = 10_000
"""Documents from which on a segment counts as a large one."""

MOST_LARGE = 3
MOST_SMALL = 5


def to_merge(segments: Sequence[Any]) -> list[Any]:
    """Those of a commit's segments that are to be made one; none, one worn or several.

    Segments that are mostly deleted are rewritten.  If there are too many of the small or of
    the large ones, the smallest is merged, and then each next one that is no larger than what
    is merged already: a document is rewritten only together with about as many others, a
    handful of times in its life.  Sizes are counted in living documents, for these are what a
    merge costs.  What has no living document is for the caller to drop.
    """
    living = sorted((s for s in segments if s.doc_count()), key=lambda s: s.doc_count())
    merged = [s for s in living if s.deleted_count() > s.doc_count()]
    kept = [s for s in living if s.deleted_count() <= s.doc_count()]
    small = [s for s in kept if s.doc_count() < LARGE]
    large = kept[len(small) :]
    if len(small) > MOST_SMALL:
        merged += _smallest(small, sum(s.doc_count() for s in merged))
    gathered = sum(s.doc_count() for s in merged)
    if len(large) + (gathered >= LARGE) > MOST_LARGE:
        merged += _smallest(large, gathered)
    return merged


def _smallest(ascending: Sequence[Any], gathered: int) -> list[Any]:
    """The first, and each next that is no larger than all before it and what is `gathered`;
    two at least, if nothing is gathered yet."""
    taken: list[Any] = []
    total = gathered
    for segment in ascending:
        if taken and segment.doc_count() > total and (gathered or len(taken) > 1):
            break
        taken.append(segment)
        total += segment.doc_count()
    return taken
