"""The naming lens: which outlet uses which of several equivalent names."""

from __future__ import annotations

from collections.abc import Sequence

from archive.authority import Authority
from indexer.analysis import stem, words_of
from indexer.answer import Naming
from indexer.asked import Asked
from indexer.grid import most_first
from indexer.query.terms import AnyOf, Node, Phrase, Term

_TEXTS = ("title", "body")


def naming_of(asked: Asked) -> tuple[Naming, ...]:
    """For each set of equivalent names in the query: in how many of the search's records each
    outlet uses each of them.  Spellings that differ in capitals, marks or hyphens alone are one
    name, under the first of them.  Raises QueryError."""
    found = []
    languages = asked.searcher.values("language")
    for expansion in asked.lowered.expansions:
        authority = asked.headings.by_code[expansion.kind, expansion.id]
        spelled = {words_of(name).surface: name for name in reversed(_names(authority))}
        names = tuple(name for name in _names(authority) if name in spelled.values())
        cells = asked.cross("outlet", nodes_of_names(names, languages))
        counts = {(row, names[place]): cell.count for (row, place), cell in cells.items()}
        used = {name for _, name in counts}
        found.append(
            Naming(
                heading=authority.heading,
                kind=authority.kind,
                id=authority.id,
                names=tuple(n for n in names if n in used or n in authority.equivalents),
                rows=most_first((row, count) for (row, _), count in counts.items()),
                counts=counts,
            )
        )
    return tuple(found)


def _names(authority: Authority) -> tuple[str, ...]:
    return (*authority.equivalents, *authority.variants)


def nodes_of_names(names: Sequence[str], languages: Sequence[str]) -> tuple[Node, ...]:
    """For each of the names, what finds the records that use it, and not another of them.

    A name of one word is sought in all its forms (by its stem in each of the languages that
    the index holds) as far as no other name of the set has the same stem, and else as it is
    written; a name of several words as the phrase of them, with or without an 's.
    """
    words = [words_of(name).surface for name in names]
    stems = [_stems(each, languages) for each in words]
    nodes: list[Node] = []
    for number, each in enumerate(words):
        if len(each) != 1:
            forms_of = (each, (*each[:-1], f"{each[-1]}'s"))
            nodes.append(AnyOf(tuple(Phrase(text, form) for text in _TEXTS for form in forms_of)))
            continue
        others = set().union(*(s for i, s in enumerate(stems) if i != number))
        forms = sorted(stems[number] - others)
        sought = [Term(text, each[0]) for text in _TEXTS]
        sought += [Term(f"{text}_stem", form) for text in _TEXTS for form in forms]
        nodes.append(AnyOf(tuple(sought)))
    return tuple(nodes)


def _stems(words: Sequence[str], languages: Sequence[str]) -> set[str]:
    if len(words) != 1:
        return set()
    return {words[0], *(stem(words[0], language) for language in languages)}
