"""Which documents of a segment a query tree matches, and their scores.

A tree is evaluated over arrays, from the leaves up: stock Whoosh answers `or` under a
filter, `not` inside `or` and a limit with wrong totals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.scoring import bm25

from indexer.engines.expanding import Expanded
from indexer.engines.fields import NO_DAY, value_field
from indexer.engines.segment import Floats, Mask, SegmentArrays
from indexer.engines.spans import Places
from indexer.query.terms import (
    All,
    AnyOf,
    DateRange,
    Everything,
    Fuzzy,
    Having,
    Missing,
    Near,
    Node,
    Phrase,
    Prefix,
    Term,
    Wildcard,
    Without,
)

# The usual parameters of BM25 (Robertson and Zaragoza, 2009), which are Whoosh's as well.
_B = 0.75
_K1 = 1.2


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
    expansions: Mapping[Expanded, Sequence[str]]
    """The terms that each Prefix, Wildcard and Fuzzy of the tree stands for."""


def evaluate(node: Node, segment: SegmentArrays, statistics: Statistics) -> Matches:
    """The documents of `segment`, deleted ones included, that `node` matches."""
    match node:
        case Term(field, text, boost):
            return _term(segment, statistics, field, text, boost)
        case Phrase(field, (text,), _, boost):
            return _term(segment, statistics, field, text, boost)
        case Phrase(texts=()):
            return _unscored(_nothing(segment))
        case Phrase(field, texts, _, boost):
            # A phrase scores what its distinct words score.
            words = All(tuple(Term(field, text, boost) for text in dict.fromkeys(texts)))
            return _standing(node, evaluate(words, segment, statistics), segment, statistics)
        case Near(parts):
            together = evaluate(All(parts), segment, statistics)
            return _standing(node, together, segment, statistics)
        case Prefix() | Wildcard() | Fuzzy():
            mask = _nothing(segment)
            for text in statistics.expansions[node]:
                mask[segment.postings(node.field, text).docs] = True
            return Matches(mask, np.where(mask, node.boost, 0.0))
        case Having(field, value):
            return _unscored(segment.values(value_field(field)).having((value,)))
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


def _standing(
    node: Phrase | Near, together: Matches, segment: SegmentArrays, statistics: Statistics
) -> Matches:
    """Those of the documents with all that `node` is made of in which it stands as asked."""
    mask = _nothing(segment)
    if together.mask.any():
        places = Places(segment, together.mask, statistics.expansions)
        mask[places.spans(node).documents()] = True
    return Matches(mask, together.scores * mask)
