"""What a query may cost, checked before anything runs.

A query beyond a limit is refused with advice; only plain words beyond the rarest are left
out instead, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from indexer.query.errors import QueryError
from indexer.query.syntax import And, Expression, Fielded, Fuzzy, Or, Pattern, Query, Word
from indexer.query.tokens import Operator, Token

LONGEST_QUERY = 4096
"""Characters."""

MOST_WORDS = 400
"""Plain words that may be typed."""

MOST_WORDS_SOUGHT = 64
"""Plain words that are sought: the rarest."""

MOST_OPERATORS = 32
"""Operators, fields, phrases in quotation marks, wildcards, fuzzy and exact words together."""

DEEPEST = 10
"""Parentheses within each other."""


def edits_that_suit(word: str) -> int:
    """How many letters of a fuzzy word may differ if nobody says: none of up to two letters,
    one of three to five, two of more."""
    return 0 if len(word) <= 2 else 1 if len(word) <= 5 else 2


def check_length(text: str) -> None:
    """Refuse a text that is too long to be read as a query."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(
            f"The query has {len(text):,} characters; at most {LONGEST_QUERY:,} are read.",
            position=LONGEST_QUERY,
            length=1,
            advice="Take a sentence or the telling words of the text instead.",
        )


def check_tokens(tokens: Iterable[Token]) -> None:
    """Refuse a query of too many words, operators or levels."""
    words = operators = depth = 0
    for token in tokens:
        plain = token.operand if isinstance(token, Fielded) else token
        if isinstance(plain, Word):
            words += len(plain.words)
        if isinstance(token, Operator) and token.name in "()":
            depth += 1 if token.name == "(" else -1
        else:
            operators += _weight(token)
        if words > MOST_WORDS:
            raise _too_much(
                token,
                f"More than {MOST_WORDS} words are asked for.",
                "Leave out the common ones.",
            )
        if operators > MOST_OPERATORS:
            raise _too_much(
                token,
                f"More than {MOST_OPERATORS} operators, fields, phrases and wildcards are used.",
                "Leave some out; words without AND between them must all match anyway.",
            )
        if depth > DEEPEST:
            raise _too_much(
                token,
                f"Parentheses stand more than {DEEPEST} deep.",
                "Leave out those that change nothing.",
            )


def _weight(token: Token) -> int:
    """What a token counts for among the operators: a wildcard for each gap, a fuzzy run for
    each of its words."""
    match token:
        case Word():
            return 0
        case Pattern(pieces) | Fielded(_, _, Pattern(pieces)):
            return len(pieces) - 1
        case Fuzzy(words) | Fielded(_, _, Fuzzy(words)):
            return len(words)
        case _:
            return 1


def _too_much(token: Token, message: str, advice: str) -> QueryError:
    length = token.end - token.start
    return QueryError(message, position=token.start, length=length, advice=advice)


def within_budget(query: Query, frequency: Callable[[str], int]) -> Query:
    """The query with no more plain words than are sought: the rarest of them.

    `frequency` says in how many documents a folded word stands.  The words left out are in
    `dropped`.  Words under NOT and in fields are never left out.  Of the words of which any
    will do, those that stand nowhere are the first to go.
    """
    words: dict[tuple[str, ...], Word] = {}
    for word in _plain_words(query.root):
        words.setdefault(word.words, word)
    if sum(map(len, words)) <= MOST_WORDS_SOUGHT:
        return query

    def rank(key: tuple[str, ...]) -> tuple[bool, int]:
        rarest = min(map(frequency, key))
        return (query.any_words and rarest == 0, rarest)

    kept = set(_first(sorted(words, key=rank)))
    dropped = tuple(word.text for key, word in words.items() if key not in kept)
    return replace(query, root=_only(query.root, kept), dropped=dropped)


def _first(keys: Sequence[tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    """As many as fit, but one at least."""
    room = MOST_WORDS_SOUGHT
    for key in keys:
        if room < MOST_WORDS_SOUGHT and len(key) > room:
            return
        room -= len(key)
        yield key


def _plain_words(node: Expression | None) -> Iterable[Word]:
    match node:
        case Word():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _plain_words(part)
        case _:
            return


def _only(node: Expression | None, kept: set[tuple[str, ...]]) -> Expression | None:
    match node:
        case Word():
            return node if node.words in kept else None
        case And(parts) | Or(parts):
            left = tuple(part for each in parts if (part := _only(each, kept)) is not None)
            if len(left) < 2:
                return left[0] if left else None
            return And(left) if isinstance(node, And) else Or(left)
        case _:
            return node
