"""Why a record matches, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from indexer.answer import Reason, Way
from indexer.fields import language_in_words

_WAYS = {
    Way.LITERAL: "as written",
    Way.FOLDING: "with other marks or letters",
    Way.STEM: "in another form",
    Way.WILDCARD: "as a word of this pattern",
    Way.FUZZINESS: "in a similar spelling",
    Way.EQUIVALENCE: "by another name",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One way in which what was typed was found: in words, in which forms, how many times."""

    way: str
    found: tuple[str, ...]
    count: int


def accounts(reasons: Iterable[Reason]) -> tuple[tuple[str, tuple[Account, ...]], ...]:
    """What was typed, each with the ways in which it was found, in the order of `reasons`.

    What stands in the text as it was typed is not said twice.
    """
    grouped = groupby(reasons, key=lambda reason: reason.typed)
    return tuple((typed, tuple(_account(each) for each in of_it)) for typed, of_it in grouped)


def _account(reason: Reason) -> Account:
    way = _WAYS[reason.way]
    if reason.way is Way.STEM and reason.language:
        way += f" ({language_in_words(reason.language)})"
    found = () if reason.way is Way.LITERAL else reason.found
    return Account(way, found, reason.count)
