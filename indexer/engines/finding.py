"""What a request finds in one segment."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from indexer.engine import SearchRequest
from indexer.engines.evaluating import Evaluation, Statistics, dated
from indexer.engines.fields import ACCESS, value_field
from indexer.engines.segment import Floats, Ints, LiveSegment, Mask, SegmentArrays
from indexer.query.terms import DateRange, Missing

DATES = None
"""Stands for the request's dates among the fields that are filtered on."""


class Found:
    """The matches of the query alone (of documents that live and may be seen), which of them
    pass each filtered field, and their scores."""

    def __init__(
        self, request: SearchRequest, segment: LiveSegment, statistics: Statistics
    ) -> None:
        self.arrays: SegmentArrays = segment.arrays
        self.evaluation = Evaluation(segment.arrays, statistics)
        self._query = request.query
        docs = segment.living(self.evaluation.documents(request.query))
        access = segment.arrays.values(ACCESS)
        if not {*access.names} <= request.access:
            docs = docs[access.having(tuple(request.access))[docs]]
        self.matches: Ints = docs
        self._passing: dict[str | None, Mask] = {}
        for wanted in request.filters:
            having = segment.arrays.values(value_field(wanted.field)).having(wanted.values)
            self._pass(wanted.field, having[docs] ^ wanted.excluded)
        match request.dates:
            case DateRange(first, last):
                self._pass(DATES, dated(segment.arrays, docs, first, last))
            case Missing():
                self._pass(DATES, ~dated(segment.arrays, docs, None, None))

    def _pass(self, field: str | None, passing: Mask) -> None:
        self._passing[field] = self._passing.get(field, True) & passing

    def ignoring(self, field: str | None) -> Ints:
        """The matches that pass the filters on all fields but `field`."""
        if field not in self._passing:
            return self.all
        others = [passing for name, passing in self._passing.items() if name != field]
        return self.matches[np.logical_and.reduce(others)] if others else self.matches

    @cached_property
    def all(self) -> Ints:
        """The matches that pass every filter."""
        if not self._passing:
            return self.matches
        return self.matches[np.logical_and.reduce([*self._passing.values()])]

    def scores(self, docs: Ints) -> Floats:
        """The scores of some of the matches."""
        return self.evaluation.scores(self._query, docs)

    def score(self, doc: int) -> float:
        """The score of one of the matches."""
        return float(self.scores(np.array([doc]))[0])
