"""The model that tells languages, asked a whole text at a time.

It is py3langid's: naive Bayes over the n-grams of bytes that an automaton finds (Lui and Baldwin,
langid.py, ACL 2012).  The library walks the automaton a byte at a time in Python, and turns the
weights into numbers that a processor computes with anew for each text, which took half of what
adding an article took.  Here a text is cut into pieces that are walked side by side.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

REACH = 6
"""Bytes that the automaton remembers: the length of its longest n-gram."""

NOWHERE = b"\xff"
"""A byte that is in no n-gram, nor in UTF-8: after it nothing is remembered."""

_PIECE = 8
"""Bytes of a piece, which is walked from `REACH` before it."""


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """`rows` says at which place in `moves` the row of a state begins, with the state after each
    of 256 bytes, and `features` what is found by a state, -1 for nothing.  `weights` has a row a
    feature and a column for each of `columns`, which says for which of the `languages` it stands
    (some have several); `prior` has a place a column."""

    rows: NDArray[np.int64]
    moves: NDArray[np.uint32]
    features: NDArray[np.int32]
    weights: NDArray[np.float32]
    prior: NDArray[np.float32]
    columns: NDArray[np.int64]
    languages: tuple[str, ...]

    def likeliest(self, text: str) -> tuple[str, float]:
        """The likeliest language of a text and how probable it is, as py3langid's `classify`
        with `norm_probs` tells it, to the rounding of a sum."""
        written = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        content = written.encode("utf-8", "surrogatepass")
        found, counts = np.unique(self._features_in(content), return_counts=True)
        scores = np.log1p(counts, dtype=np.float32) @ self.weights.take(found, axis=0)
        if len(found):
            scores += self.prior
        scores *= 1 / math.sqrt(len(content) or 1)
        likelihoods = np.bincount(self.columns, np.exp(scores - scores.max()))
        best = int(likelihoods.argmax())
        return self.languages[best], float(likelihoods[best] / likelihoods.sum())

    def _features_in(self, content: bytes) -> NDArray[np.int32]:
        """What the automaton finds, as often as it is there, in no order."""
        content = NOWHERE * REACH + content + NOWHERE * (-len(content) % _PIECE)
        letters = np.frombuffer(content, np.uint8).astype(np.int64)
        pieces = (len(content) - REACH) // _PIECE
        states = np.zeros(pieces, dtype=np.uint32)
        seen = []
        for step in range(REACH + _PIECE):
            states = self.moves.take(self.rows.take(states) + letters[step::_PIECE][:pieces])
            seen.append(states)
        found = self.features.take(np.concatenate(seen[REACH:]))
        return found[found >= 0]


@lru_cache(maxsize=1)
def language_model() -> LanguageModel:
    """The model that py3langid comes with; it takes most of a second to load."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    held: Any = LanguageIdentifier.from_model_file(MODEL_FILE)
    languages = tuple(dict.fromkeys(held.nb_classes))
    return LanguageModel(
        rows=np.asarray(held.tk_row).astype(np.int64) << 8,
        moves=np.asarray(held.tk_nextmove),
        features=np.asarray(held.tk_output, dtype=np.int32),
        weights=held.nb_ptc.astype(np.float32),
        prior=held.nb_pc,
        columns=np.array([languages.index(each) for each in held.nb_classes]),
        languages=languages,
    )
