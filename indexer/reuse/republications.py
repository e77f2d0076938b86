"""Republications: pairs of extracts that are the same text as wholes, however cut.

Two texts are that if at least half of the shorter one's distinct n-grams, and a quarter of
the longer one's, are in both.  So a text is found again under another headline and with
paragraphs left out or put in; but a statement that a long article prints in full is a
passage of that article, and the article no republication of it.  Both have at least
SHORTEST distinct n-grams: notices of a few lines follow a form, and are alike without
having been copied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from indexer.reuse.grams import Numbers
from indexer.reuse.store import PAIR, Run, entries, spans

SHORTEST = 50
OF_SHORTER = 1 / 2
OF_LONGER = 1 / 4

_CANDIDATES = 20
"""With so many extracts at most, the likeliest, one is compared.  Of a text that is there a
thousand times each copy is linked to some, and so all are linked."""


def resemblance(a: Numbers, b: Numbers) -> float | None:
    """The share of their n-grams (distinct, ascending) that both texts have, from 0 to 1, if
    one republishes the other; else None."""
    shorter, longer = sorted((len(a), len(b)))
    if shorter < SHORTEST:
        return None
    both = len(np.intersect1d(a, b, assume_unique=True))
    if both < OF_SHORTER * shorter or both < OF_LONGER * longer:
        return None
    return both / (shorter + longer - both)


def pairs_with(
    new: Mapping[int, Numbers],
    bands: Mapping[int, Numbers],
    runs: tuple[Run, ...],
    grams_of: Callable[[int], Numbers | None],
) -> NDArray[np.void]:
    """The pairs (PAIR) of each new extract with all others.

    `new` has the distinct n-grams and `bands` the signature of each new extract; `runs` hold
    these and all others; `grams_of` gives the distinct n-grams of another extract, None if it
    is not there any more.
    """
    found = []
    for extract, others in _candidates(bands, runs).items():
        for other in others:
            known = new[other] if other in new else grams_of(other)
            alike = None if known is None else resemblance(known, new[extract])
            if alike is not None:
                found.append((min(extract, other), max(extract, other), alike))
    return np.array(found, PAIR)


def _candidates(bands: Mapping[int, Numbers], runs: tuple[Run, ...]) -> dict[int, list[int]]:
    """For each extract those that have most bands in common with it; of two that are both
    asked about the earlier is named for the later."""
    if not bands:
        return {}
    owners = np.repeat(np.fromiter(bands, np.int64, len(bands)), [len(b) for b in bands.values()])
    wanted, place = np.unique(np.concatenate(list(bands.values())), return_inverse=True)
    lows, highs = spans(runs, wanted)
    # The first that have a band, in each run, are enough of those that have it.
    places, extracts = entries(runs, lows, np.minimum(highs, lows + _CANDIDATES))
    by_place = np.argsort(places, kind="stable")
    extracts = extracts[by_place].astype(np.int64)
    begins = np.searchsorted(places[by_place], np.arange(len(wanted) + 1))
    counts = np.diff(begins)[place]
    own = np.repeat(owners, counts)
    nth = np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)
    others = extracts[np.repeat(begins[place], counts) + nth]
    asked = np.isin(others, owners)
    named = (others < own) | ((others > own) & ~asked)
    pairs, in_common = np.unique(np.stack((own, others))[:, named], axis=1, return_counts=True)
    found: dict[int, list[int]] = {}
    for at in np.lexsort((pairs[1], -in_common)).tolist():
        likeliest = found.setdefault(int(pairs[0, at]), [])
        if len(likeliest) < _CANDIDATES:
            likeliest.append(int(pairs[1, at]))
    return found
