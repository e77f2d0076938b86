"""What a request finds."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from indexer.engine import SearchRequest
from indexer.engines.evaluating import Evaluation, Statistics, dated
from indexer.engines.fields import ID, value_field
from indexer.engines.segment import Floats, Ints, Mask
from indexer.engines.whole import Whole
from indexer.query.terms import DateRange, Missing

DATES = None
"""Stands for the request's dates among the fields that are filtered on."""


class Found:
    """The matches of the query alone (of documents that live and may be seen), which of them
    pass each filtered field, and their scores."""

    def __init__(self, request: SearchRequest, whole: Whole, statistics: Statistics) -> None:
        self.whole = whole
        self.evaluation = Evaluation(whole, statistics)
        self._query = request.query
        docs = whole.living(self.evaluation.documents(request.query))
        seen = whole.seen(request.access)
        if seen is not None:
            docs = docs[seen[docs]]
        if request.hidden:
            docs = docs[~whole.having(ID, tuple(request.hidden))[docs]]
        self.matches: Ints = docs
        self._passing: dict[str | None, Mask] = {}
        for wanted in request.filters:
            having = whole.having(value_field(wanted.field), wanted.values)
            self._pass(wanted.field, having[docs] ^ wanted.excluded)
        match request.dates:
            case DateRange(first, last):
                self._pass(DATES, dated(whole, docs, first, last))
            case Missing():
                self._pass(DATES, ~dated(whole, docs, None, None))

    def _pass(self, field: str | None, passing: Mask) -> None:
        self._passing[field] = self._passing.get(field, True) & passing

    def ignoring(self, field: str | None) -> Ints:
        """The matches that pass the filters on all fields but `field`."""
        if field not in self._passing:
            return self.all
        others = [passing for name, passing in self._passing.items() if name != field]
        return self.matches[np.logical_and.reduce(others)] if others else self.matches

    def filters(self, field: str | None) -> bool:
        """Whether there is a filter on the field."""
        return field in self._passing

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
