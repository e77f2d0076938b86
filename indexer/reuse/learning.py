"""Bringing the store of reused text up to the newest extract of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from archive.catalogue import changes, extracts
from archive.catalogue.database import Catalogue
from archive.home import Home
from indexer import generations
from indexer.reuse import grams, minhash, republications, store
from indexer.reuse.grams import Numbers, grams_of_text
from indexer.reuse.minhash import bands
from indexer.reuse.republications import pairs_with
from indexer.reuse.store import NOTHING, PAIR, Learnt, Run, Store

VERSION = 1
"""Goes up whenever the same text would come to other entries for another reason than those
in `rules_in_force`."""

_BATCH = 4_000_000
"""Characters of text that are learnt at once, more only if one extract has more."""


def rules_in_force() -> str:
    """A fingerprint of all that decides what is kept of a text."""
    parts = (VERSION, generations.ANALYSIS, grams.N, minhash.BANDS, minhash.ROWS)
    limits = (republications.SHORTEST, republications.OF_SHORTER, republications.OF_LONGER)
    return sha256(repr((*parts, *limits)).encode()).hexdigest()[:16]


def update_reuse(
    home: Home, catalogue: Catalogue, progress: Callable[[int, int], None] | None = None
) -> int:
    """Learn the extracts that are new; how many there were.

    Made anew if it is not there, is torn, was made by other rules or from another catalogue.
    Waits for another update to end; stopped at any moment, it goes on from the last batch.
    Raises OSError if the disk refuses.
    """
    with generations.locked(home, "reuse", wait=True):
        held = _opened(home, catalogue)
        with catalogue.reading() as connection:
            newest = extracts.newest_id(connection)
        first = held.learnt.extract
        done = 0
        while held.learnt.extract < newest:
            held, learnt = _with_next(held, catalogue)
            held = store.commit(home, held, rules_in_force())
            done += learnt
            if progress:
                progress(held.learnt.extract - first, newest - first)
    return done


def behind(home: Home, catalogue: Catalogue) -> bool:
    """Whether `update_reuse` would have anything to do."""
    held = _opened(home, catalogue)
    with catalogue.reading() as connection:
        return held.learnt.extract < extracts.newest_id(connection)


def open_reuse(home: Home) -> Store:
    """The store as it is now, which may lag behind the catalogue; empty if there is none."""
    return store.open_store(home, rules_in_force())


def forget(home: Home, extract_ids: Collection[int]) -> None:
    """Remove all that is kept of these extracts.  They are not learnt again.  Raises OSError."""
    with generations.locked(home, "reuse", wait=True):
        held = open_reuse(home)
        if held is not NOTHING:
            store.commit(home, store.without(held, extract_ids), rules_in_force())


def _opened(home: Home, catalogue: Catalogue) -> Store:
    """The store, if it was made from this very catalogue, else an empty one."""
    held = open_reuse(home)
    with catalogue.reading() as connection:
        same = changes.mark(connection, held.learnt.change) == held.learnt.mark
    return held if same else NOTHING


@dataclass(frozen=True, slots=True)
class _Older:
    """The distinct n-grams of extracts that were learnt before, from the catalogue."""

    catalogue: Catalogue

    def __call__(self, extract_id: int) -> Numbers | None:
        with self.catalogue.reading() as connection:
            text = extracts.texts(connection, [extract_id]).get(extract_id)
        return None if text is None else np.unique(grams_of_text(text))


def _with_next(held: Store, catalogue: Catalogue) -> tuple[Store, int]:
    """The store with the next batch of extracts, not yet committed, and how many these are."""
    with catalogue.reading() as connection:
        batch = extracts.following(connection, held.learnt.extract, characters=_BATCH)
        change = changes.newest(connection)
        mark = changes.mark(connection, change)
    distinct = {extract_id: np.unique(grams_of_text(text)) for extract_id, text in batch}
    signed = {
        extract_id: bands(found)
        for extract_id, found in distinct.items()
        if len(found) >= republications.SHORTEST
    }
    learnt = Learnt(batch[-1][0], change, mark)
    run = _run(distinct, signed)
    if not len(run.numbers):
        return Store(learnt, held.runs), len(batch)
    pairs = pairs_with(distinct, signed, (*held.runs, run), _Older(catalogue))
    return Store(learnt, (*held.runs, replace(run, pairs=pairs))), len(batch)


def _run(*parts: Mapping[int, Numbers]) -> Run:
    """The entries of these extracts, without pairs."""
    owned = [(extract_id, found) for part in parts for extract_id, found in part.items()]
    numbers = np.concatenate([found for _, found in owned])
    owners = np.array([extract_id for extract_id, _ in owned], np.uint32)
    extract_of = np.repeat(owners, [len(found) for _, found in owned])
    order = np.lexsort((extract_of, numbers))
    return Run(numbers[order], extract_of[order], np.empty(0, PAIR))
