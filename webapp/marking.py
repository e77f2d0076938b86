"""Text from documents on its way into a page: made harmless, escaped and marked.

Everything that a document says goes through `clean` and is escaped by `safe` or by Jinja's
autoescape; only this module and `reading` make `Markup` from a document's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from markupsafe import Markup

Range = tuple[int, int]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_OVERRIDE = re.compile("[\u202d\u202e]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ACTING = re.compile(f"{_CONTROL.pattern}|{_OVERRIDE.pattern}|{_SURROGATE.pattern}")
_NO_TITLE = Markup('<span class="unstated">Title not stated</span>')


def clean(text: str) -> str:
    """The text without characters that act instead of being read.

    Control characters become spaces (tab and newline stay), the two bidirectional
    overrides (UAX #9, LRO and RLO) are dropped, lone surrogates become U+FFFD.
    Embeddings and isolates stay: the element that holds the text confines them.
    """
    if text.isprintable() or not _ACTING.search(text):
        return text  # nearly every text, and a page has hundreds
    return _SURROGATE.sub("\ufffd", _OVERRIDE.sub("", _CONTROL.sub(" ", text)))


def one_line(text: str) -> str:
    """`clean` text on one line, for titles, names and attributes."""
    return " ".join(clean(text).split())


def thousands(number: int) -> str:
    """The number with a comma before each three digits."""
    return f"{number:,}"


def marked(text: str, marks: Iterable[Range]) -> Markup:
    """The escaped text with every range in `<mark>`.

    Ranges count code points of `text`; those outside of it are left out, overlapping
    ones are joined.
    """
    parts: list[str] = []
    position = 0
    for start, end in disjoint(marks, len(text)):
        parts += (safe(text[position:start]), "<mark>", safe(text[start:end]), "</mark>")
        position = end
    parts.append(safe(text[position:]))
    return Markup("".join(parts))


def title_of(title: str | None, marks: Iterable[Range] = ()) -> Markup:
    """The title, `marked`, or that there is none."""
    return marked(title, marks) if title else _NO_TITLE


def safe(text: str) -> str:
    """`clean` text, escaped."""
    return escape(clean(text))


def disjoint(marks: Iterable[Range], length: int) -> tuple[Range, ...]:
    """The ranges in order, within 0 to `length`, none empty, overlapping ones joined."""
    joined: list[Range] = []
    for start, end in sorted(marks):
        if not 0 <= start < end <= length:
            continue
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
