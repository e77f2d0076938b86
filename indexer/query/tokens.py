"""From the text of a query to its tokens: leaves, operators, parentheses.

What holds no letter and no digit and is no sign of the language is left out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

import regex

from archive.edtf import BadDate, parse_edtf
from indexer.analysis import text_terms, words_of
from indexer.query.errors import QueryError
from indexer.query.syntax import (
    Absent,
    Dated,
    Exact,
    Fielded,
    FieldKind,
    Fuzzy,
    Leaf,
    Operand,
    Pattern,
    Quoted,
    Starts,
    Word,
)

FEWEST_LITERALS = 2
"""Characters that must stand before a wildcard."""

FARTHEST = 100
"""Words that `"phrase"~n` and `NEAR/n` may let stand between two neighbours."""

MOST_EDITS = 2
"""Letters that `word~n` may let be added, left out or replaced."""

_STRAIGHT_OR_CURLY = '"“”„‟\uff02'
_QUOTES = {
    **dict.fromkeys(_STRAIGHT_OR_CURLY, _STRAIGHT_OR_CURLY),
    **dict.fromkeys("«»", "«»"),
    **dict.fromkeys("\u2039\u203a", "\u2039\u203a"),
}
_SINGLE_OPEN, _SINGLE_CLOSE = "\u2018", "\u2019"
_SINGLE_QUOTED = regex.compile(rf"{_SINGLE_OPEN}(?=\S)[^{_SINGLE_OPEN}]*?{_SINGLE_CLOSE}(?!\w)")
_HEBREW_INSIDE = regex.compile(r'(?<=\p{WB=Hebrew_Letter}\p{M}*)"(?=\p{WB=Hebrew_Letter})')
_SLOP = regex.compile(r"~([0-9]*)(?!\w)")
_FIELD = regex.compile(r"(\p{L}[\w-]*):")
_NEAR = regex.compile(r"NEAR/([0-9]+)\Z")
_FUZZY = regex.compile(r"(.+?)~([0-9]*)\Z", regex.DOTALL)
_STARS = regex.compile(r"\*+")
_RANGE = regex.compile(r"(?![\[{])([^/]*?)\.\.([^/]*)\Z", regex.DOTALL)

_DATE_ADVICE = "Write a date as 2024, 2024-09 or 2024-09-18, and a range as 2024-09..2025-03."

OperatorName = Literal["AND", "OR", "NOT", "NEAR", "(", ")"]

_NAMED: Mapping[str, OperatorName] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}


@dataclass(frozen=True, slots=True)
class Operator:
    """A word or sign that joins; `-` before something is NOT."""

    name: OperatorName
    start: int
    end: int
    distance: int = 0


Token = Leaf | Operator


def tokenise(text: str, fields: Mapping[str, FieldKind]) -> list[Token]:
    """The tokens of `text` in order.  Raises QueryError."""
    return _Scanner(text, fields).tokens()


def literal_words(text: str, start: int) -> list[Word]:
    """Everything from `start` on as plain words."""
    found = regex.finditer(r"\S+", text, pos=start)
    words = [
        Word(match[0], words_of(match[0]).surface, match.start(), match.end()) for match in found
    ]
    return [word for word in words if word.words]


class _Scanner:
    def __init__(self, text: str, fields: Mapping[str, FieldKind]) -> None:
        self.text = text
        self.fields = fields
        self.at = 0
        self.found: list[Token] = []

    def tokens(self) -> list[Token]:
        fresh = True  # after a space or "(", or at the start: where signs are signs
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace():
                self.at += 1
                fresh = True
            elif char == "(":
                self.found.append(Operator("(", self.at, self.at + 1))
                self.at += 1
                fresh = True
            elif char == ")":
                self.found.append(Operator(")", self.at, self.at + 1))
                self.at += 1
                fresh = False
            else:
                self.scan(fresh)
                fresh = False
        return self.found

    def scan(self, fresh: bool) -> None:
        """One leaf or operator, with the sign before it."""
        start = self.at
        sign = self.text[start] if fresh and self.text[start] in "+-" else ""
        following = self.text[start + 1 : start + 2]
        if sign and (not following or following.isspace() or following in "+-)"):
            self.at = start + 1
            return
        self.at += len(sign)
        if following == "(" and sign:
            if sign == "-":
                self.found.append(Operator("NOT", start, self.at))
            return
        token = self.leaf(fresh) if sign else self.operator_or_leaf(fresh)
        if token is not None:
            if sign == "-":
                self.found.append(Operator("NOT", start, start + 1))
            self.found.append(token)

    def operator_or_leaf(self, fresh: bool) -> Token | None:
        start, run = self.at, self.run()
        end = start + len(run)
        if fresh and (name := _NAMED.get(run)):
            self.at = end
            return Operator(name, start, end)
        if fresh and (near := _NEAR.match(run)):
            self.at = end
            if int(near[1]) > FARTHEST:
                _refuse(
                    f"At most {FARTHEST} words may stand between what NEAR joins.",
                    start,
                    end,
                    "Take a smaller number, as in NEAR/5, or AND.",
                )
            return Operator("NEAR", start, end, int(near[1]))
        return self.leaf(fresh)

    def run(self) -> str:
        """The characters up to a space, a parenthesis or a quotation mark."""
        end = self.at
        while end < len(self.text) and not (
            self.text[end].isspace() or self.text[end] in "()" or self.is_quote(end)
        ):
            end += 1
        return self.text[self.at : end]

    def is_quote(self, place: int) -> bool:
        return self.text[place] in _QUOTES and not _HEBREW_INSIDE.match(self.text, place)

    def leaf(self, fresh: bool) -> Leaf | None:
        start = self.at
        if fresh and self.is_exact():
            return self.exact()
        if quoted := self.quoted(fresh):
            return quoted if quoted.words else None
        run = self.run()
        if fresh and (named := _FIELD.match(run)) and named[1].casefold() in self.fields:
            return self.fielded(named[1].casefold(), start + named.end())
        self.at = start + max(1, len(run))
        return _operand(run, start)

    def is_exact(self) -> bool:
        return self.text[self.at] == "=" and self.text[self.at + 1 : self.at + 2] != "="

    def exact(self) -> Exact | None:
        start = self.at
        self.at += 1
        inner = self.quoted(fresh=True) if self.at < len(self.text) else None
        if inner is None:
            self.at += len(self.run())
        text = inner.text if inner else self.text[start + 1 : self.at]
        words = text_terms(text, None).exact
        return Exact(text, words, inner.slop if inner else 0, start, self.at) if words else None

    def quoted(self, fresh: bool) -> Quoted | None:
        """The quotation that opens here, or None if none does."""
        start = self.at
        if self.is_quote(start):
            close = self.closing(start + 1, _QUOTES[self.text[start]])
            if close is None:
                _refuse(
                    "A quotation mark is opened here and never closed.",
                    start,
                    start + 1,
                    'Close it with ", or leave it out.',
                )
        elif fresh and (single := _SINGLE_QUOTED.match(self.text, start)):
            close = single.end() - 1
        else:
            return None
        self.at = close + 1
        text = self.text[start + 1 : close]
        return Quoted(text, words_of(text).surface, self.slop(), start, self.at)

    def closing(self, place: int, marks: str) -> int | None:
        rest = range(place, len(self.text))
        certain = (i for i in rest if self.text[i] in marks and self.is_quote(i))
        possible = (i for i in rest if self.text[i] in marks)
        return next(certain, None) or next(possible, None)

    def slop(self) -> int:
        match = _SLOP.match(self.text, self.at)
        if not match:
            return 0
        start, self.at = self.at, match.end()
        slop = int(match[1] or "0")
        if slop > FARTHEST:
            _refuse(
                f"At most {FARTHEST} words may stand between the words of a phrase.",
                start,
                self.at,
                'Take a smaller number, as in "phrase"~5, or the words without quotation marks.',
            )
        return slop

    def fielded(self, field: str, value_start: int) -> Leaf:
        start, self.at = self.at, value_start
        kind = self.fields[field]
        at_value = self.text[value_start : value_start + 1]
        if at_value == "(":
            _refuse(
                f"“{field}:” takes one value, not parentheses.",
                value_start,
                value_start + 1,
                f'Put its words in quotation marks, as in {field}:"two words", or write '
                f"{field}: before each.",
            )
        if not at_value or at_value.isspace() or at_value == ")":
            _refuse(
                f"No value stands after “{field}:”.",
                start,
                value_start,
                "Write the value right after the colon, without a space.",
            )
        operand: Operand | None
        if kind != "date" and self.is_exact():
            operand = self.exact()
        elif quoted := self.quoted(fresh=True):
            if kind == "date":
                return _dated(quoted.text.strip(), start, value_start, self.at)
            operand = quoted if quoted.words else None
        else:
            run = self.run()
            self.at += len(run)
            if kind != "text" and run.casefold() == "none":
                return Absent(field, start, self.at)
            if kind == "date":
                return _dated(run, start, value_start, self.at)
            operand = _operand(run, value_start)
        if operand is None:
            _refuse(
                f"The value after “{field}:” has no letter and no digit.",
                value_start,
                self.at,
                "Write a word or a number, or leave the field out.",
            )
        return Fielded(field, kind, operand, start, self.at)


def _operand(run: str, start: int) -> Operand | None:
    """What a run of characters without spaces and quotation marks means; None for nothing."""
    end = start + len(run)
    found = words_of(run)
    if not found.surface:
        return None
    if "*" in run:
        return _wildcard(run, start)
    fuzzy = _FUZZY.match(run)
    if fuzzy and (words := words_of(fuzzy[1]).surface):
        edits = int(fuzzy[2]) if fuzzy[2] else None
        if edits is not None and edits > MOST_EDITS:
            _refuse(
                f"At most {MOST_EDITS} letters of a word may differ.",
                start,
                end,
                f"Write {fuzzy[1]}~{MOST_EDITS}, or {fuzzy[1]}~ for as many as suit its length.",
            )
        return Fuzzy(words, edits, start, end)
    return Word(run, found.surface, start, end)


def _wildcard(run: str, start: int) -> Operand:
    """`report*` or `rep*rt*`; signs beside a piece are ignored, as they are beside a word."""
    end = start + len(run)
    pieces = [words_of(piece).surface for piece in _STARS.split(run)]
    if sum(map(len, pieces[0])) < FEWEST_LITERALS:
        _refuse(
            f"A wildcard needs at least {FEWEST_LITERALS} letters or digits before the first *.",
            start,
            end,
            "Write the beginning of the word, as in report*, or leave * out.",
        )
    if any(len(words) > 1 for words in pieces):
        _refuse(
            f"“{run}” is several words, and * stands for letters of a single one.",
            start,
            end,
            f"Write the words apart: {'*'.join(' '.join(words) for words in pieces)}",
        )
    if not any(pieces[1:]):
        return Starts(pieces[0][0], start, end)
    return Pattern(tuple("".join(words) for words in pieces), start, end)


def _dated(text: str, start: int, value_start: int, end: int) -> Dated:
    try:
        if match := _RANGE.match(text):
            head, tail = match[1].strip(), match[2].strip()
            if not head and not tail:
                raise BadDate("a range needs a date on one side at least")
            earliest = parse_edtf(head).earliest if head else None
            latest = parse_edtf(tail).latest if tail else None
        else:
            whole = parse_edtf(text)
            earliest, latest = whole.earliest, whole.latest
        if earliest and latest and earliest > latest:
            raise BadDate("the range ends before it begins")
    except BadDate as error:
        told = str(error).rstrip(".")
        _refuse(f"{told[:1].upper()}{told[1:]}.", value_start, end, _DATE_ADVICE)
    first = earliest.toordinal() if earliest else None
    return Dated(first, latest.toordinal() if latest else None, start, end)


def _refuse(message: str, start: int, end: int, advice: str) -> NoReturn:
    raise QueryError(message, position=start, length=end - start, advice=advice) from None
