"""Which words of a record's title and text a query matches, as ranges of characters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice

from indexer.analysis import Words
from indexer.document import IndexDocument
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

MOST_MARKED = 5_000
"""Places of one text that are marked; nobody looks at more, and each costs time and memory."""

TEXT_FIELDS = frozenset({"title", "title_stem", "body", "body_stem"})
"""The term fields that are made of words a reader can see."""


@dataclass(frozen=True, slots=True)
class Match:
    """A range of code points to mark, and which leaves of the query it answers."""

    start: int
    end: int
    leaves: frozenset[str]


@dataclass(frozen=True, slots=True)
class Matches:
    """Ranges in title and body, ascending, none overlapping another.

    `more` counts the places in the body that lie beyond the `MOST_MARKED` first.
    """

    title: tuple[Match, ...] = ()
    body: tuple[Match, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of words, first and last, of title or body that answer `leaf`; ascending."""

    in_title: bool
    leaf: str
    places: Sequence[tuple[int, int]]


def find_matches(node: Node, document: IndexDocument, *, title: Words, body: Words) -> Matches:
    """What to mark of `document` for the query `node`.

    `title` and `body` are the words of the very texts that `document` was made of.  Every
    leaf is decided as an engine decides it, dates and value fields too, and only leaves
    that make the document match are marked: of `(a AND b) OR c` in a text with `a` and
    `c`, `c` alone.  A phrase is marked as a whole, never its lone words; what stands under
    Without is not marked.  A document that does not match has no matches.
    """
    runs = _runs(node, _Places(document, node)) or ()
    in_title, _ = _merged([each for each in runs if each.in_title], title)
    in_body, more = _merged([each for each in runs if not each.in_title], body)
    return Matches(in_title, in_body, more)


def seeks_text(node: Node) -> bool:
    """Whether anything of a title or a body could be marked for this query."""
    return any(
        isinstance(leaf, Term | Phrase | Prefix) and leaf.field in TEXT_FIELDS
        for leaf in _leaves(node)
    )


class _Places:
    """Where the terms of a query stand in a document."""

    def __init__(self, document: IndexDocument, node: Node) -> None:
        self.document = document
        self.prefixed: dict[Prefix, tuple[str, ...]] = {}
        wanted: dict[str, set[str]] = {}
        for leaf in _leaves(node):
            match leaf:
                case Term(field, text):
                    wanted.setdefault(field, set()).add(text)
                case Phrase(field, texts):
                    wanted.setdefault(field, set()).update(texts)
                case Prefix(field, text):
                    terms = set(document.terms.get(field, ()))
                    begun = tuple(term for term in terms if term.startswith(text))
                    self.prefixed[leaf] = begun
                    wanted.setdefault(field, set()).update(begun)
                case _:
                    pass
        self.found: Mapping[str, Mapping[str, Sequence[int]]] = {
            field: _positions(document.terms.get(field, ()), terms)
            for field, terms in wanted.items()
        }

    def of(self, field: str, text: str) -> Sequence[int]:
        """Positions of a term, ascending."""
        return self.found[field].get(text, ())


def _positions(terms: Sequence[str], wanted: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, term in enumerate(terms):
        if term in wanted:
            found.setdefault(term, []).append(position)
    return found


def _leaves(node: Node) -> Iterable[Node]:
    match node:
        case All(parts) | AnyOf(parts):
            return chain.from_iterable(map(_leaves, parts))
        case Without(part):
            return _leaves(part)
        case _:
            return (node,)


def _runs(node: Node, places: _Places) -> list[_Runs] | None:
    """The runs that make `node` match, perhaps none; None if it does not match."""
    document = places.document
    match node:
        case Term(field, text):
            return _marked(field, [(at, at) for at in places.of(field, text)], text)
        case Phrase(field, texts, slop):
            found = _phrases([places.of(field, text) for text in texts], slop)
            return _marked(field, found, " ".join(texts))
        case Prefix(field, text):
            terms = places.prefixed[node]
            found = sorted((at, at) for term in terms for at in places.of(field, term))
            return _marked(field, found, f"{text}*")
        case DateRange(first, last):
            return [] if _overlaps(document, first, last) else None
        case Missing("date"):
            return [] if document.latest is None else None
        case Missing(field):
            return None if document.values.get(field) else []
        case Everything():
            return []
        case Without(part):
            return [] if _runs(part, places) is None else None
        case All(parts):
            every = [_runs(part, places) for part in parts]
            if any(runs is None for runs in every):
                return None
            return [run for runs in every for run in runs or ()]
        case AnyOf(parts):
            some = [runs for part in parts if (runs := _runs(part, places)) is not None]
            return [run for runs in some for run in runs] if some else None


def _marked(field: str, found: Sequence[tuple[int, int]], leaf: str) -> list[_Runs] | None:
    if not found:
        return None
    text = field.removesuffix("_stem")
    if text not in ("title", "body"):
        return []
    return [_Runs(text == "title", leaf, found)]


def _phrases(words: Sequence[Sequence[int]], slop: int) -> list[tuple[int, int]]:
    """First and last position of each occurrence, the shortest from any start and to any end."""
    if not words or not all(words):
        return []
    # For every position that the phrase so far may end at: the latest position it began at,
    # which only grows from end to end.
    starts = list(words[0])
    ends: Sequence[int] = words[0]
    for places in words[1:]:
        next_starts, next_ends = [], []
        for place in places:
            before = bisect_left(ends, place) - 1
            if before >= 0 and ends[before] >= place - 1 - slop:
                next_starts.append(starts[before])
                next_ends.append(place)
        starts, ends = next_starts, next_ends
    shortest: dict[int, int] = {}
    for start, end in zip(starts, ends, strict=True):
        shortest.setdefault(start, end)
    return list(shortest.items())


def _overlaps(document: IndexDocument, first: int | None, last: int | None) -> bool:
    if document.latest is None or (first is not None and last is not None and first > last):
        return False
    begins_in_time = last is None or document.earliest is None or document.earliest <= last
    return begins_in_time and (first is None or document.latest >= first)


def _merged(runs: Sequence[_Runs], words: Words) -> tuple[tuple[Match, ...], int]:
    """The first `MOST_MARKED` runs as matches, overlapping ones as one, and how many more."""
    ascending = merge(*(((*place, each.leaf) for place in each.places) for each in runs))
    marked = dict.fromkeys(islice(ascending, MOST_MARKED))
    more = max(0, sum(len(each.places) for each in runs) - MOST_MARKED)
    merged: list[Match] = []
    for first, final, leaf in marked:
        start, end = words.starts[first], words.ends[final]
        if merged and start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Match(last.start, max(last.end, end), last.leaves | {leaf})
        else:
            merged.append(Match(start, end, frozenset((leaf,))))
    return tuple(merged), more
