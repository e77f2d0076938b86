"""The Whoosh schema: how terms, values, days and ids are laid down in an index.

The field types are pickled into every index, so this module's name and theirs are part of
the layout: an index made under other names is refused and made anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence, Format

LAYOUT = 1
"""Raised when what is written changes its meaning."""

ID = "id"
ACCESS = "access"
ADDED = "added"
DAYS = ("earliest", "latest", "oldest", "newest")
NO_DAY = -(2**31)
"""Stands in a column of days where there is none."""


def term_field(name: str) -> str:
    """What term field `name` is called in the schema."""
    return f"t_{name}"


def text_of(name: str) -> str:
    """The text that term field `name` is made of; all that are made of one are equally long."""
    return name.removesuffix("_stem").removesuffix("_exact")


def value_field(name: str) -> str:
    """What value field `name` is called in the schema."""
    return f"v_{name}"


def encode(text: str) -> bytes:
    """UTF-8, also for the lone surrogates that broken pages contain; keeps code point order."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """The text that `encode` was given."""
    return data.decode("utf-8", "surrogatepass")


class Positions(Format):  # type: ignore[misc]
    """The positions of a posting as native 32-bit numbers, one after the other."""

    def decode_positions(self, value: bytes) -> array[int]:
        return array("I", value)

    def decode_frequency(self, value: bytes) -> int:
        return len(self.decode_positions(value))

    def decode_weight(self, value: bytes) -> float:
        return float(self.decode_frequency(value))


class _Exact(FieldType):  # type: ignore[misc]
    """Terms exactly as they are given."""

    def to_bytes(self, value: str | bytes | Sequence[str]) -> bytes:
        if isinstance(value, bytes):
            return value
        return encode(value if isinstance(value, str) else value[0])

    def from_bytes(self, data: bytes) -> str:
        return decode(data)


class TermsField(_Exact):
    """Terms in order of position.  A posting's value is its positions as native 32-bit numbers,
    so that the positions of all postings of a term are one array when joined."""

    def __init__(self) -> None:
        super().__init__(format=Positions(), analyzer=None, scorable=True)

    def index(
        self, value: Sequence[str], **_options: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        places: dict[str, array[int]] = {}
        for position, text in enumerate(value):
            known = places.get(text)
            if known is None:
                places[text] = array("I", (position,))
            else:
                known.append(position)
        for text, positions in places.items():
            yield encode(text), len(positions), float(len(positions)), positions.tobytes()


class ValuesField(_Exact):
    """Exact values; a document without any is one that does not state it."""

    def __init__(self) -> None:
        super().__init__(format=Existence(), analyzer=None)

    def index(
        self, value: Sequence[str], **_options: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for text in dict.fromkeys(value):
            yield encode(text), 1, 1.0, b""


class IdField(ValuesField):
    """One value, readable from a document's number as well."""

    def __init__(self) -> None:
        super().__init__()
        self.unique = True
        self.layout = LAYOUT
        self.set_sortable(VarBytesColumn())

    def to_column_value(self, value: Sequence[str]) -> bytes:
        return encode(value[0])


def schema_of(terms: Sequence[str], values: Sequence[str]) -> Schema:
    """The schema for these term fields and value fields."""
    schema = Schema()
    schema.add(ID, IdField())
    schema.add(ACCESS, ValuesField())
    schema.add(ADDED, COLUMN(NumericColumn("q", default=0)))
    for day in DAYS:
        schema.add(day, COLUMN(NumericColumn("i", default=NO_DAY)))
    for name in terms:
        schema.add(term_field(name), TermsField())
    for name in values:
        schema.add(value_field(name), ValuesField())
    return schema


def declared(schema: Schema) -> tuple[list[str], list[str]]:
    """The names of the term fields and of the value fields of a schema.

    Raises ValueError for one that `schema_of` does not make: another kind of field, or one
    with options, would be written without what it asks for.
    """
    names = schema.names()
    terms = [name[2:] for name in names if name.startswith("t_")]
    values = [name[2:] for name in names if name.startswith("v_")]
    expected = schema_of(terms, values)
    for name, field in schema.items():
        if name not in expected or _told(field) != _told(expected[name]):
            raise ValueError(f"the field {name} is not as this program makes it")
    return terms, values


def _told(field: Any) -> tuple[object, ...]:
    """What of a field decides how it is written."""
    column = field.column_type
    return (
        type(field),
        getattr(field.format, "field_boost", None),
        bool(field.scorable),
        bool(field.stored),
        bool(field.unique),
        bool(getattr(field, "vector", None)),
        bool(getattr(field, "spelling", None)),
        type(column),
        getattr(column, "_typecode", None),
        column and column.default_value(),
    )
