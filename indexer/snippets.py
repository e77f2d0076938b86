"""Passages of a text that show what a query matches: ranges, never mark-up."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from indexer.matching import Match
from indexer.query.terms import Leaf

LIMIT = 3
WIDTH = 240
_CONTEXT = 40  # characters wanted beside a match before its sentence is cut elsewhere

_NO_MARK = r"(?![\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}])"
_SENTENCE_END = regex.compile(
    rf"""(?: ( [。！？｡]\p{{SB=Close}}*+ ) \s*+
      | ( (?:\p{{SB=STerm}} | … | (?<!\b\p{{L}})\.) [\p{{SB=Close}}’]*+ ) \s++ (?!\p{{Ll}})
      | () \s*\n\s*+ (?!\p{{Ll}}) ) {_NO_MARK}""",
    regex.VERBOSE,
)
_CUT = regex.compile(_NO_MARK)
_SPACES = regex.compile(rf"\s++{_NO_MARK}")
# Letters of scripts without spaces are words by themselves: a text may be cut before them.
_SPACELESS = regex.compile(
    r"""(?<!\p{GCB=Prepend}|\p{GCB=ZWJ})
    [\p{L}--[\p{WB=ALetter}\p{WB=Hebrew_Letter}\p{WB=Katakana}\p{GCB=SpacingMark}]]""",
    regex.VERBOSE | regex.VERSION1,
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage `text[start:end]`; `marks` are ranges in it, relative to `start`, ascending."""

    start: int
    end: int
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Snippets:
    """The passages, best first, and how many matches are in none of them."""

    passages: tuple[Snippet, ...]
    more: int


def snippets(
    text: str,
    matches: Sequence[Match],
    apart: Sequence[tuple[int, int]] = (),
    *,
    limit: int = LIMIT,
    width: int = WIDTH,
) -> Snippets:
    """Up to `limit` passages of about `width` code points of `text`, none overlapping.

    `matches` are those of this text, ascending and not overlapping.  No passage runs into the
    ranges `apart`, which ascend, unless a match runs across one.  Better is a passage
    that answers more leaves of the query, then one with more matches, then an earlier one.
    Passages are whole sentences where these fit; none is cut inside a grapheme or a word, and
    none is longer than twice the width, even if a match is; a match that is a single word
    longer than that is cut.  Without matches the one
    passage is the beginning of the text, without marks.
    """
    if not matches:
        start, end = _lead(text, apart, width)
        return Snippets((Snippet(start, end, ()),) if end > start else (), 0)
    taken: list[tuple[int, int]] = []
    passages: list[Snippet] = []
    shown = 0
    for start, end in _windows(matches, apart, width):
        if len(passages) == limit:
            break
        if end - start > 2 * width:
            end = _cut_before(text, start, start + 2 * width)
            if end == start:
                end = _cut_inside(text, start, start + 2 * width)
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        bounds = (*taken, *apart)
        floor = max((e for _, e in bounds if e <= start), default=0)
        ceiling = min((s for s, _ in bounds if s >= end), default=len(text))
        passage = _passage(text, start, end, floor, ceiling, width)
        passage = _without_halves(text, passage, (start, end), matches)
        inside = _inside(matches, passage)
        taken.append(passage)
        passages.append(Snippet(*passage, tuple(inside)))
        shown += len(inside)
    return Snippets(tuple(passages), len(matches) - shown)


def _windows(
    matches: Sequence[Match], apart: Sequence[tuple[int, int]], width: int
) -> list[tuple[int, int]]:
    """Stretches from a match to the last that leaves some of `width` for what is around
    them, and is not beyond one of the ranges `apart`; best first."""
    reach = width * 2 // 3
    parted = [start for start, _ in apart]
    numbers: dict[Leaf, int] = {}
    # Most matches answer one and the same set of leaves, whose hash it keeps.
    numbered = {
        leaves: [numbers.setdefault(leaf, len(numbers)) for leaf in leaves]
        for leaves in {match.leaves for match in matches}
    }
    rated = []
    answered = [0] * len(numbers)
    distinct = 0  # leaves that are answered at all
    last = 0
    for first, match in enumerate(matches):
        following = bisect_left(parted, match.start)
        limit = min([match.start + reach, *parted[following : following + 1]])
        while last < len(matches) and (last <= first or matches[last].end <= limit):
            for leaf in numbered[matches[last].leaves]:
                distinct += not answered[leaf]
                answered[leaf] += 1
            last += 1
        rated.append((-distinct, first - last, match.start, matches[last - 1].end))
        for leaf in numbered[match.leaves]:
            answered[leaf] -= 1
            distinct -= not answered[leaf]
    return [(start, end) for _, _, start, end in sorted(rated)]


