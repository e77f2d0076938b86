"""What the API answers, as JSON Schemas (2020-12) by name; OpenAPI refers to them.

No object has properties that are not told here: a test holds every answer against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.record import Access, Role
from archive.relation import DECISIONS
from indexer.answer import Way
from indexer.audience import Audience
from indexer.fields import FIELDS
from indexer.reuse.comparison import Change
from indexer.reuse.lineage import Sureness

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_STATED: Schema = {"type": ["string", "null"]}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_ACCESS: Schema = {"type": "string", "enum": [each.value for each in Access]}


def ref(name: str) -> Schema:
    """A reference to one of the `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _many(items: Schema, description: str = "") -> Schema:
    told = {"description": description} if description else {}
    return {"type": "array", "items": items, **told}


def _told(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _object(
    properties: Mapping[str, Schema], description: str = "", optional: tuple[str, ...] = ()
) -> Schema:
    told = {"description": description} if description else {}
    return {
        "type": "object",
        **told,
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


_RANGE: Schema = {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}
_MARKS = _many(_RANGE, "Ranges to mark: first and beyond the last, in code points.")
_IDS = _many(TEXT, "Ids of records.")
_VALUE = _told(_STATED, "As a parameter takes it; null: not stated.")

_SNIPPET = _object(
    {
        "text": TEXT,
        "start": _told(_COUNT, "Where it begins in the record’s text, in code points."),
        "end": _COUNT,
        "marks": _told(_MARKS, "Ranges to mark in `text`, in code points."),
        "href": _told(TEXT, "The record’s page, opened at it."),
    },
    "A passage of a record’s text, exactly as it stands there.",
)
_HIT = _object(
    {
        "id": TEXT,
        "href": TEXT,
        "title": _STATED,
        "title_marks": _MARKS,
        "outlet": _STATED,
        "authors": _many(TEXT),
        "date": _told(_STATED, "EDTF (ISO 8601-2)."),
        "stance": _many(TEXT, "Codes such as `icrc:critical`."),
        "access": _ACCESS,
        "score": {"type": "number"},
        "snippets": {**_many(ref("Snippet")), "maxItems": 3},
        "more": _told(_COUNT, "Matches beyond the snippets."),
        "why": _many(ref("Reason")),
        "republications": _many(ref("Republication")),
    }
)
_REASON = _object(
    {
        "typed": TEXT,
        "way": {"type": "string", "enum": [each.value for each in Way]},
        "found": _many(TEXT, "Forms in which it stands there, a few."),
        "count": _COUNT,
        "language": _told(_STATED, "That of the stem."),
    },
    "Why a record matches.",
)
_REPUBLICATION = _object(
    {"id": TEXT, "title": _STATED, "outlet": _STATED, "date": _STATED},
    "A record with the text of the hit, listed under it.",
)
_FACET_VALUE = _object(
    {"value": _VALUE, "label": TEXT, "count": _COUNT, "chosen": _FLAG, "excluded": _FLAG},
    "A value and how many records have it, were nothing chosen in its own facet.",
    optional=("chosen", "excluded"),
)
_PERIOD = _object(
    {
        "value": _told(_STATED, "A year, month or day in EDTF; null: not dated."),
        "count": _told(_COUNT, "What a search from `value` to `value` finds."),
        "certain": _COUNT,
        "possible": _COUNT,
    },
    "Records by date: dated certainly within the period, or possibly.",
    optional=("certain", "possible"),
)
_ANSWER = _object(
    {
        "total": _told(_COUNT, "Records found."),
        "folded": _told(_COUNT, "Those of them that are listed under another."),
        "hits": _many(ref("Hit")),
        "facets": _object(
            {field.name: _many(ref("FacetValue")) for field in FIELDS}
            | {"date": _many(ref("Period"))}
        ),
        "notes": _many(TEXT, "What was left out of the query."),
        "equivalents": _many(
            _object(
                {
                    "typed": TEXT,
                    "others": _many(TEXT),
                    "heading": TEXT,
                    "kind": TEXT,
                    "id": TEXT,
                }
            ),
            "Names that are sought as well.",
        ),
        "suggestions": _many(
            _object({"q": TEXT, "total": _COUNT}),
            "When nothing is found: queries of other words that do find something.",
        ),
    }
)
_GRID = _object(
    {
        "target": _STATED,
        "targets": _many(_object({"value": TEXT, "label": TEXT})),
        "rows": _many(_STATED, "Outlets; null: not stated."),
        "columns": _many(_STATED, "Stances; null: none towards the target."),
        "cells": _many(
            _object(
                {
                    "outlet": _STATED,
                    "stance": _STATED,
                    "count": _COUNT,
                    "best": _object(
                        {
                            "id": TEXT,
                            "title": _STATED,
                            "snippet": {"oneOf": [ref("Snippet"), {"type": "null"}]},
                        }
                    ),
                }
            ),
            "Those that have a record.",
        ),
        "more": _told(_COUNT, "Outlets that are not shown."),
    }
)
_NAMES = _many(
    _object(
        {
            "heading": TEXT,
            "kind": TEXT,
            "id": TEXT,
            "names": _many(TEXT),
            "rows": _many(
                _object(
                    {
                        "outlet": _STATED,
                        "counts": {"type": "object", "additionalProperties": _COUNT},
                    }
                )
            ),
        }
    ),
    "For each set of equivalent names, in how many records each outlet uses each of them.",
)
_PASSAGE_IN_TEXT = {
    "quote": _told(_STATED, "Its words; null where only snippets may be shown."),
    "start": _told(_COUNT, "Where it begins in the extract’s text, in code points."),
    "end": _COUNT,
    "extract": _COUNT,
    "lost": _told(_FLAG, "Whether it was not found again in the extract that is shown now."),
}
_STATEMENT = {"property": TEXT, "value": TEXT, "where": TEXT}
_RECORD = _object(
    {
        "id": TEXT,
        "href": TEXT,
        "revision": {"type": "integer", "minimum": 1},
        "added": _INSTANT,
        "title": _STATED,
        "outlet": _STATED,
        "authors": _many(TEXT),
        "contributors": _many(_object({"name": TEXT, "role": _STATED})),
        "date": _STATED,
        "modified": _STATED,
        "language": _told(_STATED, "BCP 47."),
        "collections": _many(TEXT),
        "url": _STATED,
        "captured": _STATED,
        "stance": _many(TEXT),
        "source": _STATED,
        "subjects": _many(TEXT),
        "places": _many(TEXT),
        "rights": _STATED,
        "access": _ACCESS,
        "note": _STATED,
        "identifier": _STATED,
        "withdrawn": _told(_STATED, "Why it was withdrawn; null for a record that is shown."),
        "excluded": _many(
            _object({**_PASSAGE_IN_TEXT, "agent": TEXT, "at": _INSTANT, "reason": TEXT}),
            "Passages that are not searched, and who decided so.",
        ),
        "codings": _many(
            _object(
                {
                    "stance": TEXT,
                    "coder": _STATED,
                    "at": _INSTANT,
                    "reason": _STATED,
                    "passage": {"anyOf": [_object(_PASSAGE_IN_TEXT), {"type": "null"}]},
                }
            ),
            "Who took it to have each stance; null is not given.",
        ),
        "pins": _many(
            _object({"property": TEXT, "value": TEXT, "authority": TEXT}),
            "Names that mean one authority and no namesake.",
        ),
        "basis": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "What each property rests on.",
        },
        "originals": _many(
            _object(
                {
                    "sha256": _DIGEST,
                    "size": _told(_COUNT, "Bytes."),
                    "media_type": TEXT,
                    "role": {"type": "string", "enum": [each.value for each in Role]},
                }
            ),
            "Each is at /r/{id}/original/{sha256}, where it may be shown.",
        ),
        "part_of": _many(
            _object(
                {
                    "sha256": _DIGEST,
                    "size": _told(_COUNT, "Bytes."),
                    "media_type": TEXT,
                    "name": _told(TEXT, "What the container came as."),
                    "path": _told(TEXT, "The path or address in it."),
                    "position": _told(_COUNT, "From 1."),
                }
            ),
            "The containers that its originals came in.",
        ),
        "reader": _STATED,
        "warnings": _many(TEXT),
        "cut": _FLAG,
        "text": _told(_STATED, "Null where only snippets may be shown, and where there is none."),
        "statements": _many(_object(_STATEMENT), "Exactly as found."),
        "pending": _many(
            _object({**_STATEMENT, "received_as": TEXT, "at": _INSTANT}),
            "What contradicts the description and waits for a person.",
        ),
        "received": _many(
            _object({"name": TEXT, "at": _INSTANT, "agent": TEXT, "sha256": _DIGEST})
        ),
        "history": _many(
            _object(
                {
                    "revision": _COUNT,
                    "at": _INSTANT,
                    "agent": TEXT,
                    "reason": TEXT,
                    "sha256": _DIGEST,
                }
            )
        ),
        "events": _many(
            _object({"at": _INSTANT, "type": TEXT, "agent": TEXT, "outcome": TEXT, "detail": TEXT}),
            "PREMIS events.",
        ),
    }
)
_MARKED_TEXT = _object(
    {
        "id": TEXT,
        "href": TEXT,
        "extract": _told(_COUNT, "Which reading of the original the ranges count in."),
        "language": _STATED,
        "title": _STATED,
        "title_marks": _MARKS,
        "text": TEXT,
        "marks": _MARKS,
        "more": _told(_COUNT, "Matches that are not marked."),
    }
)
_RELATED = _many(
    _object(
        {
            "id": TEXT,
            "href": TEXT,
            "title": _STATED,
            "outlet": _STATED,
            "date": _STATED,
            "republication": _told(_FLAG, "It has the whole text over again."),
            "words": _told(_COUNT, "In passages that both have."),
            "first": _told(_STATED, "The id of the one that was out first; null: not known."),
            "sureness": {
                "type": "string",
                "enum": [each.value for each in Sureness],
            },
            "decided": {
                "enum": [*(each.value for each in DECISIONS), None],
                "description": "What a person said of the two.",
            },
            "passages": _many(
                _object(
                    {
                        "words": _COUNT,
                        "here": _RANGE,
                        "there": _RANGE,
                        "aligned": _many(
                            _object(
                                {
                                    "change": {
                                        "type": "string",
                                        "enum": [each.value for each in Change],
                                    },
                                    "here": TEXT,
                                    "there": TEXT,
                                }
                            )
                        ),
                    }
                ),
                "Left out where one of the two texts may not be shown.",
            ),
        }
    ),
    "Republications first, then those with the most words in common.",
)
_SAVED_SEARCH = _object(
    {
        "digest": _told(_DIGEST, "SHA-256 of the canonical JSON of what is kept."),
        "href": _told(TEXT, "The page to be cited."),
        "at": _told(_INSTANT, "When it was cited first."),
        "parameters": _many(
            {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}, "Names and values."
        ),
        "position": _told(_COUNT, "The archive’s last change that it had seen."),
        "audience": {"type": "string", "enum": [each.value for each in Audience]},
        "total": _COUNT,
        "ids": _told(_IDS, "The first 10,000, in their order."),
        "since": _object(
            {
                "words": TEXT,
                "total": _told(_COUNT, "What it finds now."),
                "compared": _told(_FLAG, "False beyond 10,000, where only totals are known."),
                "new": _IDS,
                "gone": _told(_IDS, "No longer found."),
                "withdrawn": _told(_IDS, "No longer shown."),
            }
        ),
    }
)
_PROBLEM = _object(
    {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "parameters": _many(TEXT, "Parameters that are wrong."),
        "advice": _told(TEXT, "What to type instead, for a query."),
        "position": _told(_COUNT, "Where in the query, in code points."),
        "length": _COUNT,
        "literal": _told(TEXT, "A query of its words alone, which is understood."),
    },
    "Problem details (RFC 9457).",
    optional=("parameters", "advice", "position", "length", "literal"),
)

SCHEMAS: Mapping[str, Schema] = {
    "Answer": _ANSWER,
    "Hit": _HIT,
    "Snippet": _SNIPPET,
    "Reason": _REASON,
    "Republication": _REPUBLICATION,
    "FacetValue": _FACET_VALUE,
    "Period": _PERIOD,
    "Grid": _GRID,
    "Names": _NAMES,
    "Record": _RECORD,
    "MarkedText": _MARKED_TEXT,
    "Related": _RELATED,
    "SavedSearch": _SAVED_SEARCH,
    "Problem": _PROBLEM,
}
