"""An engine that looks at every document: slow, plain, and the oracle of the contract suite."""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from indexer.document import IndexDocument
from indexer.engine import (
    Bar,
    Cell,
    FacetCount,
    Filter,
    Folds,
    ScoredId,
    SearchRequest,
    SearchResult,
    Sort,
    Span,
    Unit,
)
from indexer.query.terms import (
    EXPANSION_LIMIT,
    All,
    AnyOf,
    Combined,
    DateRange,
    Everything,
    Fuzzy,
    Having,
    Missing,
    Near,
    Node,
    Phrase,
    Preferring,
    Prefix,
    Term,
    TooManyTerms,
    Wildcard,
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
        scores = self._scores(request)
        matches = [document for document in self._documents if document.id in scores]
        passing = self._passing(request, scores)
        stands_for = _folded(request.folds, {document.id for document in passing})
        folded = {id for others in stands_for.values() for id in others}
        listed = [document for document in passing if document.id not in folded]
        of_any_date = [d for d in matches if _passes(d, request.filters, None)]
        facets = {field: _facet(request, field, matches) for field in request.facets}
        return SearchResult(
            total=len(passing),
            hits=tuple(
                ScoredId(d.id, scores[d.id], stands_for.get(d.id, ()))
                for d in listed[request.offset : request.offset + request.limit]
            ),
            facets={field: values for field, (values, _) in facets.items()},
            untold={field: untold for field, (_, untold) in facets.items() if untold},
            folded=len(folded),
            bars=_bars(request.bars, of_any_date) if request.bars else (),
            undated=sum(d.latest is None for d in of_any_date) if request.bars else 0,
        )

    def cross(
        self, request: SearchRequest, rows: str, columns: Sequence[Node]
    ) -> Mapping[tuple[str | None, int], Cell]:
        scores = self._scores(request)
        cells: dict[tuple[str | None, int], Cell] = {}
        for document in self._passing(request, scores):
            best = ScoredId(document.id, scores[document.id])
            for column, node in enumerate(columns):
                if self._score(node, document) is not None:
                    for value in document.values.get(rows) or (None,):
                        cell = cells.get((value, column), Cell(0, best))
                        cells[value, column] = Cell(cell.count + 1, cell.best)
        return cells

    def similar(
        self, field: str, text: str, *, edits: int, access: frozenset[str]
    ) -> tuple[tuple[str, int], ...]:
        counts: Counter[str] = Counter()
        for document in self._documents:
            if document.access in access:
                counts.update(
                    term
                    for term in set(document.terms.get(field, ()))
                    if term != text and _edits(term, text) <= edits
                )
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

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

    def _scores(self, request: SearchRequest) -> dict[str, float]:
        """The scores of the documents that the query matches and the asker may see, by id."""
        scores = {}
        for document in self._documents:
            score = self._score(request.query, document)
            seen = document.access in request.access and document.id not in request.hidden
            if score is not None and seen:
                scores[document.id] = score
        return scores

    def _passing(self, request: SearchRequest, scores: Mapping[str, float]) -> list[IndexDocument]:
        """Those of the documents that pass filters and dates, in order."""
        passing = [
            document
            for document in self._documents
            if document.id in scores and _passes(document, request.filters, request.dates)
        ]
        return sorted(passing, key=lambda d: (*_sort_key(request.sort, d, scores[d.id]), d.id))

    def _score(self, node: Node, document: IndexDocument) -> float | None:
        """The score, or None if `document` does not match."""
        match node:
            case Term(field, text, boost):
                count = document.terms.get(field, ()).count(text)
                return boost * count if count else None
            case (
                Phrase(boost=boost)
                | Prefix(boost=boost)
                | Wildcard(boost=boost)
                | Fuzzy(boost=boost)
            ):
                return boost if self._occurrences(node, document) else None
            case Near(parts):
                return self._score(All(parts), document) if self._near(node, document) else None
            case Having(field, value):
                return 0.0 if value in document.values.get(field, ()) else None
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
            case Combined(parts, boost):
                score = self._score(AnyOf(parts), document)
                return None if score is None else boost * score
            case Preferring(part, preferred):
                score = self._score(part, document)
                more = self._score(AnyOf(preferred), document)
                return None if score is None else score + (more or 0.0)

    def _occurrences(self, node: Node, document: IndexDocument) -> list[tuple[int, int]]:
        """The first and the last position of each."""
        match node:
            case AnyOf(parts):
                return [found for part in parts for found in self._occurrences(part, document)]
            case Phrase(field, texts, slop):
                return _phrases(document.terms.get(field, ()), texts, slop)
            case Term(field, text):
                return [(i, i) for i, t in enumerate(document.terms.get(field, ())) if t == text]
            case Prefix() | Wildcard() | Fuzzy():
                terms = {t for d in self._documents for t in d.terms.get(node.field, ())}
                meant = {term for term in terms if _stands_for(node, term)}
                if len(meant) > EXPANSION_LIMIT:
                    raise TooManyTerms(node, EXPANSION_LIMIT)
                words = document.terms.get(node.field, ())
                return [(i, i) for i, word in enumerate(words) if word in meant]
            case _:
                raise AssertionError(node)

    def _near(self, near: Near, document: IndexDocument) -> bool:
        def reach(one: tuple[int, int], other: tuple[int, int], distance: int) -> bool:
            if other[0] > one[1]:
                return other[0] - one[1] - 1 <= distance
            return not near.ordered and one[0] > other[1] and one[0] - other[1] - 1 <= distance

        first, *others = (self._occurrences(part, document) for part in near.parts)
        reached = first
        for part, distance in zip(others, near.distances, strict=True):
            reached = [o for o in part if any(reach(before, o, distance) for before in reached)]
        return bool(reached)


def _stands_for(leaf: Prefix | Wildcard | Fuzzy, term: str) -> bool:
    match leaf:
        case Prefix(_, text):
            return term.startswith(text)
        case Wildcard(_, pieces):
            return _made_of(term, pieces)
        case Fuzzy(_, text, edits):
            return _edits(term, text) <= edits


def _made_of(term: str, pieces: tuple[str, ...]) -> bool:
    ends = {0}  # where the pieces so far may end
    for number, piece in enumerate(pieces):
        starts = range(min(ends, default=len(term) + 1), len(term) + 1) if number else (0,)
        ends = {at + len(piece) for at in starts if term.startswith(piece, at)}
    return len(term) in ends


def _edits(one: str, other: str) -> int:
    """How many code points to insert, remove or replace (Wagner and Fischer 1974)."""
    row = list(range(len(other) + 1))
    for i, character in enumerate(one, 1):
        last, row = row, [i]
        for j, wanted in enumerate(other):
            row.append(min(row[j] + 1, last[j + 1] + 1, last[j] + (character != wanted)))
    return row[-1]


def _phrases(words: tuple[str, ...], texts: tuple[str, ...], slop: int) -> list[tuple[int, int]]:
    """First and last position of every occurrence that contains no other."""

    def ends(position: int, rest: tuple[str, ...]) -> Iterator[int]:
        if not rest:
            yield position
        for next in range(position + 1, min(position + 2 + slop, len(words))) if rest else ():
            if words[next] == rest[0]:
                yield from ends(next, rest[1:])

    starts = [i for i, word in enumerate(words) if word in texts[:1]]
    every = {(start, end) for start in starts for end in ends(start, texts[1:])}
    return [
        (start, end)
        for start, end in every
        if not any(start <= s and e <= end for s, e in every - {(start, end)})
    ]


def _overlaps(document: IndexDocument, first: int | None, last: int | None) -> bool:
    if document.latest is None or (first is not None and last is not None and first > last):
        return False
    begins_in_time = last is None or document.earliest is None or document.earliest <= last
    return begins_in_time and (first is None or document.latest >= first)


def _passes(
    document: IndexDocument, filters: Iterable[Filter], dates: DateRange | Missing | None
) -> bool:
    for wanted in filters:
        has: tuple[str | None, ...] = document.values.get(wanted.field) or (None,)
        if bool({*has} & {*wanted.values}) is wanted.excluded:
            return False
    if isinstance(dates, Missing):
        return document.latest is None
    return dates is None or _overlaps(document, dates.first, dates.last)


def _sort_key(sort: Sort, document: IndexDocument, score: float) -> tuple[float, ...]:
    if sort is Sort.RELEVANCE:
        return (-score,)
    if sort is Sort.ADDED:
        return (-document.added,)
    oldest, newest = document.oldest, document.newest
    if sort is Sort.NEWEST:
        return tuple(float("inf") if day is None else -day for day in (newest, oldest))
    return tuple(float("inf") if day is None else day for day in (oldest, newest))


def _facet(
    request: SearchRequest, field: str, matches: Iterable[IndexDocument]
) -> tuple[tuple[FacetCount, ...], int]:
    others = [f for f in request.filters if f.field != field]
    counts: Counter[str | None] = Counter()
    for document in matches:
        if _passes(document, others, request.dates):
            counts.update(set(document.values.get(field) or (None,)))
    chosen = {v for f in request.filters if f.field == field for v in f.values}
    held = [FacetCount(v, counts[v]) for v in {*counts} | chosen]
    held.sort(key=lambda c: (c.value is None, -c.count, c.value or ""))
    shown = tuple(
        each
        for place, each in enumerate(held)
        if request.most_values is None
        or place < request.most_values
        or each.value is None
        or each.value in chosen
    )
    return shown, len(held) - len(shown)


def _folded(folds: Folds, matches: set[str]) -> dict[str, tuple[str, ...]]:
    """What is folded under each match that is the first of its group."""
    folded = {}
    for group in folds:
        first, *others = [id for id in group if id in matches] or [""]
        folded[first] = tuple(others)
    return folded


def _bars(span: Span, matches: Iterable[IndexDocument]) -> tuple[Bar, ...]:
    dated = [(d.earliest, d.latest) for d in matches if d.latest is not None]
    first = 1 if span.first is None else max(1, span.first)
    final = datetime.date.max.toordinal() if span.last is None else span.last
    listed = set()
    for earliest, latest in dated:
        day = latest if earliest is None else max(earliest, _period(span.unit, first)[0])
        while day <= min(latest, final):
            period = _period(span.unit, day)
            if first <= period[0] and period[1] <= final:
                listed.add(period)
            day = period[1] + 1
    bars = []
    for start, end in sorted(listed):
        touching = [d for d in dated if d[1] >= start and (d[0] is None or d[0] <= end)]
        certain = sum(d[0] is not None and d[0] >= start and d[1] <= end for d in touching)
        bars.append(Bar(start, end, certain, len(touching) - certain))
    return tuple(bars)


def _period(unit: Unit, day: int) -> tuple[int, int]:
    """The first and the last day of the period that `day` is in."""
    date = datetime.date.fromordinal(min(day, datetime.date.max.toordinal()))
    if unit is Unit.YEAR:
        return _day(date.year, 1, 1), _day(date.year, 12, 31)
    if unit is Unit.MONTH:
        length = calendar.monthrange(date.year, date.month)[1]
        return _day(date.year, date.month, 1), _day(date.year, date.month, length)
    return day, day


def _day(year: int, month: int, day: int) -> int:
    return datetime.date(year, month, day).toordinal()
