"""Two texts side by side: what of the one is kept in the other, what is cut, what is added.

Shared passages are the anchors; between them the longest common subsequence of words says
what else was kept.  Words are compared folded, so a capital or a comma is no difference.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

from indexer.analysis import Words, words_of
from indexer.reuse.passages import Shared, shared, wording

_MOST_PAIRS = 4_000_000
"""Words on one side times words on the other that are compared between two anchors; where
there are more, all of the one side is cut and all of the other added."""

_ISLAND = 3
"""Words that stay between two changes at least: fewer ("of the") are no text kept."""

_Block = tuple[int, int, int]


class Change(StrEnum):
    """What became of a segment, from the one text to the other."""

    KEPT = "kept"
    CUT = "cut"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters [a_start, a_end) of the one text and [b_start, b_end) of the other.

    What is cut has no characters in the other text, what is added none in the one.
    """

    change: Change
    a_start: int
    a_end: int
    b_start: int
    b_end: int


def compare(a: str, b: str) -> tuple[Segment, ...]:
    """The whole of two texts: in order, the segments' ranges make up each text without a gap.

    None if neither has a word.  Time is bounded for texts of any length.
    """
    a_words, b_words = words_of(a), words_of(b)
    passages = shared(wording(a_words.surface), wording(b_words.surface), ())
    anchors = _consistent((p.a_first, p.b_first, p.a_last - p.a_first + 1) for p in passages)
    left = _Side(a, a_words, 0, len(a_words.surface))
    right = _Side(b, b_words, 0, len(b_words.surface))
    return tuple(_segments(left, right, anchors))


def compare_around(a: str, b: str, passage: Shared, *, words: int) -> tuple[Segment, ...]:
    """A shared passage of two texts, with so many words of each before and after it."""
    left = _around(a, passage.a_first, passage.a_last, words)
    right = _around(b, passage.b_first, passage.b_last, words)
    length = passage.a_last - passage.a_first + 1
    anchor = (passage.a_first - left.first, passage.b_first - right.first, length)
    return tuple(_segments(left, right, [anchor]))


@dataclass(frozen=True, slots=True)
class _Side:
    """The words [first, end) of a text."""

    text: str
    words: Words
    first: int
    end: int

    @property
    def surface(self) -> Sequence[str]:
        return self.words.surface[self.first : self.end]

    def edge(self, word: int) -> int:
        """Where the segment begins that begins with this word, counted from the first."""
        at = self.first + word
        if at == 0:
            return 0
        if at == len(self.words.surface):
            return len(self.text)
        return self.words.ends[at - 1] if at == self.end else self.words.starts[at]


def _around(text: str, first: int, last: int, words: int) -> _Side:
    found = words_of(text)
    end = min(len(found.surface), last + 1 + words)
    return _Side(text, found, max(0, first - words), end)


def _consistent(anchors: Iterable[_Block]) -> list[_Block]:
    """Anchors that stand in the same order in both texts, the longest preferred."""
    kept: list[_Block] = []
    for anchor in sorted(anchors, key=lambda block: -block[2]):
        at = bisect(kept, anchor)
        before, after = kept[max(0, at - 1) : at], kept[at : at + 1]
        if all(b[1] + b[2] <= anchor[1] for b in before) and all(
            anchor[1] + anchor[2] <= b[1] for b in after
        ):
            kept.insert(at, anchor)
    return kept


def _segments(left: _Side, right: _Side, anchors: Iterable[_Block]) -> Iterator[Segment]:
    a, b = left.surface, right.surface
    kept = [block for block in _kept(a, b, anchors) if block[2]]
    at_a = at_b = 0
    for a_from, b_from, length in [*_joined(kept), (len(a), len(b), 0)]:
        parts = (
            (Change.CUT, a_from - at_a, 0),
            (Change.ADDED, 0, b_from - at_b),
            (Change.KEPT, length, length),
        )
        for change, a_count, b_count in parts:
            if a_count or b_count:
                yield Segment(
                    change,
                    left.edge(at_a),
                    left.edge(at_a + a_count),
                    right.edge(at_b),
                    right.edge(at_b + b_count),
                )
            at_a, at_b = at_a + a_count, at_b + b_count


def _kept(a: Sequence[str], b: Sequence[str], anchors: Iterable[_Block]) -> Iterator[_Block]:
    at_a = at_b = 0
    for a_from, b_from, length in [*anchors, (len(a), len(b), 0)]:
        for a_in, b_in, kept in _between(a[at_a:a_from], b[at_b:b_from]):
            yield at_a + a_in, at_b + b_in, kept
        yield a_from, b_from, length
        at_a, at_b = a_from + length, b_from + length


def _between(a: Sequence[str], b: Sequence[str]) -> Iterator[_Block]:
    if not a or not b or len(a) * len(b) > _MOST_PAIRS:
        return
    for code in Indel.opcodes(a, b):
        if code.tag != "equal":
            continue
        length = code.src_end - code.src_start
        at_edge = (code.src_start, code.dest_start) == (0, 0) or (
            (code.src_end, code.dest_end) == (len(a), len(b))
        )
        if length >= _ISLAND or at_edge:
            yield code.src_start, code.dest_start, length


def _joined(blocks: Iterable[_Block]) -> list[_Block]:
    joined: list[_Block] = []
    for a_from, b_from, length in blocks:
        if joined:
            before = joined[-1]
            if (before[0] + before[2], before[1] + before[2]) == (a_from, b_from):
                joined[-1] = (before[0], before[1], before[2] + length)
                continue
        joined.append((a_from, b_from, length))
    return joined
