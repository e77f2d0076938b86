"""Which questions a record raises, and what speaks for and against what is held.  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.authority import NAMED
from archive.catalogue.receipts import Claim
from archive.passage import Passage, find_again
from archive.question import Question, QuestionKind
from archive.readers.conclusion import conclude
from archive.readers.names import key_of
from archive.record import PROPERTIES, Contributor, Extract, Record, Stance, Statement
from archive.values import as_written

LOOKED_FOR = ("title", "publisher", "issued", "creator")
"""What a record should state; the others are welcome."""

Known = Callable[[str, str], bool]
"""Whether the authorities have a name: given their kind and the name."""

_MANY = {row.name for row in PROPERTIES if row.many}
_CODES = ("language",)
"""Properties whose values are codes and no words: their letters stand in many words."""
_BY_READER = re.compile(r"[a-z]+/\d+(?: |\Z)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """That `value` stands at `where`, as found; `place` is its range in the text, if it is there.

    `agrees` tells whether it comes to the value that is held; None if nothing is.
    """

    value: str
    where: str
    place: tuple[int, int] | None
    agrees: bool | None


def questions_of(
    record: Record, extract: Extract | None, claims: Iterable[Claim], known: Known
) -> tuple[Question, ...]:
    """The questions that a record raises by itself, each once; a withdrawn one raises none."""
    if record.withdrawn is not None:
        return ()
    return tuple(dict.fromkeys(_questions(record, extract, claims, known)))


def evidence_of(record: Record, extract: Extract | None, name: str) -> tuple[Evidence, ...]:
    """What the original states of a property, as found, with what is most like the held value
    first as the reader ranks it."""
    if extract is None:
        return ()
    text = extract.text or ""
    held = _keys(getattr(record.description, name))
    return tuple(
        Evidence(
            said.value,
            said.where,
            None if name in _CODES else _place(said.value, text),
            _agrees(said, held, record) if held else None,
        )
        for said in extract.statements
        if said.property == name
    )


def by_reader(record: Record, name: str) -> bool:
    """Whether what is held of a property was concluded by a reader, and not said by a person."""
    return bool(_BY_READER.match(record.basis.get(name, "")))


def _questions(
    record: Record, extract: Extract | None, claims: Iterable[Claim], known: Known
) -> Iterator[Question]:
    if extract is None or extract.text is None:
        warning = "; ".join(extract.warnings) if extract else ""
        yield Question(record.id, QuestionKind.UNREAD, "", warning)
    for name in LOOKED_FOR:
        held = getattr(record.description, name)
        if not held:
            yield Question(record.id, QuestionKind.MISSING, name)
        elif by_reader(record, name) and _doubtful(record, extract, name):
            yield Question(record.id, QuestionKind.UNCERTAIN, name, as_written(held))
    for claim in claims:
        said = claim.statement
        yield Question(record.id, QuestionKind.CONTRADICTORY, said.property, said.value)
    for name, kind in NAMED.items():
        held = getattr(record.description, name)
        for value in held if name in _MANY else (held,):
            if value and not known(kind, value):
                yield Question(record.id, QuestionKind.NEW_NAME, name, value)
    coded = (coding.passage for coding in record.codings if coding.passage)
    for passage in (*record.excluded, *coded):
        if passage.lost:
            yield Question(record.id, QuestionKind.LOST_PASSAGE, "", passage.quote)


def _doubtful(record: Record, extract: Extract | None, name: str) -> bool:
    """Whether fewer places of the original agree with what is held than say something else,
    or a date is not one day."""
    held = getattr(record.description, name)
    if name == "issued" and any(sign in held for sign in "?~%/X"):
        return True
    found = [each.agrees for each in evidence_of(record, extract, name) if each.agrees is not None]
    return found.count(False) > found.count(True)


def _agrees(said: Statement, held: frozenset[str], record: Record) -> bool:
    """Whether a statement by itself comes to the value that is held, or to a part of it."""
    alone, _ = conclude((said, *_language(record)))
    found = _keys(getattr(alone, said.property)) or frozenset({key_of(said.value)})
    return found <= held or held <= found or any(key in h for key in found for h in held)


def _language(record: Record) -> Iterator[Statement]:
    # A date in words is read as one of the page's language.
    if record.description.language:
        yield Statement("language", record.description.language, "record")


def _keys(value: str | Sequence[str | Contributor | Stance] | None) -> frozenset[str]:
    values = (value,) if isinstance(value, str) else value or ()
    return frozenset(key_of(as_written(each)) for each in values)


def _place(value: str, text: str) -> tuple[int, int] | None:
    if not value.strip() or len(value) > len(text):
        return None
    return find_again(Passage(0, 0, len(value), value, "", ""), text)
