"""Search requests answered from the segments of one commit."""

from __future__ import annotations

import functools
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
from indexer.engines.ordering import Ranked, ordering
from indexer.engines.segment import Ints, LiveSegment, Mask
from indexer.engines.tabling import table
from indexer.query.terms import Node

_NO_DAYS = np.empty(0, dtype=np.int64)


class WhooshSearcher:
    """A `Searcher` over the segments of one commit."""

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self._segments = tuple(segments)
        self._sizes = [segment.arrays.size for segment in segments]
        self._numbering: dict[str, tuple[list[str], list[Ints]]] = {}
        self._folds: Folds = ()
        self._folding = resolve((), ())
        self._lock = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        found = self._found(request, request.query)
        folding = self._folded(request.folds)
        matching = folding.matching([part.all for part in found], self._sizes)
        hidden = folding.hidden(matching)
        bars, undated = _bars(request.bars, found) if request.bars else ((), 0)
        return SearchResult(
            total=sum(len(part.all) for part in found),
            hits=self._page(request, found, hidden, matching, folding),
            facets={field: self._facet(request, field, found) for field in request.facets},
            folded=len(hidden),
            bars=bars,
            undated=undated,
        )

    def cross(
        self, request: SearchRequest, rows: str, columns: Sequence[Node]
    ) -> Mapping[tuple[str | None, int], Cell]:
        found = self._found(request, request.query, *columns)
        return table(rows, [ordering(request.sort, part, part.all) for part in found], columns)

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
        return sum(segment.arrays.document_frequency(field, text) for segment in self._segments)

    def values(self, field: str) -> tuple[str, ...]:
        living = [part.living(np.arange(part.arrays.size)) for part in self._segments]
        names, counts, _ = self._count_values(field, living)
        return tuple(name for name, count in zip(names, counts.tolist(), strict=True) if count)

    def close(self) -> None:
        """Nothing: a segment's file is closed when the last searcher over it is gone."""

    def _found(self, request: SearchRequest, *trees: Node) -> list[Found]:
        leaves = {leaf for tree in trees for leaf in expanded(tree)}
        statistics = Statistics(
            functools.cache(self._rarity),
            functools.cache(self._weight),
            functools.cache(self._average_length),
            {leaf: expand(leaf, self._segments) for leaf in leaves},
        )
        return [Found(request, segment, statistics) for segment in self._segments]

    def _rarity(self, field: str, text: str) -> float:
        return math.log(sum(self._sizes) / (self.document_frequency(field, text) + 1)) + 1

    def _weight(self, field: str, text: str) -> float:
        having = self.document_frequency(field, text)
        return math.log1p((sum(self._sizes) - having + 0.5) / (having + 0.5))

    def _average_length(self, field: str) -> float:
        return sum(part.arrays.total_length(field) for part in self._segments) / sum(self._sizes)

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
        hidden: Ints,
        matching: Mask,
        folding: Folding,
    ) -> tuple[ScoredId, ...]:
        """The page's hits: the first of each segment, merged."""
        end = request.offset + request.limit
        first: list[tuple[Ranked, int]] = []
        for number, part in enumerate(found):
            start = sum(self._sizes[:number])
            docs = part.all
            if len(hidden):
                docs = np.setdiff1d(docs, hidden - start, assume_unique=True)
            first.extend((hit, number) for hit in ordering(request.sort, part, docs).first(end))
        first.sort()
        page = first[request.offset : end]
        return tuple(
            ScoredId(
                hit.id,
                -hit.key[0] if request.sort is Sort.RELEVANCE else found[number].score(hit.doc),
                folding.under(sum(self._sizes[:number]) + hit.doc, matching),
            )
            for hit, number in page
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

    def _count_values(self, field: str, docs: Sequence[Ints]) -> tuple[list[str], Ints, int]:
        """Every value of the field, ascending, how many of the documents of each segment have
        it, and how many have none."""
        if len(docs) == 1:
            values = self._segments[0].arrays.values(value_field(field))
            return values.names, *values.counts(docs[0])
        names, numbers = self._numbered(field)
        counts = np.zeros(len(names), dtype=np.int64)
        without = 0
        for part, some, number in zip(self._segments, docs, numbers, strict=True):
            having, none = part.arrays.values(value_field(field)).counts(some)
            counts[number] += having
            without += none
        return names, counts, without

    def _facet(
        self, request: SearchRequest, field: str, found: Sequence[Found]
    ) -> tuple[FacetCount, ...]:
        names, counts, without = self._count_values(field, [p.ignoring(field) for p in found])
        named = {v for f in request.filters if f.field == field for v in f.values}
        held = np.flatnonzero(counts)
        order = held[np.argsort(-counts[held], kind="stable")]  # names ascend already
        shown = [
            FacetCount(names[number], count)
            for number, count in zip(order.tolist(), counts[order].tolist(), strict=True)
        ]
        if named:
            absent = {name for name in named if name is not None} - {c.value for c in shown}
            shown += [FacetCount(name, 0) for name in sorted(absent)]
        if without or None in named:
            shown.append(FacetCount(None, without))
        return tuple(shown)


def _bars(span: Span, found: Sequence[Found]) -> tuple[tuple[Bar, ...], int]:
    """The histogram of the matches, and how many of them have no date."""
    matches = [part.ignoring(DATES) for part in found]
    earliest, latest = (
        np.concatenate(
            [_NO_DAYS, *(p.arrays.numbers(c)[d] for p, d in zip(found, matches, strict=True))]
        )
        for c in ("earliest", "latest")
    )
    dated = latest != NO_DAY
    return count_bars(span, earliest[dated], latest[dated]), int(np.count_nonzero(~dated))
