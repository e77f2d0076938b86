"""The records that have text from a record, and the groups that a search folds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import Connection

from archive.catalogue import extracts, records, relations
from archive.passage import places_in
from archive.record import Record
from archive.relation import Relation, RelationKind
from indexer.analysis import words_of
from indexer.audience import exists
from indexer.engine import Folds
from indexer.reuse.lineage import Precedence, lineages, precedence, witness
from indexer.reuse.passages import Shared, Wording, shared, wording
from indexer.reuse.sharing import sharing
from indexer.reuse.store import Store


@dataclass(frozen=True, slots=True)
class Related:
    """A record that has text from another one, or of which a person said so.

    `republication` if its text is the other's as a whole, and nobody decided that the two
    are different.  `passages` number the words of the two texts, `a` being the record that
    was asked about.  `decided` is what a person said of the two.
    """

    record: Record
    republication: bool
    passages: tuple[Shared, ...]
    precedence: Precedence
    decided: Relation | None = None

    @property
    def words(self) -> int:
        """How many words the two have in common, in passages."""
        return sum(each.a_last - each.a_first + 1 for each in self.passages)


def related_to(
    connection: Connection,
    store: Store,
    record: Record,
    *,
    access: Collection[str],
    commonplace: Collection[str],
) -> tuple[Related, ...]:
    """The records that share text with a record: republications first, then those with most
    words in common.

    Records with another access than these do not exist for the asker.  What is excluded of a
    text is part of no passage, and makes no republication.  At most `sharing.MOST`
    texts are compared besides republications.  `commonplace` are words that make no passage.
    """
    decided = {
        each.record_id if each.other_id == record.id else each.other_id: each
        for each in relations.of_record(connection, record.id)
    }
    text = _wording(connection, record)
    alike = _paired(store, record.extract_id)
    candidates = sharing(store.runs, text.grams, apart_from=record.extract_id or 0)
    holders = extracts.records_of(connection, {*alike, *candidates} - {record.extract_id})
    others = records.many(connection, {*holders, *decided} - {record.id})
    found = []
    for other in others.values():
        if not exists(other, access):
            continue
        said = decided.get(other.id)
        passages = shared(text, _wording(connection, other), commonplace)
        whole = said.kind is not RelationKind.DIFFERENT if said else other.extract_id in alike
        if whole or passages:
            order = precedence(witness(record), witness(other), said)
            found.append(Related(other, whole, passages, order, said))
    return tuple(
        sorted(found, key=lambda each: (not each.republication, -each.words, each.record.id))
    )


def folds_of(connection: Connection, store: Store) -> Folds:
    """The groups of records that have one text, each in the order of witness.  Withdrawn
    records are in none.

    Holds until the catalogue's newest change or what the store has learnt is another.
    """
    pairs = store.pairs
    holders: dict[int, list[str]] = defaultdict(list)
    known = extracts.records_of(connection, {*pairs["earlier"].tolist(), *pairs["later"].tolist()})
    for record_id, extract_id in known.items():
        holders[extract_id].append(record_id)
    alike = [
        (one, other, resemblance)
        for earlier, later, resemblance in pairs.tolist()
        for one in holders[earlier]
        for other in holders[later]
    ]
    alike += [(*two, 1.0) for same in holders.values() for two in combinations(same, 2)]
    decided = relations.in_force(connection)
    wanted = {*known, *(id for each in decided for id in (each.record_id, each.other_id))}
    found = records.many(connection, wanted)
    witnesses = {id: witness(each) for id, each in found.items() if each.withdrawn is None}
    return lineages(witnesses, alike, decided)


def _wording(connection: Connection, record: Record) -> Wording:
    held = record.extract_id
    text = extracts.texts(connection, [held]).get(held, "") if held else ""
    words = words_of(text)
    surface = list(words.surface)
    for start, end in places_in(record.excluded, held):
        for at in range(*words.standing_in(start, end)):
            # Shared with nothing: no word has a space, and no other record this id.
            surface[at] = f"{record.id} {at}"
    return wording(surface)


def _paired(store: Store, extract_id: int | None) -> frozenset[int]:
    pairs = store.pairs
    later = pairs["later"][pairs["earlier"] == (extract_id or 0)]
    earlier = pairs["earlier"][pairs["later"] == (extract_id or 0)]
    return frozenset((*later.tolist(), *earlier.tolist()))
