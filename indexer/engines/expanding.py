"""Which terms of an index a Prefix, Wildcard or Fuzzy stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from indexer.engines.segment import LiveSegment, SegmentArrays
from indexer.query.terms import (
    EXPANSION_LIMIT,
    All,
    AnyOf,
    Fuzzy,
    Near,
    Node,
    Preferring,
    Prefix,
    TooManyTerms,
    Wildcard,
    Without,
)

Expanded = Prefix | Wildcard | Fuzzy


def expanded(node: Node) -> Iterator[Expanded]:
    """The leaves of a tree that stand for several terms."""
    match node:
        case Prefix() | Wildcard() | Fuzzy():
            yield node
        case Without(part):
            yield from expanded(part)
        case All(parts) | AnyOf(parts) | Near(parts):
            for part in parts:
                yield from expanded(part)
        case Preferring(part, preferred):
            for each in (part, *preferred):
                yield from expanded(each)
        case _:
            return


def expand(leaf: Expanded, segments: Sequence[LiveSegment]) -> list[str]:
    """The terms that some living document has, ascending.  Raises TooManyTerms."""
    found: set[str] = set()
    for part in segments:
        for text in _candidates(leaf, part.arrays):
            if text in found:
                continue
            postings = None if part.live is None else part.arrays.postings(leaf.field, text)
            if postings is None or len(part.living(postings.docs)):
                found.add(text)
                if len(found) > EXPANSION_LIMIT:
                    raise TooManyTerms(leaf, EXPANSION_LIMIT)
    return sorted(found)


def within(edits: int, text: str, terms: Iterable[str]) -> Iterator[str]:
    """Those of `terms` that are at most `edits` from `text` (Levenshtein, code points)."""
    for term, _, _ in process.extract_iter(
        text, terms, scorer=Levenshtein.distance, score_cutoff=edits
    ):
        yield term


def _candidates(leaf: Expanded, segment: SegmentArrays) -> Iterator[str]:
    match leaf:
        case Prefix(field, text):
            return segment.beginning(field, text)
        case Wildcard(field, pieces):
            start = pieces[0] if pieces else ""
            terms = segment.beginning(field, start) if start else segment.vocabulary(field)
            return (term for term in terms if _fits(term, pieces))
        case Fuzzy(field, text, edits):
            return within(edits, text, segment.vocabulary(field))


def _fits(term: str, pieces: Sequence[str]) -> bool:
    """Whether `term` is the pieces with anything between; each is sought once, so that no
    wildcard takes longer than its term is long."""
    if len(pieces) < 2:
        return term == "".join(pieces)
    first, *middle, last = pieces
    at, end = len(first), len(term) - len(last)
    if at > end or not term.startswith(first) or not term.endswith(last):
        return False
    for piece in middle:
        found = term.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
