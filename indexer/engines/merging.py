"""Which segments a commit merges, so that they stay few and small commits stay cheap."""

from __future__ import annotations

from typing import Any

from whoosh.reading import SegmentReader

MOST_SEGMENTS = 8


def merge(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge what must be into the segment being written; the segments that stay.

    A Whoosh merge policy.  Segments without a living document are dropped, those that are
    mostly deleted are rewritten.  If more than MOST_SEGMENTS would remain, the smallest is
    merged, and then each next one that is no larger than what is merged already: a document
    is rewritten only together with about as many others, a handful of times in its life.
    Sizes are counted in living documents, for these are what a merge costs.
    """
    living = sorted((s for s in segments if s.doc_count()), key=lambda s: s.doc_count())
    merged = [s for s in living if s.deleted_count() > s.doc_count()]
    kept = [s for s in living if s.deleted_count() <= s.doc_count()]
    gathered = writer.doc_count() + sum(s.doc_count() for s in merged)
    if len(kept) + (gathered > 0) > MOST_SEGMENTS:
        if not gathered:
            gathered = kept[0].doc_count()
            merged.append(kept.pop(0))
        gathered += kept[0].doc_count()
        merged.append(kept.pop(0))
        while kept and kept[0].doc_count() <= gathered:
            gathered += kept[0].doc_count()
            merged.append(kept.pop(0))
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        try:
            writer.add_reader(reader)
        finally:
            reader.close()
    return kept
