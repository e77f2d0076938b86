"""From ids and scores to hits: records with their passages, marks and reasons."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence

from cachetools import LRUCache, cached
from sqlalchemy import Connection

from archive.catalogue import extracts, records
from archive.record import Record
from indexer.analysis import TextTerms, Words, terms_of, words_of
from indexer.answer import Hit, MarkedText, Passage, Republication
from indexer.engine import ScoredId
from indexer.fields import FIELD
from indexer.headings import Headings
from indexer.matching import Match, Matches, find_matches, seeks_text
from indexer.normalise import document_of_terms
from indexer.query.lower import Lowered
from indexer.reasons import reasons
from indexer.snippets import snippets

_CHARACTERS_KEPT = 5_000_000
"""Of the texts whose words are remembered, at about 15 bytes each: who looks at a long text
looks at it again.  A text with more is not."""


def hits(
    connection: Connection, scored: Sequence[ScoredId], lowered: Lowered, headings: Headings
) -> tuple[Hit, ...]:
    """The records that were found, in their order."""
    named = [id for each in scored for id in (each.id, *each.folded)]
    found = records.many(connection, named)
    texts = extracts.texts(connection, [r.extract_id for r in found.values() if r.extract_id])
    return tuple(
        _hit(each, found, texts.get(found[each.id].extract_id or 0), lowered, headings)
        for each in scored
        if each.id in found
    )


def marked_text(record: Record, text: str, lowered: Lowered, headings: Headings) -> MarkedText:
    """The record's title, and `text` (one of its extracts), with the same matches and
    passages as in a hit."""
    found = _matches(record, text, lowered, headings)
    passages, _ = passages_of(text, found)
    title = record.description.title
    return MarkedText(title, _ranges(found.title), text, _ranges(found.body), found.more, passages)


def passages_of(text: str, found: Matches) -> tuple[tuple[Passage, ...], int]:
    """The passages of a hit, and how many matches are in none of them; without any match the
    beginning of the text."""
    chosen = snippets(text, found.body)
    ended = len(text.rstrip())
    passages = tuple(
        Passage(p.start, p.end, text[p.start : p.end], p.marks, last=p.end == ended)
        for p in chosen.passages
    )
    return passages, chosen.more + found.more


def _hit(
    scored: ScoredId,
    found: Mapping[str, Record],
    text: str | None,
    lowered: Lowered,
    headings: Headings,
) -> Hit:
    record = found[scored.id]
    description = record.description
    text = text or ""
    matches = _matches(record, text, lowered, headings)
    passages, more = passages_of(text, matches)
    return Hit(
        record=record,
        score=scored.score,
        title=description.title,
        title_marks=_ranges(matches.title),
        outlet=_outlet(record, headings),
        authors=FIELD["author"].values(description, headings),
        date=description.issued,
        stances=FIELD["stance"].values(description, headings),
        access=record.access,
        passages=passages,
        more=more,
        reasons=reasons(
            matches,
            lowered,
            title=description.title or "",
            body=text,
            language=description.language,
        ),
        republications=tuple(
            Republication(
                id, found[id].description.title, _outlet(found[id], headings),
                found[id].description.issued,
            )
            for id in scored.folded
            if id in found
        ),
    )  # fmt: skip


def _outlet(record: Record, headings: Headings) -> str | None:
    return next(iter(FIELD["outlet"].values(record.description, headings)), None)


def _matches(record: Record, text: str, lowered: Lowered, headings: Headings) -> Matches:
    if not seeks_text(lowered.node):
        return Matches()
    language = record.description.language
    title, title_terms = _analysed(record.description.title or "", language)
    body, body_terms = _analysed(text, language)
    document = document_of_terms(record, title_terms, body_terms, headings)
    return find_matches(lowered.node, document, title=title, body=body)


_Analysed = tuple[Words, TextTerms]


def _extent(analysed: _Analysed) -> int:
    words, _ = analysed
    return words.ends[-1] if words.surface else 1


@cached(LRUCache(_CHARACTERS_KEPT, getsizeof=_extent), lock=threading.Lock())
def _analysed(text: str, language: str | None) -> _Analysed:
    words = words_of(text)
    return words, terms_of(words, text, language)


def _ranges(matches: Iterable[Match]) -> tuple[tuple[int, int], ...]:
    return tuple((match.start, match.end) for match in matches)
