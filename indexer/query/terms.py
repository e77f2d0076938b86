"""The query an engine receives: a tree of terms.  No text, no analysis, no syntax.

The set semantics of every node are fixed here; every engine returns the same ids.
"""

from __future__ import annotations

from dataclasses import dataclass

from archive.errors import UserMistake

EXPANSION_LIMIT = 200
"""How many terms a Prefix, Wildcard or Fuzzy may stand for."""


class TooManyTerms(UserMistake):
    """`leaf` stands for more than `limit` terms of the documents searched."""

    def __init__(self, leaf: Prefix | Wildcard | Fuzzy, limit: int) -> None:
        super().__init__(f"Part of the query stands for more than {limit} words.")
        self.leaf = leaf
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

    More than EXPANSION_LIMIT such terms are refused with TooManyTerms.
    """

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Documents with a term in `field` made of `pieces`, in order, with anything or nothing
    between two neighbours: the first begins it, the last ends it (either may be empty).

    Each scores a constant `boost`; more than EXPANSION_LIMIT terms: TooManyTerms.
    """

    field: str
    pieces: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Documents with a term in `field` within `edits` of `text`: code points inserted,
    removed or replaced (Levenshtein 1966).

    Each scores a constant `boost`; more than EXPANSION_LIMIT terms: TooManyTerms.
    """

    field: str
    text: str
    edits: int
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """Documents in which every part has an occurrence near that of the part before it.

    `parts` are two or more of Term, Phrase, Prefix, Wildcard, Fuzzy or AnyOf of such, all in
    fields of one text, whose positions agree (`body`, `body_stem`, `body_exact`).  At most
    `distances[i]` words stand between an occurrence of `parts[i]` and one of `parts[i + 1]`,
    on either side of it (with `ordered`, after it); the two do not overlap.  Scores what the
    parts score together.
    """

    parts: tuple[Node, ...]
    distances: tuple[int, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Having:
    """Documents with `value` among the values of value field `field`.  Scores 0."""

    field: str
    value: str


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
class Combined:
    """Documents that match at least one part, scored as if all were one term of one text.

    Its frequency in a document is how often the parts stand there, each times its boost and
    against the length of the text that it is sought in (BM25F; Robertson and Zaragoza, 2009);
    it is as rare as the most common of them, and a phrase as rare as its words together.
    `boost` scales the score.
    """

    parts: tuple[Term | Phrase, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Preferring:
    """Documents that match `part`.  Those that match some of `preferred` as well score in
    addition what these score."""

    part: Node
    preferred: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Documents that do not match `part`; scores 0."""

    part: Node


Leaf = Term | Phrase | Prefix | Wildcard | Fuzzy
"""The nodes that are sought among the words of a text or value."""

Node = (
    Leaf
    | Near
    | Having
    | DateRange
    | Missing
    | Everything
    | All
    | AnyOf
    | Combined
    | Preferring
    | Without
)
