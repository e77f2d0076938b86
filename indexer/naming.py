"""The naming lens: how to tell the names of one set of equivalents apart in an index."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.analysis import stem, words_of
from indexer.query.terms import AnyOf, Node, Phrase, Term

_TEXTS = ("title", "body")


def nodes_of_names(names: Sequence[str], languages: Sequence[str]) -> tuple[Node, ...]:
    """For each of the names, what finds the records that use it, and not another of them.

    A name of one word is sought in all its forms (by its stem in each of the languages that
    the index holds) as far as no other name of the set has the same stem, and else as it is
    written; a name of several words as the phrase of them.
    """
    words = [words_of(name).surface for name in names]
    stems = [_stems(each, languages) for each in words]
    nodes: list[Node] = []
    for number, each in enumerate(words):
        if len(each) != 1:
            nodes.append(AnyOf(tuple(Phrase(text, each) for text in _TEXTS)))
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
