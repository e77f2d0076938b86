"""A record's text set for reading: in paragraphs, its hits marked, a long one in parts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from archive.passage import page_of, page_starts
from webapp.marking import Range, disjoint, safe

_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_END = re.compile(r"\n\s*")
_WRAPPED = 120
"""Characters; a text with a longer line is not broken into lines by hand."""
_PART = 400_000
"""Characters of a text on one page, at most."""
_STEPPED = 2_000
"""Hits on a page that get steps to their neighbours; those beyond are marked all the same."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, or one part of a long one, ready to be read: escaped paragraphs.

    `hits` counts the hits in the whole text; those in this part are `#hit-<n>`, counted
    through the whole text from 1, and `first_hit` is where the first of all is, or empty.
    `pages` has for each paragraph the number of the page that it is the first of, or None.
    `passage` tells whether `#passage` is in this part.  `part` of `parts` counts from 1.
    """

    paragraphs: tuple[Markup, ...]
    pages: tuple[int | None, ...]
    hits: int
    passage: bool
    first_hit: str
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class Unsearched:
    """A range of a text that is not searched, and a note that says so and why."""

    start: int
    end: int
    note: str


def _this_page(_part: int) -> str:
    return ""


def reading(
    text: str,
    marks: Iterable[Range],
    passage: Range | None = None,
    part: int | None = None,
    address: Callable[[int], str] = _this_page,
    unsearched: Sequence[Unsearched] = (),
) -> Reading:
    """Set `text` in paragraphs, its hits and one passage marked, and what of it is not searched
    (ascending; the nth is `#unsearched-<n>`) with its note.

    Blank lines part paragraphs, and so does every line's end in a text with long lines.

    Of a text too long for one page only a part is set: the one asked for, else the one in
    which the passage opens, else that of the first hit, else the first.  `address` tells
    where each part is to be had.

    Each hit carries links to the hits before and after it, empty of text so that the
    reading text stays what it was.  `#passage` is the first hit within `passage`, or the
    passage itself when no hit is in it; a passage outside of the text is left out.
    """
    hits = disjoint(marks, len(text))
    if passage and not 0 <= passage[0] < passage[1] <= len(text):
        passage = None
    starts = _part_starts(text)
    if part is None or not 1 <= part <= len(starts):
        part = bisect_right(starts, _opening(hits, passage))
    ends = (*starts[1:], len(text))
    here = (starts[part - 1], ends[part - 1])

    def place(number: int) -> str:
        of_it = bisect_right(starts, hits[number - 1][0])
        return f"{'' if of_it == part else address(of_it)}#hit-{number}"

    setting = _Setting(text, hits, _within(passage, here), here, place, unsearched)
    wrapped = all(len(line) <= _WRAPPED for line in text.split("\n"))
    places = list(_paragraphs(text, here, _GAP if wrapped else _LINE_END))
    paragraphs = tuple(Markup("".join(setting.pieces(start, end))) for start, end in places)
    first_hit = place(1) if hits else ""
    pages = tuple(_pages_begun(text, [start for start, _ in places]))
    return Reading(paragraphs, pages, len(hits), setting.anchored, first_hit, part, len(starts))


def _part_starts(text: str) -> list[int]:
    """Where the parts begin: after the last paragraph that a page holds whole, or failing
    that after a line or a word."""
    starts = [0]
    while len(text) - starts[-1] > _PART:
        low, high = starts[-1] + _PART // 2, starts[-1] + _PART
        gaps = ((gap, text.rfind(gap, low, high)) for gap in ("\n\n", "\n", " "))
        starts.append(next((at + len(gap) for gap, at in gaps if at >= 0), high))
    return starts


def _opening(hits: Sequence[Range], passage: Range | None) -> int:
    if passage is None:
        return hits[0][0] if hits else 0
    first = bisect_right(hits, passage[0], key=_end)
    if first < len(hits) and hits[first][0] < passage[1]:
        return max(hits[first][0], passage[0])
    return passage[0]


def _within(passage: Range | None, here: Range) -> Range | None:
    if passage is None:
        return None
    start, end = max(passage[0], here[0]), min(passage[1], here[1])
    return (start, end) if start < end else None


def _end(hit: Range) -> int:
    return hit[1]


def _paragraphs(text: str, here: Range, gap: re.Pattern[str]) -> Iterator[Range]:
    start, stop = here
    for found in gap.finditer(text, start, stop):
        if text[start : found.start()].strip():
            yield start, found.start()
        start = found.end()
    if text[start:stop].strip():
        yield start, stop


def _pages_begun(text: str, paragraphs: Iterable[int]) -> Iterator[int | None]:
    """For each paragraph the page of which it is the first that is shown, else None."""
    starts, shown = page_starts(text), None
    for start in paragraphs:
        page = page_of(starts, start)
        yield None if page == shown else page
        shown = page


class _Setting:
    """Walks once through `here`, paragraph by paragraph; `next_hit` never goes back."""

    def __init__(
        self,
        text: str,
        hits: Sequence[Range],
        passage: Range | None,
        here: Range,
        place: Callable[[int], str],
        unsearched: Sequence[Unsearched],
    ) -> None:
        self.unsearched = unsearched
        self.noted = 0
        self.text = text
        self.hits = hits
        self.passage = passage
        self.place = place
        self.hit_in_passage = False
        if passage is not None:
            first = bisect_right(hits, passage[0], key=_end)
            self.hit_in_passage = first < len(hits) and hits[first][0] < passage[1]
        self.next_hit = bisect_right(hits, here[0], key=_end)
        self.last_stepped = self.next_hit + _STEPPED
        self.begun = 0
        self.anchored = False

    def pieces(self, start: int, end: int) -> Iterator[str]:
        position = start
        for number, each in enumerate(self.unsearched, 1):
            first, last = max(each.start, position), min(each.end, end)
            if first >= last:
                continue
            yield from self._pieces(position, first)
            note = ""
            if number > self.noted:
                self.noted = number
                note = f' id="unsearched-{number}" data-note="{escape(each.note)}"'
            yield f'<span class="unsearched"{note}>'
            yield from self._pieces(first, last)
            yield "</span>"
            position = last
        yield from self._pieces(position, end)

    def _pieces(self, start: int, end: int) -> Iterator[str]:
        if self.passage is None:
            yield from self._hits_in(start, end, False)
            return
        first = min(max(self.passage[0], start), end)
        last = min(max(self.passage[1], start), end)
        yield from self._hits_in(start, first, False)
        if first < last:
            if self.hit_in_passage:
                yield '<span class="passage">'
                yield from self._hits_in(first, last, True)
                yield "</span>"
            else:
                anchor = "" if self.anchored else ' id="passage"'
                self.anchored = True
                text = safe(self.text[first:last])
                yield f'<mark class="passage"{anchor}>{text}</mark>'
        yield from self._hits_in(last, end, False)

    def _hits_in(self, start: int, end: int, in_passage: bool) -> Iterator[str]:
        position = start
        while self.next_hit < len(self.hits) and self.hits[self.next_hit][0] < end:
            hit_start, hit_end = self.hits[self.next_hit]
            first, last = max(hit_start, start), min(hit_end, end)
            if first < last:
                yield safe(self.text[position:first])
                yield self._hit(safe(self.text[first:last]), in_passage)
                position = last
            if hit_end > end:
                break
            self.next_hit += 1
        yield safe(self.text[position:end])

    def _hit(self, text: str, in_passage: bool) -> str:
        anchor = ""
        if in_passage and not self.anchored:
            anchor = ' id="passage"'
            self.anchored = True
        mark = f"<mark{anchor}>{text}</mark>"
        number = self.next_hit + 1
        if number == self.begun:
            return mark
        self.begun = number
        steps = self._steps(number) if number <= self.last_stepped else ""
        return f'<span class="hit" id="hit-{number}">{mark}{steps}</span>'

    def _steps(self, number: int) -> str:
        total = len(self.hits)
        links = "".join(
            f'<a class="{name.lower()}" href="{escape(self.place(target))}" '
            f'aria-label="{name} hit, {target} of {total}"></a>'
            for name, target in (("Previous", number - 1), ("Next", number + 1))
            if 1 <= target <= total
        )
        return f'<span class="steps" data-at="{number} of {total}">{links}</span>'
