"""Numbers that forms and addresses name."""

from __future__ import annotations

_DIGITS = 9


def number_in(text: str) -> int | None:
    """The number that a text is, of a revision, a question or the like; None for what is none, or
    has more digits than any of these."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None
