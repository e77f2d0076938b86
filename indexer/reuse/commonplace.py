"""Words that make no passage by themselves: names, articles, prepositions and conjunctions.

The names are those of the archive's authorities.
"""

from __future__ import annotations

from collections.abc import Iterable

from archive.authority import Authority
from indexer.analysis import name_words, words_of
from indexer.function_words import JOINING_WORDS


def commonplace_words(authorities: Iterable[Authority]) -> frozenset[str]:
    """The function words, and every word of a heading, variant or equivalent."""
    names = {
        name
        for authority in authorities
        for name in (authority.heading, *authority.variants, *authority.equivalents)
    }
    # A name is split at its full stops when it is sought, but not where it stands in a text.
    words = {word for name in names for word in (*name_words(name), *words_of(name).surface)}
    return JOINING_WORDS | words
