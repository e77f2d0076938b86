"""From a query as typed to the terms that an engine is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.analysis import BOUNDARY, COLON, code_terms, stem
from indexer.query import terms
from indexer.query.errors import QueryError
from indexer.query.syntax import (
    Absent,
    And,
    Dated,
    Exact,
    Expression,
    Fielded,
    Fuzzy,
    Near,
    Not,
    Operand,
    Or,
    Pattern,
    Query,
    Quoted,
    Starts,
    Word,
)

TITLE_BOOST = 2.0
"""How much more a word counts in the title than in the body."""

_BOOSTS = {"title": TITLE_BOOST}
_TEXTS = ("title", "body")


def lower(query: Query, *, languages: Sequence[str]) -> terms.Node:
    """The terms that answer `query` in an index that holds texts in `languages` (BCP 47).

    A plain word is sought by its surface form and its stem in each language, a phrase by
    surface forms, both in title or body and never across.  Raises QueryError for what is
    understood but not answered yet.
    """
    if query.root is None:
        return terms.Everything()
    return _node(query.root, tuple(dict.fromkeys(languages)))


def _node(node: Expression, languages: Sequence[str]) -> terms.Node:
    match node:
        case And(parts):
            return terms.All(_distinct(_node(part, languages) for part in parts))
        case Or(parts):
            return terms.AnyOf(_distinct(_node(part, languages) for part in parts))
        case Not(part):
            return terms.Without(_node(part, languages))
        case Absent(field):
            return terms.Missing(field)
        case Dated(first, last):
            return terms.DateRange(first, last)
        case Near():
            raise _later(node, "NEAR is", 'Use a phrase with room in it: "two words"~5')
        case Fielded(field, "text", operand):
            return _in_texts(operand, (field,), languages)
        case Fielded(field, kind, operand):
            return _in_values(operand, f"{field}_words", codes=kind == "code")
        case _:
            return _in_texts(node, _TEXTS, languages)


def _in_texts(operand: Operand, fields: Sequence[str], languages: Sequence[str]) -> terms.Node:
    match operand:
        case Word(_, (word,)):
            forms = dict.fromkeys((word, *(stem(word, language) for language in languages)))
            return _any(
                terms.Term(f"{field}_stem", form, _BOOSTS.get(field, 1.0))
                for field in fields
                for form in forms
            )
        case Word(_, words) | Quoted(_, words):
            slop = operand.slop if isinstance(operand, Quoted) else 0
            return _any(_phrase(field, words, slop) for field in fields)
        case Starts(word):
            return _any(terms.Prefix(field, word, _BOOSTS.get(field, 1.0)) for field in fields)
        case _:
            raise _unanswered(operand)


def _in_values(operand: Operand, field: str, *, codes: bool) -> terms.Node:
    match operand:
        case Word(text) | Quoted(text):
            slop = operand.slop if isinstance(operand, Quoted) else 0
            text = text.strip()
            words = code_terms(text)
            if not codes:
                return _phrase(field, words, slop)
            if COLON in words:
                return _phrase(field, (BOUNDARY, *words, BOUNDARY), slop)
            target, position = (BOUNDARY, *words, COLON), (COLON, *words, BOUNDARY)
            if text.startswith(COLON):
                return _phrase(field, position, slop)
            if text.endswith(COLON):
                return _phrase(field, target, slop)
            return _any((_phrase(field, target, slop), _phrase(field, position, slop)))
        case Starts(word):
            return terms.Prefix(field, word)
        case _:
            raise _unanswered(operand)


def _phrase(field: str, words: tuple[str, ...], slop: int) -> terms.Node:
    boost = _BOOSTS.get(field, 1.0)
    if len(words) == 1:
        return terms.Term(field, words[0], boost)
    return terms.Phrase(field, words, slop, boost)


def _any(parts: Iterable[terms.Node]) -> terms.Node:
    distinct = _distinct(parts)
    return distinct[0] if len(distinct) == 1 else terms.AnyOf(distinct)


def _distinct(parts: Iterable[terms.Node]) -> tuple[terms.Node, ...]:
    return tuple(dict.fromkeys(parts))


def _unanswered(operand: Operand) -> QueryError:
    match operand:
        case Pattern(text):
            start = text.partition("*")[0]
            return _later(operand, "A * inside a word is", f"Use the beginning: {start}*")
        case Fuzzy():
            return _later(operand, "A word with ~ (similar spellings) is", "Leave ~ out.")
        case Exact():
            return _later(operand, "A word with = (exactly as written) is", "Leave = out.")
        case _:
            raise AssertionError(operand)


def _later(node: Near | Pattern | Fuzzy | Exact, what: str, advice: str) -> QueryError:
    length = node.end - node.start
    return QueryError(
        f"{what} not answered yet.", position=node.start, length=length, advice=advice
    )
