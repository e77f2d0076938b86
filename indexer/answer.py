"""What a search answers, ready to be shown: the same for the page, the command line and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from archive.record import Access, Record
from indexer.engine import Bar, Unit


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a record's text: its range in the extract, and the ranges to mark in it.

    `start`, `end` and `marks` count code points of the extract's text; `text` is exactly
    that slice; `marks` are relative to `start`.  `last` tells that nothing follows it.
    """

    start: int
    end: int
    text: str
    marks: tuple[tuple[int, int], ...]
    last: bool = False


class Way(StrEnum):
    """How a word of a text answers what was typed, the closest first.

    `literal`: the same letters, small or capital.  `folding`: the same but for marks and
    letters that are written without them elsewhere (é, ə, ß).  `stem`: another form of the
    word.  `wildcard`, `fuzziness`: as asked.  `equivalence`: another name of the same.
    """

    LITERAL = "literal"
    FOLDING = "folding"
    STEM = "stem"
    WILDCARD = "wildcard"
    FUZZINESS = "fuzziness"
    EQUIVALENCE = "equivalence"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record matches: what was `typed`, the different forms in which it is `found` in
    title and text (as they stand there, the most frequent first, a few), how many times in
    all, and by which way; `language` (BCP 47) is that of the stem."""

    typed: str
    way: Way
    found: tuple[str, ...]
    count: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Republication:
    """A record folded under a hit, for it has the hit's text over again."""

    id: str
    title: str | None
    outlet: str | None
    date: str | None


@dataclass(frozen=True, slots=True)
class Expansion:
    """A set of equivalent names: the one that was `typed`, and the `others` that are sought
    as well; `heading` is how the authority is called, its `kind` (place, person, …) and id."""

    typed: str
    others: tuple[str, ...]
    heading: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query with other words that the archive has, and how many records it finds."""

    q: str
    total: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found.

    `outlet`, `authors` and `stances` are shown under their preferred headings; `date` is EDTF.
    `title_marks` are ranges in the title.  `more` counts matches beyond the passages shown.
    `reasons` say why it matches, in the order of what was typed.
    """

    record: Record
    score: float
    title: str | None
    title_marks: tuple[tuple[int, int], ...]
    outlet: str | None
    authors: tuple[str, ...]
    date: str | None
    stances: tuple[str, ...]
    access: Access
    passages: tuple[Passage, ...]
    more: int
    reasons: tuple[Reason, ...] = ()
    republications: tuple[Republication, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, how it reads (`label`), how many matches have it, if it is chosen
    or kept out."""

    value: str | None
    label: str
    count: int
    chosen: bool
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet of an answer; its counts ignore its own filter.  `untold` more values have a
    record each, and are rarer."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    untold: int = 0


@dataclass(frozen=True, slots=True)
class Dates:
    """The matches by date: `bars` of one `unit`, ascending, and how many have no date.

    `within` is the period that the bars are part of, in EDTF (`2024` or `2024-09`), None for
    all years.
    """

    unit: Unit
    within: str | None
    bars: tuple[Bar, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Answer:
    """`total` counts all matches, `folded` those that are listed under another as its
    republications; `notes` are sentences for the reader (words left out, …).

    `expansions` are the equivalent names that are in force for this query; `suggestions`
    are offered when nothing is found.  `stances` says how those of the hits read.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    dates: Dates | None = None
    folded: int = 0
    notes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    stances: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A piece of two texts side by side: `change` (`kept`, `cut` or `added`, from this one to
    the other) and the piece as it stands in each, empty where it is not there."""

    change: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class SharedPassage:
    """Words that two texts have in common: how many, their ranges in code points of the two
    texts, and the two aligned, with some words around."""

    words: int
    here: tuple[int, int]
    there: tuple[int, int]
    aligned: tuple[Aligned, ...]


@dataclass(frozen=True, slots=True)
class RelatedRecord:
    """A record that has text in common with another, or of which a person said so.

    `republication` if it is the same text as a whole.  `first` is the id of the one that was
    out first (None: cannot be told), `sureness` how sure that is: `confirmed` by a person,
    `certain`, `uncertain` or `undated`.  `decided` is what a person said of the two
    (`republication`, `version` or `different`).  `words` are those in all `passages`, which
    are left out where one of the two texts may not be shown.
    """

    record: Record
    title: str | None
    outlet: str | None
    date: str | None
    republication: bool
    words: int
    first: str | None
    sureness: str
    decided: str | None
    passages: tuple[SharedPassage, ...]


@dataclass(frozen=True, slots=True)
class GridCell:
    """How many of a search's records an outlet has with a position; the best of them, with
    the one passage that shows it best (None where its text has none)."""

    count: int
    best: Hit
    passage: Passage | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Outlets by positions towards one target, for the records of a search.

    `rows` are outlets (None: not stated), `columns` stance codes such as `icrc:critical`
    (None: no position towards the target is stated); cells without a record are absent.
    `targets` are the targets that can be chosen, code and heading; `more` counts the outlets
    that are not shown.
    """

    target: str | None
    targets: tuple[tuple[str, str], ...]
    rows: tuple[str | None, ...]
    columns: tuple[str | None, ...]
    cells: Mapping[tuple[str | None, str | None], GridCell]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one set of equivalents, and in how many of a search's records each outlet
    (None: not stated) uses each of them; a record that uses two counts for both.

    `names` are the equivalents in the authority's order, each of equal standing.
    """

    heading: str
    kind: str
    id: str
    names: tuple[str, ...]
    rows: tuple[str | None, ...]
    counts: Mapping[tuple[str | None, str], int]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A record's title and whole text with the ranges that a query matches in each.

    `more` counts the matches beyond the last that is marked; `passages` are those of a hit.
    `marked` is false where the query or the index did not allow to look.
    """

    title: str | None
    title_marks: tuple[tuple[int, int], ...]
    text: str
    marks: tuple[tuple[int, int], ...]
    more: int = 0
    passages: tuple[Passage, ...] = ()
    marked: bool = True
