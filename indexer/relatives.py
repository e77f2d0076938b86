"""The records that share text with a record, as they are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from archive.catalogue import extracts
from archive.record import Record
from indexer.analysis import Words, words_of
from indexer.answer import Aligned, RelatedRecord, SharedPassage
from indexer.audience import Audience, may_read_text, visible
from indexer.fields import FIELD
from indexer.headings import Headings
from indexer.reuse.comparison import Segment, compare, compare_around
from indexer.reuse.related import Related, related_to
from indexer.reuse.store import Store

_AROUND = 12
"""Words that are shown before and after a shared passage."""
_MOST_PASSAGES = 20
"""Shared passages that are shown of two records."""


def relatives(
    connection: Connection,
    store: Store,
    record: Record,
    headings: Headings,
    *,
    audience: Audience,
    commonplace: Collection[str],
) -> tuple[RelatedRecord, ...]:
    """The records that exist for this audience and share text with `record`: republications
    first, then those with the most words in common."""
    found = related_to(connection, store, record, access=visible(audience), commonplace=commonplace)
    text = _text(connection, record)
    words = words_of(text)
    return tuple(
        _relative(connection, each, record, text, words, headings, audience) for each in found
    )


def side_by_side(connection: Connection, one: Record, other: Record) -> tuple[Aligned, ...]:
    """The whole texts of two records, aligned: what is kept, cut and added from one to other."""
    here, there = _text(connection, one), _text(connection, other)
    return tuple(_aligned(compare(here, there), here, there))


def _relative(
    connection: Connection,
    related: Related,
    record: Record,
    text: str,
    words: Words,
    headings: Headings,
    audience: Audience,
) -> RelatedRecord:
    other = related.record
    passages: list[SharedPassage] = []
    if all(may_read_text(audience, each.access) for each in (record, other)):
        theirs = _text(connection, other)
        their_words = words_of(theirs)
        for each in related.passages[:_MOST_PASSAGES]:
            around = compare_around(text, theirs, each, words=_AROUND)
            passages.append(
                SharedPassage(
                    each.a_last - each.a_first + 1,
                    (words.starts[each.a_first], words.ends[each.a_last]),
                    (their_words.starts[each.b_first], their_words.ends[each.b_last]),
                    tuple(_aligned(around, text, theirs)),
                )
            )
    description = other.description
    return RelatedRecord(
        record=other,
        title=description.title,
        outlet=next(iter(FIELD["outlet"].values(other, headings)), None),
        date=description.issued,
        republication=related.republication,
        words=related.words,
        first=related.precedence.first,
        sureness=related.precedence.sureness.value,
        decided=related.decided.kind.value if related.decided else None,
        passages=tuple(passages),
    )


def _aligned(segments: Iterable[Segment], here: str, there: str) -> Iterable[Aligned]:
    for each in segments:
        yield Aligned(
            each.change.value, here[each.a_start : each.a_end], there[each.b_start : each.b_end]
        )


def _text(connection: Connection, record: Record) -> str:
    held = record.extract_id
    return extracts.texts(connection, [held]).get(held, "") if held else ""
