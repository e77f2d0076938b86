"""Groups of documents of which one stands for the others in a list of hits."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexer.engine import Folds
from indexer.engines.fields import ID, encode
from indexer.engines.segment import Ints, LiveSegment, Mask
from indexer.engines.sets import member


@dataclass(frozen=True, slots=True)
class Folding:
    """The living members of all groups, group by group and in the group's order.

    `docs` are their numbers among the documents of all segments, the first segment's first;
    `groups` the numbers of their groups, ascending; `rows` says where a document is in them.
    """

    docs: Ints
    groups: Ints
    ids: tuple[str, ...]
    rows: dict[int, int]

    def matching(self, matches: Ints, size: int) -> Mask:
        """Which of `docs` are among the matches, of `size` documents."""
        return member(self.docs, matches, size)

    def hidden(self, matching: Mask) -> Ints:
        """The matches that are not the first of their group to match."""
        docs, groups = self.docs[matching], self.groups[matching]
        others: Ints = docs[1:][groups[1:] == groups[:-1]]
        return others

    def under(self, doc: int, matching: Mask) -> tuple[str, ...]:
        """The ids of the matches that are folded under `doc`, the first of its group."""
        row = self.rows.get(doc)
        if row is None:
            return ()
        end = int(np.searchsorted(self.groups, self.groups[row], side="right"))
        return tuple(self.ids[i] for i in range(row + 1, end) if matching[i])


def resolve(folds: Folds, segments: Sequence[LiveSegment]) -> Folding:
    """Find the documents of all groups, in one walk over the ids of the segments."""
    wanted = {encode(id): id for id in itertools.chain.from_iterable(folds)}
    docs: dict[str, int] = {}
    start = 0
    for part in segments:
        ids = part.arrays.values(ID)
        for number, text in enumerate(ids.texts) if wanted else ():
            if text in wanted:
                for doc in ids.docs[ids.firsts[number] : ids.firsts[number + 1]].tolist():
                    if part.live is None or part.live[doc]:
                        docs[wanted[text]] = start + doc
        start += part.arrays.size
    members = [
        (docs[id], number, id) for number, group in enumerate(folds) for id in group if id in docs
    ]
    return Folding(
        np.array([doc for doc, _, _ in members], dtype=np.int64),
        np.array([number for _, number, _ in members], dtype=np.int64),
        tuple(id for _, _, id in members),
        {doc: row for row, (doc, _, _) in enumerate(members)},
    )
