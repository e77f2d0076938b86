"""Text from documents on its way into a page: made harmless, escaped and marked.

Everything that a document says goes through `clean` and is escaped here or by
Jinja's autoescape; nothing else in webapp/ makes `Markup` from a document's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

Range = tuple[int, int]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_OVERRIDE = re.compile("[\u202d\u202e]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_GAP = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_END = re.compile(r"\n\s*")
_WRAPPED = 120
"""Characters; a text with a longer line is not broken into lines by hand."""
_STEPPED = 2_000
"""Hits that get steps to their neighbours; those beyond are marked all the same."""


def clean(text: str) -> str:
    """The text without characters that act instead of being read.

    Control characters become spaces (tab and newline stay), the two bidirectional
    overrides (UAX #9, LRO and RLO) are dropped, lone surrogates become U+FFFD.
    Embeddings and isolates stay: the element that holds the text confines them.
    """
    return _SURROGATE.sub("\ufffd", _OVERRIDE.sub("", _CONTROL.sub(" ", text)))


def one_line(text: str) -> str:
    """`clean` text on one line, for titles, names and attributes."""
    return " ".join(clean(text).split())


def marked(text: str, marks: Iterable[Range]) -> Markup:
    """The escaped text with every range in `<mark>`.

    Ranges count code points of `text`; those outside of it are left out, overlapping
    ones are joined.
    """
    parts: list[Markup] = []
    position = 0
    for start, end in disjoint(marks, len(text)):
        parts.append(escape(clean(text[position:start])))
        parts.append(Markup("<mark>{}</mark>").format(clean(text[start:end])))
        position = end
    parts.append(escape(clean(text[position:])))
    return Markup("").join(parts)


def disjoint(marks: Iterable[Range], length: int) -> tuple[Range, ...]:
    """The ranges in order, within 0 to `length`, none empty, overlapping ones joined."""
    joined: list[Range] = []
    for start, end in sorted(marks):
        if not 0 <= start < end <= length:
            continue
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text ready to be read: escaped paragraphs, how many hits are marked in them, and
    whether a passage is marked (`#passage` is then in the page, `#hit-1` to `#hit-<hits>` too)."""

    paragraphs: tuple[Markup, ...]
    hits: int
    passage: bool


def reading(text: str, marks: Iterable[Range], passage: Range | None = None) -> Reading:
    """Set `text` in paragraphs, its hits and one passage marked.

    Blank lines part paragraphs, and so does every line's end in a text with long lines.

    Each hit carries links to the hits before and after it, empty of text so that the
    reading text stays what it was.  `#passage` is the first hit within `passage`, or the
    passage itself when no hit is in it; a passage outside of the text is left out.
    """
    hits = disjoint(marks, len(text))
    if passage and not 0 <= passage[0] < passage[1] <= len(text):
        passage = None
    setting = _Setting(text, hits, passage)
    paragraphs = tuple(
        Markup("").join(setting.pieces(start, end)) for start, end in _paragraphs(text)
    )
    return Reading(paragraphs, len(hits), setting.anchored)


def _paragraphs(text: str) -> Iterable[Range]:
    start = 0
    wrapped = all(len(line) <= _WRAPPED for line in text.split("\n"))
    for gap in (_GAP if wrapped else _LINE_END).finditer(text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


class _Setting:
    """Walks once through a text, paragraph by paragraph; `next_hit` never goes back."""

    def __init__(self, text: str, hits: Sequence[Range], passage: Range | None) -> None:
        self.text = text
        self.hits = hits
        self.passage = passage
        self.hit_in_passage = passage is not None and any(
            start < passage[1] and passage[0] < end for start, end in hits
        )
        self.next_hit = 0
        self.begun = 0
        self.anchored = False

    def pieces(self, start: int, end: int) -> Iterable[Markup]:
        if self.passage is None:
            yield from self._hits_in(start, end, False)
            return
        first = min(max(self.passage[0], start), end)
        last = min(max(self.passage[1], start), end)
        yield from self._hits_in(start, first, False)
        if first < last:
            if self.hit_in_passage:
                inner = Markup("").join(self._hits_in(first, last, True))
                yield Markup('<span class="passage">{}</span>').format(inner)
            else:
                anchor = Markup("") if self.anchored else Markup(' id="passage"')
                self.anchored = True
                yield Markup('<mark class="passage"{}>{}</mark>').format(
                    anchor, clean(self.text[first:last])
                )
        yield from self._hits_in(last, end, False)

    def _hits_in(self, start: int, end: int, in_passage: bool) -> Iterable[Markup]:
        position = start
        while self.next_hit < len(self.hits) and self.hits[self.next_hit][0] < end:
            hit_start, hit_end = self.hits[self.next_hit]
            first, last = max(hit_start, start), min(hit_end, end)
            if first < last:
                yield escape(clean(self.text[position:first]))
                yield self._hit(clean(self.text[first:last]), in_passage)
                position = last
            if hit_end > end:
                break
            self.next_hit += 1
        yield escape(clean(self.text[position:end]))

    def _hit(self, text: str, in_passage: bool) -> Markup:
        anchor = Markup("")
        if in_passage and not self.anchored:
            anchor = Markup(' id="passage"')
            self.anchored = True
        mark = Markup("<mark{}>{}</mark>").format(anchor, text)
        number = self.next_hit + 1
        if number == self.begun:
            return mark
        self.begun = number
        steps = self._steps(number) if number <= _STEPPED else Markup("")
        return Markup('<span class="hit" id="hit-{}">{}{}</span>').format(number, mark, steps)

    def _steps(self, number: int) -> Markup:
        total = len(self.hits)
        links = [
            Markup('<a class="{}" href="#hit-{}" aria-label="{} hit, {} of {}"></a>').format(
                name.lower(), target, name, target, total
            )
            for name, target in (("Previous", number - 1), ("Next", number + 1))
            if 1 <= target <= total
        ]
        return Markup('<span class="steps" data-at="{} of {}">{}</span>').format(
            number, total, Markup("").join(links)
        )
