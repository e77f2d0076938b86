"""Search requests answered from the segments of one commit."""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from indexer.engine import Bar, Cell, FacetCount, Folds, ScoredId, SearchRequest, SearchResult, Span
from indexer.engines.bars import count_bars
from indexer.engines.evaluating import Statistics, evaluate
from indexer.engines.expanding import expand, expanded, within
from indexer.engines.fields import ACCESS, NO_DAY, value_field
from indexer.engines.finding import DATES, Found, find
from indexer.engines.folding import Folding, resolve
from indexer.engines.ordering import Ranked, ordering
from indexer.engines.segment import Ints, LiveSegment, Mask
from indexer.engines.tabling import table
from indexer.query.terms import Node

_NO_MATCHES: Mask = np.empty(0, dtype=np.bool_)
_NO_DAYS: Ints = np.empty(0, dtype=np.int64)


class WhooshSearcher:
    """A `Searcher` over the segments of one commit."""

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self._segments = tuple(segments)
        self._size = sum(segment.arrays.size for segment in segments)
        self._numbering: dict[str, tuple[list[str], list[Ints]]] = {}
        self._folds: Folds = ()
        self._folding = resolve((), ())
        self._lock = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        statistics = self._statistics(request.query)
        found = [find(request, segment, statistics) for segment in self._segments]
        matches = np.concatenate([_NO_MATCHES, *(part.all() for part in found)])
        folding = self._folded(request.folds)
        hidden = folding.hidden(matches)
        listed = matches.copy()
        listed[hidden] = False
        bars, undated = _bars(request.bars, found) if request.bars else ((), 0)
        return SearchResult(
            total=int(np.count_nonzero(matches)),
            hits=self._page(request, found, matches, listed, folding),
            facets={field: self._facet(request, field, found) for field in request.facets},
            folded=len(hidden),
            bars=bars,
            undated=undated,
        )

    def cross(
        self, request: SearchRequest, rows: str, columns: Sequence[Node]
    ) -> Mapping[tuple[str | None, int], Cell]:
        statistics = self._statistics(request.query, *columns)
        found = [find(request, segment, statistics) for segment in self._segments]
        return table(
            rows,
            [ordering(request.sort, part, part.all()) for part in found],
            [[evaluate(node, part.arrays, statistics).mask for node in columns] for part in found],
        )

    def similar(
        self, field: str, text: str, *, edits: int, access: frozenset[str]
    ) -> tuple[tuple[str, int], ...]:
        counts: dict[str, int] = {}
        for part in self._segments:
            arrays = part.arrays
            seen = part.live & arrays.values(ACCESS).having(tuple(access))
            for term in within(edits, text, arrays.vocabulary(field)):
                having = int(np.count_nonzero(seen[arrays.postings(field, term).docs]))
                if having and term != text:
                    counts[term] = counts.get(term, 0) + having
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def count(self) -> int:
        return sum(int(np.count_nonzero(segment.live)) for segment in self._segments)

    def ids(self) -> Iterator[str]:
        for segment in self._segments:
            ids = segment.arrays.ids()
            for doc in np.flatnonzero(segment.live):
                yield ids[doc]

    def document_frequency(self, field: str, text: str) -> int:
        return sum(segment.arrays.document_frequency(field, text) for segment in self._segments)

    def values(self, field: str) -> tuple[str, ...]:
        counts = self._count_values(field, [segment.live for segment in self._segments])
        return tuple(name for name, count in counts if count)

    def close(self) -> None:
        """Nothing: a segment's file is closed when the last searcher over it is gone."""

    def _statistics(self, *trees: Node) -> Statistics:
        leaves = {leaf for tree in trees for leaf in expanded(tree)}
        return Statistics(
            functools.cache(self._rarity),
            functools.cache(self._average_length),
            {leaf: expand(leaf, self._segments) for leaf in leaves},
        )

    def _rarity(self, field: str, text: str) -> float:
        having = sum(len(part.arrays.postings(field, text).docs) for part in self._segments)
        return math.log(self._size / (having + 1)) + 1

    def _average_length(self, field: str) -> float:
        return sum(part.arrays.total_length(field) for part in self._segments) / self._size

    def _folded(self, folds: Folds) -> Folding:
        """The groups resolved; the last are kept, for the same come with every request."""
        with self._lock:
            if folds is not self._folds:
                self._folding = resolve(folds, self._segments)
                self._folds = folds
            return self._folding

    def _page(
        self,
        request: SearchRequest,
        found: Sequence[Found],
        matches: Mask,
        listed: Mask,
        folding: Folding,
    ) -> tuple[ScoredId, ...]:
        """The page's hits: the first of each segment, merged."""
        end = request.offset + request.limit
        first: list[tuple[Ranked, int]] = []
        start = 0
        for part in found:
            after = start + part.arrays.size
            order = ordering(request.sort, part, listed[start:after])
            first.extend((hit, start + hit.doc) for hit in order.first(end))
            start = after
        first.sort()
        return tuple(
            ScoredId(hit.id, hit.score, folding.under(doc, matches))
            for hit, doc in first[request.offset : end]
        )

    def _numbered(self, field: str) -> tuple[list[str], list[Ints]]:
        """The field's values, ascending, and for each segment where its own are among them."""
        with self._lock:
            if field not in self._numbering:
                parts = [part.arrays.values(value_field(field)).names for part in self._segments]
                names = sorted(set().union(*parts))
                number = {name: i for i, name in enumerate(names)}
                self._numbering[field] = (
                    names,
                    [np.array([number[name] for name in part], dtype=np.int64) for part in parts],
                )
            return self._numbering[field]

    def _count_values(self, field: str, masks: Sequence[Mask]) -> list[tuple[str, int]]:
        """Every value of the field, ascending, and how many documents of `masks` have it."""
        names, numbers = self._numbered(field)
        counts = np.zeros(len(names), dtype=np.int64)
        for part, mask, number in zip(self._segments, masks, numbers, strict=True):
            counts[number] += part.arrays.values(value_field(field)).counts(mask)
        return list(zip(names, counts.tolist(), strict=True))

    def _facet(
        self, request: SearchRequest, field: str, found: Sequence[Found]
    ) -> tuple[FacetCount, ...]:
        masks = [part.ignoring(field) for part in found]
        counts = dict(self._count_values(field, masks))
        without = sum(
            int(np.count_nonzero(mask & ~part.arrays.values(value_field(field)).stated))
            for part, mask in zip(found, masks, strict=True)
        )
        named = {v for f in request.filters if f.field == field for v in f.values}
        shown = {name: count for name, count in counts.items() if count or name in named}
        shown.update((name, 0) for name in named if name is not None and name not in counts)
        ordered = sorted(shown.items(), key=lambda item: (-item[1], item[0]))
        none = (FacetCount(None, without),) if without or None in named else ()
        return tuple(FacetCount(name, count) for name, count in ordered) + none


def _bars(span: Span, found: Sequence[Found]) -> tuple[tuple[Bar, ...], int]:
    """The histogram of the matches, and how many of them have no date."""
    masks = [part.ignoring(DATES) for part in found]
    earliest, latest = (
        np.concatenate(
            [_NO_DAYS, *(p.arrays.days(c)[m] for p, m in zip(found, masks, strict=True))]
        )
        for c in ("earliest", "latest")
    )
    dated = latest != NO_DAY
    return count_bars(span, earliest[dated], latest[dated]), int(np.count_nonzero(~dated))
