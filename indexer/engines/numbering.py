"""The values of several fields, numbered through over the segments of a commit."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from indexer.engines.segment import Ints, Values

Names = npt.NDArray[np.object_]
"""The values of fields; None is "not stated"."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The values of some fields, a field's in order and "not stated" after them."""

    names: Names
    """The values by number."""
    bounds: list[int]
    """Where the numbers of each field begin, and the last end."""
    of_segment: list[Ints]
    """For each segment the numbers of those of its `Tally`."""
    order: Ints
    """What a value is sorted by apart from its count: its field, and whether it is stated."""


_FIELD, _NOT_STATED = np.int64(2**41), np.int64(2**40)  # both more than any count


def numbering(fields: Sequence[Sequence[Values]]) -> Numbering:
    """Number the values of fields, each told segment by segment."""
    names: list[str | None] = []
    bounds, order = [0], []
    numbers: list[list[Ints]] = [[] for _ in fields[0]]
    for place, parts in enumerate(fields):
        base = len(names)
        if len(parts) == 1:
            held = parts[0].names
            numbers[0].append(np.arange(base, base + len(held) + 1))
        else:
            held = sorted(set().union(*(part.names for part in parts)))
            number = {name: base + i for i, name in enumerate(held)}
            for part, its in zip(parts, numbers, strict=True):
                mapped = [*map(number.__getitem__, part.names), base + len(held)]
                its.append(np.array(mapped, dtype=np.int64))
        names += [*held, None]
        bounds.append(len(names))
        order.append(np.full(len(held) + 1, place * _FIELD))
        order[-1][-1] += _NOT_STATED
    return Numbering(
        np.array(names, dtype=object),
        bounds,
        [np.concatenate(its) for its in numbers],
        np.concatenate(order),
    )


def ranked(numbering: Numbering, counts: Ints) -> list[tuple[Names, Ints]]:
    """For each field its values with a count above 0, and these counts: the highest first,
    then by name, "not stated" last."""
    held = np.flatnonzero(counts)
    cuts = held.searchsorted(numbering.bounds).tolist()
    held = held[np.argsort(numbering.order[held] - counts[held], kind="stable")]
    names, found = numbering.names[held], counts[held]
    return [(names[a:b], found[a:b]) for a, b in itertools.pairwise(cuts)]
