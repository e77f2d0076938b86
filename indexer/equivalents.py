"""Equivalent names: contested names of one place, person or organisation, sought together.

None of them is *the* name; whichever is typed, all are sought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archive.authority import Authority
from indexer.analysis import words_of

KINDS = ("person", "organisation", "place")
"""The kinds of authorities whose names are sought together."""

MOST_NAMES = 17
"""Names of one set that are sought; a set that has more is its first ones."""

_POSSESSIVE = "'s"


@dataclass(frozen=True, slots=True)
class NameSet:
    """The names of one authority, as people write them, by their folded words."""

    kind: str
    id: str
    heading: str
    names: Mapping[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Named:
    """Folded `words` that are a name of a set; `possessive` if an 's stood at their end."""

    words: tuple[str, ...]
    names: NameSet
    possessive: bool

    @property
    def typed(self) -> str:
        """The name, as the authority writes it."""
        return self.names.names[self.words]

    @property
    def others(self) -> tuple[str, ...]:
        """The other names of the set."""
        return tuple(name for words, name in self.names.names.items() if words != self.words)


@dataclass(frozen=True, slots=True)
class Names:
    """The sets by the folded words of their names.  A name of two sets is of neither."""

    by_words: Mapping[tuple[str, ...], NameSet | None] = field(default_factory=dict)
    longest: int = 0

    def named(self, words: tuple[str, ...]) -> Named | None:
        """The set that has a name of exactly these folded words, with or without an 's."""
        if not 0 < len(words) <= self.longest:
            return None
        if found := self.by_words.get(words):
            return Named(words, found, possessive=False)
        last = words[-1].removesuffix(_POSSESSIVE)
        if last != words[-1] and (found := self.by_words.get((*words[:-1], last))):
            return Named((*words[:-1], last), found, possessive=True)
        return None

    def parts(self, words: tuple[str, ...]) -> tuple[Named | tuple[str, ...], ...]:
        """The names in a run of words, from the left and the longest first, and the words
        between them."""
        parts: list[Named | tuple[str, ...]] = []
        plain, at = 0, 0
        while at < len(words):
            end, found = at + 1, None
            for end in range(min(len(words), at + self.longest), at, -1):
                if found := self.named(words[at:end]):
                    break
            if found:
                if plain < at:
                    parts.append(words[plain:at])
                parts.append(found)
                plain = end
            at = end
        if plain < len(words):
            parts.append(words[plain:])
        return tuple(parts)


NO_NAMES = Names()
"""Nothing is equivalent to anything."""


def names_of(authorities: Iterable[Authority]) -> Names:
    """The names of those authorities that have equivalents.

    All equivalents and variants are names, and the heading, unless it is a label made of
    several (`A / B`).
    """
    by_words: dict[tuple[str, ...], NameSet | None] = {}
    for authority in authorities:
        if authority.kind not in KINDS or not authority.equivalents:
            continue
        heading = () if " / " in authority.heading else (authority.heading,)
        names: dict[tuple[str, ...], str] = {}
        for name in (*authority.equivalents, *heading, *authority.variants):
            words = words_of(name).surface
            if words and len(names) < MOST_NAMES:
                names.setdefault(words, name)
        found = NameSet(authority.kind, authority.id, authority.heading, names)
        for words in names:
            by_words[words] = None if words in by_words else found
    return Names(by_words, max(map(len, by_words), default=0))


def rephrased(parts: Iterable[Named | tuple[str, ...]], most: int) -> tuple[tuple[str, ...], ...]:
    """The phrases that `parts` come to with each name replaced by each other of its set, the
    phrase as it is first; `most` at most."""
    phrases: list[tuple[str, ...]] = [()]
    for part in parts:
        choices = _choices(part) if isinstance(part, Named) else [part]
        phrases = [begun + choice for choice in choices for begun in phrases][:most]
    return tuple(phrases)


def _choices(named: Named) -> list[tuple[str, ...]]:
    every = [named.words, *(words for words in named.names.names if words != named.words)]
    if not named.possessive:
        return every
    return [(*words[:-1], words[-1] + _POSSESSIVE) for words in every]
