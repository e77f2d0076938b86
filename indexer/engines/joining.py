"""Several segments made one of our own, without their deleted documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexer.engines.arrays import Array, ArrayWriter
from indexer.engines.column_writing import Chunk, Outline, write_terms, write_values
from indexer.engines.segment import NO_INTS, Ints, Inverted, LiveSegment, Mask, ranges

_STEP = 1 << 21
"""Positions that are moved at once, about."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A field of one of the segments."""

    terms: Inverted
    live: Mask | None
    base: int
    """The number that its first living document gets."""
    numbers: Ints
    """The numbers that its terms get, ascending."""
    frequencies: Array
    """How many living documents have each term."""
    occurrences: Array
    """How often, if that is told."""

    def chunk(self, first: int, last: int) -> tuple[Ints, Array, Array, Chunk]:
        """The postings of the terms that get the numbers from `first` up to `last`: those
        numbers, the frequencies and occurrences of each, and the postings."""
        begin, end = np.searchsorted(self.numbers, (first, last))
        terms = self.terms
        at = slice(int(terms.firsts[begin]), int(terms.firsts[end]))
        docs, counts, positions = terms.docs[at].astype(np.int64), terms.counts, NO_INTS
        if len(counts):
            counts = counts[at]
            positions = terms.positions[int(terms.places[begin]) : int(terms.places[end])]
        if self.live is None:
            docs += self.base
        else:
            living = self.live[docs]
            docs = (np.cumsum(self.live) - 1 + self.base)[docs[living]]
            if len(counts):
                positions = positions[np.repeat(living, counts)]
                counts = counts[living]
        had = self.frequencies[begin:end] > 0
        return (
            self.numbers[begin:end][had],
            self.frequencies[begin:end][had],
            self.occurrences[begin:end][had] if len(self.occurrences) else NO_INTS,
            (docs, counts, positions),
        )


def join(
    path: Path,
    segments: Sequence[LiveSegment],
    *,
    term_fields: Sequence[str],
    value_fields: Sequence[str],
    columns: Sequence[str],
) -> int:
    """Write the segments' living documents as one segment, in their order; how many they are.

    The fields and columns are named as in the schema.
    """
    size = sum(segment.count() for segment in segments)
    with ArrayWriter(path) as writer:
        writer.notes["documents"] = size
        for name in columns:
            parts = [(s.arrays.numbers(name), s.live) for s in segments]
            kept = [column if live is None else column[live] for column, live in parts]
            writer.add(name, np.concatenate(kept))
        for name in value_fields:
            write_values(writer, name, size, *_joined(name, segments, False))
        for name in term_fields:
            write_terms(writer, name, size, *_joined(name, segments, True))
    return size


def _joined(
    name: str, segments: Sequence[LiveSegment], scored: bool
) -> tuple[Outline, Iterator[Chunk]]:
    """A field's terms, and their postings in chunks."""
    fields = [segment.arrays.inverted(name) for segment in segments]
    if not scored:
        fields = [replace(field, counts=NO_INTS) for field in fields]
    texts = sorted(set().union(*(field.texts for field in fields)))
    number = {text: i for i, text in enumerate(texts)}
    parts: list[_Part] = []
    base = 0
    for segment, field in zip(segments, fields, strict=True):
        numbers = np.fromiter(map(number.__getitem__, field.texts), np.int64, len(field.texts))
        parts.append(
            _Part(field, segment.live, base, numbers, *_living(field, segment.live, scored))
        )
        base += segment.count()
    frequencies = np.zeros(len(texts), dtype=np.int64)
    occurrences = np.zeros(len(texts), dtype=np.int64)
    for part in parts:
        frequencies[part.numbers] += part.frequencies
        if scored:
            occurrences[part.numbers] += part.occurrences
    # Terms of deleted documents only are left out; their numbers go to those before them.
    held = frequencies > 0
    renumbered = np.cumsum(held) - 1
    parts = [
        _Part(p.terms, p.live, p.base, renumbered[p.numbers], p.frequencies, p.occurrences)
        for p in parts
    ]
    outline = Outline(
        [text for text, kept in zip(texts, held.tolist(), strict=True) if kept],
        np.concatenate(([0], np.cumsum(frequencies[held]))),
        np.concatenate(([0], np.cumsum(occurrences[held]))),
        max((int(field.counts.max(initial=0)) for field in fields), default=0),
        max((int(field.positions.max(initial=0)) for field in fields), default=0),
    )
    return outline, _chunks(outline, parts)


def _living(field: Inverted, live: Mask | None, scored: bool) -> tuple[Array, Array]:
    """How many living documents have each term, and how often they have it."""
    if live is None:
        return np.diff(field.firsts).astype(np.int64), np.diff(field.places).astype(np.int64)
    living = live[field.docs]
    frequencies = np.add.reduceat(living, field.firsts[:-1], dtype=np.int64)
    if not scored:
        return frequencies, NO_INTS
    often = np.where(living, field.counts, 0)
    return frequencies, np.add.reduceat(often, field.firsts[:-1], dtype=np.int64)


def _chunks(outline: Outline, parts: Sequence[_Part]) -> Iterator[Chunk]:
    firsts, places = outline.firsts, outline.places
    next_posting, next_position = firsts[:-1].copy(), places[:-1].copy()
    moved = firsts + places
    cuts = np.unique(np.searchsorted(moved, np.arange(_STEP, int(moved[-1]), _STEP)))
    bounds = np.unique(np.concatenate(([0], cuts, [len(outline.texts)])))
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        docs = np.empty(firsts[last] - firsts[first], dtype=np.int64)
        counts = np.empty(len(docs), dtype=np.int64)
        positions = np.empty(places[last] - places[first], dtype=np.int64)
        for part in parts:
            terms, frequencies, occurrences, (its_docs, its_counts, its_positions) = part.chunk(
                first, last
            )
            where = ranges(next_posting[terms] - firsts[first], frequencies)
            docs[where] = its_docs
            next_posting[terms] += frequencies
            if len(its_counts):
                counts[where] = its_counts
                where = ranges(next_position[terms] - places[first], occurrences)
                positions[where] = its_positions
                next_position[terms] += occurrences
        yield docs, counts, positions
