"""Two texts side by side, the earlier one first, and who was first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.edtf import date_in_words
from archive.record import Record
from indexer.answer import Aligned, RelatedRecord

KEPT, CUT, ADDED, OWN = "shared", "left out", "added", "only here"
"""What a piece of a text is beside the other text; `OWN` where nobody knows who was first."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one of the texts, and what it is beside the other."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The pieces of this record's text and of the other's; `swapped` if the other's stand
    first, for it was published first."""

    here: tuple[Piece, ...]
    there: tuple[Piece, ...]
    swapped: bool


def beside(aligned: Iterable[Aligned], record: Record, first: str | None) -> Beside:
    """Two aligned texts as columns, `record` being the one in which we are."""
    here, there = [], []
    ours, theirs = OWN, OWN
    if first is not None:
        ours, theirs = (CUT, ADDED) if first == record.id else (ADDED, CUT)
    for each in aligned:
        kept = each.change == "kept"
        if each.here:
            here.append(Piece(KEPT if kept else ours, each.here))
        if each.there:
            there.append(Piece(KEPT if kept else theirs, each.there))
    return Beside(tuple(here), tuple(there), first not in (None, record.id))


def who_was_first(related: RelatedRecord, record: Record) -> str:
    """A sentence on which of the two was published first, and how sure that is."""
    if related.first is None:
        if related.sureness == "undated":
            return "Which was first cannot be told: one of the two has no date."
        return "Which was first cannot be told: both may be of the same day."
    this, other = record.description.issued, related.date
    first = "This record" if related.first == record.id else "The other record"
    if related.sureness == "confirmed":
        return f"{first} was first, as a person confirmed."
    dates = f"{_in_words(this)} here, {_in_words(other)} there"
    if related.sureness == "certain":
        return f"{first} was first, by publication date: {dates}."
    return f"{first} was probably first, but the dates are not exact: {dates}."


def _in_words(date: str | None) -> str:
    return date_in_words(date) if date else "no date"
