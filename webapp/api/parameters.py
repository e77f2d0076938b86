"""The parameters of the API: declared once, read by the routes, told by the OpenAPI document.

Unlike an address of a page, which is answered as well as can be, a request of a program
that cannot be meant is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.engine import Sort
from indexer.fields import FIELDS
from indexer.query.budget import LONGEST_QUERY
from indexer.state import EXCLUDED
from webapp.citation import FORMS, PROSE

MOST_HITS = 100
"""Hits in one answer."""
LAST_PAGE = 1_000

_NUMBER = re.compile(r"(0|[1-9][0-9]{0,8})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it is for, and its JSON Schema; an `array` may be given repeatedly."""

    name: str
    description: str
    schema: Mapping[str, Any]

    @property
    def many(self) -> bool:
        """Whether it may be given more than once."""
        return "items" in self.schema

    def trouble(self, values: Sequence[str]) -> str | None:
        """What is wrong with the values, as the end of a sentence."""
        if not self.many and len(values) > 1:
            return "is given more than once"
        each = self.schema["items"] if self.many else self.schema
        return next(filter(None, (_trouble(value, each) for value in values)), None)


class BadParameters(Exception):
    """What is wrong with a request's parameters, a sentence about each, by name."""

    def __init__(self, troubles: Mapping[str, str]) -> None:
        super().__init__(" ".join(troubles.values()))
        self.troubles = troubles


def checked(
    parameters: Mapping[str, Sequence[str]], known: Iterable[Parameter]
) -> Mapping[str, Sequence[str]]:
    """The parameters as they are.  Raises `BadParameters` for what is unknown or unreadable."""
    by_name = {each.name: each for each in known}
    troubles = {}
    for name, values in parameters.items():
        if name not in by_name:
            troubles[name] = f"There is no parameter “{name}” here."
        elif trouble := by_name[name].trouble(values):
            troubles[name] = f"The parameter “{name}” {trouble}."
    if troubles:
        raise BadParameters(troubles)
    return parameters


def number(parameters: Mapping[str, Sequence[str]], name: str, default: int) -> int:
    """A checked parameter that is a number."""
    values = parameters.get(name)
    return int(values[0]) if values else default


def _trouble(value: str, schema: Mapping[str, Any]) -> str | None:
    if (choices := schema.get("enum")) and value not in choices:
        return f"must be {' or '.join(choices)}"
    if len(value) < schema.get("minLength", 0):
        return "is empty"
    if schema["type"] == "integer":
        least, most = schema["minimum"], schema["maximum"]
        if not _NUMBER.match(value) or not least <= int(value) <= most:
            return f"must be a whole number from {least} to {most}"
    return None


def _text(name: str, description: str, **schema: Any) -> Parameter:
    return Parameter(name, description, {"type": "string", **schema})


def _values(name: str, description: str) -> Parameter:
    return Parameter(
        name, description, {"type": "array", "items": {"type": "string", "minLength": 1}}
    )


Q = _text(
    "q",
    "The query, in the language that /help explains.  Empty: all records.",
    # A longer one is refused by the query's own check, which says where it became too long.
    # Nearly any text is a query, the empty one too: no format or pattern tells which is none.
    maxLength=LONGEST_QUERY,
)
MODE = _text("mode", "`any`: any of the words will do, taken literally.", enum=["any"])
EQUIVALENTS = _text("equivalents", "`off`: do not seek equivalent names.", enum=["off"])

SEARCH = (
    Q,
    *(
        each
        for field in FIELDS
        for each in (
            _values(
                field.name,
                f"{field.label}, exactly as in `facets`; `none` for not stated, `=none` for the "
                "word.  Given repeatedly: any of these.",
            ),
            _values(f"{EXCLUDED}{field.name}", f"{field.label} that is kept out."),
        )
    ),
    _text("from", "Not before this date, EDTF (ISO 8601-2).", format="edtf", minLength=1),
    _text("to", "Not after this date, EDTF (ISO 8601-2).", format="edtf", minLength=1),
    MODE,
    EQUIVALENTS,
    _text(
        "sort",
        "The order; without it by relevance to a query, else newest first.",
        enum=[each.value for each in Sort],
    ),
)
"""What makes a search, as in the address of the search page."""

PAGING = (
    Parameter(
        "limit",
        "Hits on a page; 0 for the counts alone.",
        {"type": "integer", "minimum": 0, "maximum": MOST_HITS, "default": 10},
    ),
    Parameter(
        "page",
        "The page, from 1.  Past the end it is empty; for all results at once take an export.",
        {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1},
    ),
)
TARGET = _text(
    "target",
    "The target of the stances, such as `icrc`; without it the one that most records take a "
    "position to.",
    minLength=1,
)
FORMAT = _text(
    "format", "`text`: a line of prose; else a reference.", enum=list(FORMS), default=PROSE
)
