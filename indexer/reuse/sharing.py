"""Which extracts have passages of a text, looked up in the store."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexer.reuse.grams import Numbers, mixed
from indexer.reuse.store import Run, entries, spans

FORMULAIC = 200
"""An n-gram that stands in more extracts than this is a formula of the trade, or a page's
furniture, and no seed: it does not by itself lead from one text to another."""

MOST = 100
"""Extracts found at most: those that have most in common with the text."""

_BUDGET = 1_000_000
"""Entries read at most; of a text that has more, the most frequent n-grams are no seeds."""


def sharing(runs: tuple[Run, ...], grams: Numbers, *, apart_from: int) -> tuple[int, ...]:
    """The extracts that may share a passage of eight words or more with a text that has these
    n-grams in this order, those with most in common first.

    They have all three n-grams of some eight words of it, at least one of them a seed (of
    the others formulaic ones are taken for granted); whether in a row, their texts tell.
    """
    numbers, place = np.unique(grams, return_inverse=True)
    lows, highs = spans(runs, numbers)
    counts = (highs - lows).sum(axis=0)
    rising = np.argsort(counts, kind="stable")
    seed = np.zeros(len(numbers), bool)
    seed[rising] = np.cumsum(counts[rising]) <= _BUDGET
    seed &= counts <= FORMULAIC
    places, extracts = entries(runs, lows, np.where(seed, highs, lows))
    others = extracts != apart_from
    extracts, places = extracts[others].astype(np.uint64), places[others]
    # An n-gram in an extract as one number, ascending.
    held = np.sort(extracts << np.uint64(32) | places.astype(np.uint64))
    if not len(held) or len(grams) < 3:
        return ()

    # Each eight words once, as three n-grams: what a text says again and again costs no more.
    _, first = np.unique(mixed(grams[:-2]) + grams[2:], return_index=True)
    eights = place[first[:, None] + np.arange(3)]
    by_rarity = np.argsort(np.where(seed[eights], counts[eights], _BUDGET + 1), axis=1)
    eights = np.take_along_axis(eights, by_rarity, axis=1)
    eights = eights[seed[eights[:, 0]]]

    gram = (held & np.uint64(0xFFFFFFFF)).astype(np.int64)
    by_gram = np.argsort(gram, kind="stable")
    begins = np.searchsorted(gram[by_gram], np.arange(len(numbers) + 1))
    holders = np.diff(begins)[eights[:, 0]]
    eight = np.repeat(np.arange(len(eights)), holders)
    nth = np.arange(len(eight)) - np.repeat(np.cumsum(holders) - holders, holders)
    extract = held[by_gram[begins[eights[eight, 0]] + nth]] >> np.uint64(32)
    whole = np.ones(len(eight), bool)
    for other in (eights[eight, 1], eights[eight, 2]):
        whole &= _has(held, extract << np.uint64(32) | other.astype(np.uint64)) | ~seed[other]
    found, in_common = np.unique(extract[whole], return_counts=True)
    best = np.lexsort((found, -in_common))[:MOST]
    return tuple(found[best].tolist())


def _has(held: Numbers, wanted: Numbers) -> NDArray[np.bool_]:
    at = np.minimum(held.searchsorted(wanted), len(held) - 1)
    return np.asarray(held[at] == wanted)
