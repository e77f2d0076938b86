"""Normalising: from a record, its text and the authorities to what the index holds.

Pure, and done at index time: a better rule or a merged authority is an index update and
never changes the catalogue.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from archive.asking import by_reader
from archive.edtf import parse_edtf
from archive.passage import places_in
from archive.record import Description, Record
from indexer.analysis import TextTerms, blanked, text_terms, value_terms, words_of
from indexer.document import IndexDocument
from indexer.fields import FIELDS
from indexer.headings import Headings

TERM_FIELDS = (
    "title",
    "title_stem",
    "title_exact",
    "body",
    "body_stem",
    "body_exact",
    *(f"{field.name}_words" for field in FIELDS),
)
VALUE_FIELDS = tuple(field.name for field in FIELDS)

_NO_TERMS = TextTerms((), (), ())
_NO_DAYS: tuple[None, None, None, None] = (None, None, None, None)


def index_document(record: Record, text: str | None, headings: Headings) -> IndexDocument:
    """What the index holds of a record; `text` is its extract's text, None without one.

    What is excluded of the text is not in it.
    """
    description = record.description
    title = text_terms(description.title or "", description.language)
    body = text_terms(text or "", description.language)
    if excluded := places_in(record.excluded, record.extract_id):
        body = blanked(body, words_of(text or ""), excluded)
    return document_of_terms(record, title, body, headings)


def document_of_terms(
    record: Record, title: TextTerms, body: TextTerms, headings: Headings
) -> IndexDocument:
    """As `index_document`, from the terms of the record's title and text.

    A title that a reader made of the whole text is sought, and counted, as the text alone.
    """
    document = document_of_text(record, title, body)
    terms, values = {**document.terms}, {}
    for field in FIELDS:
        values[field.name] = field.values(record, headings)
        spellings = [
            name for value in values[field.name] for name in field.spellings(value, headings)
        ]
        terms[f"{field.name}_words"] = value_terms(dict.fromkeys(spellings))
    earliest, latest, oldest, newest = _days(record.description, received=record.added.date())
    return replace(
        document,
        terms=terms,
        values=values,
        earliest=earliest,
        latest=latest,
        oldest=oldest,
        newest=newest,
    )


def document_of_text(record: Record, title: TextTerms, body: TextTerms) -> IndexDocument:
    """As `document_of_terms`, with neither values nor days: enough for a query that seeks
    nothing else."""
    if title == body and by_reader(record, "title"):
        title = _NO_TERMS
    return IndexDocument(
        id=record.id,
        terms={
            "title": title.surface,
            "title_stem": title.stems,
            "title_exact": title.exact,
            "body": body.surface,
            "body_stem": body.stems,
            "body_exact": body.exact,
        },
        values={},
        earliest=None,
        latest=None,
        oldest=None,
        newest=None,
        access=record.access.value,
        added=int(record.added.timestamp()),
    )


def _days(
    description: Description, *, received: date
) -> tuple[int | None, int, int, int] | tuple[None, None, None, None]:
    """The bounds for filtering and the days to sort by.

    Nothing is published after it was received: an open end ends at the capture, else on the
    day of adding, but never before what is known of it.
    """
    if not description.issued:
        return _NO_DAYS
    issued = parse_edtf(description.issued)
    latest = issued.latest
    if latest is None:
        captured = parse_edtf(description.captured).newest if description.captured else received
        latest = max(captured, issued.newest)
    return (
        issued.earliest.toordinal() if issued.earliest else None,
        latest.toordinal(),
        issued.oldest.toordinal(),
        issued.newest.toordinal(),
    )
