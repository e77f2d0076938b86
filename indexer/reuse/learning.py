"""Bringing the store of reused text up to the newest extract of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from archive.catalogue import changes, extracts, records
from archive.catalogue.database import Catalogue
from archive.catalogue.passages import Places, excluded_places
from archive.home import Home
from indexer import generations
from indexer.reuse import grams, minhash, republications, store
from indexer.reuse.grams import Numbers, grams_of_text
from indexer.reuse.minhash import bands
from indexer.reuse.republications import pairs_with
from indexer.reuse.store import NOTHING, PAIR, Learnt, Run, Store

VERSION = 2
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
    """Learn the extracts that are new, and judge those anew of which people exclude another
    passage than before; how many new ones there were.

    Made anew if it is not there, is torn, was made by other rules or from another catalogue.
    Waits for another update to end; stopped at any moment, it goes on from the last batch.
    Raises OSError if the disk refuses.
    """
    with generations.locked(home, "reuse", wait=True):
        held = _judged_again(home, catalogue, _opened(home, catalogue))
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
    learnt = _opened(home, catalogue).learnt
    with catalogue.reading() as connection:
        return learnt.extract < extracts.newest_id(connection) or (
            learnt.extract > 0 and bool(changes.revised_after(connection, learnt.judged))
        )


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
    """The distinct n-grams of extracts that were learnt before, from the catalogue, without
    what is `excluded`."""

    catalogue: Catalogue
    excluded: Mapping[int, Places]

    def __call__(self, extract_id: int) -> Numbers | None:
        with self.catalogue.reading() as connection:
            text = extracts.texts(connection, [extract_id]).get(extract_id)
        return None if text is None else _distinct(text, self.excluded.get(extract_id, ()))


def _with_next(held: Store, catalogue: Catalogue) -> tuple[Store, int]:
    """The store with the next batch of extracts, not yet committed, and how many these are."""
    with catalogue.reading() as connection:
        batch = extracts.following(connection, held.learnt.extract, characters=_BATCH)
        change = changes.newest(connection)
        mark = changes.mark(connection, change)
        excluded = excluded_places(connection, [extract_id for extract_id, _ in batch])
    # N-grams of what is excluded lead to no passage, but may be asked for again.
    whole = {extract_id: _distinct(text) for extract_id, text in batch}
    left = {each: _distinct(text, excluded[each]) for each, text in batch if each in excluded}
    distinct = {**whole, **left}
    signed = _signed(distinct)
    known = {**held.learnt.excluded, **excluded}
    learnt = Learnt(batch[-1][0], change, mark, held.learnt.judged, known)
    run = _run(whole, signed)
    if not len(run.numbers):
        return Store(learnt, held.runs), len(batch)
    pairs = pairs_with(distinct, signed, (*held.runs, run), _Older(catalogue, known))
    return Store(learnt, (*held.runs, replace(run, pairs=pairs))), len(batch)


def _judged_again(home: Home, catalogue: Catalogue, held: Store) -> Store:
    """The store in which what people exclude by now has no part in any pair."""
    was = held.learnt.excluded
    with catalogue.reading() as connection:
        learnt = replace(held.learnt, judged=changes.newest(connection))
        if not learnt.extract:
            return Store(learnt, held.runs)
        revised = changes.revised_after(connection, held.learnt.judged)
        if not revised:
            return Store(learnt, held.runs)
        changed = {each.extract_id or 0 for each in records.many(connection, revised).values()}
        now = excluded_places(connection, changed)
        again = {
            each
            for each in changed
            if each <= learnt.extract and now.get(each, ()) != was.get(each, ())
        }
        texts = extracts.texts(connection, again)
    known = {each: places for each, places in was.items() if each not in again}
    known |= {each: places for each, places in now.items() if each in again}
    distinct = {each: _distinct(text, known.get(each, ())) for each, text in texts.items()}
    signed = _signed(distinct)
    runs = store.without_pairs(held.runs, again)
    run = _run({each: _lacking(runs, each, found) for each, found in signed.items()})
    pairs = pairs_with(distinct, signed, (*runs, run), _Older(catalogue, known))
    if len(run.numbers) or len(pairs):
        runs = (*runs, replace(run, pairs=pairs))
    return store.commit(home, Store(replace(learnt, excluded=known), runs), rules_in_force())


def _distinct(text: str, without: Places = ()) -> Numbers:
    return np.unique(grams_of_text(text, without=without))


def _signed(distinct: Mapping[int, Numbers]) -> dict[int, Numbers]:
    """The signatures of the extracts that are long enough to republish another."""
    return {
        extract_id: bands(found)
        for extract_id, found in distinct.items()
        if len(found) >= republications.SHORTEST
    }


def _lacking(runs: tuple[Run, ...], extract_id: int, numbers: Numbers) -> Numbers:
    """Those of the numbers that the runs do not have of an extract."""
    places, owners = store.entries(runs, *store.spans(runs, numbers))
    return np.delete(numbers, places[owners == extract_id])


def _run(*parts: Mapping[int, Numbers]) -> Run:
    """The entries of these extracts, without pairs."""
    owned = [(extract_id, found) for part in parts for extract_id, found in part.items()]
    if not owned:
        return Run(np.empty(0, np.uint64), np.empty(0, np.uint32), np.empty(0, PAIR))
    numbers = np.concatenate([found for _, found in owned])
    owners = np.array([extract_id for extract_id, _ in owned], np.uint32)
    extract_of = np.repeat(owners, [len(found) for _, found in owned])
    order = np.lexsort((extract_of, numbers))
    return Run(numbers[order], extract_of[order], np.empty(0, PAIR))
