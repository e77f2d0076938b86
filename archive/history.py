"""A record's history: its revisions, what each changed, and going back to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from archive.amending import Change, anchored, returning
from archive.catalogue import extracts, records
from archive.errors import UserMistake
from archive.passage import Passage
from archive.record import PROPERTIES, Coding, Record, Revision, with_passages
from archive.values import as_written

Held = tuple[Revision, Record]
"""A revision, and the record as it was at it."""

NOT_GIVEN = "not given"
"""What stands where a coding has no reason or no passage."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two revisions hold otherwise, in the reader's words: of a property, or of what else
    people decide (`name` is its manifest column, or `withdrawn`, `excluded`, …).

    `removed` and `added` are values of the one and the other only, `kept` those of both.
    `basis` is where the value comes from, before and after.
    """

    name: str
    label: str
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    basis: tuple[str | None, str | None] = (None, None)


def differences(before: Record, after: Record) -> tuple[Difference, ...]:
    """What one revision of a record holds otherwise than another, property by property."""
    return tuple(_differences(before, after))


def going_back(connection: Connection, record_id: str, number: int) -> Change:
    """Making the record what it was at revision `number`; on the text that it has now, in which
    its passages are found again by their words.

    Raises `UserMistake` if there is no such revision.
    """
    older = records.at_revision(connection, record_id, number)
    if older is None:
        raise UserMistake(f"There is no revision {number} of a record {record_id}.")
    if older.extract_id is None:
        return returning(older)
    made = [
        extract_id
        for original in older.originals
        for extract_id in extracts.ids_by_reader(connection, original.digest).values()
    ]
    texts = extracts.texts(connection, sorted({*made, older.extract_id}))
    known = with_passages(older, lambda passage: _named_here(passage, texts, older.extract_id or 0))
    return returning(anchored(known, older.extract_id, texts.get(older.extract_id)))


def unquoted(record: Record) -> Record:
    """The record without the words of its text that its passages quote."""

    def silent(passage: Passage) -> Passage:
        return replace(passage, quote=f"{passage.start}-{passage.end}", before="", after="")

    return with_passages(record, silent)


def withdrawal(history: Sequence[Held]) -> Revision | None:
    """The revision at which a record was withdrawn; None if it is not withdrawn.

    `history` are all its revisions, oldest first.
    """
    return _since(history, lambda record: record.withdrawn is not None)


def exclusions(history: Sequence[Held]) -> tuple[tuple[Passage, Revision], ...]:
    """The passages that are excluded now, in their order, each with the revision that says so."""
    _, record = history[-1]
    found = []
    for passage in sorted(record.excluded, key=lambda each: (each.start, each.end)):
        quote = passage.quote
        said = _since(history, lambda held, quote=quote: quote in _quotes(held))  # type: ignore[misc]
        assert said is not None
        found.append((passage, said))
    return tuple(found)


def _named_here(passage: Passage, texts: Mapping[int, str], present: int) -> Passage:
    """The passage, naming an extract of the record in which it stands: a revision that was made
    in another archive names one by that archive's number, which here may be another text's.

    `texts` are those of the record's extracts.  A passage that stands in none is lost, in the
    `present` one.
    """
    for extract_id in (passage.extract_id, *sorted(texts, reverse=True)):
        if texts.get(extract_id, "")[passage.start : passage.end] == passage.quote:
            return replace(passage, extract_id=extract_id)
    return replace(passage, extract_id=present, lost=True)


def _since(history: Sequence[Held], holds: Callable[[Record], bool]) -> Revision | None:
    """The first of the latest revisions at which all of this holds."""
    since = None
    for revision, record in reversed(history):
        if not holds(record):
            break
        since = revision
    return since


def _quotes(record: Record) -> set[str]:
    return {passage.quote for passage in record.excluded}


def _differences(before: Record, after: Record) -> Iterator[Difference]:
    for row in PROPERTIES:
        old, new = (_in_words(getattr(each.description, row.name)) for each in (before, after))
        places = before.basis.get(row.name), after.basis.get(row.name)
        yield from _difference(row.column, row.label, old, new, places)
    for name, label, told in _DECIDED:
        yield from _difference(name, label, told(before), told(after))


def _difference(
    name: str,
    label: str,
    before: tuple[str, ...],
    after: tuple[str, ...],
    basis: tuple[str | None, str | None] = (None, None),
) -> Iterator[Difference]:
    if before == after and basis[0] == basis[1]:
        return
    same = set(before) & set(after)
    in_place = [each for each in before if each in same] == [each for each in after if each in same]
    kept = tuple(each for each in before if each in same) if in_place else ()
    yield Difference(
        name,
        label,
        kept,
        tuple(each for each in before if each not in kept),
        tuple(each for each in after if each not in kept),
        basis,
    )


def _in_words(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(map(as_written, value))
    return (as_written(value),) if value else ()


def _originals(record: Record) -> tuple[str, ...]:
    return tuple(f"{each.role.value}, SHA-256 {each.digest}" for each in record.originals)


def _withdrawn(record: Record) -> tuple[str, ...]:
    return () if record.withdrawn is None else (record.withdrawn,)


def _excluded(record: Record) -> tuple[str, ...]:
    return tuple(each.quote for each in record.excluded)


def _pins(record: Record) -> tuple[str, ...]:
    labels = {row.name: row.label.lower() for row in PROPERTIES}
    return tuple(
        f"{labels.get(each.property, each.property)} {each.value}: {each.authority}"
        for each in record.pins
    )


def _codings(record: Record) -> tuple[str, ...]:
    return tuple(_coding(each) for each in record.codings)


def _coding(coding: Coding) -> str:
    passage = f"“{coding.passage.quote}”" if coding.passage else f"passage {NOT_GIVEN}"
    return f"{coding.stance} by {coding.coder}: {coding.reason or NOT_GIVEN}; {passage}"


_DECIDED: tuple[tuple[str, str, Callable[[Record], tuple[str, ...]]], ...] = (
    ("originals", "Original", _originals),
    ("withdrawn", "Withdrawn", _withdrawn),
    ("excluded", "Not searched", _excluded),
    ("pins", "Name settled", _pins),
    ("codings", "Coded stance", _codings),
)
