"""In which forms a piece of a query is sought: by itself, and by equivalent names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from indexer.analysis import text_terms, words_of
from indexer.answer import Expansion
from indexer.equivalents import MOST_NAMES, Named, Names, rephrased
from indexer.query.syntax import Quoted, Word

MOST_ADDED = 128
"""Names, and phrases with other names in them, that are sought besides what was typed, in a
whole query.  What would need more is sought as typed."""


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of a query: its `text` as typed, which is [start, end) of the query.

    `words` are those that are sought, as written; `name` is the equivalent name, or the
    phrase with one in it, that is sought besides what was typed, None for that itself;
    `excluded` if it stands under NOT.
    """

    text: str
    start: int
    end: int
    words: tuple[str, ...]
    name: str | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Folded `words` to seek: a `plain` one by its stems too, several as a phrase."""

    words: tuple[str, ...]
    source: Source
    plain: bool = False
    slop: int = 0


@dataclass(slots=True)
class Forms:
    """The forms of the pieces of one query.  `expansions` are the sets of names added so far.

    What is excluded is not excluded under its other names too if these are `sought` by the
    same query: who asks for one name without another means the names.
    """

    names: Names
    sought: frozenset[tuple[str, str]] = frozenset()
    expansions: dict[tuple[str, str], Expansion] = field(default_factory=dict)
    added: int = 0

    def of(self, operand: Word | Quoted, source: Source) -> list[Form]:
        """The operand itself, then what equivalent names make of it."""
        own = own_form(operand, source)
        parts = self.names.parts(operand.words)
        if any(isinstance(part, Named) and self._means_the_name(part, source) for part in parts):
            return [own]
        if len(parts) == 1 and isinstance(parts[0], Named):
            return [own, *self.others(parts[0], source)]
        phrases = rephrased(parts, MOST_NAMES)[1:]
        if not self._admits(phrases):
            return [own]
        for part in parts:
            if isinstance(part, Named):
                self._note(part)
        return [
            own,
            *(Form(p, _renamed(source, " ".join(p)), slop=own.slop) for p in phrases),
        ]

    def others(self, named: Named, source: Source) -> list[Form]:
        """The other names of a set that the words from `source` are a name of, and that
        name itself if they have an 's, which no language but English makes part of its stem."""
        names = (named.typed, *named.others) if named.possessive else named.others
        if self._means_the_name(named, source) or not self._admits(names):
            return []
        self._note(named)
        return [name_form(name, source) for name in names]

    def _means_the_name(self, named: Named, source: Source) -> bool:
        return source.excluded and (named.names.kind, named.names.id) in self.sought

    def _admits(self, more: Sequence[object]) -> bool:
        if self.added + len(more) > MOST_ADDED:
            return False
        self.added += len(more)
        return True

    def _note(self, named: Named) -> None:
        names = named.names
        expansion = Expansion(named.typed, named.others, names.heading, names.kind, names.id)
        self.expansions.setdefault((names.kind, names.id), expansion)


def own_form(operand: Word | Quoted, source: Source) -> Form:
    """What was typed, by itself."""
    if isinstance(operand, Quoted):
        return Form(operand.words, source, slop=operand.slop)
    return Form(operand.words, source, plain=True)


def name_form(name: str, source: Source) -> Form:
    """A name that is sought besides what was typed."""
    return Form(words_of(name).surface, _renamed(source, name), plain=True)


def _renamed(source: Source, name: str) -> Source:
    return replace(source, words=text_terms(name, None).exact, name=name)
