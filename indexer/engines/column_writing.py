"""Writing the fields of a segment of our own; `column_arrays` says how they are laid down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from whoosh.util.numeric import byte_to_length

from indexer.engines.arrays import Array, ArrayWriter, narrowed, narrowest
from indexer.engines.segment import Ints

LENGTHS = np.array([byte_to_length(byte) for byte in range(256)])
"""The length that Whoosh takes each byte of `lengths` for."""

Chunk = tuple[Array, Array, Array]
"""Documents, counts and positions of postings that follow one another."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a field before its postings: its terms, ascending, where the postings
    and the positions of each begin, and the largest count and position."""

    texts: Sequence[bytes]
    firsts: Ints
    places: Ints
    most_count: int
    most_position: int


def write_terms(
    writer: ArrayWriter, name: str, size: int, outline: Outline, chunks: Iterable[Chunk]
) -> None:
    """Write a term field of `size` documents, whose postings come in `chunks`, term by term."""
    _write_texts(writer, name, outline)
    places = outline.places
    docs_slot = writer.reserve(f"{name}/docs", narrowest(size), int(outline.firsts[-1]))
    counts_slot = writer.reserve(
        f"{name}/counts", narrowest(outline.most_count), int(outline.firsts[-1])
    )
    positions_slot = writer.reserve(
        f"{name}/positions", narrowest(outline.most_position), int(places[-1])
    )
    lengths = np.zeros(size)
    for docs, counts, positions in chunks:
        docs_slot.append(docs)
        counts_slot.append(counts)
        positions_slot.append(positions)
        lengths += np.bincount(docs, weights=counts, minlength=size)
    writer.add(f"{name}/places", narrowed(places))
    writer.add(f"{name}/lengths", np.minimum(np.searchsorted(LENGTHS, lengths), 255).astype("u1"))
    writer.notes.setdefault("totals", {})[name] = int(lengths.sum())


def write_values(
    writer: ArrayWriter, name: str, size: int, outline: Outline, chunks: Iterable[Chunk]
) -> None:
    """Write a value field of `size` documents, whose postings come in `chunks`."""
    _write_texts(writer, name, outline)
    docs = np.concatenate([np.empty(0, narrowest(size)), *(docs for docs, _, _ in chunks)])
    writer.add(f"{name}/docs", docs.astype(narrowest(size)))
    of = np.repeat(np.arange(len(outline.texts)), np.diff(outline.firsts))
    starts = np.concatenate(([0], np.cumsum(np.bincount(docs, minlength=size))))
    writer.add(f"{name}/starts", narrowed(starts))
    writer.add(f"{name}/ordinals", narrowed(of[np.argsort(docs, kind="stable")]))


def _write_texts(writer: ArrayWriter, name: str, outline: Outline) -> None:
    text = b"".join(outline.texts)
    ends = np.cumsum([0, *map(len, outline.texts)])
    writer.add(f"{name}/text", np.frombuffer(text, "u1"))
    writer.add(f"{name}/ends", narrowed(ends))
    writer.add(f"{name}/firsts", narrowed(outline.firsts))
    writer.notes.setdefault("fields", []).append(name)
