"""A record's date as reference managers want it, without claiming more than is stated."""

from __future__ import annotations

from dataclasses import dataclass

from archive.edtf import BadDate, date_in_words, parse_edtf


@dataclass(frozen=True, slots=True)
class Dating:
    """A date: as held (`text`, EDTF) and as a reader reads it (`words`).

    `parts` are year, month and day as far as its earliest and latest day agree on them,
    none for an open interval.  `exact` tells that they are all that is stated: no
    qualifier, no interval.
    """

    text: str
    words: str
    parts: tuple[int, ...]
    exact: bool


def dating(text: str) -> Dating:
    """What is known of an EDTF date; of text that is none, the text alone."""
    try:
        read = parse_edtf(text)
    except BadDate:
        return Dating(text, text, (), exact=False)
    shared: list[int] = []
    if read.earliest and read.latest:
        for first, last in zip(read.earliest.timetuple(), read.latest.timetuple(), strict=True):
            if first != last or len(shared) == 3:
                break
            shared.append(first)
    day = text.partition("T")[0]
    exact = day == "-".join(f"{part:0{4 if n == 0 else 2}}" for n, part in enumerate(shared))
    return Dating(text, date_in_words(text), tuple(shared), exact)
