"""Searching: from a `SearchState` to an `Answer`, the same on every path."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from cachetools import LRUCache, cached
from sqlalchemy import Connection

from archive.catalogue import authorities, extracts, records
from archive.catalogue.database import Catalogue
from archive.edtf import BadDate, EdtfDate, parse_edtf
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home
from archive.record import Record
from indexer import generations
from indexer.analysis import Words, fold, name_words, stems_of, words_of
from indexer.answer import Answer, Facet, FacetValue, Hit, MarkedText, Passage
from indexer.audience import Audience, visible
from indexer.engine import (
    GenerationUnreadable,
    ScoredId,
    Searcher,
    SearchRequest,
    SearchResult,
)
from indexer.engines.whoosh_generation import WhooshGeneration
from indexer.fields import DATE, FACETS, FIELD, QUERY_FIELDS
from indexer.headings import Headings, headings_of
from indexer.matching import Match, Matches, find_matches, seeks_text
from indexer.normalise import document_of_terms
from indexer.query.budget import within_budget
from indexer.query.errors import QueryError
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.query.syntax import Query, beginnings_in
from indexer.query.terms import DateRange, Node, TooManyTerms
from indexer.snippets import snippets
from indexer.state import SearchState, read_value

_CHARACTERS_KEPT = 20_000_000
"""Of the texts whose words are remembered: who looks at a long text looks at it again."""


class SearchService:
    """Answers searches over one archive.  Threads may share it."""

    def __init__(self, home: Home, catalogue: Catalogue) -> None:
        self._home = home
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._name = ""
        self._generation: WhooshGeneration | None = None
        self._headings: tuple[tuple[int, int], Headings] | None = None

    def search(
        self, state: SearchState, *, audience: Audience, limit: int, offset: int = 0
    ) -> Answer:
        """What the search finds that this audience may see; `limit` hits from `offset`.

        Raises `QueryError` for the query, `UserMistake` for the bounds of the date, and
        `ArchiveTrouble` when there is no index that answers.
        """
        facets = tuple(name for name, _ in FACETS)
        query, node, result = self._asked(state, audience, offset, limit, facets)
        with self._catalogue.reading() as connection:
            headings = self.headings(connection)
            hits = _hits(connection, result.hits, node, headings)
        return Answer(
            total=result.total,
            hits=hits,
            facets=_facets(result, state, headings),
            notes=_notes(query),
        )

    def total(self, state: SearchState, *, audience: Audience) -> int:
        """How many records the search finds, and no more than that.  Raises as `search` does."""
        return self._asked(state, audience, 0, 0, ())[2].total

    def headings(self, connection: Connection) -> Headings:
        """The authorities in force, turned for looking up once for each change of them."""
        version = authorities.version(connection)
        with self._lock:
            if self._headings is None or self._headings[0] != version:
                self._headings = version, headings_of(authorities.every(connection))
            return self._headings[1]

    def marked_text(self, record: Record, state: SearchState, text: str) -> MarkedText:
        """The record's title, and `text` (one of its extracts), with what the query matches.

        The same matches, and the same passages, as in a hit.  Raises `QueryError`, and
        `ArchiveTrouble` when there is no index that answers.
        """
        _, _, node = self._prepared(state)
        with self._catalogue.reading() as connection:
            headings = self.headings(connection)
        found = _matches(record, text, node, headings)
        passages, _ = passages_of(text, found)
        title = record.description.title
        return MarkedText(
            title, _ranges(found.title), text, _ranges(found.body), found.more, passages
        )

    def resolved(self, field: str, names: Iterable[str]) -> tuple[str | None, ...]:
        """The values of a facet that a person means by these names.

        A value is meant by itself, whatever its case and marks; a name that is no value
        means all values that have its words; `none` means not stated, `=none` the word.
        """
        held = self._searcher().values(field)
        found: dict[str | None, None] = {}
        for written in names:
            name = read_value(written)
            if name is None:
                found[None] = None
                continue
            same = [value for value in held if fold(value) == fold(name)]
            for value in same or [v for v in held if _has_words(v, name)] or [name]:
                found[value] = None
        return tuple(found)

    def _asked(
        self,
        state: SearchState,
        audience: Audience,
        offset: int,
        limit: int,
        facets: tuple[str, ...],
    ) -> tuple[Query, Node, SearchResult]:
        dates = _date_bounds(state.since, state.until)
        searcher, query, node = self._prepared(state)
        request = SearchRequest(
            query=node,
            filters=state.filters,
            dates=dates,
            access=visible(audience),
            sort=state.order,
            offset=offset,
            limit=limit,
            facets=facets,
        )
        try:
            return query, node, searcher.search(request)
        except TooManyTerms as error:
            raise _too_wide(query, error) from error

    def _prepared(self, state: SearchState) -> tuple[Searcher, Query, Node]:
        searcher = self._searcher()
        query = _understood(state, searcher)
        return searcher, query, lower(query, languages=searcher.values("language"))

    def _searcher(self) -> Searcher:
        try:
            return self._current().searcher()
        except GenerationUnreadable:
            # Between reading the pointer and opening, another generation may have been put
            # in this one's place: once more, from the pointer.
            return self._current().searcher()

    def _current(self) -> WhooshGeneration:
        with self._lock:
            name = generations.current_name(self._home)
            if name is None:
                raise ArchiveTrouble("There is no index yet. Run “pressmark update” to build it.")
            if self._generation is None or name != self._name:
                self._generation = None
                self._generation = generations.open_named(self._home, name)
                self._name = name
            return self._generation


def _date_bounds(since: str, until: str) -> DateRange | None:
    """The days from the first of `since` to the last of `until`, both EDTF or empty.

    Raises `UserMistake`.
    """
    first, last = _bound(since), _bound(until)
    if first is None and last is None:
        return None
    low = first.earliest.toordinal() if first and first.earliest else None
    high = last.latest.toordinal() if last and last.latest else None
    if low is not None and high is not None and low > high:
        raise UserMistake(f"The dates from {since} to {until} end before they begin.")
    return DateRange(low, high)


def _bound(text: str) -> EdtfDate | None:
    try:
        return parse_edtf(text) if text.strip() else None
    except BadDate as error:
        raise UserMistake(f"These dates cannot be searched: {error}.") from error


def _understood(state: SearchState, searcher: Searcher) -> Query:
    query = parse_query(state.q, fields=QUERY_FIELDS, any_words=state.any_words)

    def frequency(word: str) -> int:
        fields = ("title_stem", "body_stem")
        return sum(searcher.document_frequency(field, word) for field in fields)

    return within_budget(query, frequency)


def _too_wide(query: Query, error: TooManyTerms) -> QueryError:
    begun = next(leaf for leaf in beginnings_in(query.root) if leaf.word == error.prefix)
    return QueryError(
        f"More than {error.limit} words begin with “{error.prefix}”.",
        position=begun.start,
        length=begun.end - begun.start,
        advice="Write more letters before the *.",
    )


def _hits(
    connection: Connection, scored: Sequence[ScoredId], node: Node, headings: Headings
) -> tuple[Hit, ...]:
    found = records.many(connection, [each.id for each in scored])
    texts = extracts.texts(connection, [r.extract_id for r in found.values() if r.extract_id])
    return tuple(
        _hit(found[each.id], each.score, texts.get(found[each.id].extract_id or 0), node, headings)
        for each in scored
        if each.id in found
    )


def _hit(record: Record, score: float, text: str | None, node: Node, headings: Headings) -> Hit:
    description = record.description
    found = _matches(record, text, node, headings)
    text = text or ""
    passages, more = passages_of(text, found)
    outlets = FIELD["outlet"].values(description, headings)
    return Hit(
        record=record,
        score=score,
        title=description.title,
        title_marks=_ranges(found.title),
        outlet=outlets[0] if outlets else None,
        authors=FIELD["author"].values(description, headings),
        date=description.issued,
        stances=FIELD["stance"].values(description, headings),
        access=record.access,
        passages=passages,
        more=more,
    )


def passages_of(text: str, found: Matches) -> tuple[tuple[Passage, ...], int]:
    """The passages of a hit, and how many matches are in none of them; without any match the
    beginning of the text."""
    chosen = snippets(text, found.body)
    ended = len(text.rstrip())
    passages = tuple(
        Passage(p.start, p.end, text[p.start : p.end], p.marks, last=p.end == ended)
        for p in chosen.passages
    )
    return passages, chosen.more + found.more


def _matches(record: Record, text: str | None, node: Node, headings: Headings) -> Matches:
    if not seeks_text(node):
        return Matches()
    language = record.description.language
    title, title_stems = _analysed(record.description.title or "", language)
    body, body_stems = _analysed(text or "", language)
    document = document_of_terms(
        record, (title.surface, title_stems), (body.surface, body_stems), headings
    )
    return find_matches(node, document, title=title, body=body)


_Analysed = tuple[Words, tuple[str, ...]]


def _extent(analysed: _Analysed) -> int:
    words, _ = analysed
    return words.ends[-1] if words.surface else 1


@cached(LRUCache(_CHARACTERS_KEPT, getsizeof=_extent), lock=threading.Lock())
def _analysed(text: str, language: str | None) -> _Analysed:
    words = words_of(text)
    return words, stems_of(words.surface, language)


def _ranges(matches: Iterable[Match]) -> tuple[tuple[int, int], ...]:
    return tuple((match.start, match.end) for match in matches)


def _facets(result: SearchResult, state: SearchState, headings: Headings) -> tuple[Facet, ...]:
    facets = []
    for name, label in FACETS:
        chosen = state.chosen(name)
        if name == DATE and state.since and state.since == state.until:
            chosen = (state.since,)
        values = tuple(
            FacetValue(c.value, _label(name, c.value, headings), c.count, c.value in chosen)
            for c in result.facets[name]
        )
        facets.append(Facet(name, label, values))
    return tuple(facets)


def _label(field: str, value: str | None, headings: Headings) -> str:
    if value is None:
        return "not stated"
    return value if field == DATE else FIELD[field].label_of(value, headings)


def _notes(query: Query) -> tuple[str, ...]:
    if not query.dropped:
        return ()
    words = ", ".join(query.dropped)
    return (f"So many words are not all sought; these, the most frequent, were left out: {words}.",)


def _has_words(value: str, name: str) -> bool:
    have, wanted = name_words(value), name_words(name)
    places = range(len(have) - len(wanted) + 1)
    return bool(wanted) and any(have[i : i + len(wanted)] == wanted for i in places)
