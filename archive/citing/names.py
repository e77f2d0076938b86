"""Names of authors as a reference manager wants them: family name first, where that is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands; `family` and `given` only where somebody told them apart."""

    full: str
    family: str = ""
    given: str = ""

    @property
    def inverted(self) -> str:
        """Family name first where it is told, else the name as it stands."""
        return f"{self.family}, {self.given}" if self.family else self.full


def name_told(name: str, spellings: Iterable[str] = ()) -> Name:
    """A name, told apart by its own comma or by one of its `spellings` with the same words.

    "Varga, Ilse" is told, "Ilse Varga" is too if "Varga, Ilse" is another spelling of it.
    The order of the words alone tells nothing: it differs between languages, and a name may
    be that of an office.
    """
    for spelling in (name, *spellings):
        family, _, given = (part.strip() for part in spelling.partition(","))
        if family and given and "," not in given and _words(name) == _words(spelling):
            return Name(name, family, given)
    return Name(name)


def _words(name: str) -> list[str]:
    return sorted(name.replace(",", " ").casefold().split())
