"""From ids and scores to hits: records with their passages, marks and reasons."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence

from cachetools import LRUCache, cached
from sqlalchemy import Connection

from archive.catalogue import extracts, records
from archive.passage import places_in
from archive.record import Record
from indexer.analysis import TextTerms, Words, blanked, terms_of, words_of
from indexer.answer import Hit, MarkedText, Passage, Republication
from indexer.audience import exists
from indexer.engine import ScoredId
from indexer.fields import FIELD
from indexer.headings import Headings
from indexer.matching import Match, Matches, find_matches, seeks_only_text, seeks_text
from indexer.normalise import document_of_terms, document_of_text
from indexer.query.lower import Lowered
from indexer.reasons import Answered, reasons
from indexer.snippets import snippets

Range = tuple[int, int]

_CHARACTERS_KEPT = 5_000_000
"""Of the texts whose words are remembered, at about 15 bytes each: who looks at a long text
looks at it again.  A text with more is not."""


def hits(
    connection: Connection,
    scored: Sequence[ScoredId],
    lowered: Lowered,
    headings: Headings,
    *,
    access: Collection[str],
) -> tuple[Hit, ...]:
    """The records that were found, in their order; those are left out that have become hidden
    since from whom may see these access levels."""
    named = [id for each in scored for id in (each.id, *each.folded)]
    known = records.many(connection, named)
    found = {id: record for id, record in known.items() if exists(record, access)}
    texts = extracts.texts(connection, [r.extract_id for r in found.values() if r.extract_id])
    answered: Answered = {}
    return tuple(
        _hit(each, found, texts.get(found[each.id].extract_id or 0), lowered, headings, answered)
        for each in scored
        if each.id in found
    )


def marked_text(
    record: Record, text: str, extract_id: int | None, lowered: Lowered, headings: Headings
) -> MarkedText:
    """The record's title, and `text` (that of one of its extracts), with the same matches and
    passages as in a hit."""
    excluded = places_in(record.excluded, extract_id)
    found = _matches(record, text, excluded, lowered, headings)
    passages, _ = passages_of(text, found, excluded)
    title = record.description.title
    return MarkedText(title, _ranges(found.title), text, _ranges(found.body), found.more, passages)


def passages_of(
    text: str, found: Matches, excluded: Sequence[Range] = ()
) -> tuple[tuple[Passage, ...], int]:
    """The passages of a hit, and how many matches are in none of them; without any match the
    beginning of the text.  None runs into what is excluded of the text."""
    chosen = snippets(text, found.body, excluded)
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
    answered: Answered,
) -> Hit:
    record = found[scored.id]
    description = record.description
    text = text or ""
    excluded = places_in(record.excluded, record.extract_id)
    matches = _matches(record, text, excluded, lowered, headings)
    passages, more = passages_of(text, matches, excluded)
    return Hit(
        record=record,
        score=scored.score,
        title=description.title,
        title_marks=_ranges(matches.title),
        outlet=_outlet(record, headings),
        authors=FIELD["author"].values(record, headings),
        date=description.issued,
        stances=FIELD["stance"].values(record, headings),
        access=record.access,
        passages=passages,
        more=more,
        reasons=reasons(
            matches,
            lowered,
            title=description.title or "",
            body=text,
            language=description.language,
            answered=answered,
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
    return next(iter(FIELD["outlet"].values(record, headings)), None)


def _matches(
    record: Record, text: str, excluded: Sequence[Range], lowered: Lowered, headings: Headings
) -> Matches:
    if not seeks_text(lowered.node):
        return Matches()
    language = record.description.language
    title, title_terms = _analysed(record.description.title or "", language)
    body, body_terms = _analysed(text, language)
    if excluded:
        body_terms = blanked(body_terms, body, excluded)
    if seeks_only_text(lowered.node):
        document = document_of_text(record, title_terms, body_terms)
    else:
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
