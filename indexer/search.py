"""Searching: from a `SearchState` to an `Answer`, the same on every path."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from archive.catalogue import authorities, changes
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from archive.record import Record
from indexer import generations
from indexer.analysis import fold, name_words
from indexer.answer import (
    Answer,
    Dates,
    Facet,
    FacetValue,
    Grid,
    Hit,
    MarkedText,
    Naming,
    RelatedRecord,
    Suggestion,
)
from indexer.asked import Asked
from indexer.audience import Audience, visible
from indexer.engine import GenerationUnreadable, Searcher, SearchRequest, SearchResult
from indexer.engines.whoosh_generation import WhooshGeneration
from indexer.equivalents import NO_NAMES
from indexer.fields import FIELD, FIELDS, QUERY_FIELDS, Field
from indexer.grid import grid_of
from indexer.headings import Headings, headings_of
from indexer.hiding import Hiding, hiding_now
from indexer.hits import marked_text
from indexer.naming import naming_of
from indexer.query.budget import within_budget
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.query.suggest import suggestions
from indexer.query.syntax import Query
from indexer.relatives import relatives
from indexer.reuse.commonplace import commonplace_words
from indexer.reuse.folding import Lineages, lineages_now
from indexer.reuse.store import stamp
from indexer.state import SearchState, read_value
from indexer.zoom import bounds_of, span_of

_BATCH = 200
_EVERY = 2**31 - 1


@dataclass(frozen=True, slots=True)
class InForce:
    """What an answer is made from: as long as this is the same, so is the answer to a search.

    The number of the catalogue's newest change, the generation that answers and the number of
    the change up to which it has learnt, and which reused text is known.
    """

    newest: int
    generation: str
    position: int
    reuse: object


@dataclass(frozen=True, slots=True)
class _Authorities:
    """What is made of the authorities, once for each change of them."""

    newest: int
    version: tuple[int, int]
    headings: Headings
    commonplace: Collection[str]


class SearchService:
    """Answers searches over one archive.  Threads may share it."""

    def __init__(self, home: Home, catalogue: Catalogue) -> None:
        self._home = home
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._name = ""
        self._generation: WhooshGeneration | None = None
        self._held: _Authorities | None = None
        self._lineages: Lineages | None = None
        self._hiding: Hiding | None = None

    def search(
        self,
        state: SearchState,
        *,
        audience: Audience,
        limit: int,
        offset: int = 0,
        most_values: int | None = None,
    ) -> Answer:
        """What the search finds that this audience may see; `limit` hits from `offset`, and
        of each facet the `most_values` that are most frequent, those asked for besides.

        Raises `QueryError` for the query, `UserMistake` for the bounds of the date, and
        `ArchiveTrouble` when there is no index that answers.
        """
        with self._catalogue.reading() as connection:
            return self.answer(
                connection,
                self.in_force(connection),
                state,
                audience=audience,
                limit=limit,
                offset=offset,
                most_values=most_values,
            )

    def answer(
        self,
        connection: Connection,
        now: InForce,
        state: SearchState,
        *,
        audience: Audience,
        limit: int,
        offset: int = 0,
        most_values: int | None = None,
    ) -> Answer:
        """As `search`, from what is in force `now` in the view that this connection has."""
        asked = self._asked(connection, now, state, audience)
        span, within = span_of(asked.request.dates)
        result = asked.search(
            offset=offset,
            limit=limit,
            facets=tuple(field.name for field in FIELDS),
            most_values=most_values,
            bars=span,
        )
        found = asked.hits(connection, result.hits)
        return Answer(
            total=result.total,
            hits=found,
            facets=tuple(_facet(field, result, state, asked.headings) for field in FIELDS),
            dates=Dates(span.unit, within, result.bars, result.undated),
            folded=result.folded,
            notes=_notes(asked.query),
            expansions=asked.lowered.expansions,
            suggestions=() if result.total else self._suggestions(asked, state, audience),
            stances=_in_words("stance", (s for hit in found for s in hit.stances), asked.headings),
        )

    def every(self, state: SearchState, *, audience: Audience) -> Iterator[Hit]:
        """All records that the search finds, one by one, none folded; as `search` else.

        The index is asked once, before this returns: later changes do not move the hits.
        """
        with self._catalogue.reading() as connection:
            asked = self._asked(connection, self.in_force(connection), state, audience)
        scored = asked.search(limit=_EVERY, folds=()).hits

        def one_by_one() -> Iterator[Hit]:
            for start in range(0, len(scored), _BATCH):
                batch = scored[start : start + _BATCH]
                with self._catalogue.reading() as connection:
                    yield from asked.hits(connection, batch)

        return one_by_one()

    def ids(
        self, state: SearchState, *, audience: Audience, limit: int
    ) -> tuple[int, tuple[str, ...]]:
        """How many records the search finds, and the ids of the first `limit`, none folded."""
        with self._catalogue.reading() as connection:
            asked = self._asked(connection, self.in_force(connection), state, audience)
        result = asked.search(limit=limit, folds=())
        return result.total, tuple(hit.id for hit in result.hits)

    def total(self, state: SearchState, *, audience: Audience) -> int:
        """How many records the search finds, and no more than that.  Raises as `search` does."""
        return self.ids(state, audience=audience, limit=0)[0]

    def facet(self, state: SearchState, name: str, *, audience: Audience) -> Facet:
        """All values of one facet.  Raises as `search` does."""
        with self._catalogue.reading() as connection:
            asked = self._asked(connection, self.in_force(connection), state, audience)
        result = asked.search(limit=0, facets=(name,), folds=())
        return _facet(FIELD[name], result, state, asked.headings)

    def position(self) -> int:
        """The number of the change up to which the index has learnt."""
        return generations.read_state(self._home, self._generation_in_force()).position

    def in_force(self, connection: Connection) -> InForce:
        """What answers are made from now.  Raises `ArchiveTrouble` when there is no index that
        answers."""
        # In this order: whatever the searcher has not learnt was changed after this position.
        generation = self._generation_in_force()
        position = generations.read_state(self._home, generation).position
        return InForce(changes.newest(connection), generation, position, stamp(self._home))

    def grid(self, state: SearchState, target: str | None, *, audience: Audience) -> Grid:
        """The search's records by outlet and by position towards a target.

        Without a `target`, the one that most of the records take a position to.  Raises as
        `search` does.
        """
        with self._catalogue.reading() as connection:
            now = self.in_force(connection)
            return grid_of(connection, self._asked(connection, now, state, audience), target)

    def naming(self, state: SearchState, *, audience: Audience) -> tuple[Naming, ...]:
        """For each set of equivalent names in the query: which outlet uses which of them in
        how many of the search's records.  Raises as `search` does."""
        with self._catalogue.reading() as connection:
            return naming_of(self._asked(connection, self.in_force(connection), state, audience))

    def related(
        self, connection: Connection, record: Record, *, audience: Audience
    ) -> tuple[RelatedRecord, ...]:
        """The records that share text with this one and exist for this audience."""
        newest = changes.newest(connection)
        held = self._authorities(connection, newest)
        return relatives(
            connection,
            self._lineages_now(connection, newest).store,
            record,
            held.headings,
            audience=audience,
            commonplace=held.commonplace,
        )

    def headings(self, connection: Connection) -> Headings:
        """The authorities in force, turned for looking up once for each change of them."""
        return self._authorities(connection, changes.newest(connection)).headings

    def marked_text(
        self, record: Record, state: SearchState, text: str, extract_id: int | None
    ) -> MarkedText:
        """The record's title, and `text` (that of one of its extracts), with what the query
        matches.

        The same matches, and the same passages, as in a hit.  Raises `QueryError`, and
        `ArchiveTrouble` when there is no index that answers.
        """
        with self._catalogue.reading() as connection:
            now, undated = self.in_force(connection), replace(state, since="", until="")
            asked = self._asked(connection, now, undated, Audience.STAFF)
        return marked_text(record, text, extract_id, asked.lowered, asked.headings)

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

    def _authorities(self, connection: Connection, newest: int) -> _Authorities:
        with self._lock:
            if self._held is not None and self._held.newest == newest:
                return self._held
            version = authorities.version(connection)
            if self._held is not None and self._held.version == version:
                self._held = replace(self._held, newest=newest)
            else:
                held = authorities.every(connection)
                headings, common = headings_of(held), commonplace_words(held)
                self._held = _Authorities(newest, version, headings, common)
            return self._held

    def _lineages_now(self, connection: Connection, newest: int) -> Lineages:
        with self._lock:
            self._lineages = lineages_now(connection, self._home, newest, self._lineages)
            return self._lineages

    def _hiding_now(self, connection: Connection, now: InForce) -> Hiding:
        with self._lock:
            self._hiding = hiding_now(connection, now.position, now.newest, self._hiding)
            return self._hiding

    def _asked(
        self, connection: Connection, now: InForce, state: SearchState, audience: Audience
    ) -> Asked:
        dates = bounds_of(state.since, state.until)
        levels = visible(audience)
        hiding = self._hiding_now(connection, now)
        searcher = self._searcher()
        headings = self._authorities(connection, now.newest).headings
        query = _understood(state, searcher)
        lowered = lower(
            query,
            languages=searcher.values("language"),
            names=headings.names if state.equivalents else NO_NAMES,
        )
        request = SearchRequest(
            query=lowered.node,
            filters=state.filters,
            dates=dates,
            access=levels,
            sort=state.order,
            folds=self._lineages_now(connection, now.newest).folds,
            hidden=hiding.hidden(levels),
        )
        return Asked(searcher, query, lowered, headings, request)

    def _suggestions(
        self, asked: Asked, state: SearchState, audience: Audience
    ) -> tuple[Suggestion, ...]:
        """Queries of other words that do find something."""

        def similar(word: str, edits: int) -> tuple[tuple[str, int], ...]:
            return asked.searcher.similar("body", word, edits=edits, access=visible(audience))

        def known(word: str) -> bool:
            return bool(self.total(SearchState(q=word, any_words=True), audience=audience))

        found = []
        for q in suggestions(asked.query, similar, known):
            if total := self.total(replace(state, q=q, page=1), audience=audience):
                found.append(Suggestion(q, total))
        return tuple(found)

    def _searcher(self) -> Searcher:
        try:
            return self._current().searcher()
        except GenerationUnreadable:
            # Between reading the pointer and opening, another generation may have been put
            # in this one's place: once more, from the pointer.
            return self._current().searcher()

    def _current(self) -> WhooshGeneration:
        with self._lock:
            name = self._generation_in_force()
            if self._generation is None or name != self._name:
                self._generation = None
                self._generation = generations.open_named(self._home, name)
                self._name = name
            return self._generation

    def _generation_in_force(self) -> str:
        name = generations.current_name(self._home)
        if name is None:
            raise ArchiveTrouble("There is no index yet. Run “pressmark update” to build it.")
        return name


