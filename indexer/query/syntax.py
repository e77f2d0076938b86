"""A query as it was typed: the syntax tree, each part with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldKind = Literal["text", "value", "code", "date"]
"""What a field holds: `text` is read word by word, a `value` is a name, a `code` is a
`target:position` and is matched whole or by one whole half, `date` is the date."""


@dataclass(frozen=True, slots=True)
class Word:
    """`text` as typed between spaces; several `words` stand for the phrase of them."""

    text: str
    words: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """`"text"`, up to `slop` further words between two neighbours."""

    text: str
    words: tuple[str, ...]
    slop: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Starts:
    """`word*`."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """`w*ld`: folded `pieces` of one word, with anything or nothing in between."""

    pieces: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """`name~` or `name~1`: within `edits` edits of each word; None allows as many as suit
    its length."""

    words: tuple[str, ...]
    edits: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Exact:
    """`=text` or `="text"~2`: the `words` as they are written, unfolded and unstemmed; `slop`
    as in a quotation."""

    text: str
    words: tuple[str, ...]
    slop: int
    start: int
    end: int


Operand = Word | Quoted | Starts | Pattern | Fuzzy | Exact


@dataclass(frozen=True, slots=True)
class Fielded:
    """`field:operand` in a field that is no date."""

    field: str
    kind: FieldKind
    operand: Operand
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Absent:
    """`field:none`: nobody stated it."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dated:
    """`date:value`: an interval overlapping [first, last], day numbers, None is unbounded."""

    first: int | None
    last: int | None
    start: int
    end: int


Leaf = Operand | Fielded | Absent | Dated


@dataclass(frozen=True, slots=True)
class Near:
    """`a NEAR/5 b NEAR/3 c`: two parts at least, a distance from each to the next; `start`
    and `end` are those of the first operator."""

    parts: tuple[Expression, ...]
    distances: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT part`, `-part`."""

    part: Expression


@dataclass(frozen=True, slots=True)
class And:
    """All parts, two at least."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part, two at least."""

    parts: tuple[Expression, ...]


Expression = Leaf | Near | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood.

    `root` None asks for everything.  `dropped` are the plain words left out because the
    query has too many, as typed.
    """

    text: str
    root: Expression | None
    any_words: bool
    dropped: tuple[str, ...] = ()
