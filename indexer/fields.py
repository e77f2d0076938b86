"""The fields that are searched by name and counted as facets: one row each.

A row says which values a record has in the field and under which further spellings each
can be found.  To add a field, add a row; the index notices and asks to be rebuilt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from archive.record import Record
from indexer.headings import Headings
from indexer.query.syntax import FieldKind


@dataclass(frozen=True, slots=True)
class Field:
    """A value field.  `values` are what is shown and counted, `spellings` what is also found.

    `label_of` turns a value into words for a reader.  `kind` tells the query parser whether
    it is a name (`value`) or a `target:position` (`code`).
    """

    name: str
    label: str
    kind: FieldKind
    values: Callable[[Record, Headings], tuple[str, ...]]
    spellings: Callable[[str, Headings], tuple[str, ...]]
    label_of: Callable[[str, Headings], str]


def _as_it_is(value: str, _headings: Headings) -> str:
    return value


def _outlets(record: Record, headings: Headings) -> tuple[str, ...]:
    return _headed(record, "publisher", (record.description.publisher,), headings)


def _authors(record: Record, headings: Headings) -> tuple[str, ...]:
    return _headed(record, "creator", record.description.creator, headings)


def _stances(record: Record, headings: Headings) -> tuple[str, ...]:
    codes = ((headings.of_code("target", each.target), each) for each in record.stances)
    stances = (f"{held.id if held else each.target}:{each.position}" for held, each in codes)
    return tuple(dict.fromkeys(stances))


def _languages(record: Record, _headings: Headings) -> tuple[str, ...]:
    language = record.description.language
    return (language,) if language else ()


def _collections(record: Record, _headings: Headings) -> tuple[str, ...]:
    return record.description.collection


def _headed(
    record: Record, name: str, stated: tuple[str | None, ...], headings: Headings
) -> tuple[str, ...]:
    headed = (headings.heading_in(record, name, each) for each in stated if each)
    return tuple(dict.fromkeys(headed))


def _spelled(kind: str) -> Callable[[str, Headings], tuple[str, ...]]:
    return lambda value, headings: headings.spellings(kind, value)


def _only_itself(value: str, _headings: Headings) -> tuple[str, ...]:
    return (value,)


def _language_in_words(value: str, _headings: Headings) -> str:
    return language_in_words(value)


@lru_cache(maxsize=1_024)
def language_in_words(value: str) -> str:
    """The English name of a language (BCP 47, CLDR); the tag itself where it has none."""
    try:
        return Locale.parse(value, sep="-").get_display_name("en") or value
    except (UnknownLocaleError, ValueError):
        return value


def _stance_in_words(value: str, headings: Headings) -> str:
    target, _, position = value.rpartition(":")
    return f"{headings.heading_of_code('target', target)}: {position}"


FIELDS: tuple[Field, ...] = (
    Field("outlet", "Outlet", "value", _outlets, _spelled("outlet"), _as_it_is),
    Field("author", "Author", "value", _authors, _spelled("person"), _as_it_is),
    Field("stance", "Stance", "code", _stances, _only_itself, _stance_in_words),
    Field("language", "Language", "value", _languages, _only_itself, _language_in_words),
    Field("collection", "Collection", "value", _collections, _only_itself, _as_it_is),
)

DATE = "date"
"""The one field that is not a row: dates are intervals and are counted by year."""

QUERY_FIELDS: dict[str, FieldKind] = {
    "title": "text",
    "body": "text",
    DATE: "date",
    **{field.name: field.kind for field in FIELDS},
}
"""What may be named in a query, as in `outlet:name`."""

FIELD: dict[str, Field] = {field.name: field for field in FIELDS}
"""The rows by name."""

_NAMED = tuple((field.name, field.label) for field in FIELDS)

FACETS: tuple[tuple[str, str], ...] = (*_NAMED[:2], (DATE, "Date"), *_NAMED[2:])
"""Names and labels of the facets in the order in which they are shown."""
