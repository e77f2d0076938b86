"""Which words of a record's title and text a query matches, as ranges of characters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from indexer.analysis import Words
from indexer.document import IndexDocument
from indexer.query.expansion import Expanding, expansion
from indexer.query.terms import (
    All,
    AnyOf,
    Combined,
    DateRange,
    Everything,
    Fuzzy,
    Having,
    Leaf,
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

MOST_MARKED = 5_000
"""Places of one text that are marked; nobody looks at more, and each costs time and memory."""

_FEW = 4
"""Words that are sought one by one in a text, which is faster than to look at each of its words."""

_FORMS = ("", "_stem", "_exact")

TEXT_FIELDS = frozenset(f"{text}{form}" for text in ("title", "body") for form in _FORMS)
"""The term fields that are made of words a reader can see."""


@dataclass(frozen=True, slots=True)
class Match:
    """A range of code points to mark, and which leaves of the query it answers.

    `parts` are the places that overlap in it, the `MOST_MARKED` first; none if it is one place.
    """

    start: int
    end: int
    leaves: frozenset[Leaf]
    parts: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Matches:
    """Ranges in title and body, ascending, none overlapping another.

    `more` counts the places in the body that lie beyond the `MOST_MARKED` first.
    """

    title: tuple[Match, ...] = ()
    body: tuple[Match, ...] = ()
    more: int = 0


Run = tuple[int, int]
"""The positions of the first and the last word of a place."""


@dataclass(frozen=True, slots=True)
class _Runs:
    """The runs of words of title or body that answer `leaf`, ascending."""

    in_title: bool
    leaf: Leaf
    places: Sequence[Run]


def find_matches(node: Node, document: IndexDocument, *, title: Words, body: Words) -> Matches:
    """What to mark of `document` for the query `node`.

    `title` and `body` are the words of the very texts that `document` was made of.  Every
    leaf is decided as an engine decides it, dates and value fields too, and only leaves
    that make the document match are marked: of `(a AND b) OR c` in a text with `a` and
    `c`, `c` alone.  A phrase is marked as a whole, never its lone words; of Near the parts
    where they stand near each other; what stands under Without is not marked.  A document
    that does not match has no matches.
    """
    runs = _runs(node, document, _Places(document.terms, node)) or ()
    in_title, _ = _merged([each for each in runs if each.in_title], title)
    in_body, more = _merged([each for each in runs if not each.in_title], body)
    return Matches(in_title, in_body, more)


def seeks_text(node: Node) -> bool:
    """Whether anything of a title or a body could be marked for this query."""
    return any(isinstance(each, Leaf) and each.field in TEXT_FIELDS for each in _leaves(node))


def seeks_only_text(node: Node) -> bool:
    """Whether what a query finds depends on titles and bodies alone."""
    return all(
        isinstance(each, Everything) or (isinstance(each, Leaf) and each.field in TEXT_FIELDS)
        for each in _leaves(node)
    )


class _Places:
    """Where the leaves of a query stand among the terms of a document."""

    def __init__(self, terms: Mapping[str, Sequence[str]], node: Node) -> None:
        self.expanded: dict[Expanding, tuple[str, ...]] = {}
        distinct: dict[str, set[str]] = {}
        wanted: dict[str, set[str]] = {}
        for leaf in _leaves(node):
            match leaf:
                case Term(field, text):
                    wanted.setdefault(field, set()).add(text)
                case Phrase(field, texts):
                    wanted.setdefault(field, set()).update(texts)
                case Prefix(field=field) | Wildcard(field=field) | Fuzzy(field=field):
                    if field not in distinct:
                        distinct[field] = set(terms.get(field, ()))
                    self.expanded[leaf] = tuple(expansion(leaf, distinct[field]))
                    wanted.setdefault(field, set()).update(self.expanded[leaf])
                case _:
                    pass
        self.found: Mapping[str, Mapping[str, Sequence[int]]] = {
            field: _positions(terms.get(field, ()), texts) for field, texts in wanted.items()
        }

    def runs(self, leaf: Leaf) -> Sequence[Run]:
        """Every place where the leaf stands, ascending."""
        match leaf:
            case Term(field, text):
                return [(at, at) for at in self._of(field, text)]
            case Phrase(field, texts, slop):
                return _phrases([self._of(field, text) for text in texts], slop)
            case Prefix(field=field) | Wildcard(field=field) | Fuzzy(field=field):
                texts = self.expanded[leaf]
                return sorted((at, at) for text in texts for at in self._of(field, text))

    def _of(self, field: str, text: str) -> Sequence[int]:
        return self.found[field].get(text, ())


def _positions(terms: Sequence[str], wanted: set[str]) -> dict[str, list[int]]:
    if len(wanted) <= _FEW:
        return {text: places for text in wanted if (places := _every_place(terms, text))}
    found: dict[str, list[int]] = {}
    for position, term in enumerate(terms):
        if term in wanted:
            found.setdefault(term, []).append(position)
    return found


def _every_place(terms: Sequence[str], text: str) -> list[int]:
    places = []
    place = -1
    with suppress(ValueError):
        while True:
            place = terms.index(text, place + 1)
            places.append(place)
    return places


def _leaves(node: Node) -> Iterable[Node]:
    match node:
        case All(parts) | AnyOf(parts) | Combined(parts) | Near(parts):
            return chain.from_iterable(map(_leaves, parts))
        case Without(part) | Preferring(part):
            return _leaves(part)
        case _:
            return (node,)


def _runs(node: Node, document: IndexDocument, places: _Places) -> list[_Runs] | None:
    """The runs that make `node` match, perhaps none; None if it does not match."""
    match node:
        case Term() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            found = places.runs(node)
            return _marked(node, found) if found else None
        case Near():
            return _near(node, places)
        case Having(field, value):
            return [] if value in document.values.get(field, ()) else None
        case DateRange(first, last):
            return [] if _overlaps(document, first, last) else None
        case Missing("date"):
            return [] if document.latest is None else None
        case Missing(field):
            return None if document.values.get(field) else []
        case Everything():
            return []
        case Preferring(part):
            return _runs(part, document, places)
        case Without(part):
            return [] if _runs(part, document, places) is None else None
        case All(parts):
            every = [_runs(part, document, places) for part in parts]
            if any(runs is None for runs in every):
                return None
            return [run for runs in every for run in runs or ()]
        case AnyOf(parts) | Combined(parts):
            tried = (_runs(part, document, places) for part in parts)
            some = [runs for runs in tried if runs is not None]
            return [run for runs in some for run in runs] if some else None


def _marked(leaf: Leaf, found: Sequence[Run]) -> list[_Runs]:
    if leaf.field not in TEXT_FIELDS or not found:
        return []
    return [_Runs(leaf.field.startswith("title"), leaf, found)]


def _near(near: Near, places: _Places) -> list[_Runs] | None:
    """The runs of each part that take part in a whole chain; None if there is no chain."""
    found = [
        [(leaf, places.runs(leaf)) for leaf in _leaves(part) if isinstance(leaf, Leaf)]
        for part in near.parts
    ]
    chained = [{run for _, runs in leaves for run in runs} for leaves in found]
    either = not near.ordered
    for i, distance in enumerate(near.distances):
        chained[i + 1] = _beside(chained[i + 1], chained[i], distance, after=True, before=either)
    for i, distance in reversed([*enumerate(near.distances)]):
        chained[i] = _beside(chained[i], chained[i + 1], distance, after=either, before=True)
    if not all(chained):
        return None
    return [
        marked
        for leaves, kept in zip(found, chained, strict=True)
        for leaf, runs in leaves
        for marked in _marked(leaf, [run for run in runs if run in kept])
    ]


def _beside(
    runs: Iterable[Run], others: Iterable[Run], distance: int, *, after: bool, before: bool
) -> set[Run]:
    """Those of `runs` that stand after or before one of `others`, with at most `distance`
    words between."""
    firsts = sorted(first for first, _ in others)
    lasts = sorted(last for _, last in others)
    return {
        (first, last)
        for first, last in runs
        if (after and _any_between(lasts, first - 1 - distance, first - 1))
        or (before and _any_between(firsts, last + 1, last + 1 + distance))
    }


def _any_between(places: Sequence[int], low: int, high: int) -> bool:
    at = bisect_left(places, low)
    return at < len(places) and places[at] <= high


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
    """The runs as matches, overlapping ones as one: the `MOST_MARKED` first, and how many
    more there are."""
    leaves = [frozenset((each.leaf,)) for each in runs]
    numbered = [(run, i) for i, each in enumerate(runs) for run in each.places]
    ascending = iter(sorted(numbered) if len(runs) > 1 else numbered)
    merged: list[Match] = []
    parts: list[Match] = []  # what is to be the next match
    end = 0
    for (first, final), i in ascending:
        place = Match(words.starts[first], words.ends[final], leaves[i])
        if parts and place.start >= end:
            merged.append(_joined(parts, end))
            parts.clear()
            if len(merged) == MOST_MARKED:
                return tuple(merged), 1 + _apart(ascending, final)
        end = max(end, place.end)
        if parts and (len(parts) == MOST_MARKED or _same_place(parts[-1], place)):
            last = parts[-1]
            parts[-1] = Match(last.start, last.end, last.leaves | place.leaves)
        else:
            parts.append(place)
    if parts:
        merged.append(_joined(parts, end))
    return tuple(merged), 0


def _same_place(one: Match, other: Match) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _joined(parts: Sequence[Match], end: int) -> Match:
    if len(parts) == 1:
        return parts[0]
    return Match(parts[0].start, end, frozenset().union(*(p.leaves for p in parts)), tuple(parts))


def _apart(ascending: Iterable[tuple[Run, int]], reached: int) -> int:
    """How many of these runs and of those they overlap begin after the word `reached`."""
    more = 0
    for (first, final), _ in ascending:
        if first > reached:
            more += 1
            reached = final
        elif final > reached:
            reached = final
    return more
