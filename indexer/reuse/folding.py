"""The groups that searches fold, kept as long as they hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from archive.catalogue import changes, records, relations
from archive.home import Home
from indexer.engine import Folds
from indexer.reuse.learning import open_reuse
from indexer.reuse.related import folds_of
from indexer.reuse.store import Store, stamp

_MOST_CHANGES = 1_000
"""Changes that are looked at one by one; after more, the groups are made anew."""


@dataclass(frozen=True, slots=True, eq=False)
class Lineages:
    """The groups of records with one text, as of a change and a state of the store."""

    stamp: object
    position: int
    store: Store
    folds: Folds


def lineages_now(
    connection: Connection, home: Home, position: int, known: Lineages | None
) -> Lineages:
    """The groups in force at the newest change, number `position`; `known`, if nothing that has
    happened since can have changed them.

    A change of any other record costs a look at that record, not at all that are grouped.
    """
    now = stamp(home)
    if known is not None and (known.stamp, known.position) == (now, position):
        return known
    store = known.store if known is not None and known.stamp == now else open_reuse(home)
    if known is not None and _unaffected(connection, known, store):
        return replace(known, stamp=now, position=position, store=store)
    return Lineages(now, position, store, folds_of(connection, store))


def _unaffected(connection: Connection, known: Lineages, store: Store) -> bool:
    if not np.array_equal(store.pairs, known.store.pairs):
        return False
    latest = changes.after(connection, known.position, limit=_MOST_CHANGES)
    ids = {change.record_id for change in latest if change.record_id}
    if len(latest) == _MOST_CHANGES or not ids.isdisjoint(_members(connection, known)):
        return False
    paired = {*store.pairs["earlier"].tolist(), *store.pairs["later"].tolist()}
    found = records.many(connection, ids)
    return not any(record.extract_id in paired for record in found.values())


def _members(connection: Connection, known: Lineages) -> Collection[str]:
    decided = relations.in_force(connection)
    named = {id for each in decided for id in (each.record_id, each.other_id)}
    return named.union(*known.folds)
