"""Two texts side by side, the earlier one first, and who was first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.edtf import date_in_words
from archive.record import Record
from indexer.answer import Aligned, RelatedRecord

KEPT, CUT, ADDED, OWN, AROUND = "shared", "left out", "added", "only here", "around"
"""What a piece of a text is beside the other text; `OWN` where nobody knows who was first,
`AROUND` where it is shown only so that the passage can be understood."""


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


def beside(
    aligned: Sequence[Aligned], record: Record, first: str | None, *, passage: bool = False
) -> Beside:
    """Two aligned texts as columns, `record` being the one in which we are.

    Of a `passage`, what stands before and after all that is shared is only around it.
    """
    here, there = [], []
    ours, theirs = OWN, OWN
    if first is not None:
        ours, theirs = (CUT, ADDED) if first == record.id else (ADDED, CUT)
    kept = [place for place, each in enumerate(aligned) if each.change == "kept"] or [0]
    for place, each in enumerate(aligned):
        if each.change == "kept":
            kinds = KEPT, KEPT
        elif passage and not kept[0] < place < kept[-1]:
            kinds = AROUND, AROUND
        else:
            kinds = ours, theirs
        if each.here:
            here.append(Piece(kinds[0], each.here))
        if each.there:
            there.append(Piece(kinds[1], each.there))
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
