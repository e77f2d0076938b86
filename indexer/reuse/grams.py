"""Word n-grams as 64-bit numbers, made for a whole text at once.

Equal n-grams have equal numbers; different ones have different numbers but for accidents of
one in 2**64, and whoever claims something compares the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import pieces_of, text_terms, words_of

N = 6
"""How many words an n-gram has."""

Numbers = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST_MIX, _SECOND_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def grams_of_text(text: str, *, without: Sequence[tuple[int, int]] = ()) -> Numbers:
    """The n-grams of a text's words, in order; none if it has fewer than N words.

    None of them has a word that stands, wholly or in part, in one of the ranges of characters
    that are left out (`without`, ascending).
    """
    if not without:
        numbers = chain.from_iterable(map(_NUMBERS.__getitem__, pieces_of(text)))
        return grams(np.fromiter(numbers, np.uint64))
    words = words_of(text)
    found, at = [], 0
    for first, end in (words.standing_in(*place) for place in without):
        found.append(grams(word_numbers(words.surface[at:first])))
        at = max(at, end)
    return np.concatenate([*found, grams(word_numbers(words.surface[at:]))])


def word_numbers(words: Sequence[str]) -> Numbers:
    """A number for each word, the same in every process and at any time."""
    return np.fromiter(map(_number, words), np.uint64, len(words))


def grams(words: Numbers) -> Numbers:
    """The number of the n-gram that begins at each word."""
    count = max(0, len(words) - N + 1)
    found = np.zeros(count, np.uint64)
    for place in range(N):
        found = found * _STEP + words[place : place + count]
    return mixed(found)


def mixed(numbers: Numbers) -> Numbers:
    """The numbers with every bit dependent on every other (Steele et al. 2014, SplitMix)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * _FIRST_MIX
    numbers = (numbers ^ (numbers >> np.uint64(27))) * _SECOND_MIX
    return numbers ^ (numbers >> np.uint64(31))


class _Numbers(dict[str, tuple[int, ...]]):
    """The numbers of the words of a piece of text; some are kept, for most pieces come often."""

    def __missing__(self, piece: str) -> tuple[int, ...]:
        numbers = tuple([_number(word) for word in text_terms(piece, None).surface])
        if len(piece) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[piece] = numbers
        return numbers


_KEPT = 1 << 16
_LONGEST_KEPT = 40  # characters
_NUMBERS = _Numbers()


@lru_cache(maxsize=1 << 16)
def _number(word: str) -> int:
    # A text may hold half of a surrogate pair, which plain UTF-8 cannot carry.
    digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
