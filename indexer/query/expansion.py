"""Which terms a prefix, a wildcard or a fuzzy word stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from indexer.query.terms import Fuzzy, Prefix, Wildcard

Expanding = Prefix | Wildcard | Fuzzy


def expansion(leaf: Expanding, terms: Iterable[str]) -> Iterator[str]:
    """Those of `terms` that `leaf` stands for, in their order."""
    match leaf:
        case Prefix(_, text):
            return (term for term in terms if term.startswith(text))
        case Wildcard(_, pieces):
            return (term for term in terms if _is_made_of(term, pieces))
        case Fuzzy(_, text, edits):
            return within(edits, text, terms)


def within(edits: int, text: str, terms: Iterable[str]) -> Iterator[str]:
    """Those of `terms` that are at most `edits` from `text` (Levenshtein, code points)."""
    near = process.extract_iter(text, terms, scorer=Levenshtein.distance, score_cutoff=edits)
    return (term for term, _, _ in near)


def _is_made_of(term: str, pieces: Sequence[str]) -> bool:
    # Each piece is sought once, so no wildcard takes longer than its term is long.
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
