"""Which documents of a segment a query tree matches, and their scores.

A tree is evaluated over arrays, from the leaves up: stock Whoosh answers `or` under a
filter, `not` inside `or` and a limit with wrong totals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.scoring import bm25

from indexer.engines.fields import NO_DAY, value_field
from indexer.engines.segment import Floats, Ints, Mask, Postings, SegmentArrays
from indexer.query.terms import (
    All,
    AnyOf,
    DateRange,
    Everything,
    Missing,
    Node,
    Phrase,
    Prefix,
    Term,
    Without,
)

# The usual parameters of BM25 (Robertson and Zaragoza, 2009), which are Whoosh's as well.
_B = 0.75
_K1 = 1.2
_DOCUMENT = np.int64(2**32)  # further apart than any two positions in one document
_FARTHEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Matches:
    """A truth and a score a document; the score is 0 where there is no match."""

    mask: Mask
    scores: Floats


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a query's leaves need to know of the whole index."""

    rarity: Callable[[str, str], float]
    """The inverse document frequency of a term, by field and text."""
    average_length: Callable[[str], float]
    """The mean number of terms in a field."""
    expansions: Mapping[Prefix, Sequence[str]]
    """The terms that each prefix of the tree stands for."""


def evaluate(node: Node, segment: SegmentArrays, statistics: Statistics) -> Matches:
    """The documents of `segment`, deleted ones included, that `node` matches."""
    match node:
        case Term(field, text, boost):
            return _term(segment, statistics, field, text, boost)
        case Phrase():
            return _phrase(segment, statistics, node)
        case Prefix(field, _, boost):
            mask = _nothing(segment)
            for text in statistics.expansions[node]:
                mask[segment.postings(field, text).docs] = True
            return Matches(mask, np.where(mask, boost, 0.0))
        case DateRange(first, last):
            return _unscored(dated(segment, first, last))
        case Missing("date"):
            return _unscored(segment.days("latest") == NO_DAY)
        case Missing(field):
            return _unscored(~segment.values(value_field(field)).stated)
        case Everything():
            return _unscored(~_nothing(segment))
        case Without(part):
            return _unscored(~evaluate(part, segment, statistics).mask)
        case All(parts):
            mask, scores = ~_nothing(segment), np.zeros(segment.size)
            for part in parts:
                matches = evaluate(part, segment, statistics)
                mask &= matches.mask
                scores += matches.scores
            return Matches(mask, scores * mask)
        case AnyOf(parts):
            mask, scores = _nothing(segment), np.zeros(segment.size)
            for part in parts:
                matches = evaluate(part, segment, statistics)
                mask |= matches.mask
                scores += matches.scores
            return Matches(mask, scores)


def dated(segment: SegmentArrays, first: int | None, last: int | None) -> Mask:
    """Documents whose interval overlaps [first, last]; NO_DAY as the earliest is an open
    beginning and, being the smallest number, needs no rule of its own."""
    latest = segment.days("latest")
    mask: Mask = latest != NO_DAY
    if first is not None and last is not None and first > last:
        mask[:] = False
    if first is not None:
        mask &= latest >= first
    if last is not None:
        mask &= segment.days("earliest") <= last
    return mask


def _nothing(segment: SegmentArrays) -> Mask:
    return np.zeros(segment.size, dtype=np.bool_)


def _unscored(mask: Mask) -> Matches:
    return Matches(mask, np.zeros(len(mask)))


def _term(
    segment: SegmentArrays, statistics: Statistics, field: str, text: str, boost: float
) -> Matches:
    mask, scores = _nothing(segment), np.zeros(segment.size)
    postings = segment.postings(field, text)
    if len(postings.docs):
        mask[postings.docs] = True
        scores[postings.docs] = boost * bm25(
            statistics.rarity(field, text),
            postings.counts,
            segment.lengths(field)[postings.docs],
            statistics.average_length(field),
            _B,
            _K1,
        )
    return Matches(mask, scores)


def _phrase(segment: SegmentArrays, statistics: Statistics, phrase: Phrase) -> Matches:
    """A phrase scores what its distinct words score."""
    if len(phrase.texts) == 1:
        return _term(segment, statistics, phrase.field, phrase.texts[0], phrase.boost)
    mask, scores = _nothing(segment), np.zeros(segment.size)
    words = {text: segment.postings(phrase.field, text, positions=True) for text in phrase.texts}
    if words and all(len(postings.docs) for postings in words.values()):
        mask[_phrase_documents([words[text] for text in phrase.texts], phrase.slop)] = True
    if mask.any():
        for text in words:
            scores += _term(segment, statistics, phrase.field, text, phrase.boost).scores
        scores *= mask
    return Matches(mask, scores)


def _phrase_documents(words: list[Postings], slop: int) -> Ints:
    """Documents in which each word stands 1 to 1 + slop places after the one before."""
    reach = min(max(slop, 0), _FARTHEST) + 1
    common = _in_all([word.docs for word in words])
    ends = _places(words[0], common)
    for word in words[1:]:
        places = _places(word, common)
        # Some end of the phrase so far must lie in [place - reach, place - 1].
        before = np.searchsorted(ends, places, side="left")
        too_far = np.searchsorted(ends, places - reach, side="left")
        ends = places[before > too_far]
    return np.unique(ends // _DOCUMENT)


def _in_all(sets: list[Ints]) -> Ints:
    """The numbers that are in every one of the ascending `sets`, smallest set first."""
    common, *others = sorted(sets, key=len)
    for other in others:
        common = common[np.isin(common, other, assume_unique=True)]
    return common


def _places(word: Postings, documents: Ints) -> Ints:
    """Every place of a word in `documents`, ascending: document times 2**32, plus position."""
    of = np.repeat(word.docs, word.counts)
    wanted = np.repeat(np.isin(word.docs, documents, assume_unique=True), word.counts)
    places: Ints = of[wanted] * _DOCUMENT + word.positions[wanted]
    return places
