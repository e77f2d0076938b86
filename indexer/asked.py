"""A search that was understood, and the index it is asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from indexer.answer import Hit
from indexer.engine import Cell, ScoredId, Searcher, SearchRequest, SearchResult
from indexer.headings import Headings
from indexer.hits import hits
from indexer.query.lower import Lowered, too_many
from indexer.query.syntax import Query
from indexer.query.terms import Node, TooManyTerms


@dataclass(frozen=True, slots=True)
class Asked:
    """A search understood against one state of the index and of the authorities."""

    searcher: Searcher
    query: Query
    lowered: Lowered
    headings: Headings
    request: SearchRequest

    def search(self, **changes: object) -> SearchResult:
        """What the index answers.  Raises QueryError."""
        try:
            return self.searcher.search(replace(self.request, **changes))  # type: ignore[arg-type]
        except TooManyTerms as error:
            raise too_many(error, self.lowered) from error

    def cross(self, rows: str, columns: Sequence[Node]) -> Mapping[tuple[str | None, int], Cell]:
        """The matches by a value field and by what else they match.  Raises QueryError."""
        try:
            return self.searcher.cross(self.request, rows, columns)
        except TooManyTerms as error:
            raise too_many(error, self.lowered) from error

    def hits(self, connection: Connection, scored: Sequence[ScoredId]) -> tuple[Hit, ...]:
        """What was found, as it is shown to who asked."""
        return hits(connection, scored, self.lowered, self.headings, access=self.request.access)
