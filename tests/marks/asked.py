"""Queries as trees of their own, and how each is typed: nothing of the product's parser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Word:
    """Characters between spaces."""

    text: str

    @property
    def typed(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False)
class Phrase:
    text: str
    slop: int = 0
    marks: str = '""'

    @property
    def typed(self) -> str:
        return f"{self.marks[0]}{self.text}{self.marks[1]}" + (f"~{self.slop}" if self.slop else "")


@dataclass(frozen=True, eq=False)
class Starts:
    text: str

    @property
    def typed(self) -> str:
        return f"{self.text}*"


@dataclass(frozen=True, eq=False)
class Pattern:
    pieces: tuple[str, ...]

    @property
    def typed(self) -> str:
        return "*".join(self.pieces)


@dataclass(frozen=True, eq=False)
class Similar:
    text: str
    edits: int | None = None

    @property
    def typed(self) -> str:
        return f"{self.text}~{'' if self.edits is None else self.edits}"


@dataclass(frozen=True, eq=False)
class Exact:
    text: str
    quoted: bool = False
    slop: int = 0

    @property
    def typed(self) -> str:
        slop = f"~{self.slop}" if self.slop else ""
        return f'="{self.text}"{slop}' if self.quoted else f"={self.text}"


Operand = Word | Phrase | Starts | Pattern | Similar | Exact


@dataclass(frozen=True, eq=False)
class In:
    """An operand in `title` or `body`."""

    field: str
    operand: Operand

    @property
    def typed(self) -> str:
        return f"{self.field}:{self.operand.typed}"


@dataclass(frozen=True, eq=False)
class Value:
    """A value field, by some of its words, or `whole`; `text` None for not stated."""

    field: str
    text: str | None
    whole: bool = False

    @property
    def typed(self) -> str:
        if self.text is None:
            return f"{self.field}:none"
        return f'{self.field}:{"=" if self.whole else ""}"{self.text}"'


@dataclass(frozen=True, eq=False)
class ValueLike:
    """A value field, by how one of its words begins or is spelled."""

    field: str
    operand: Starts | Similar

    @property
    def typed(self) -> str:
        return f"{self.field}:{self.operand.typed}"


@dataclass(frozen=True, eq=False)
class Dated:
    """A date or a range as typed; None for not stated."""

    text: str | None

    @property
    def typed(self) -> str:
        return f"date:{self.text or 'none'}"


Leaf = Operand | In | Value | ValueLike | Dated


@dataclass(frozen=True, eq=False)
class Near:
    parts: tuple[Asked, ...]
    distances: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Not:
    part: Asked
    sign: str = "-"


@dataclass(frozen=True, eq=False)
class And:
    """Parts with the sign between each and the next: a space, or AND in spaces."""

    parts: tuple[Asked, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Or:
    parts: tuple[Asked, ...]


@dataclass(frozen=True, eq=False)
class AnyWords:
    """`any:` and words, none of them a sign."""

    parts: tuple[Word, ...]


Asked = Leaf | Near | Not | And | Or | AnyWords

Places = dict[Leaf, int]
"""Where in the typed query each leaf begins."""


def typed(asked: Asked) -> tuple[str, Places]:
    """The query as a person types it."""
    places: Places = {}
    text = ""
    for piece in _pieces(asked):
        if not isinstance(piece, str):
            places[piece] = len(text)
            piece = piece.typed
        text += piece
    return text, places


def _pieces(asked: Asked) -> Iterator[str | Leaf]:
    match asked:
        case AnyWords(parts):
            yield "any:"
            for word in parts:
                yield " "
                yield word
        case Or(parts):
            for number, part in enumerate(parts):
                yield " OR " if number else ""
                yield from _pieces(part)
        case And(parts, signs):
            for sign, part in zip(("", *signs), parts, strict=True):
                yield sign
                yield from _grouped(part, (Or, And))
        case Not(part, sign):
            yield sign
            yield from _grouped(part, (Or, And, Not, Near))
        case Near(parts, distances):
            for number, part in enumerate(parts):
                yield f" NEAR/{distances[number - 1]} " if number else ""
                yield from _grouped(part, (Or, And, Not, Near))
        case _:
            yield asked


def _grouped(part: Asked, kinds: tuple[type, ...]) -> Iterator[str | Leaf]:
    if isinstance(part, kinds):
        yield "("
        yield from _pieces(part)
        yield ")"
    else:
        yield from _pieces(part)


def seeks_words(asked: Asked) -> bool:
    """Whether every match must hold a word of title or text that answers the query."""
    match asked:
        case And(parts):
            return any(map(seeks_words, parts))
        case Or(parts) | AnyWords(parts):
            return all(map(seeks_words, parts))
        case Not() | Value() | ValueLike() | Dated():
            return False
        case _:
            return True
