"""Which documents of an index a query tree matches, and their scores.

A tree is evaluated over whole postings: stock Whoosh takes a call a posting, and answers `or`
under a filter, `not` inside `or` and a limit with wrong totals.  Documents are ascending rows
of numbers; what is frequent is looked up for those that are left, never the other way round,
and scores are computed only for documents that somebody asks them of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.engines.column_writing import LENGTHS
from indexer.engines.expanding import Expanded
from indexer.engines.fields import NO_DAY, text_of, value_field
from indexer.engines.segment import NO_INTS, Array, Floats, Ints, Mask, Postings
from indexer.engines.sets import member, places_in, union
from indexer.engines.spans import Places
from indexer.engines.whole import Whole
from indexer.query.terms import (
    All,
    AnyOf,
    Combined,
    DateRange,
    Everything,
    Fuzzy,
    Having,
    Missing,
    Near,
    Node,
    Phrase,
    Preferring,
    Prefix,
    Term,
    Wildcard,
    Without,
)

# The usual parameters of BM25 (Robertson and Zaragoza, 2009), which are Whoosh's as well.
_B = 0.75
_K1 = 1.2


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a query's leaves need to know of the whole index."""

    rarity: Callable[[str, str], float]
    """The inverse document frequency of a term, by field and text."""
    weight: Callable[[str, str], float]
    """The weight of a term of Robertson and Sparck Jones (1976), kept above 0."""
    average_length: Callable[[str], float]
    """The mean number of terms in a field."""
    expansions: Mapping[Expanded, Sequence[str]]
    """The terms that each Prefix, Wildcard and Fuzzy of the tree stands for."""


