"""Where in their documents the words of a query stand: phrases, and what is near what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.engines.expanding import Expanded
from indexer.engines.segment import Ints, ranges
from indexer.engines.sets import distinct, places_in
from indexer.engines.whole import Whole
from indexer.query.terms import AnyOf, Fuzzy, Near, Node, Phrase, Prefix, Term, Wildcard

_DOCUMENT = np.int64(2**32)  # further apart than any two positions in one document
_FARTHEST = 2**31 - 1
_BEFORE_ALL, _AFTER_ALL = np.int64(-(2**32)), np.int64(2**62)
_NOWHERE: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Spans:
    """The first and the last place of each occurrence.  A place is the document's number times
    2**32, plus the position in it."""

    firsts: Ints
    lasts: Ints

    def documents(self) -> Ints:
        """The documents they are in, one for each."""
        return self.lasts // _DOCUMENT


@dataclass(frozen=True, slots=True)
class Places:
    """Where the leaves of a query stand, in documents of `among` only."""

    whole: Whole
    among: Ints
    expansions: Mapping[Expanded, Sequence[str]]

    def spans(self, node: Node) -> Spans:
        """Every occurrence of a leaf or of any of several."""
        match node:
            case Term(field, text):
                places = self._of(field, text, self.among)
                return Spans(places, places)
            case Phrase(field, texts, 0) if len(texts) > 1:
                return self._adjacent(field, texts)
            case Phrase(field, texts, slop):
                words = [self._of(field, text, self.among) for text in texts]
                return _phrase(words, slop)
            case Prefix(field=field) | Wildcard(field=field) | Fuzzy(field=field):
                found = [self._of(field, text, self.among) for text in self.expansions[node]]
                places = np.concatenate([_NOWHERE, *found])
                return Spans(places, places)
            case AnyOf(parts):
                each = [self.spans(part) for part in parts]
                return Spans(
                    np.concatenate([_NOWHERE, *(spans.firsts for spans in each)]),
                    np.concatenate([_NOWHERE, *(spans.lasts for spans in each)]),
                )
            case Near(parts, distances, ordered):
                return _chain([self.spans(part) for part in parts], distances, ordered)
            case _:
                raise TypeError(f"{type(node).__name__} stands nowhere in a text.")

    def _adjacent(self, field: str, texts: Sequence[str]) -> Spans:
        """A phrase without gaps: the rarest word's places, of which each next word leaves
        fewer, so that of a frequent word few are looked at."""
        places = enumerate(texts)
        order = sorted(places, key=lambda p: self.whole.document_frequency(field, p[1]))
        offset, text = order[0]
        firsts = self._of(field, text, self.among) - offset
        for further, text in order[1:]:
            among = distinct((firsts + offset) // _DOCUMENT)
            word = self._of(field, text, among) - further
            before = np.searchsorted(word, firsts)
            before[before == len(word)] = 0
            firsts = firsts[word[before] == firsts] if len(word) else _NOWHERE
        return Spans(firsts, firsts + (len(texts) - 1))

    def _of(self, field: str, text: str, among: Ints) -> Ints:
        """Every place of a term in some documents, ascending."""
        postings = self.whole.postings(field, text)
        rows, places = places_in(among, postings.docs, self.whole.size)
        docs, counts = among[rows], postings.counts[places].astype(np.int64)
        positions, starts = self.whole.positions(field, text)
        if not isinstance(places, slice):
            positions = positions[ranges(starts[places], counts)]
        return np.repeat(docs * _DOCUMENT, counts) + positions


def _reach(words: int) -> int:
    """How far on the next word may stand with so many words between."""
    return min(max(words, 0), _FARTHEST) + 1


def _phrase(words: Sequence[Ints], slop: int) -> Spans:
    """The occurrences that contain no other: the shortest from any start and to any end."""
    if not words:
        return Spans(_NOWHERE, _NOWHERE)
    # For every place that the phrase so far may end at, the latest that it began at, which
    # only grows from end to end.
    firsts = lasts = words[0]
    for places in words[1:]:
        before = np.searchsorted(lasts, places)
        near = places - np.concatenate(([_BEFORE_ALL], lasts))[before] <= _reach(slop)
        firsts, lasts = firsts[before[near] - 1], places[near]
    shortest = np.ones(len(firsts), dtype=np.bool_)
    shortest[1:] = firsts[1:] != firsts[:-1]
    return Spans(firsts[shortest], lasts[shortest])


def _chain(parts: Sequence[Spans], distances: Sequence[int], ordered: bool) -> Spans:
    """The occurrences of the last part that can be reached from one of the first."""
    reached = parts[0]
    for part, distance in zip(parts[1:], distances, strict=True):
        near = part.firsts - _latest_before(part.firsts, reached.lasts) <= _reach(distance)
        if not ordered:
            near |= _earliest_after(part.lasts, reached.firsts) - part.lasts <= _reach(distance)
        reached = Spans(part.firsts[near], part.lasts[near])
    return reached


def _latest_before(points: Ints, places: Ints) -> Ints:
    """For each point the latest place before it."""
    places = _sorted(np.concatenate(([_BEFORE_ALL], places)))
    return places[np.searchsorted(places, points) - 1]


def _earliest_after(points: Ints, places: Ints) -> Ints:
    """For each point the earliest place after it."""
    places = _sorted(np.concatenate((places, [_AFTER_ALL])))
    return places[np.searchsorted(places, points, side="right")]


def _sorted(places: Ints) -> Ints:
    return np.sort(places, kind="stable")  # which takes what is sorted already in its stride
