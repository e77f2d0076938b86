"""Records and extracts as the JSON that programs read, under the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from archive.catalogue.events import Event
from archive.catalogue.parts import Whole
from archive.catalogue.receipts import Claim
from archive.codings import codings_of
from archive.history import Difference, Held, exclusions
from archive.passage import Passage
from archive.record import (
    PROPERTIES,
    Extract,
    Provenance,
    Record,
    Revision,
    Statement,
)

_COLUMN = {row.name: row.column for row in PROPERTIES}


def extract_as_json(extract: Extract) -> dict[str, Any]:
    """What a reader found: `title`, `outlet`, `language`, `text`, `source`, `url` are strings or
    None, `authors` is a list, `contributors` have a name and a role, `date` and `modified` are EDTF
    or None, `candidates` are the statements, and `basis` says which place each value is from."""
    found = extract.description
    return {
        "title": found.title,
        "outlet": found.publisher,
        "language": found.language,
        "text": extract.text,
        "source": found.source,
        "authors": list(found.creator),
        "date": found.issued,
        "modified": found.modified,
        "contributors": [{"name": each.name, "role": each.role} for each in found.contributor],
        "url": found.url,
        "basis": {_COLUMN[name]: where for name, where in extract.basis.items()},
        "candidates": [statement_as_json(each) for each in extract.statements],
    }


def statement_as_json(statement: Statement) -> dict[str, str]:
    """A statement under its manifest column: `{property, value, where}`."""
    return {
        "property": _COLUMN[statement.property],
        "value": statement.value,
        "where": statement.where,
    }


def record_as_json(
    record: Record,
    extract: Extract | None,
    *,
    history: Sequence[Held],
    received: Iterable[Provenance],
    claims: Iterable[Claim],
    said: Iterable[Statement],
    events: Iterable[Event],
    wholes: Iterable[Whole],
    words: bool = True,
) -> dict[str, Any]:
    """All that the catalogue holds of a record.  `basis` tells where each value comes from,
    `codings` who took it to have each stance: one that was stated with the document by who
    added it, without a reason or a passage.  Without `words` no text is in it, nor a quote of it.
    """
    received, held = tuple(received), record.description
    return {
        "id": record.id,
        "revision": record.revision,
        "added": record.added.isoformat(),
        "title": held.title,
        "outlet": held.publisher,
        "authors": list(held.creator),
        "contributors": [{"name": c.name, "role": c.role} for c in held.contributor],
        "date": held.issued,
        "modified": held.modified,
        "language": held.language,
        "collections": list(held.collection),
        "url": held.url,
        "captured": held.captured,
        "stance": [str(stance) for stance in held.stance],
        "source": held.source,
        "subjects": list(held.subject),
        "places": list(held.spatial),
        "rights": held.rights,
        "access": record.access.value,
        "note": held.note,
        "identifier": held.identifier,
        "withdrawn": record.withdrawn,
        "excluded": [
            {**passage_as_json(passage, words), **_decided(revision)}
            for passage, revision in exclusions(history)
        ],
        "codings": [
            {
                "stance": str(each.stance),
                "coder": each.coder or None,
                "at": each.at.isoformat(),
                "reason": each.reason or None,
                "passage": passage_as_json(each.passage, words) if each.passage else None,
            }
            for each in codings_of(record, received[0].agent if received else "")
        ],
        "pins": [
            {
                "property": _COLUMN.get(each.property, each.property),
                "value": each.value,
                "authority": each.authority,
            }
            for each in record.pins
        ],
        "basis": {_COLUMN[name]: where for name, where in record.basis.items()},
        "originals": [
            {"sha256": o.digest, "size": o.size, "media_type": o.media_type, "role": o.role.value}
            for o in record.originals
        ],
        "part_of": [
            {
                "sha256": w.digest,
                "size": w.size,
                "media_type": w.media_type,
                "name": w.name,
                "path": w.path,
                "position": w.position,
            }
            for w in wholes
        ],
        "reader": extract.reader if extract else None,
        "warnings": list(extract.warnings) if extract else [],
        "cut": extract.cut if extract else False,
        "text": extract.text if extract and words else None,
        "statements": [
            statement_as_json(each) for each in (*said, *(extract.statements if extract else ()))
        ],
        "pending": [
            {**statement_as_json(c.statement), "received_as": c.name, "at": c.at.isoformat()}
            for c in claims
        ],
        "received": [
            {"name": p.name, "at": p.at.isoformat(), "agent": p.agent, "sha256": p.digest}
            for p in received
        ],
        "history": [revision_as_json(revision) for revision, _ in history],
        "events": [
            {
                "at": e.at.isoformat(),
                "type": e.type,
                "agent": e.agent,
                "outcome": e.outcome,
                "detail": e.detail,
            }
            for e in events
        ],
    }


def revision_as_json(revision: Revision) -> dict[str, Any]:
    """One entry of a record's history."""
    return {
        "revision": revision.number,
        "at": revision.at.isoformat(),
        "agent": revision.agent,
        "reason": revision.reason,
        "sha256": revision.digest,
    }


def difference_as_json(each: Difference) -> dict[str, Any]:
    """What two revisions hold otherwise; `basis` is where the value comes from, then and now."""
    return {
        "property": each.name,
        "kept": list(each.kept),
        "removed": list(each.removed),
        "added": list(each.added),
        "basis": list(each.basis),
    }


def passage_as_json(passage: Passage, words: bool) -> dict[str, Any]:
    """A passage: its words, if they may be shown, and where they stand in the text of an
    extract (code points)."""
    return {
        "quote": passage.quote if words else None,
        "start": passage.start,
        "end": passage.end,
        "extract": passage.extract_id,
        "lost": passage.lost,
    }


def _decided(revision: Revision) -> dict[str, Any]:
    return {
        "agent": revision.agent,
        "at": revision.at.isoformat(),
        "reason": revision.reason,
    }
