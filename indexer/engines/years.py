"""The facet of years: in how many matches each year falls."""

from __future__ import annotations

import numpy as np

from indexer.engines.segment import NO_YEAR, Ints


def count_years(first: Ints, last: Ints) -> list[tuple[int, int]]:
    """Years and counts, newest first, of intervals from `first` to `last` year, inclusive.

    `first` is NO_YEAR for an open beginning.  Listed are the years that bounded intervals
    touch and the last year of open ones; an open one counts in every listed year up to its
    last.
    """
    if not len(last):
        return []
    bounded = first != NO_YEAR
    low = int(min(last.min(), first[bounded].min(initial=last.min())))
    size = int(last.max()) - low + 1
    begun = np.bincount(first[bounded] - low, minlength=size + 1)
    ended = np.bincount(last[bounded] - low + 1, minlength=size + 1)
    touched = np.cumsum(begun - ended)[:size]
    open_until = np.bincount(last[~bounded] - low, minlength=size)
    counts = touched + np.cumsum(open_until[::-1])[::-1]
    listed = np.flatnonzero((touched > 0) | (open_until > 0))
    return [(low + int(i), int(counts[i])) for i in listed[::-1]]
