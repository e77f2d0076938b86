"""Authorities, turned for looking up: from a spelling to its heading and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archive.authority import NAMED, Authority
from archive.record import Record
from indexer.analysis import name_words
from indexer.equivalents import NO_NAMES, Names, names_of

_Spelling = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings in force.  A spelling that belongs to two authorities resolves to neither.

    `names` are those that are sought together.
    """

    by_spelling: Mapping[_Spelling, Authority | None] = field(default_factory=dict)
    by_code: Mapping[tuple[str, str], Authority] = field(default_factory=dict)
    names: Names = NO_NAMES

    def knows(self, kind: str, name: str) -> bool:
        """Whether any authority of this kind has the name."""
        return (kind, name_words(name)) in self.by_spelling

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """All preferred headings of a kind, in order."""
        found = (a.heading for a in self.by_code.values() if a.kind == kind and not a.replaced_by)
        return tuple(sorted(found, key=str.casefold))

    def heading(self, kind: str, name: str) -> str:
        """The preferred heading of a name as stated; the name itself if no authority has it."""
        authority = self._find(kind, name)
        return authority.heading if authority else name

    def heading_in(self, record: Record, name: str, stated: str) -> str:
        """The preferred heading of what is stated in the property `name` of a record: that of
        the authority that a person pinned it to there, else as `heading` has it."""
        kind = NAMED[name]
        pinned = (p.authority for p in record.pins if (p.property, p.value) == (name, stated))
        authority = self.of_code(kind, next(pinned, ""))
        return authority.heading if authority else self.heading(kind, stated)

    def spellings(self, kind: str, name: str) -> tuple[str, ...]:
        """Every name under which the authority of this name is known, else the name alone."""
        authority = self._find(kind, name)
        if authority is None:
            return (name,)
        return tuple(dict.fromkeys((name, *authority.names)))

    def heading_of_code(self, kind: str, code: str) -> str:
        """The heading of the authority with this id; the id itself if there is none."""
        authority = self.of_code(kind, code)
        return authority.heading if authority else code

    def of_code(self, kind: str, code: str) -> Authority | None:
        """The authority with this id, or the one that it was merged into."""
        authority = self.by_code.get((kind, code))
        for _ in self.by_code:
            if authority is None or authority.replaced_by is None:
                break
            authority = self.by_code.get((kind, authority.replaced_by))
        return authority

    def _find(self, kind: str, name: str) -> Authority | None:
        return self.by_spelling.get((kind, name_words(name)))


def headings_of(authorities: Iterable[Authority]) -> Headings:
    """Look-ups over these authorities."""
    authorities = tuple(authorities)
    by_spelling: dict[_Spelling, Authority | None] = {}
    by_code: dict[tuple[str, str], Authority] = {}
    for authority in authorities:
        by_code[authority.kind, authority.id] = authority
        if authority.replaced_by:
            continue
        for key in {(authority.kind, name_words(name)) for name in authority.names}:
            by_spelling[key] = authority if key not in by_spelling else None
    in_force = [each for each in authorities if not each.replaced_by]
    return Headings(by_spelling, by_code, names_of(in_force))
