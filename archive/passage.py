"""Passages: places in an extract's text that can be found again in another extract.

A passage is named by its range and by its words, with some of what stands on both sides, as
the Web Annotation Data Model (W3C, 2017) does with its text position and text quote selectors.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import regex
from rapidfuzz.distance import Prefix

from archive.errors import UserMistake

CONTEXT = 64
"""Characters kept on either side of a passage."""

_SPACE = regex.compile(r"\s+")
_PAGE_BREAK = regex.compile("\f")


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters `start` to `end` of the text of an extract: `quote`, between `before` and
    `after`.  `lost` is true if it was not found in the extract that the record rests on now; it
    then still names the one where it stood."""

    extract_id: int
    start: int
    end: int
    quote: str
    before: str
    after: str
    lost: bool = False


def passage_at(extract_id: int, text: str, start: int, end: int) -> Passage:
    """The passage `text[start:end]`.  Raises ValueError if that is no part of the text."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start}-{end} is no part of a text of {len(text)} characters")
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return Passage(extract_id, start, end, text[start:end], before, after)


def place_of(extract_id: int, text: str, quote: str) -> Passage:
    """The passage of a text that has these words; white space may differ.

    Raises `UserMistake` if they do not stand there.
    """
    place = find_again(Passage(extract_id, 0, 0, quote, "", ""), text)
    if place is None:
        raise UserMistake("These words do not stand in the record’s text.")
    return passage_at(extract_id, text, *place)


def find_again(passage: Passage, text: str) -> tuple[int, int] | None:
    """Where the passage stands in another text; None if its words do not stand there.

    White space may differ.  Of several places the one that agrees with most of the context
    is taken, then the one nearest to where it was.
    """
    words = [word for word in _SPACE.split(passage.quote) if word]
    if not words:
        return None

    def likeness(place: tuple[int, int]) -> tuple[int, int]:
        start, end = place
        before = _tight(text[max(0, start - 2 * CONTEXT) : start])[::-1]
        after = _tight(text[end : end + 2 * CONTEXT])
        alike = Prefix.similarity(before, _tight(passage.before)[::-1])
        alike += Prefix.similarity(after, _tight(passage.after))
        return alike, -abs(start - passage.start)

    return max(_standing(words, text), key=likeness, default=None)


def moved(passage: Passage, extract_id: int, text: str | None) -> Passage:
    """The passage in the text of another extract, or the same one marked as lost."""
    place = find_again(passage, text or "")
    if place is None:
        return replace(passage, lost=True)
    return passage_at(extract_id, text or "", *place)


def places_in(passages: Iterable[Passage], extract_id: int | None) -> tuple[tuple[int, int], ...]:
    """Where in the text of an extract these passages stand: ranges, ascending, none
    overlapping or touching another.  Passages that are lost or of another extract are left out."""
    here = [p for p in passages if not p.lost and p.extract_id == extract_id]
    places: list[tuple[int, int]] = []
    for start, end in sorted((each.start, each.end) for each in here):
        if places and start <= places[-1][1]:
            places[-1] = places[-1][0], max(end, places[-1][1])
        else:
            places.append((start, end))
    return tuple(places)


def page_starts(text: str) -> tuple[int, ...]:
    """Where the pages of a text begin, which readers part by form feeds; none if it has one page
    or is of a form without any."""
    breaks = [found.end() for found in _PAGE_BREAK.finditer(text)]
    return (0, *breaks) if breaks else ()


def page_of(starts: Sequence[int], place: int) -> int | None:
    """The page on which a place stands, counted from 1; None in a text without pages."""
    return bisect_right(starts, place) or None


def _standing(words: Sequence[str], text: str) -> Iterator[tuple[int, int]]:
    """Where these words stand one after another with white space between, each place that one
    can begin at.

    Sought as they are in a text in which each white space is one blank, so that the time grows
    with the text and not with how often the words nearly stand there.  Not by an expression: to
    make one of a quote takes a millisecond.
    """
    if words[0] not in text:
        return
    sought, narrow = " ".join(words), _SPACE.sub(" ", text)
    wide = [(a, b) for a, b in (run.span() for run in _SPACE.finditer(text)) if b - a > 1]
    left_out = [0, *accumulate(end - start - 1 for start, end in wide)]
    behind = [end - gone for (_, end), gone in zip(wide, left_out[1:], strict=True)]

    def place_of(narrow_place: int) -> int:
        return narrow_place + left_out[bisect_right(behind, narrow_place)]

    start = narrow.find(sought)
    while start >= 0:
        yield place_of(start), place_of(start + len(sought) - 1) + 1
        start = narrow.find(sought, start + 1)


def _tight(text: str) -> str:
    return _SPACE.sub("", text)
