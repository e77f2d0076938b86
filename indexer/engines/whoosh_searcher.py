"""Search requests answered from the segments of one commit."""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.engine import FacetCount, ScoredId, SearchRequest, SearchResult, Sort
from indexer.engines.evaluating import Statistics, dated, evaluate
from indexer.engines.fields import ACCESS, NO_DAY, value_field
from indexer.engines.segment import Floats, Ints, Mask, SegmentArrays
from indexer.engines.years import count_years
from indexer.query.terms import (
    PREFIX_LIMIT,
    All,
    AnyOf,
    Node,
    Prefix,
    TooManyTerms,
    Without,
)

_DATES = None
"""Stands for the request's dates among the fields that are filtered on."""


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A segment and which of its documents are not deleted."""

    arrays: SegmentArrays
    live: Mask


@dataclass(frozen=True, slots=True)
class _Found:
    """What a request finds in one segment: the matches of the query alone (of documents that
    live and may be seen), their scores, and the documents that pass each filtered field."""

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


class WhooshSearcher:
    """A `Searcher` over the segments of one commit."""

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self._segments = tuple(segments)
        self._size = sum(segment.arrays.size for segment in segments)
        self._numbering: dict[str, tuple[list[str], list[Ints]]] = {}
        self._lock = threading.Lock()

    def search(self, request: SearchRequest) -> SearchResult:
        statistics = Statistics(
            functools.cache(self._rarity),
            functools.cache(self._average_length),
            {prefix: self._expand(prefix) for prefix in _prefixes(request.query)},
        )
        found = [self._find(request, segment, statistics) for segment in self._segments]
        return SearchResult(
            total=sum(int(np.count_nonzero(part.all())) for part in found),
            hits=_page(request, found),
            facets={
                field: self._years(found) if field == "date" else self._facet(request, field, found)
                for field in request.facets
            },
        )

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

    def _find(self, request: SearchRequest, segment: LiveSegment, statistics: Statistics) -> _Found:
        arrays = segment.arrays
        result = evaluate(request.query, arrays, statistics)
        seen = arrays.values(ACCESS).having(tuple(request.access))
        passing: dict[str | None, Mask] = {}
        for wanted in request.filters:
            mask = arrays.values(value_field(wanted.field)).having(wanted.values)
            passing[wanted.field] = passing.get(wanted.field, True) & mask
        if request.dates is not None:
            passing[_DATES] = dated(arrays, request.dates.first, request.dates.last)
        return _Found(arrays, result.mask & segment.live & seen, result.scores, passing)

    def _rarity(self, field: str, text: str) -> float:
        having = sum(len(part.arrays.postings(field, text).docs) for part in self._segments)
        return math.log(self._size / (having + 1)) + 1

    def _average_length(self, field: str) -> float:
        return sum(part.arrays.total_length(field) for part in self._segments) / self._size

    def _expand(self, prefix: Prefix) -> list[str]:
        texts: set[str] = set()
        for part in self._segments:
            texts.update(
                part.arrays.prefixed(prefix.field, prefix.text, part.live, PREFIX_LIMIT + 1)
            )
            if len(texts) > PREFIX_LIMIT:
                raise TooManyTerms(prefix.text, PREFIX_LIMIT)
        return sorted(texts)

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
        self, request: SearchRequest, field: str, found: Sequence[_Found]
    ) -> tuple[FacetCount, ...]:
        masks = [part.ignoring(field) for part in found]
        counts = dict(self._count_values(field, masks))
        without = sum(
            int(np.count_nonzero(mask & ~part.arrays.values(value_field(field)).stated))
            for part, mask in zip(found, masks, strict=True)
        )
        chosen = {v for f in request.filters if f.field == field for v in f.values}
        shown = {name: count for name, count in counts.items() if count or name in chosen}
        shown.update((name, 0) for name in chosen if name is not None and name not in counts)
        return _with_none_last(
            sorted(shown.items(), key=lambda item: (-item[1], item[0])),
            without,
            None in chosen,
        )

    def _years(self, found: Sequence[_Found]) -> tuple[FacetCount, ...]:
        first: list[Ints] = [np.empty(0, dtype=np.int64)]
        last: list[Ints] = [np.empty(0, dtype=np.int64)]
        without = 0
        for part in found:
            mask = part.ignoring(_DATES)
            undated = part.arrays.days("latest") == NO_DAY
            without += int(np.count_nonzero(mask & undated))
            first.append(part.arrays.years("earliest")[mask & ~undated])
            last.append(part.arrays.years("latest")[mask & ~undated])
        years = count_years(np.concatenate(first), np.concatenate(last))
        return _with_none_last([(f"{year:04}", count) for year, count in years], without, False)


def _with_none_last(
    counts: Sequence[tuple[str, int]], without: int, always: bool
) -> tuple[FacetCount, ...]:
    none = (FacetCount(None, without),) if without or always else ()
    return tuple(FacetCount(name, count) for name, count in counts) + none


def _prefixes(node: Node) -> Iterator[Prefix]:
    match node:
        case Prefix():
            yield node
        case Without(part):
            yield from _prefixes(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _prefixes(part)
        case _:
            return


def _page(request: SearchRequest, found: Sequence[_Found]) -> tuple[ScoredId, ...]:
    """The page's hits: the first of each segment, merged."""
    end = request.offset + request.limit
    first: list[tuple[float, float, str, float]] = []
    for part in found:
        docs = np.flatnonzero(part.all())
        keys = _sort_keys(request.sort, part, docs)
        ids = part.arrays.ids()
        for i in _foremost(end, [*keys, part.arrays.ranks()[docs]]):
            doc = docs[i]
            first.append((float(keys[0][i]), float(keys[1][i]), ids[doc], float(part.scores[doc])))
    first.sort(key=lambda hit: hit[:3])
    return tuple(ScoredId(id, score) for _, _, id, score in first[request.offset : end])


def _sort_keys(sort: Sort, found: _Found, docs: Ints) -> tuple[Floats | Ints, Floats | Ints]:
    """Two numbers a document, ascending in the order of `sort`."""
    if sort is Sort.RELEVANCE:
        return -found.scores[docs], np.zeros(len(docs))
    oldest = found.arrays.days("oldest")[docs]
    newest = found.arrays.days("newest")[docs]
    if sort is Sort.NEWEST:
        return -newest, -oldest
    return np.where(oldest == NO_DAY, -NO_DAY, oldest), np.where(newest == NO_DAY, -NO_DAY, newest)


def _foremost(most: int, keys: Sequence[Floats | Ints]) -> Ints:
    """The places of the first `most` rows in order of `keys`, without sorting them all."""
    rows = np.arange(len(keys[0]))
    chosen: list[Ints] = []
    wanted = most
    for key in keys:
        if len(rows) <= wanted or wanted <= 0:
            break
        values = key[rows]
        limit = np.partition(values, wanted - 1)[wanted - 1]
        chosen.append(rows[values < limit])
        wanted -= len(chosen[-1])
        rows = rows[values == limit]
    rows = np.concatenate([*chosen, rows])
    return rows[np.lexsort([key[rows] for key in reversed(keys)])][: max(most, 0)]