class Evaluation:
    """The nodes of one query.  Deleted documents match like others."""

    def __init__(self, whole: Whole, statistics: Statistics) -> None:
        self._whole = whole
        self._statistics = statistics
        self._found: dict[int, Ints] = {}
        self._norms: dict[str, Floats] = {}
        self._read: dict[tuple[str, str], Postings] = {}

    def _postings(self, field: str, text: str) -> Postings:
        key = field, text
        if key not in self._read:
            self._read[key] = self._whole.postings(field, text)
        return self._read[key]

    def documents(self, node: Node) -> Ints:
        """The documents that match, ascending."""
        match node:
            case Term(field, text) | Phrase(field, (text,)):
                return self._postings(field, text).docs.astype(np.int64)
            case Having(field, value):
                docs = self._whole.documents(value_field(field), value)
                return docs.astype(np.int64)
            case Phrase() | Near() | Prefix() | Wildcard() | Fuzzy():
                if id(node) not in self._found:  # the tree outlives its evaluation
                    self._found[id(node)] = self._sought(node)
                return self._found[id(node)]
            case AnyOf(parts) | Combined(parts):
                return union([self.documents(part) for part in parts], self._whole.size)
            case Preferring(part):
                return self.documents(part)
            case All((first, *others)):
                first, *others = sorted((first, *others), key=self._most)
                docs = self.documents(first)
                for part in others:
                    docs = docs[self.holding(part, docs)]
                return docs
            case _:
                everything = np.arange(self._whole.size)
                return everything[self.holding(node, everything)]

    def holding(self, node: Node, docs: Ints) -> Mask:
        """Which of the documents match."""
        whole = self._whole
        match node:
            case Term(field, text) | Phrase(field, (text,)):
                return member(docs, self._postings(field, text).docs, whole.size)
            case Having(field, value):
                having = whole.documents(value_field(field), value)
                return member(docs, having, whole.size)
            case Phrase() | Near() if id(node) not in self._found:
                return member(docs, self._standing(node, docs), whole.size)
            case Phrase() | Near() | Prefix() | Wildcard() | Fuzzy():
                return member(docs, self.documents(node), whole.size)
            case DateRange(first, last):
                return dated(whole, docs, first, last)
            case Missing("date"):
                undated: Mask = whole.numbers("latest")[docs] == NO_DAY
                return undated
            case Missing(field):
                return ~whole.stated(value_field(field))[docs]
            case Everything():
                return np.ones(len(docs), dtype=np.bool_)
            case Without(part):
                return ~self.holding(part, docs)
            case Preferring(part):
                return self.holding(part, docs)
            case All(parts):
                held = np.ones(len(docs), dtype=np.bool_)
                for part in parts:
                    held[held] = self.holding(part, docs[held])
                return held
            case AnyOf(parts) | Combined(parts):
                held = np.zeros(len(docs), dtype=np.bool_)
                for part in parts:
                    held[~held] = self.holding(part, docs[~held])
                return held

    def scores(self, node: Node, docs: Ints) -> Floats:
        """The scores of documents that all match."""
        match node:
            case Term(field, text, boost) | Phrase(field, (text,), _, boost):
                return self._weights(field, text, boost, docs)
            case Phrase(field, texts, _, boost):
                # A phrase scores what its words score, each as often as it stands in it.
                return self._sum([Term(field, text, boost) for text in texts], docs)
            case Combined():
                return self._as_one(node, docs)
            case Prefix(boost=boost) | Wildcard(boost=boost) | Fuzzy(boost=boost):
                return np.full(len(docs), boost)
            case All(parts) | Near(parts):
                return self._sum(parts, docs)
            case AnyOf(parts):
                return self._sum_of_some(parts, docs)
            case Preferring(part, preferred):
                return self.scores(part, docs) + self._sum_of_some(preferred, docs)
            case _:
                return np.zeros(len(docs))

    def _sum(self, parts: Sequence[Node], docs: Ints) -> Floats:
        scores = np.zeros(len(docs))
        for part in parts:
            if _scored(part):
                scores += self.scores(part, docs)
        return scores

    def _sum_of_some(self, parts: Sequence[Node], docs: Ints) -> Floats:
        """The scores of the parts that match, document by document."""
        scores = np.zeros(len(docs))
        for part in parts:
            if isinstance(part, Term | Combined):  # which scores nothing where it is not
                scores += self.scores(part, docs)
            elif _scored(part):
                held = self.holding(part, docs)
                scores[held] += self.scores(part, docs[held])
        return scores

    def _weights(self, field: str, text: str, boost: float, docs: Ints) -> Floats:
        """What a term adds to the scores of the documents; 0 where it is not."""
        postings = self._postings(field, text)
        if not len(postings.docs):
            return np.zeros(len(docs))
        rows, places = places_in(docs, postings.docs, self._whole.size)
        counts = postings.counts[places].astype(np.float64)
        lengths = self._whole.lengths(field)[docs[rows]]
        weights = counts * (_K1 + 1)
        weights /= counts + self._norm(field)[lengths]
        weights *= self._statistics.rarity(field, text)
        if boost != 1.0:
            weights *= boost
        if isinstance(rows, slice):
            return weights
        scores = np.zeros(len(docs))
        scores[rows] = weights
        return scores

    def _as_one(self, node: Combined, docs: Ints) -> Floats:
        """What the parts add to the scores of the documents; 0 where there is none of them."""
        frequency = np.zeros(len(docs))  # against what a length weighs, text by text
        for part in node.parts:
            rows, counts = self._occurrences(part, docs)
            if len(counts):
                text = text_of(part.field)
                lengths = self._whole.lengths(text)[docs[rows]]
                frequency[rows] += part.boost * counts / self._norm_of_those_with(text)[lengths]
        if not frequency.any():
            return frequency
        weight = node.boost * min(map(self._weight, node.parts))
        scores: Floats = weight * (_K1 + 1) * frequency / (frequency + 1)
        return scores

    def _occurrences(self, leaf: Term | Phrase, docs: Ints) -> tuple[Ints | slice, Array]:
        """In which rows of `docs` a leaf stands, and how often."""
        match leaf:
            case Term(field, text) | Phrase(field, (text,)):
                postings = self._postings(field, text)
                rows, places = places_in(docs, postings.docs, self._whole.size)
                return rows, postings.counts[places]
            case Phrase():
                having = self.documents(_parts(leaf)) if self._most(leaf) else NO_INTS
                if not len(having):
                    return NO_INTS, NO_INTS
                spans = Places(self._whole, having, {}).spans(leaf)
                found, counts = np.unique(spans.documents(), return_counts=True)
                rows, places = places_in(docs, found, self._whole.size)
                return rows, counts[places]

    def _weight(self, leaf: Term | Phrase) -> float:
        """How rare a leaf is; a phrase as its words together."""
        texts = (leaf.text,) if isinstance(leaf, Term) else dict.fromkeys(leaf.texts)
        return sum(self._statistics.weight(leaf.field, text) for text in texts)

    def _norm(self, field: str) -> Floats:
        """What a length weighs against a count, by the length's byte."""
        if field not in self._norms:
            mean = self._statistics.average_length(field)
            self._norms[field] = _K1 * ((1 - _B) + _B * LENGTHS / mean)
        return self._norms[field]

    def _norm_of_those_with(self, text: str) -> Floats:
        """As `_norm`, against the mean of the documents that have any of a text: where few have
        a title, each would be a long one otherwise."""
        key = f"with {text}"
        if key not in self._norms:
            having = np.count_nonzero(self._whole.lengths(text))
            mean = self._statistics.average_length(text) * self._whole.size / having
            self._norms[key] = _K1 * ((1 - _B) + _B * LENGTHS / mean)
        return self._norms[key]

    def _sought(self, node: Phrase | Near | Expanded) -> Ints:
        match node:
            case Phrase(texts=()):
                return NO_INTS
            case Phrase() | Near():
                return self._standing(node, self.documents(_parts(node)), all_have=True)
            case _:
                texts = self._statistics.expansions[node]
                found = [self._whole.postings(node.field, text).docs for text in texts]
                return union(found, self._whole.size)

    def _standing(self, node: Phrase | Near, docs: Ints, all_have: bool = False) -> Ints:
        """Those of the documents in which all that `node` is made of stands as asked."""
        if not all_have:
            docs = docs[self.holding(_parts(node), docs)]
        if not len(docs):
            return NO_INTS
        places = Places(self._whole, docs, self._statistics.expansions)
        return np.unique(places.spans(node).documents())

    def _most(self, node: Node) -> int:
        """How many documents match at most; cheap to know."""
        whole = self._whole
        match node:
            case Term(field, text):
                return whole.document_frequency(field, text)
            case Phrase(field, texts):
                return min((whole.document_frequency(field, t) for t in texts), default=0)
            case Near(parts) | All(parts):
                return min((self._most(part) for part in parts), default=whole.size)
            case AnyOf(parts) | Combined(parts):
                return min(sum(self._most(part) for part in parts), whole.size)
            case Preferring(part):
                return self._most(part)
            case Having(field, value):
                return len(whole.documents(value_field(field), value))
            case Prefix(field=field) | Wildcard(field=field) | Fuzzy(field=field):
                meant = self._statistics.expansions[node]
                most = sum(whole.document_frequency(field, text) for text in meant)
                return min(most, whole.size)
            case _:
                return whole.size


def dated(whole: Whole, docs: Ints, first: int | None, last: int | None) -> Mask:
    """Which documents have an interval that overlaps [first, last]; NO_DAY as the earliest is
    an open beginning and, being the smallest number, needs no rule of its own."""
    if first is not None and last is not None and first > last:
        return np.zeros(len(docs), dtype=np.bool_)
    latest: Array = whole.numbers("latest")[docs]
    held: Mask = latest != NO_DAY if first is None else latest >= max(first, NO_DAY + 1)
    if last is not None:
        held &= whole.numbers("earliest")[docs] <= last
    return held


def _parts(node: Phrase | Near) -> All:
    """What a document must have for `node` to stand in it."""
    if isinstance(node, Near):
        return All(node.parts)
    return All(tuple(Term(node.field, text) for text in dict.fromkeys(node.texts)))


def _scored(node: Node) -> bool:
    return not isinstance(node, Having | DateRange | Missing | Everything | Without)
