"""A record's page: what it says, who says so, and where it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from archive.authority import NAMED
from archive.catalogue import extracts, parts, receipts, records
from archive.catalogue import originals as catalogued
from archive.citing.formats import REFERENCE_FORMATS
from archive.codings import codings_of
from archive.edtf import date_in_words
from archive.errors import ArchiveTrouble
from archive.passage import page_of, page_starts, places_in
from archive.record import PROPERTIES, Extract, Record, Statement
from indexer.answer import MarkedText, RelatedRecord
from indexer.audience import may_read_text, visible
from indexer.fields import FIELD
from indexer.headings import Headings
from indexer.hits import passages_of
from indexer.links import record_path
from indexer.matching import Matches
from indexer.query.errors import QueryError
from indexer.state import SearchState, to_parameters
from webapp.addresses import (
    citation_address,
    passage_in_original,
    permalink,
    search_address,
    text_part_address,
)
from webapp.beside import beside, who_was_first
from webapp.decided import unsearched
from webapp.marking import Range
from webapp.pages.search import asked_state
from webapp.reading import reading
from webapp.services import services
from webapp.tombstone import Withdrawn, tombstone_of
from webapp.visitor import audience

_RANGE = re.compile(r"(\d{1,9})-(\d{1,9})\Z", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}\Z", re.ASCII)
_ALWAYS = ("title", "publisher", "issued", "creator", "stance")
_DATES = ("issued", "modified", "captured")
_LONGEST_PASSAGE = 2_000
_WAITS = "; contradicts what is held, not yet settled"

page = Blueprint("record", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the description: its values, each with a second form if it has one
    (a date's EDTF, a person's role, the heading a name is filed under), and what they rest
    on.  No values: not stated."""

    name: str
    label: str
    values: tuple[tuple[str, str | None], ...]
    basis: str | None


@dataclass(frozen=True, slots=True)
class Byline:
    """Outlet, authors and stances as the search page shows them, under their headings."""

    outlet: str | None
    authors: tuple[str, ...]
    stances: Mapping[str, str]


@page.get("/r/<record_id>")
def show(record_id: str) -> ResponseReturnValue:
    """The record as a visitor may see it.

    `q` and the other parameters of a search mark its hits and lead back to it; `at` and
    `extract` open the text at a passage of that extract, and `part` opens another part of
    a long text.  What is wrong in them is ignored.
    """
    with services().catalogue.reading() as connection:
        record = visible_record(connection, record_id)
        number, extract = _extract(connection, record)
        headings = services().search.headings(connection)
        history = records.revisions(connection, record.id)
        received = receipts.provenance(connection, record.id)
        said = _said(connection, record, extract)
        digest = _html_original(connection, record, number, extract)
        damaged = {
            original.digest
            for original in record.originals
            if catalogued.has_failed(connection, original.digest)
        }
        related = _related(connection, record)
        wholes = parts.containers_of(connection, [each.digest for each in record.originals])
    state = asked_state()
    text = extract.text if extract is not None else None
    older = number != record.extract_id

    def part_address(part: int) -> str:
        named = [("extract", str(number))] if older else []
        return text_part_address(record.id, state, part, named)

    marks = _marked(record, state, text or "", number)
    open_text = may_read_text(audience(), record.access)
    not_searched = unsearched(history, number)
    passage = _passage(number)
    pages = page_starts(text or "")
    in_original = None
    if digest and passage and open_text and (quote := (text or "")[slice(*passage)]).strip():
        in_original = passage_in_original(record.id, digest, quote)
    return render_template(
        "record.html",
        record=record,
        state=state,
        asked=bool(to_parameters(state)),
        byline_parts=_byline(record, headings),
        open_text=open_text,
        reading=(
            reading(text, marks.marks, passage, _part(), part_address, not_searched)
            if open_text and text is not None
            else None
        ),
        in_original=in_original,
        passage_page=page_of(pages, passage[0]) if passage else None,
        page_of=lambda place: page_of(pages, place),
        extract_id=number,
        related=related,
        beside=beside,
        who_was_first=who_was_first,
        snippets=() if open_text else marks.passages,
        marks=marks,
        extract=extract,
        older=older,
        lines=_lines(record, headings),
        damaged=damaged,
        names={receipt.digest: receipt.name for receipt in received},
        wholes=wholes,
        history=[revision for revision, _ in history],
        receipts=received,
        coded=codings_of(record, received[0].agent if received else "unknown"),
        stance_in_words=lambda code: FIELD["stance"].label_of(code, headings),
        unsearched=not_searched if open_text else (),
        said=said,
        permalink=permalink(record.id),
        citation_address=citation_address,
        citation_formats=REFERENCE_FORMATS,
        date_in_words=date_in_words,
        search_address=search_address,
        record_path=record_path,
        part_address=part_address,
    )


def visible_record(connection: Connection, record_id: str, *, withdrawn: bool = False) -> Record:
    """The record, if it exists for who asks; else status 404, or 410 if it was withdrawn, unless
    it is wanted even then."""
    record = records.get(connection, record_id)
    if record is None or record.access not in visible(audience()):
        abort(404)
    if record.withdrawn is not None and not withdrawn:
        raise Withdrawn(tombstone_of(connection, record))
    return record


