"""What a search answers, ready to be shown: the same for the page, the command line and the API."""

from __future__ import annotations

from dataclasses import dataclass

from archive.record import Access, Record


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


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found.

    `outlet`, `authors` and `stances` are shown under their preferred headings; `date` is EDTF.
    `title_marks` are ranges in the title.  `more` counts matches beyond the passages shown.
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


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, how it reads (`label`), how many matches have it, if it is chosen."""

    value: str | None
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet of an answer; its counts ignore its own filter."""

    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`total` counts all matches; `notes` are sentences for the reader (words left out, …)."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    notes: tuple[str, ...] = ()


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
