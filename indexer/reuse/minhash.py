"""Signatures by which texts that are alike as wholes are found without comparing all pairs.

MinHash after A. Broder, "On the resemblance and containment of documents" (1997): the
smallest number of a text's n-grams under a random order is the same in two texts with a
chance that equals their resemblance, the share of their n-grams that both have.  Bands of
such minima (Indyk and Motwani 1998) are equal in two texts of resemblance r with a chance
of 1 - (1 - r**ROWS)**BANDS: .9994 for r = 1/3, .93 for r = 1/5, .006 for r = 1/100.
"""

from __future__ import annotations

from hashlib import shake_256

import numpy as np

from indexer.reuse.grams import Numbers, mixed

BANDS = 64
ROWS = 2

_AT_ONCE = 4096
_COUNT = BANDS * ROWS
_RANDOM = np.frombuffer(shake_256(b"pressmark minhash").digest(8 * (2 * _COUNT + BANDS)), "<u8")
_FACTORS = (_RANDOM[:_COUNT] | np.uint64(1))[:, None]
_OFFSETS = _RANDOM[_COUNT : 2 * _COUNT, None]
_SALTS = _RANDOM[2 * _COUNT :]


def bands(grams: Numbers) -> Numbers:
    """The BANDS numbers of a text with these n-grams, of which there is at least one."""
    smallest = np.full(_COUNT, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(grams), _AT_ONCE):
        ordered = _FACTORS * grams[None, start : start + _AT_ONCE] + _OFFSETS
        np.minimum(smallest, ordered.min(axis=1), out=smallest)
    found = _SALTS.copy()
    for row in range(ROWS):
        found = mixed(found + smallest[row::ROWS])
    return found
