"""The query an engine receives: a tree of terms.  No text, no analysis, no syntax.

The set semantics of every node are fixed here; every engine returns the same ids.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.errors import UserMistake

PREFIX_LIMIT = 200


class TooManyTerms(UserMistake):
    """`prefix` starts more than `limit` terms of the documents searched."""

    def __init__(self, prefix: str, limit: int) -> None:
        super().__init__(f"{prefix}* stands for more than {limit} words; type more letters.")
        self.prefix = prefix
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Term:
    """Documents that have `text` in term field `field`.  `boost` scales its score."""

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents with `texts` one after the other in `field`.

    With `slop` n > 0 each next word may stand up to n words further on.  A phrase of one
    word is that word; a phrase of none matches nothing.
    """

    field: str
    texts: tuple[str, ...]
    slop: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """Documents with a term in `field` that starts with `text`; each scores a constant `boost`.

    More than PREFIX_LIMIT such terms are refused with TooManyTerms.
    """

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class DateRange:
    """Documents whose interval overlaps [first, last] (day numbers; None is unbounded).

    Scores 0.  A document without a date never matches, nor does anything if first > last.
    """

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Documents with no value in value field `field`; `date` means no date stated.  Scores 0."""

    field: str


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents; scores 0."""


@dataclass(frozen=True, slots=True)
class All:
    """Documents that match every part (AND); scores add up.  No parts: all documents."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Documents that match at least one part (OR); scores of matching parts add up.

    No parts: nothing.
    """

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Documents that do not match `part`; scores 0."""

    part: Node


Node = Term | Phrase | Prefix | DateRange | Missing | Everything | All | AnyOf | Without
