"""The engine seam: what an index is asked and what it answers.

Two implementations pass one contract suite (tests/contracts): Whoosh, and a
brute-force one that lives in the tests and is the suite's oracle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from archive.errors import ArchiveTrouble
from indexer.document import IndexDocument
from indexer.query.terms import DateRange, Node


class GenerationBusy(ArchiveTrouble):
    """Another writer holds the generation at `path`; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: the index is being written by another process; try again later.")
        self.path = path


class GenerationUnreadable(ArchiveTrouble):
    """There is no index at `path`, or it is damaged or of another make; `reason` says which."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The index cannot be read ({reason}). Run “pressmark reindex”; "
            "nothing but the index is affected."
        )
        self.path = path
        self.reason = reason


class Sort(StrEnum):
    """`newest` sorts by the document's `newest` day, then `oldest`, descending; `oldest` by
    `oldest`, then `newest`, ascending; documents without a date come last in both.
    `relevance` sorts by score, descending.  Ties are broken by id, ascending."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Filter:
    """A constraint on one value field: at least one of `values` (None: not stated)."""

    field: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """`limit` hits from `offset`; a page past the end is empty.

    `filters` are ANDed; `dates` is the facet-side date constraint (overlap).
    `access` names the access levels that the asker may see; others do not exist for them.
    `facets` names the value fields to count; `date` counts years.
    """

    query: Node
    filters: tuple[Filter, ...] = ()
    dates: DateRange | None = None
    access: frozenset[str] = frozenset({"open", "snippets", "staff"})
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredId:
    """A matching record's id and its score."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many matches have `value`; None is "not stated"."""

    value: str | None
    count: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` counts all matches.  Each facet's counts ignore that facet's own filter
    (`date` ignores `dates`), are sorted by count descending then value ascending with
    "not stated" last, and hold no zero except for a value that is filtered on.
    The `date` facet counts years ("2024"), newest first, "not stated" last: an interval
    counts in each year it overlaps.  The years listed are those that the bounded intervals
    touch and the last year of those with an open beginning; an open beginning counts in
    every listed year up to its last."""

    total: int
    hits: tuple[ScoredId, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]


class Searcher(Protocol):
    """A stable view of one generation at one commit.  Threads may share it."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Raises TooManyTerms when a prefix in the query stands for too many terms."""

    def count(self) -> int:
        """How many documents it holds."""

    def ids(self) -> Iterable[str]:
        """Every id it holds, in no order."""

    def document_frequency(self, field: str, text: str) -> int:
        """How many documents have the term, at least; replaced ones may still be counted.

        0 only if none has it."""

    def values(self, field: str) -> tuple[str, ...]:
        """Every distinct value of a value field, ascending."""

    def close(self) -> None: ...


class Generation(Protocol):
    """One index that can be written (by one writer at a time) and searched by many."""

    def apply(self, documents: Iterable[IndexDocument], removed: Iterable[str] = ()) -> None:
        """Replace or add `documents` by id and remove `removed`, in one durable commit.

        A later document with the same id wins.  Idempotent.  Raises GenerationBusy, and
        ValueError for a term or value field that the generation was not created with; then
        nothing has changed."""

    def searcher(self) -> Searcher:
        """A searcher over the newest commit.  Cheap while nothing was committed since the last.

        Raises GenerationUnreadable."""
