"""The words of a query without its signs, for who did not mean them."""

from __future__ import annotations

import regex

from indexer.analysis import words_of
from indexer.query.budget import LONGEST_QUERY, MOST_WORDS

_ANY = regex.compile(r"\A\s*any:", regex.IGNORECASE)
_EDITS = regex.compile(r"""(?<=[\w"“”„‟\uff02«»\u2039\u203a])~[0-9]*(?!\w)""")
_SIGNS = regex.compile(r"""["“”„‟\uff02«»\u2039\u203a\u2018()*=:~]""")
_OPERATOR = regex.compile(r"AND|OR|NOT|NEAR/[0-9]+")


def as_literal(text: str) -> str:
    """A query that seeks the words of `text` as words, without operators and signs.

    Operators stay, in small letters, if there is nothing else.  What is too long is cut.
    `parse_query` understands it, whatever `text` is; '' if there are no words.
    """
    signless = _ANY.sub("", text[: 2 * LONGEST_QUERY])
    for signs in (_EDITS, _SIGNS):
        signless = signs.sub(" ", signless)
    runs = [run.lstrip("+-") for run in signless.split()]
    kept = [run for run in runs if not _OPERATOR.fullmatch(run)]
    literal, words = "", 0
    for run in kept if any(words_of(run).surface for run in kept) else map(str.lower, runs):
        count = len(words_of(run).surface)
        longer = f"{literal} {run}".strip()
        if words + count > MOST_WORDS or len(longer) > LONGEST_QUERY:
            break
        if count:
            literal, words = longer, words + count
    return literal
