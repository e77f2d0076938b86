"""Search requests answered from the segments of one commit."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from indexer.engine import (
    Bar,
    Cell,
    FacetCount,
    Folds,
    ScoredId,
    SearchRequest,
    SearchResult,
    Sort,
    Span,
)
from indexer.engines.bars import count_bars
from indexer.engines.evaluating import Statistics
from indexer.engines.expanding import expand, expanded, within
from indexer.engines.fields import ACCESS, ID, NO_DAY, decode, value_field
from indexer.engines.finding import DATES, Found
from indexer.engines.folding import Folding, resolve
from indexer.engines.numbering import Names, ranked
from indexer.engines.ordering import ordering
from indexer.engines.segment import Ints, LiveSegment, Mask
from indexer.engines.tabling import table
from indexer.engines.whole import Whole
from indexer.query.terms import Node


class WhooshSearcher:
    """A `Searcher` over the segments of one commit."""

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self._segments = tuple(segments)
        self._whole = Whole(segments)
        self._values: dict[str, tuple[str, ...]] = {}
        self._folds: Folds = ()
        self._folding = resolve((), ())
        self._lock = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        found = self._found(request, request.query)
        folding = self._folded(request.folds)
        matching = folding.matching(found.all, self._whole.size)
        hidden = folding.hidden(matching)
        bars, undated = self._bars(request.bars, found) if request.bars else ((), 0)
        facets = self._facets(request, found) if request.facets else {}
        return SearchResult(
            total=len(found.all),
            hits=self._page(request, found, hidden, matching, folding),
            facets={field: values for field, (values, _) in facets.items()},
            untold={field: untold for field, (_, untold) in facets.items() if untold},
            folded=len(hidden),
            bars=bars,
            undated=undated,
        )

    def cross(
        self, request: SearchRequest, rows: str, columns: Sequence[Node]
    ) -> Mapping[tuple[str | None, int], Cell]:
        found = self._found(request, request.query, *columns)
        return table(rows, found, ordering(request.sort, found, found.all), columns)

    def similar(
        self, field: str, text: str, *, edits: int, access: frozenset[str]
    ) -> tuple[tuple[str, int], ...]:
        counts: dict[str, int] = {}
        for part in self._segments:
            arrays = part.arrays
            seen = arrays.values(ACCESS).having(tuple(access))
            for term in within(edits, text, arrays.vocabulary(field)):
                docs = part.living(arrays.postings(field, term).docs)
                having = int(np.count_nonzero(seen[docs]))
                if having and term != text:
                    counts[term] = counts.get(term, 0) + having
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def count(self) -> int:
        return sum(segment.count() for segment in self._segments)

    def ids(self) -> Iterator[str]:
        for segment in self._segments:
            ids = segment.arrays.values(ID)
            if segment.live is None:
                yield from map(decode, ids.texts)
            else:
                for number in ids.ordinals[segment.live].tolist():
                    yield decode(ids.texts[number])

    def document_frequency(self, field: str, text: str) -> int:
        return self._whole.document_frequency(field, text)

    def values(self, field: str) -> tuple[str, ...]:
        if field not in self._values:
            fields = (value_field(field),)
            counts = self._whole.counts(fields, self._whole.living(np.arange(self._whole.size)))
            names = self._whole.numbering(fields).names[:-1]
            self._values[field] = tuple(names[counts[:-1] > 0].tolist())
        return self._values[field]

    def close(self) -> None:
        """Nothing: a segment's file is closed when the last searcher over it is gone."""

    def _found(self, request: SearchRequest, *trees: Node) -> Found:
        leaves = {leaf for tree in trees for leaf in expanded(tree)}
        statistics = Statistics(
            self._rarity,
            self._weight,
            self._average_length,
            {leaf: expand(leaf, self._segments) for leaf in leaves},
        )
        return Found(request, self._whole, statistics)

    def _rarity(self, field: str, text: str) -> float:
        having = self._whole.document_frequency(field, text)
        return math.log(self._whole.size / (having + 1)) + 1

    def _weight(self, field: str, text: str) -> float:
        having = self._whole.document_frequency(field, text)
        return math.log1p((self._whole.size - having + 0.5) / (having + 0.5))

    def _average_length(self, field: str) -> float:
        return self._whole.total_length(field) / self._whole.size

    def _folded(self, folds: Folds) -> Folding:
        """The groups resolved; the last are kept, for the same come with every request."""
        with self._lock:
            if folds is not self._folds:
                self._folding = resolve(folds, self._segments)
                self._folds = folds
            return self._folding

    def _page(
        self, request: SearchRequest, found: Found, hidden: Ints, matching: Mask, folding: Folding
    ) -> tuple[ScoredId, ...]:
        """The page's hits."""
        docs = found.all
        if len(hidden):
            docs = np.setdiff1d(docs, hidden, assume_unique=True)
        end = request.offset + request.limit
        page = ordering(request.sort, found, docs).first(end)[request.offset :]
        return tuple(
            [
                ScoredId(
                    hit.id,
                    -hit.first if request.sort is Sort.RELEVANCE else found.score(hit.doc),
                    folding.under(hit.doc, matching),
                )
                for hit in page
            ]
        )

    def _facets(
        self, request: SearchRequest, found: Found
    ) -> dict[str, tuple[tuple[FacetCount, ...], int]]:
        fields = tuple(map(value_field, request.facets))
        numbering = self._whole.numbering(fields)
        counts = self._whole.counts(fields, found.all)
        for place, field in enumerate(request.facets):
            if found.filters(field):
                own = slice(numbering.bounds[place], numbering.bounds[place + 1])
                counts[own] = self._whole.counts(fields, found.ignoring(field))[own]
        return {
            field: _told(request, field, *told)
            for field, told in zip(request.facets, ranked(numbering, counts), strict=True)
        }

    def _bars(self, span: Span, found: Found) -> tuple[tuple[Bar, ...], int]:
        """The histogram of the matches, and how many of them have no date."""
        docs = found.ignoring(DATES)
        earliest, latest = (self._whole.numbers(name)[docs] for name in ("earliest", "latest"))
        dated = latest != NO_DAY
        return count_bars(span, earliest[dated], latest[dated]), int(np.count_nonzero(~dated))


def _told(
    request: SearchRequest, field: str, names: Names, counts: Ints
) -> tuple[tuple[FacetCount, ...], int]:
    """The values that are held, as many as are asked for, and those that are filtered on, even
    if nothing has them; and how many are not told."""
    named = {value for f in request.filters if f.field == field for value in f.values}
    held, most = len(names), request.most_values
    if most is not None and held > most:
        stated = held - (names[-1] is None)
        further = range(most, stated) if named else ()
        told = [place for place in further if names[place] in named]
        told = [*range(min(most, stated)), *told, *range(stated, held)]
        names, counts = names[told], counts[told]
    shown = list(map(FacetCount._make, zip(names.tolist(), counts.tolist(), strict=True)))
    untold = held - len(shown)
    if absent := named.difference(names):
        none = [shown.pop()] if shown and shown[-1].value is None else []
        none = none or [FacetCount(None, 0)] * (None in absent)
        shown += [
            FacetCount(name, 0) for name in sorted(name for name in absent if name is not None)
        ]
        shown += none
    return tuple(shown), untold
