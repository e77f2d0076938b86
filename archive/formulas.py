"""Cells that no spreadsheet takes for a formula (OWASP, CSV Injection)."""

from __future__ import annotations

import re

from archive.values import plain

_BEGINNING = re.compile(
    # Where a cell begins: also behind a semicolon, which separates cells in some countries.
    r"(^|;)"
    # What is skipped before a formula, seen or not.
    r"([\s\"'\u200b-\u200f\u2060\ufeff]*)"
    # What begins one, in full width as well.
    r"(?=[=+\-@＝＋－＠])"
)

_DEFUSED = re.compile(_BEGINNING.pattern.replace("|;)", "|;)'"))


def defused(text: str) -> str:
    """One line of plain text; where it could begin a formula, an apostrophe stands before it."""
    return _BEGINNING.sub(r"\1'\2", plain(text))


def restored(cell: str) -> str:
    """The text that `defused` made a cell of."""
    return _DEFUSED.sub(r"\1\2", cell)
