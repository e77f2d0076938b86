"""An engine that looks at every document: slow, plain, and the oracle of the contract suite."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from indexer.document import IndexDocument
from indexer.engine import (
    FacetCount,
    Filter,
    ScoredId,
    SearchRequest,
    SearchResult,
    Sort,
)
from indexer.query.terms import (
    PREFIX_LIMIT,
    All,
    AnyOf,
    DateRange,
    Everything,
    Missing,
    Node,
    Phrase,
    Prefix,
    Term,
    TooManyTerms,
    Without,
)


class BruteForceGeneration:
    """A `Generation` in memory."""

    def __init__(self, terms: Sequence[str], values: Sequence[str]) -> None:
        self._fields = ({*terms}, {*values})
        self._documents: dict[str, IndexDocument] = {}

    def apply(self, documents: Iterable[IndexDocument], removed: Iterable[str] = ()) -> None:
        batch = {document.id: document for document in documents}
        for document in batch.values():
            if document.terms.keys() - self._fields[0] or document.values.keys() - self._fields[1]:
                raise ValueError("unknown field")
        kept = {id: d for id, d in self._documents.items() if id not in {*removed}}
        self._documents = kept | batch

    def searcher(self) -> BruteForceSearcher:
        return BruteForceSearcher(tuple(self._documents.values()))


class BruteForceSearcher:
    """A `Searcher` over a tuple of documents."""

    def __init__(self, documents: tuple[IndexDocument, ...]) -> None:
        self._documents = documents

    def search(self, request: SearchRequest) -> SearchResult:
        scores = {}
        for document in self._documents:
            score = self._score(request.query, document)
            if score is not None and document.access in request.access:
                scores[document.id] = score
        matches = [document for document in self._documents if document.id in scores]
        passing = [d for d in matches if _passes(d, request.filters, request.dates)]
        passing.sort(key=lambda d: (*_sort_key(request.sort, d, scores[d.id]), d.id))
        page = passing[request.offset : request.offset + request.limit]
        return SearchResult(
            total=len(passing),
            hits=tuple(ScoredId(d.id, scores[d.id]) for d in page),
            facets={
                field: _years([d for d in matches if _passes(d, request.filters, None)])
                if field == "date"
                else _facet(request, field, matches)
                for field in request.facets
            },
        )

    def count(self) -> int:
        return len(self._documents)

    def ids(self) -> Iterator[str]:
        return (document.id for document in self._documents)

    def document_frequency(self, field: str, text: str) -> int:
        return sum(text in document.terms.get(field, ()) for document in self._documents)

    def values(self, field: str) -> tuple[str, ...]:
        return tuple(sorted({v for d in self._documents for v in d.values.get(field, ())}))

    def close(self) -> None:
        pass

    def _score(self, node: Node, document: IndexDocument) -> float | None:
        """The score, or None if `document` does not match."""
        match node:
            case Term(field, text, boost):
                count = document.terms.get(field, ()).count(text)
                return boost * count if count else None
            case Phrase(field, texts, slop, boost):
                words = document.terms.get(field, ())
                return boost if _has_phrase(words, texts, slop) else None
            case Prefix(field, text, boost):
                self._check(node)
                words = document.terms.get(field, ())
                return boost if any(word.startswith(text) for word in words) else None
            case DateRange(first, last):
                return 0.0 if _overlaps(document, first, last) else None
            case Missing("date"):
                return 0.0 if document.latest is None else None
            case Missing(field):
                return None if document.values.get(field) else 0.0
            case Everything():
                return 0.0
            case Without(part):
                return 0.0 if self._score(part, document) is None else None
            case All(parts):
                scores = [self._score(part, document) for part in parts]
                return None if None in scores else sum(s for s in scores if s is not None)
            case AnyOf(parts):
                some = [s for part in parts if (s := self._score(part, document)) is not None]
                return sum(some) if some else None

    def _check(self, prefix: Prefix) -> None:
        terms = {t for d in self._documents for t in d.terms.get(prefix.field, ())}
        if sum(term.startswith(prefix.text) for term in terms) > PREFIX_LIMIT:
            raise TooManyTerms(prefix.text, PREFIX_LIMIT)


def _has_phrase(words: tuple[str, ...], texts: tuple[str, ...], slop: int) -> bool:
    def follows(position: int, rest: tuple[str, ...]) -> bool:
        if not rest:
            return True
        nearby = range(position + 1, min(position + 2 + slop, len(words)))
        return any(words[p] == rest[0] and follows(p, rest[1:]) for p in nearby)

    return bool(texts) and any(
        word == texts[0] and follows(position, texts[1:]) for position, word in enumerate(words)
    )


def _overlaps(document: IndexDocument, first: int | None, last: int | None) -> bool:
    if document.latest is None or (first is not None and last is not None and first > last):
        return False
    begins_in_time = last is None or document.earliest is None or document.earliest <= last
    return begins_in_time and (first is None or document.latest >= first)


def _passes(document: IndexDocument, filters: Iterable[Filter], dates: DateRange | None) -> bool:
    for wanted in filters:
        has: tuple[str | None, ...] = document.values.get(wanted.field) or (None,)
        if not {*has} & {*wanted.values}:
            return False
    return dates is None or _overlaps(document, dates.first, dates.last)


def _sort_key(sort: Sort, document: IndexDocument, score: float) -> tuple[float, ...]:
    if sort is Sort.RELEVANCE:
        return (-score,)
    oldest, newest = document.oldest, document.newest
    if sort is Sort.NEWEST:
        return tuple(float("inf") if day is None else -day for day in (newest, oldest))
    return tuple(float("inf") if day is None else day for day in (oldest, newest))


def _facet(
    request: SearchRequest, field: str, matches: Iterable[IndexDocument]
) -> tuple[FacetCount, ...]:
    others = [f for f in request.filters if f.field != field]
    counts: Counter[str | None] = Counter()
    for document in matches:
        if _passes(document, others, request.dates):
            counts.update(set(document.values.get(field) or (None,)))
    chosen = {v for f in request.filters if f.field == field for v in f.values}
    shown = [FacetCount(v, counts[v]) for v in {*counts} | chosen]
    return tuple(sorted(shown, key=lambda c: (c.value is None, -c.count, c.value or "")))


def _years(matches: Iterable[IndexDocument]) -> tuple[FacetCount, ...]:
    intervals = []
    without = 0
    for document in matches:
        if document.latest is None:
            without += 1
        else:
            first = None if document.earliest is None else _year(document.earliest)
            intervals.append((first, _year(document.latest)))
    listed = {
        year
        for first, last in intervals
        for year in range(last if first is None else first, last + 1)
    }
    counts = tuple(
        FacetCount(f"{year:04}", sum((first or 0) <= year <= last for first, last in intervals))
        for year in sorted(listed, reverse=True)
    )
    return counts + ((FacetCount(None, without),) if without else ())


def _year(day: int) -> int:
    return datetime.date.fromordinal(day).year