def _understood(state: SearchState, searcher: Searcher) -> Query:
    query = parse_query(state.q, fields=QUERY_FIELDS, any_words=state.any_words)

    def frequency(word: str) -> int:
        fields = ("title_stem", "body_stem")
        return sum(searcher.document_frequency(field, word) for field in fields)

    return within_budget(query, frequency)


def _facet(field: Field, result: SearchResult, state: SearchState, headings: Headings) -> Facet:
    chosen, excluded = state.chosen(field.name), state.excluded(field.name)
    values = tuple(
        FacetValue(
            c.value,
            "not stated" if c.value is None else field.label_of(c.value, headings),
            c.count,
            chosen=c.value in chosen,
            excluded=c.value in excluded,
        )
        for c in result.facets[field.name]
    )
    return Facet(field.name, field.label, values, result.untold.get(field.name, 0))


def _in_words(field: str, values: Iterable[str], headings: Headings) -> dict[str, str]:
    return {value: FIELD[field].label_of(value, headings) for value in values}


def _notes(query: Query) -> tuple[str, ...]:
    if not query.dropped:
        return ()
    words = ", ".join(query.dropped)
    return (f"So many words are not all sought; these, the most frequent, were left out: {words}.",)


def _has_words(value: str, name: str) -> bool:
    have, wanted = name_words(value), name_words(name)
    places = range(len(have) - len(wanted) + 1)
    return bool(wanted) and any(have[i : i + len(wanted)] == wanted for i in places)