def _lead(text: str, apart: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """The first sentences of the text, before or after what is `apart`; its first words if
    those would be few."""
    bounds = [0, *(place for each in apart for place in each), len(text)]
    stretches = (_trimmed(text, *each) for each in zip(bounds[::2], bounds[1::2], strict=True))
    start, stop = next((each for each in stretches if each[0] < each[1]), (0, 0))
    passage = _passage(text, start, start, start, stop, width)
    if passage[1] - start >= width // 2:
        return passage
    return _trimmed(text, start, min(stop, _cut_before(text, start, start + width)))


def _passage(
    text: str, start: int, end: int, floor: int, ceiling: int, width: int
) -> tuple[int, int]:
    """The range to show around [start, end] and within [floor, ceiling]."""
    room = max(0, width - (end - start))
    low, high = max(floor, start - room), min(ceiling, end + room)
    starts = [m.end() for m in _SENTENCE_END.finditer(text, low, start)]
    starts += [floor] if floor == low else []
    ends = [m.end(m.lastindex) for m in _SENTENCE_END.finditer(text, end, high) if m.lastindex]
    ends += [ceiling] if ceiling == high else []
    fitting = [(s, e) for s in starts for e in ends if e - s <= width]
    if fitting:
        # The sentences of the match, then as many after them as fit, then before them.
        nearest = max(s for s, _ in fitting)
        last = max(e for s, e in fitting if s == nearest)
        return _trimmed(text, min(s for s, e in fitting if e == last), last)
    begin = max(starts, default=None)
    stop = min(ends, default=None)
    if begin is not None and end - begin <= max(width - _CONTEXT, end - start):
        return _trimmed(text, begin, _cut_before(text, end, min(high, begin + width)))
    if stop is not None and stop - start <= max(width - _CONTEXT, end - start):
        return _trimmed(text, _cut_after(text, max(low, stop - width), start), stop)
    begin = _cut_after(text, max(low, start - room // 2), start)
    return _trimmed(text, begin, _cut_before(text, end, min(high, begin + width)))


def _cut_after(text: str, low: int, high: int) -> int:
    """The first place from `low` on, `high` at the latest, where a word may begin."""
    if low >= high:
        return high
    if low == 0:
        return 0
    if spaces := _SPACES.search(text, low, high):
        return spaces.end()
    if letter := _SPACELESS.search(text, low, high):
        return letter.start()
    return high


def _cut_before(text: str, low: int, high: int) -> int:
    """The last place up to `high`, `low` at the earliest, where a word has ended."""
    if high >= len(text):
        return len(text)
    places = [m.start() for m in _SPACES.finditer(text, low, high + 1)]
    if not places:
        places = [m.start() for m in _SPACELESS.finditer(text, low, high + 1)]
    return max((place for place in places if low <= place <= high), default=low)


def _cut_inside(text: str, low: int, high: int) -> int:
    """The last place up to `high` in a word that is longer, between two graphemes."""
    return next((end for end in range(high, low, -1) if _CUT.match(text, end)), high)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range less the spaces at its ends; one that carries a mark is no mere space."""
    while start < end and text[start].isspace() and _CUT.match(text, start + 1):
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _without_halves(
    text: str, passage: tuple[int, int], core: tuple[int, int], matches: Sequence[Match]
) -> tuple[int, int]:
    """The passage less the parts of matches that stick out of it; `core` stays."""
    start, end = passage
    for match in matches:
        if match.start < start < match.end <= core[0]:
            start = match.end
        if core[1] <= match.start < end < match.end:
            end = match.start
    return _trimmed(text, start, end)


def _inside(matches: Sequence[Match], passage: tuple[int, int]) -> list[tuple[int, int]]:
    start, end = passage
    return [
        (match.start - start, min(match.end, end) - start)
        for match in matches
        if start <= match.start < end
    ]
