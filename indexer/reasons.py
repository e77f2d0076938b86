"""Why a record matches: which words of it answer what was typed, and in which way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from indexer.analysis import STEMMED_LANGUAGES, fold, primary_language, text_terms
from indexer.answer import Reason, Way
from indexer.matching import Matches
from indexer.query.forms import Source
from indexer.query.lower import Lowered
from indexer.query.terms import Fuzzy, Leaf, Prefix, Wildcard

MOST_FORMS = 5
"""Different forms that are told for a reason."""

_CLOSEST_FIRST = {way: number for number, way in enumerate(Way)}


_Piece = tuple[str, frozenset[Leaf]]
Answered = dict[_Piece, tuple[tuple[Source, Way], ...]]
"""What of one query pieces of texts answer."""


def reasons(
    found: Matches,
    lowered: Lowered,
    *,
    title: str,
    body: str,
    language: str | None,
    answered: Answered,
) -> tuple[Reason, ...]:
    """For each piece that was typed and each way, the words of title and body that answer it.

    `found` are the matches of `lowered.node` in these texts, which are in `language` (BCP
    47).  In the order of what was typed, then the closest way first.  A word counts once for
    a piece, in the closest way that it answers it, also if the piece was typed twice.
    `answered` is what was found out of the same query for other records, and grows.
    """
    language = language if primary_language(language) in STEMMED_LANGUAGES else None
    pieces: dict[_Piece, int] = {}
    for text, matches in ((title, found.title), (body, found.body)):
        for match in matches:
            for place in match.parts or (match,):
                piece = text[place.start : place.end], place.leaves
                pieces[piece] = pieces.get(piece, 0) + 1
    counts: dict[str, dict[Way, dict[str, int]]] = {}
    places: dict[str, int] = {}
    for piece, times in pieces.items():
        if piece not in answered:
            answered[piece] = tuple(_answers(*piece, lowered.sources))
        form = " ".join(piece[0].split())
        for source, way in answered[piece]:
            places[source.text] = min(source.start, places.get(source.text, source.start))
            forms = counts.setdefault(source.text, {}).setdefault(way, {})
            forms[form] = forms.get(form, 0) + times
    return tuple(
        [
            Reason(
                typed=typed,
                way=way,
                found=tuple(
                    sorted(ways[way], key=ways[way].__getitem__, reverse=True)[:MOST_FORMS]
                ),
                count=sum(ways[way].values()),
                language=language if way is Way.STEM else None,
            )
            for typed, ways in sorted(counts.items(), key=lambda each: places[each[0]])
            for way in sorted(ways, key=_CLOSEST_FIRST.__getitem__)
        ]
    )


def _answers(
    piece: str, leaves: Iterable[Leaf], sources: Mapping[Leaf, Sequence[Source]]
) -> Iterable[tuple[Source, Way]]:
    """What of the query a piece of a text answers, each in the closest way."""
    there = text_terms(piece, None).exact
    best: dict[str, tuple[Source, Way]] = {}
    for leaf in leaves:
        for source in sources.get(leaf, ()):
            if source.excluded:
                continue
            way = _way(leaf, source, there)
            known = best.get(source.text)
            if known is None or _CLOSEST_FIRST[way] < _CLOSEST_FIRST[known[1]]:
                best[source.text] = source, way
    return best.values()


def _way(leaf: Leaf, source: Source, there: Sequence[str]) -> Way:
    if source.name is not None:
        return Way.EQUIVALENCE
    if isinstance(leaf, Prefix | Wildcard):
        return Way.WILDCARD
    if _in_order(map(str.lower, source.words), map(str.lower, there)):
        return Way.LITERAL
    if _in_order(map(fold, source.words), map(fold, there)):
        return Way.FOLDING
    return Way.FUZZINESS if isinstance(leaf, Fuzzy) else Way.STEM


def _in_order(words: Iterable[str], there: Iterable[str]) -> bool:
    """Whether the words are there in this order; others may stand between them."""
    rest = iter(there)
    return all(word in rest for word in words)
