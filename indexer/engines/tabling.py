"""A table of matches: by a value field, and by what else they match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from indexer.engine import Cell, ScoredId
from indexer.engines.fields import value_field
from indexer.engines.finding import Found
from indexer.engines.ordering import Ordering
from indexer.engines.segment import Ints
from indexer.engines.whole import Whole
from indexer.query.terms import Node

Key = tuple[str | None, int]


def table(rows: str, found: Found, matches: Ordering, columns: Sequence[Node]) -> dict[Key, Cell]:
    """How many of the matches are in each cell, and the first of them."""
    order = matches.rows()
    cells: dict[Key, Cell] = {}
    for column, node in enumerate(columns):
        held = matches.docs[order[found.evaluation.holding(node, matches.docs)[order]]]
        for value, count, place in _by_value(found.whole, value_field(rows), held):
            doc = held[place : place + 1]
            best = ScoredId(found.whole.ids(doc)[0], found.score(int(doc[0])))
            cells[value, column] = Cell(count, best)
    return cells


def _by_value(whole: Whole, field: str, docs: Ints) -> Iterator[tuple[str | None, int, int]]:
    """Each value that one of the documents has, how many have it, and where the first of them
    stands in `docs`."""
    rows, numbers = whole.pairs(field, docs)
    held, places, counts = np.unique(numbers, return_index=True, return_counts=True)
    names = whole.numbering((field,)).names[held].tolist()
    for name, place, count in zip(names, places.tolist(), counts.tolist(), strict=True):
        yield name, count, int(rows[place])
    without = np.flatnonzero(~whole.stated(field)[docs])
    if len(without):
        yield None, len(without), int(without[0])
