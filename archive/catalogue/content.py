"""What a revision holds of its record, as plain JSON data, and back.

What a record does not have is left out, so that the digest of a revision does not change
when records learn to hold more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from archive.passage import Passage
from archive.record import Coding, Original, Pin, Record, Role, Stance
from archive.values import as_json, from_json


def content_of(record: Record) -> dict[str, Any]:
    """All of a record but its identity, its number and what it rests on in the catalogue."""
    content: dict[str, Any] = {
        "description": as_json(record.description),
        "basis": dict(record.basis),
        "originals": [_fields(original) for original in record.originals],
    }
    if record.withdrawn is not None:
        content["withdrawn"] = record.withdrawn
    if record.excluded:
        content["excluded"] = [_fields(passage) for passage in record.excluded]
    if record.pins:
        content["pins"] = [_fields(pin) for pin in record.pins]
    if record.codings:
        content["codings"] = [_coding(coding) for coding in record.codings]
    if record.purged:
        content["purged"] = True
    return content


def with_content(
    record_id: str, revision: int, added: datetime, extract_id: int | None, written: str
) -> Record:
    """The record that a revision holds, from its JSON."""
    content = json.loads(written)
    return Record(
        id=record_id,
        revision=revision,
        added=added,
        description=from_json(content["description"]),
        basis=content["basis"],
        originals=tuple(
            Original(each["digest"], each["size"], each["media_type"], Role(each["role"]))
            for each in content["originals"]
        ),
        extract_id=extract_id,
        withdrawn=content.get("withdrawn"),
        excluded=tuple(Passage(**each) for each in content.get("excluded", ())),
        pins=tuple(Pin(**each) for each in content.get("pins", ())),
        codings=tuple(_read_coding(each) for each in content.get("codings", ())),
        purged=content.get("purged", False),
    )


def _coding(coding: Coding) -> dict[str, Any]:
    return {
        **_fields(coding),
        "stance": _fields(coding.stance),
        "at": coding.at.isoformat(),
        "passage": _fields(coding.passage) if coding.passage else None,
    }


def _fields(one: Original | Passage | Pin | Stance | Coding) -> dict[str, Any]:
    # Not `asdict`, which copies every value: it was a third of what writing a revision took.
    return {field: getattr(one, field) for field in one.__slots__}


def _read_coding(data: Mapping[str, Any]) -> Coding:
    return Coding(
        Stance(**data["stance"]),
        data["coder"],
        datetime.fromisoformat(data["at"]),
        data["reason"],
        Passage(**data["passage"]) if data["passage"] else None,
    )
