"""What a request finds in one segment."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.engine import SearchRequest
from indexer.engines.evaluating import Statistics, dated, evaluate
from indexer.engines.fields import ACCESS, value_field
from indexer.engines.segment import Floats, LiveSegment, Mask, SegmentArrays

DATES = None
"""Stands for the request's dates among the fields that are filtered on."""


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of the query alone (of documents that live and may be seen), their scores,
    and the documents that pass each filtered field."""

    arrays: SegmentArrays
    matches: Mask
    scores: Floats
    passing: dict[str | None, Mask]

    def ignoring(self, field: str | None) -> Mask:
        """The matches that pass the filters on all fields but `field`."""
        mask = self.matches
        for name, passing in self.passing.items():
            if name != field:
                mask = mask & passing
        return mask

    def all(self) -> Mask:
        """The matches that pass every filter."""
        mask = self.matches
        for passing in self.passing.values():
            mask = mask & passing
        return mask


def find(request: SearchRequest, segment: LiveSegment, statistics: Statistics) -> Found:
    """Evaluate the request's query, filters, dates and access in one segment."""
    arrays = segment.arrays
    result = evaluate(request.query, arrays, statistics)
    seen = arrays.values(ACCESS).having(tuple(request.access))
    passing: dict[str | None, Mask] = {}
    for wanted in request.filters:
        mask = arrays.values(value_field(wanted.field)).having(wanted.values) ^ wanted.excluded
        passing[wanted.field] = passing.get(wanted.field, True) & mask
    if request.dates is not None:
        passing[DATES] = dated(arrays, request.dates.first, request.dates.last)
    return Found(arrays, result.mask & segment.live & seen, result.scores, passing)