def _extract(connection: Connection, record: Record) -> tuple[int | None, Extract | None]:
    """The extract that the address names, if it was made of this record's originals, else
    the record's own."""
    named = request.args.get("extract", "")
    if _NUMBER.match(named) and int(named) != record.extract_id:
        extract = extracts.get(connection, int(named))
        if extract is not None and extract.text is not None:
            for original in record.originals:
                if extracts.find(connection, original.digest, extract.reader) == int(named):
                    return int(named), extract
    if record.extract_id is None:
        return None, None
    return record.extract_id, extracts.get(connection, record.extract_id)


def _related(connection: Connection, record: Record) -> tuple[RelatedRecord, ...]:
    """The records that share text with it; none where there is nothing to tell it from."""
    try:
        return services().search.related(connection, record, audience=audience())
    except ArchiveTrouble as error:
        current_app.logger.error("related records cannot be shown: %s", type(error).__name__)
        return ()


def _html_original(
    connection: Connection, record: Record, extract_id: int | None, extract: Extract | None
) -> str | None:
    """The digest of the original that the extract was made of, if a browser shows it as a
    page, in which a passage can be sought."""
    if extract is None:
        return None
    pages = (each.digest for each in record.originals if each.media_type == "text/html")
    of_it = (d for d in pages if extracts.find(connection, d, extract.reader) == extract_id)
    return next(of_it, None)


def _passage(extract_id: int | None) -> Range | None:
    match = _RANGE.match(request.args.get("at", ""))
    named = request.args.get("extract", "")
    if not match or (named and named != str(extract_id)):
        return None
    start, end = int(match[1]), int(match[2])
    return (start, end) if start < end <= start + _LONGEST_PASSAGE else None


def _part() -> int | None:
    named = request.args.get("part", "")
    return int(named) if _NUMBER.match(named) else None


def _marked(record: Record, state: SearchState, text: str, extract_id: int | None) -> MarkedText:
    """The record with its hits; a record can be read whatever was asked, and whether or not
    an index answers."""
    lead, _ = passages_of(text, Matches(), places_in(record.excluded, extract_id))
    plain = MarkedText(record.description.title, (), text, (), passages=lead)
    if not state.q.strip():
        return plain
    try:
        return services().search.marked_text(record, state, text, extract_id)
    except QueryError:
        return replace(plain, marked=False)
    except ArchiveTrouble as error:
        current_app.logger.error("hits cannot be shown: %s", type(error).__name__)
        return replace(plain, marked=False)


def _byline(record: Record, headings: Headings) -> Byline:
    outlets = FIELD["outlet"].values(record, headings)
    stances = FIELD["stance"].values(record, headings)
    return Byline(
        outlets[0] if outlets else None,
        FIELD["author"].values(record, headings),
        {stance: FIELD["stance"].label_of(stance, headings) for stance in stances},
    )


def _lines(record: Record, headings: Headings) -> tuple[Line, ...]:
    lines = []
    for row in PROPERTIES:
        value = getattr(record.description, row.name)
        if not value and row.name not in _ALWAYS:
            continue
        values: Iterable[tuple[str, str | None]] = ()
        if row.name in _DATES and value:
            words = date_in_words(value)
            values = ((words, value if words != value else None),)
        elif row.name == "contributor":
            values = ((each.name, each.role) for each in value)
        elif row.name == "stance":
            stances = _byline(record, headings).stances.items()
            values = (
                (label, code if label != code.replace(":", ": ") else None)
                for code, label in stances
            )
        elif row.name == "language" and value:
            words = FIELD["language"].label_of(value, headings)
            values = ((words, value if words != value else None),)
        elif row.name in NAMED and value:
            names = value if row.many else (value,)
            found = ((name, headings.heading_in(record, row.name, name)) for name in names)
            values = ((name, f"filed under {to}" if to != name else None) for name, to in found)
        elif value:
            values = ((str(each), None) for each in (value if row.many else (value,)))
        basis = _basis_in_words(record.basis.get(row.name))
        lines.append(Line(row.name, row.label, tuple(values), basis))
    return tuple(lines)


def _basis_in_words(basis: str | None) -> str | None:
    """`manifest` → "manifest"; `html/1 json-ld` → "in the original: json-ld"."""
    if not basis:
        return None
    reader, _, place = basis.partition(" ")
    if "/" not in reader:
        return basis
    return f"in the original: {place}" if place else "in the original"


def _said(
    connection: Connection, record: Record, extract: Extract | None
) -> tuple[tuple[str, Statement, str], ...]:
    """Every statement held of the record: its label, itself, who says so."""
    labels = {row.name: row.label for row in PROPERTIES}
    order = list(labels)
    by_people = [(name, each) for name, each in receipts.said(connection, record.id) if each]
    by_people.sort(key=lambda pair: (order.index(pair[1].property), pair[1].value, pair[0]))
    waiting = {(claim.name, claim.statement) for claim in receipts.claims(connection, record.id)}
    found = [
        (f"received with {name}{_WAITS if (name, each) in waiting else ''}", each)
        for name, each in by_people
    ]
    if extract is not None:
        found += [(extract.reader, each) for each in extract.statements]
    return tuple((labels.get(each.property, each.property), each, source) for source, each in found)
