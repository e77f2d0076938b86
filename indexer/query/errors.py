"""What is wrong with a query, where, and what to type instead."""

from __future__ import annotations

import unicodedata

_ELLIPSIS = "…"


class QueryError(ValueError):
    """A query that cannot be answered as typed.

    `message` says what is wrong and `advice` what to do, a sentence each.  `position` and
    `length` count code points of the query as typed.
    """

    def __init__(self, message: str, *, position: int, length: int, advice: str) -> None:
        super().__init__(f"{message} {advice}")
        self.message = message
        self.position = position
        self.length = length
        self.advice = advice

    def caret(self, text: str, width: int = 72) -> str:
        """Two lines: the query `text`, cut to about `width` columns around the place, and
        `^` under the place.  Control characters show as spaces; wide letters count as two.
        """
        start = max(0, min(self.position - width // 3, len(text) - width))
        end = min(len(text), start + width)
        before = _ELLIPSIS if start else ""
        after = _ELLIPSIS if end < len(text) else ""
        shown = "".join(char if char.isprintable() else " " for char in text[start:end])
        place = self.position - start
        indent = len(before) + _columns(shown[:place])
        carets = max(1, _columns(shown[place : place + self.length]))
        return f"{before}{shown}{after}\n{' ' * indent}{'^' * carets}"


def _columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )
