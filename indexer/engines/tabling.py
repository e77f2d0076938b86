"""A table of matches: by a value field, and by what else they match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from indexer.engine import Cell, ScoredId
from indexer.engines.fields import value_field
from indexer.engines.ordering import Ordering, Ranked
from indexer.engines.segment import Ints, Mask, Values

Key = tuple[str | None, int]


def table(
    rows: str, orderings: Sequence[Ordering], columns: Sequence[Sequence[Mask]]
) -> dict[Key, Cell]:
    """How many of the matches are in each cell, and the first of them.

    `orderings` hold the matches of each segment, `columns` what each segment has of each
    column.
    """
    counts: dict[Key, int] = {}
    best: dict[Key, Ranked] = {}
    for matches, masks in zip(orderings, columns, strict=True):
        order = matches.rows()
        nowhere = len(order)
        ranks = np.full(matches.found.arrays.size, nowhere)
        ranks[matches.docs[order]] = np.arange(nowhere)
        values = matches.found.arrays.values(value_field(rows))
        for column, mask in enumerate(masks):
            for value, count, rank in _by_value(values, np.where(mask, ranks, nowhere), nowhere):
                cell = value, column
                first = matches.ranked(int(order[rank]))
                counts[cell] = counts.get(cell, 0) + count
                best[cell] = min(best.get(cell, first), first)
    return {
        cell: Cell(count, ScoredId(best[cell].id, best[cell].score))
        for cell, count in counts.items()
    }


def _by_value(values: Values, ranks: Ints, nowhere: int) -> Iterator[tuple[str | None, int, int]]:
    """Each value that a document ranked before `nowhere` has, how many have it, and the first
    rank among them."""
    counts = values.counts(ranks < nowhere)
    if len(counts):
        lowest = np.minimum.reduceat(ranks[values.docs], values.starts[:-1])
        for i in np.flatnonzero(counts):
            yield values.names[i], int(counts[i]), int(lowest[i])
    unstated = ranks[~values.stated]
    without = int(np.count_nonzero(unstated < nowhere))
    if without:
        yield None, without, int(unstated.min())
