"""Shared passages: the runs of words that two texts have in common.

Seed and extend: every n-gram of one text that is in the other is a seed; seeds that follow
one another in both texts are one run, as long as it can be.  Where runs overlap the longest
is claimed first and no word twice, on either side (greedy tiling, Wise 1993).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from indexer.reuse.grams import N, Numbers, grams, word_numbers

SHORTEST = 8
"""Words of a shared passage at least."""

_MOST_SEEDS = 1 << 18
"""Up to this many seeds, all are taken.  Only texts that say the same again and again have
more; of what is most frequent in them the first is then paired with the first, the second
with the second and so on."""

_Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shared:
    """A run of words in a text `a` and a text `b`, by the numbers of its first and last words."""

    a_first: int
    a_last: int
    b_first: int
    b_last: int


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """The words of a text, ready to be compared with others."""

    words: Sequence[str]
    numbers: Numbers
    grams: Numbers
    order: _Places
    """Where the n-grams stand, in ascending order of the n-grams."""


def wording(words: Sequence[str]) -> Wording:
    """Prepare the words of a text, as `indexer.analysis` makes them."""
    numbers = word_numbers(words)
    found = grams(numbers)
    return Wording(words, numbers, found, np.argsort(found, kind="stable"))


def shared(a: Wording, b: Wording, commonplace: Collection[str]) -> tuple[Shared, ...]:
    """The passages of at least SHORTEST words that both texts have, in the order of `a`.

    A run of which every word is `commonplace` is none.  Time and memory are linear in the
    texts' lengths, whatever they hold.
    """
    runs = [(-length, i, j) for length, i, j in _runs(a, b)]
    heapify(runs)
    taken_a, taken_b = np.zeros(len(a.words), bool), np.zeros(len(b.words), bool)
    found = []
    while runs:
        length, i, j = heappop(runs)
        length = -length
        taken = taken_a[i : i + length] | taken_b[j : j + length]
        if taken.any():
            for start, end in _stretches(~taken):
                if end - start >= SHORTEST:
                    heappush(runs, (start - end, i + start, j + start))
        elif not all(word in commonplace for word in a.words[i : i + length]):
            taken_a[i : i + length] = taken_b[j : j + length] = True
            found.append(Shared(i, i + length - 1, j, j + length - 1))
    return tuple(sorted(found, key=lambda each: each.a_first))


def _runs(a: Wording, b: Wording) -> list[tuple[int, int, int]]:
    """The longest runs of words on each diagonal: length, place in `a`, place in `b`."""
    i, j, complete = _seeds(a, b)
    diagonal = i - j
    order = np.lexsort((i, diagonal))
    i, j, diagonal = i[order], j[order], diagonal[order]
    begins = np.ones(len(i), bool)
    begins[1:] = (np.diff(diagonal) != 0) | (np.diff(i) != 1)
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, len(i))) + N - 1
    runs = list(zip(lengths.tolist(), i[starts].tolist(), j[starts].tolist(), strict=True))
    if not complete:
        runs = _extended(runs, a.numbers, b.numbers)
    return [run for run in runs if run[0] >= SHORTEST]


def _seeds(a: Wording, b: Wording) -> tuple[_Places, _Places, bool]:
    """Places of n-grams in `a` and of equal ones in `b`; whether these are all there are."""
    in_a, in_b = a.grams[a.order], b.grams[b.order]
    distinct, first_b, count_b = np.unique(in_b, return_index=True, return_counts=True)
    first_a = in_a.searchsorted(distinct)
    count_a = in_a.searchsorted(distinct, "right") - first_a
    both = count_a > 0
    first_a, count_a, first_b, count_b = first_a[both], count_a[both], first_b[both], count_b[both]
    products = count_a * count_b
    rising = np.argsort(products, kind="stable")
    every = np.zeros(len(products), bool)
    every[rising] = np.cumsum(products[rising]) <= _MOST_SEEDS
    wanted = np.where(every, products, np.minimum(count_a, count_b))
    which = np.repeat(np.arange(len(wanted)), wanted)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    nth_a = np.where(every[which], nth // count_b[which], nth)
    nth_b = np.where(every[which], nth % count_b[which], nth)
    i, j = a.order[first_a[which] + nth_a], b.order[first_b[which] + nth_b]
    return i, j, bool((wanted == products).all())


def _extended(
    runs: list[tuple[int, int, int]], a: Numbers, b: Numbers
) -> list[tuple[int, int, int]]:
    """The runs, which ascend on each diagonal, made as long as they can be."""
    found: list[tuple[int, int, int]] = []
    diagonal, reached = None, 0
    for length, i, j in runs:
        if i - j != diagonal:
            diagonal, reached = i - j, 0
        end = i + length
        if end <= reached:
            continue
        start = i
        while start > max(reached, diagonal) and a[start - 1] == b[start - 1 - diagonal]:
            start -= 1
        while end < min(len(a), len(b) + diagonal) and a[end] == b[end - diagonal]:
            end += 1
        found.append((end - start, start, start - diagonal))
        reached = end
    return found


def _stretches(free: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], free, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
