"""A table of matches: by a value field, and by what else they match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from indexer.engine import Cell, ScoredId
from indexer.engines.fields import value_field
from indexer.engines.ordering import Ordering, Ranked
from indexer.engines.segment import Ints, Values
from indexer.query.terms import Node

Key = tuple[str | None, int]


def table(rows: str, orderings: Sequence[Ordering], columns: Sequence[Node]) -> dict[Key, Cell]:
    """How many of the matches are in each cell, and the first of them.

    `orderings` hold the matches of each segment.
    """
    counts: dict[Key, int] = {}
    best: dict[Key, tuple[Ranked, Ordering]] = {}
    for matches in orderings:
        order = matches.rows()
        values = matches.found.arrays.values(value_field(rows))
        for column, node in enumerate(columns):
            held = order[matches.found.evaluation.holding(node, matches.docs)[order]]
            for value, count, place in _by_value(values, matches.docs[held]):
                cell = value, column
                (first,) = matches.ranked(held[place : place + 1])
                counts[cell] = counts.get(cell, 0) + count
                if cell not in best or first < best[cell][0]:
                    best[cell] = first, matches
    return {
        cell: Cell(counts[cell], ScoredId(first.id, matches.found.score(first.doc)))
        for cell, (first, matches) in best.items()
    }


def _by_value(values: Values, docs: Ints) -> Iterator[tuple[str | None, int, int]]:
    """Each value that one of the documents has, how many have it, and where the first of them
    stands in `docs`."""
    rows, numbers = values.pairs(docs)
    held, places, counts = np.unique(numbers, return_index=True, return_counts=True)
    for number, place, count in zip(held.tolist(), places.tolist(), counts.tolist(), strict=True):
        yield values.names[number], count, int(rows[place])
    without = np.flatnonzero(~values.stated[docs])
    if len(without):
        yield None, len(without), int(without[0])
