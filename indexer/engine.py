"""The engine seam: what an index is asked and what it answers.

Two implementations pass one contract suite (tests/contracts): Whoosh, and a
brute-force one that lives in the tests and is the suite's oracle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from archive.errors import ArchiveTrouble
from indexer.document import IndexDocument
from indexer.query.terms import DateRange, Missing, Node


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
    `relevance` sorts by score, `added` by the document's `added`, both descending.  Ties are
    broken by id, ascending."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Filter:
    """A constraint on one value field: at least one of `values` (None: not stated); with
    `excluded`, none of them."""

    field: str
    values: tuple[str | None, ...]
    excluded: bool = False


class Unit(StrEnum):
    """What one bar of a histogram stands for."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Span:
    """The bars that are asked for: one a `unit`, those that lie in [first, last] (day
    numbers, None is unbounded)."""

    unit: Unit
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """The days [first, last] of a calendar unit, and how many matches are dated certainly
    within it (the whole interval) and how many possibly (it overlaps, and sticks out).

    A `dates` constraint of [first, last] yields exactly `certain + possible`."""

    first: int
    last: int
    certain: int
    possible: int


Folds = tuple[tuple[str, ...], ...]
"""Groups of ids of which one, the first that matches, is listed and stands for the others.
No id is in two groups."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """`limit` hits from `offset`; a page past the end is empty.

    `filters` are ANDed; `dates` is the facet-side date constraint: overlap, or
    Missing("date") for no date stated.
    `access` names the access levels that the asker may see; others do not exist for them, nor
    do the ids in `hidden`, whatever the index has of them.
    `facets` names the value fields to count; of each at most `most_values` are told, those
    that are filtered on and "not stated" besides.  `bars` asks for a histogram of dates.
    """

    query: Node
    filters: tuple[Filter, ...] = ()
    dates: DateRange | Missing | None = None
    access: frozenset[str] = frozenset({"open", "snippets", "staff"})
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 10
    facets: tuple[str, ...] = ()
    most_values: int | None = None
    bars: Span | None = None
    folds: Folds = ()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ScoredId:
    """A matching record's id, its score, and the matches that are folded under it."""

    id: str
    score: float
    folded: tuple[str, ...] = ()


class FacetCount(NamedTuple):
    """How many matches have `value`; None is "not stated".

    A named tuple, for an answer may have thousands and no other kind of object is made as
    quickly."""

    value: str | None
    count: int  # type: ignore[assignment]  # nobody counts in so short a tuple


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` counts all matches, `folded` those of them that are not listed by themselves.

    Each facet's counts ignore that facet's own filters, are sorted by count descending then
    value ascending with "not stated" last, and hold no zero except for a value that is
    filtered on.  `untold` has the number of values of a facet that are beyond `most_values`.
    `bars` ignore `dates`, ascend and hold no empty one: of the unit's periods
    those that a bounded interval touches or an open beginning ends in, an open beginning
    counting (as possible) in every such period up to its last.  `undated` counts the
    matches without a date, ignoring `dates`."""

    total: int
    hits: tuple[ScoredId, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    untold: Mapping[str, int] = field(default_factory=dict)
    folded: int = 0
    bars: tuple[Bar, ...] = ()
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """How many matches there are in a cell of a table, and the best of them."""

    count: int
    best: ScoredId


class Searcher(Protocol):
    """A stable view of one generation at one commit.  Threads may share it."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Raises TooManyTerms when a leaf of the query stands for too many terms."""

    def cross(
        self, request: SearchRequest, rows: str, columns: Sequence[Node]
    ) -> Mapping[tuple[str | None, int], Cell]:
        """The request's matches by a value field and by what else they match.

        A key is a value of `rows` (None: not stated) and a place in `columns`; cells with no
        match are absent.  The best of a cell is the first in the order of `request.sort`;
        its score is that of `request.query`.  Offset, limit, facets, bars and folds of the
        request do not matter.  Raises as `search` does."""

    def similar(
        self, field: str, text: str, *, edits: int, access: frozenset[str]
    ) -> tuple[tuple[str, int], ...]:
        """The terms of `field` within `edits` of `text` (as in Fuzzy), `text` itself left
        out, and how many documents with such `access` have each; most frequent first, then
        ascending."""

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
