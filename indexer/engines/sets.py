"""Sets of documents, as ascending rows of numbers below a size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.engines.segment import NO_INTS, Array, Ints, Mask

_FEW = 16
"""A set so many times smaller than another is sought in it number by number."""


def member(docs: Ints, others: Array, size: int) -> Mask:
    """Which of `docs` are among `others`."""
    if len(docs) * _FEW < len(others):
        return _sought(docs, others)[0]
    held = np.zeros(size, dtype=np.bool_)
    held[others] = True
    return held[docs]


def places_in(docs: Ints, others: Array, size: int) -> tuple[Ints | slice, Ints | slice]:
    """Where in `docs`, and where in `others`, the numbers stand that are in both."""
    if len(docs) == len(others) and np.array_equal(docs, others):
        return slice(None), slice(None)
    if len(docs) * _FEW < len(others):
        held, places = _sought(docs, others)
        return np.flatnonzero(held), places[held]
    if len(others) * _FEW < len(docs):
        held, places = _sought(others, docs)
        return places[held], np.flatnonzero(held)
    numbered = np.zeros(size, dtype=np.int32)
    numbered[others] = np.arange(1, len(others) + 1, dtype=np.int32)
    found = numbered[docs]
    rows = np.flatnonzero(found)
    return rows, found[rows].astype(np.int64) - 1


def distinct(numbers: Ints) -> Ints:
    """Each of ascending numbers once."""
    first = np.ones(len(numbers), dtype=np.bool_)
    first[1:] = numbers[1:] != numbers[:-1]
    return numbers[first]


def union(sets: Sequence[Array], size: int) -> Ints:
    """The numbers that are in any of the sets."""
    sets = [one for one in sets if len(one)]
    if len(sets) < 2:
        return sets[0].astype(np.int64) if sets else NO_INTS
    if sum(map(len, sets)) * _FEW < size:
        return np.unique(np.concatenate(sets)).astype(np.int64)
    held = np.zeros(size, dtype=np.bool_)
    for one in sets:
        held[one] = True
    return np.flatnonzero(held)


def _sought(few: Array, many: Array) -> tuple[Mask, Ints]:
    """Which of `few` are among `many`, and where."""
    places = np.searchsorted(many, few.astype(many.dtype))
    places[places == len(many)] = 0
    held: Mask = many[places] == few
    return held, places
