"""Whether what was read from JSON of another's making holds what its types say, so that no page
and no index stumbles over it later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archive.authority import KINDS, Authority
from archive.edtf import parse_edtf
from archive.passage import Passage
from archive.record import PROPERTIES, Access, Contributor, Description, Extract, Record, Stance
from archive.values import web_address

_DATES = ("issued", "modified", "captured")


def check_record(record: Record) -> None:
    """Raises `ValueError` or `TypeError`."""
    _check_description(record.description)
    _check_basis(record.basis)
    for original in record.originals:
        _texts(original.digest, original.media_type)
        _numbers(original.size)
    _texts(*(() if record.withdrawn is None else (record.withdrawn,)))
    for pin in record.pins:
        _texts(pin.property, pin.value, pin.authority)
    for coding in record.codings:
        _texts(coding.coder, coding.reason, coding.stance.target, coding.stance.position)
        if coding.at.tzinfo is None:
            raise ValueError("a coding has no time")
    passages = (coding.passage for coding in record.codings if coding.passage)
    for passage in (*record.excluded, *passages):
        _check_passage(passage)


def check_extract(extract: Extract) -> None:
    """Raises `ValueError` or `TypeError`."""
    _check_description(extract.description)
    _check_basis(extract.basis)
    _texts(*extract.warnings)


def check_authority(authority: Authority) -> None:
    """Raises `ValueError` or `TypeError`."""
    optional = (authority.time_zone, authority.note, authority.replaced_by)
    _texts(authority.id, authority.heading, *(each for each in optional if each is not None))
    for names in (authority.variants, authority.equivalents, authority.same_as):
        if not isinstance(names, tuple):
            raise TypeError("what should be names is none")
        _texts(*names)
    if authority.kind not in KINDS:
        raise ValueError("an authority is of no kind")
    for address in authority.same_as:
        web_address(address)


def _check_description(description: Description) -> None:
    for row in PROPERTIES:
        value = getattr(description, row.name)
        if value is None:
            continue
        parts: Iterable[object] = value if row.many else (value,)
        for part in parts:
            if isinstance(part, Contributor):
                _texts(part.name, part.role or "")
            elif not isinstance(part, Access | Stance):
                _texts(part)
        if row.name in _DATES:
            parse_edtf(value)


def _check_basis(basis: object) -> None:
    if not isinstance(basis, Mapping):
        raise TypeError("a basis is no mapping")
    _texts(*basis.keys(), *basis.values())


def _check_passage(passage: Passage) -> None:
    _numbers(passage.extract_id, passage.start, passage.end)
    _texts(passage.quote, passage.before, passage.after)
    if not passage.start < passage.end or not isinstance(passage.lost, bool):
        raise ValueError("a passage has no place")


def _texts(*values: object) -> None:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("what should be a text is none")


def _numbers(*values: object) -> None:
    if not all(isinstance(value, int) and value >= 0 for value in values):
        raise TypeError("what should be a number is none")
