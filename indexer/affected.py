"""Which records a changed authority concerns: those that are found by one of its names.

A record is indexed under every spelling of the authorities of its names, so that the index
that is to learn the change knows them itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from archive.authority import NAMED, Authority
from archive.catalogue import authorities, records
from archive.catalogue.changes import Change
from archive.home import Home
from archive.record import PROPERTIES, Record
from archive.values import POSITIONS
from indexer import generations
from indexer.analysis import code_terms
from indexer.engine import Searcher, SearchRequest
from indexer.fields import FIELDS
from indexer.headings import headings_of
from indexer.query.terms import AnyOf, Having, Node, Phrase

FIELD_OF = {kind: row.column for row in PROPERTIES if (kind := NAMED.get(row.name))}
"""The field of the index in which names of a kind are."""
_TARGET = "target"
_EVERY = 2**31 - 1


def affected(connection: Connection, searcher: Searcher, batch: Iterable[Change]) -> Sequence[str]:
    """The records to be indexed again for these changes of authorities, as far as `searcher`
    has them; what else has changed is told by changes of its own."""
    names = dict.fromkeys(each.authority for each in batch if each.authority)
    nodes = [
        node
        for name in names
        for revision in authorities.history(connection, *_split(name))
        for node in _nodes(revision.authority)
    ]
    return _found(searcher, nodes)


@dataclass(frozen=True, slots=True)
class Changed:
    """That a record has other values in a field: those of `before` and of `after`, in a row."""

    record: Record
    field: str
    before: str
    after: str


def changes_of(home: Home, connection: Connection, new: Sequence[Authority]) -> tuple[Changed, ...]:
    """What these authorities would change of the records, if they were put in the place of
    those with the same ids; as far as the index knows the records."""
    name = generations.current_name(home)
    if name is None:
        return ()
    keys = {(each.kind, each.id) for each in new}
    held = authorities.every(connection)
    replaced = [each for each in held if (each.kind, each.id) in keys]
    others = [each for each in held if (each.kind, each.id) not in keys]
    nodes = [node for each in (*replaced, *new) for node in _nodes(each)]
    searcher = generations.open_named(home, name).searcher()
    found = records.many(connection, _found(searcher, nodes))
    before, after = headings_of(held), headings_of((*others, *new))
    return tuple(
        Changed(record, field.label.lower(), "; ".join(was), "; ".join(becomes))
        for record in found.values()
        for field in FIELDS
        if (was := field.values(record, before)) != (becomes := field.values(record, after))
    )


def _split(name: str) -> tuple[str, str]:
    kind, _, id = name.partition("/")
    return kind, id


def _nodes(authority: Authority) -> Iterator[Node]:
    """What finds the records that name it: other kinds than these are in no field."""
    if authority.kind == _TARGET:
        codes = (f"{authority.id}:{position}" for position in POSITIONS)
        yield from (Having("stance", code) for code in codes)
    elif field := FIELD_OF.get(authority.kind):
        words = (code_terms(name) for name in authority.names)
        yield from (Phrase(f"{field}_words", each) for each in words if each)


def _found(searcher: Searcher, nodes: Sequence[Node]) -> Sequence[str]:
    if not nodes:
        return ()
    node = nodes[0] if len(nodes) == 1 else AnyOf(tuple(nodes))
    result = searcher.search(SearchRequest(node, limit=_EVERY))
    return tuple(hit.id for hit in result.hits)
