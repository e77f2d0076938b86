"""Did you mean: the same query with words that the archive has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from rapidfuzz.distance import Levenshtein

from indexer.analysis import words_of
from indexer.query.syntax import And, Expression, Fielded, Near, Or, Query, Quoted, Word
from indexer.query.tokens import MOST_EDITS

MOST_SUGGESTIONS = 3
MOST_WORDS = 16
"""Words of a query that are looked up; a longer query is no slip of the pen."""
MOST_UNKNOWN = 4
"""Words that are replaced at once."""
_CHOICES = 3

Similar = Callable[[str, int], Sequence[tuple[str, int]]]
"""From a folded word and a number of edits to the terms so near to it, without itself, and
in how many records each stands: `Searcher.similar`."""


def suggestions(query: Query, similar: Similar, known: Callable[[str], bool]) -> tuple[str, ...]:
    """Up to MOST_SUGGESTIONS queries with the unknown plain words, and words of phrases,
    replaced by similar ones, all else as typed; the fewest edits first, then the words that
    stand in the most records.

    `known` says whether a folded word by itself finds anything that the asker may see.
    Words that are excluded or stand in a value field are left alone.
    """
    places = [place for leaf in _leaves(query.root) for place in _places(leaf)]
    words = dict.fromkeys(word for word, _, _ in places)
    if len(words) > MOST_WORDS:
        return ()
    unknown = [word for word in words if _edits(word) and not known(word)]
    choices = {word: found for word in unknown if (found := _nearest(word, similar))}
    if not choices or len(choices) > MOST_UNKNOWN:
        return ()
    ranked = sorted(
        product(*choices.values()),
        key=lambda chosen: (sum(e for _, e, _ in chosen), -min(count for _, _, count in chosen)),
    )
    return tuple(
        _replaced(query.text, places, dict(zip(choices, (t for t, _, _ in chosen), strict=True)))
        for chosen in ranked[:MOST_SUGGESTIONS]
    )


def _nearest(word: str, similar: Similar) -> list[tuple[str, int, int]]:
    """Terms, edits and counts, the nearest first."""
    found = similar(word, _edits(word))
    rated = [(term, Levenshtein.distance(word, term), count) for term, count in found]
    return sorted(rated, key=lambda each: (each[1], -each[2], each[0]))[:_CHOICES]


def _edits(word: str) -> int:
    # Two letters in each other's place are two edits.
    return 0 if len(word) < 3 else 1 if len(word) == 3 else MOST_EDITS


def _leaves(node: Expression | None) -> Iterator[Word | Quoted]:
    match node:
        case Word() | Quoted():
            yield node
        case Fielded(_, "text", Word() | Quoted() as operand):
            yield operand
        case And(parts) | Or(parts) | Near(parts):
            for part in parts:
                yield from _leaves(part)
        case _:
            return


def _places(leaf: Word | Quoted) -> Iterator[tuple[str, int, int]]:
    """The folded words of a leaf and where in the query each stands."""
    start = leaf.start + isinstance(leaf, Quoted)
    words = words_of(leaf.text)
    for word, first, end in zip(words.surface, words.starts, words.ends, strict=True):
        yield word, start + first, start + end


def _replaced(text: str, places: Sequence[tuple[str, int, int]], by: dict[str, str]) -> str:
    for word, start, end in sorted(places, key=lambda place: -place[1]):
        if word in by:
            text = text[:start] + by[word] + text[end:]
    return text
