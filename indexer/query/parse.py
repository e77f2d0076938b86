"""The query language: from a line of text to its syntax tree.

    query    = and { OR and }
    and      = not { [AND] not }
    not      = { NOT | "-" } near
    near     = primary { NEAR/n primary }
    primary  = leaf | "(" [query] ")"

Leaves are words, "phrases", prefix*, field:value and what else `indexer.query.tokens` knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import regex

from indexer.query.budget import check_length, check_tokens
from indexer.query.errors import QueryError
from indexer.query.syntax import And, Expression, FieldKind, Near, Not, Or, Query
from indexer.query.tokens import Operator, OperatorName, Token, literal_words, tokenise

_ANY = regex.compile(r"\s*any:", regex.IGNORECASE)


def parse_query(text: str, *, fields: Mapping[str, FieldKind], any_words: bool = False) -> Query:
    """Understand a query as typed; an empty one asks for everything.

    `fields` are the fields that may be named, in lower case.  With `any_words`, or if the
    text begins with `any:`, everything is literal words, any of which will do.
    Raises QueryError, and nothing else, whatever is typed.
    """
    check_length(text)
    prefix = _ANY.match(text)
    if any_words or prefix:
        words = literal_words(text, prefix.end() if prefix else 0)
        check_tokens(words)
        return Query(text, _several(Or, words), any_words=True)
    tokens = tokenise(text, fields)
    check_tokens(tokens)
    return Query(text, _Parser(text, tokens).query(), any_words=False)


class _Parser:
    """Recursive descent; `check_tokens` has bounded the depth."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def query(self) -> Expression | None:
        root = self.alternatives()
        if stray := self.take(")"):
            raise _error(stray, "Nothing was opened that this closes.", "Leave ) out.")
        return root

    def take(self, *names: OperatorName) -> Operator | None:
        """The next token if it is one of these operators."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if isinstance(token, Operator) and token.name in names:
            self.at += 1
            return token
        return None

    def ended(self) -> bool:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return token is None or (isinstance(token, Operator) and token.name == ")")

    def alternatives(self) -> Expression | None:
        parts = [self.together()]
        while operator := self.take("OR"):
            self.expect_more(operator)
            parts.append(self.together())
        return _several(Or, parts)

    def together(self) -> Expression | None:
        parts = [self.negated()]
        while not self.ended():
            if operator := self.take("AND"):
                self.expect_more(operator)
            elif self.take("OR"):
                self.at -= 1
                break
            parts.append(self.negated())
        return _several(And, parts)

    def negated(self) -> Expression | None:
        signs = 0
        while operator := self.take("NOT"):
            self.expect_more(operator)
            signs += 1
        node = self.near()
        for _ in range(signs):
            node = None if node is None else Not(node)
        return node

    def near(self) -> Expression | None:
        parts: list[Expression] = []
        operators: list[Operator] = []
        operator = None
        while True:
            part = self.primary()
            if part is not None:
                if operator and parts:
                    operators.append(operator)
                parts.append(part)
            operator = self.take("NEAR")
            if operator is None:
                break
            self.expect_more(operator)
        if not operators:
            return parts[0] if parts else None
        distances = tuple(operator.distance for operator in operators)
        return Near(tuple(parts), distances, operators[0].start, operators[0].end)

    def primary(self) -> Expression | None:
        if self.ended():
            return None
        token = self.tokens[self.at]
        self.at += 1
        if not isinstance(token, Operator):
            return token
        if token.name == "NOT":  # `negated` has taken every other
            advice = "Write NOT before the whole of it."
            raise _error(token, "NEAR cannot join what is excluded.", advice)
        if token.name != "(":
            name = self.text[token.start : token.end]
            raise _error(
                token,
                f"{name} joins what stands before and after it, and nothing stands before it.",
                _literally(name),
            )
        inner = self.alternatives()
        if not self.take(")"):
            raise _error(
                token,
                "A parenthesis is opened here and never closed.",
                "Close it with ), or leave it out.",
            )
        return inner

    def expect_more(self, operator: Operator) -> None:
        if self.ended():
            name = self.text[operator.start : operator.end]
            raise _error(operator, f"Nothing stands after {name}.", _literally(name))


def _several(join: type[And] | type[Or], parts: Sequence[Expression | None]) -> Expression | None:
    left = tuple(part for part in parts if part is not None)
    return join(left) if len(left) > 1 else left[0] if left else None


def _literally(name: str) -> str:
    return f"Write a word there; to search for the word itself, write it small: {name.lower()}"


def _error(operator: Operator, message: str, advice: str) -> QueryError:
    length = operator.end - operator.start
    return QueryError(message, position=operator.start, length=length, advice=advice)
