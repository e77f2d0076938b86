"""Events as PREMIS 3.0 XML: objects, events and agents, each linked to the others.

PREMIS Data Dictionary for Preservation Metadata, version 3.0 (2015); the types of events are
terms of the Library of Congress's vocabulary.  An original is a file, a record an intellectual
entity that files represent; the archive itself is one, too, for what was done to the whole.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from archive.catalogue.contents import (
    ARCHIVE,
    ORIGINALS,
    RECORDS,
    RELATIONS,
    Document,
    Row,
    Sheet,
    rows_in,
)
from archive.catalogue.events import METADATA_EXTRACTION
from archive.values import one_line

NAMESPACE = "http://www.loc.gov/premis/v3"

FILE, RECORD, EVENT, AGENT = "SHA-256", "Pressmark record", "Pressmark event", "Pressmark agent"
"""What kinds of identifiers there are."""

WHOLE = ("Pressmark archive", "this archive")
"""The identifier of the archive itself."""

_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_FLUSHED = 1 << 16
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Read = Callable[[Sheet], Iterable[Document]]


def write_premis(write: Callable[[bytes], None], read: Read) -> None:
    """Write the objects, events and agents that the documents of the sheets speak of.

    `read` yields the documents of a sheet, each time anew; one is in memory at a time.
    """
    # Imported late: reading a catalogue does not need it.
    from lxml import etree

    buffer = io.BytesIO()

    def flush(least: int = 0) -> None:
        if buffer.tell() > least:
            write(buffer.getvalue())
            buffer.seek(0)
            buffer.truncate()

    with etree.xmlfile(buffer, encoding="utf-8") as xml:
        xml.write_declaration()
        names = {None: NAMESPACE, "xsi": _SCHEMA}
        with xml.element(f"{{{NAMESPACE}}}premis", {"version": "3.0"}, nsmap=names):
            for part in _entities(read):
                xml.write(part, pretty_print=True)
                xml.flush()
                flush(_FLUSHED)
    flush()


def _entities(read: Read) -> Iterator[Any]:
    """The entities in the order that the schema wants: objects, events, agents."""
    names: dict[str, str] = {}
    yield _object("intellectualEntity", WHOLE)
    for document in read(RECORDS):
        for row in document.get("provenance", ()):
            names.setdefault(row["digest"], row["name"])
        yield _record(document)
    containers: dict[str, list[str]] = {}
    for document in read(RELATIONS):
        for name, row in rows_in(document):
            if name == "part":
                containers.setdefault(row["digest"], []).append(row["container"])
    for document in read(ORIGINALS):
        digest = document["original"]["digest"]
        yield _file(document, names.get(digest), containers.get(digest, ()))
    agents: dict[str, bool] = {}
    for sheet in (RECORDS, ORIGINALS, ARCHIVE):
        for document in read(sheet):
            for name, row in rows_in(document):
                if name == "event":
                    is_program = row["type"] == METADATA_EXTRACTION
                    agents[row["agent"]] = agents.get(row["agent"], True) and is_program
                    yield _event(row, is_program=is_program)
    for name in sorted(agents):
        yield _agent(name, is_program=agents[name])


def _record(document: Document) -> Any:
    entity = _object("intellectualEntity", (RECORD, document["record"]["id"]))
    for row in document.get("record_original", ()):
        _related(entity, "is represented by", (FILE, row["digest"]))
    for row in document.get("event", ()):
        _identified(entity, "linkingEventIdentifier", (EVENT, str(row["id"])))
    return entity


def _file(document: Document, name: str | None, containers: Iterable[str]) -> Any:
    row = document["original"]
    entity = _object("file", (FILE, row["digest"]))
    characteristics = _under(entity, "objectCharacteristics")
    fixity = _under(characteristics, "fixity")
    _under(fixity, "messageDigestAlgorithm", "SHA-256")
    _under(fixity, "messageDigest", row["digest"])
    _under(characteristics, "size", str(row["size"]))
    designation = _under(_under(characteristics, "format"), "formatDesignation")
    _under(designation, "formatName", row["media_type"])
    if name:
        _under(entity, "originalName", name)
    for container in dict.fromkeys(containers):
        _related(entity, "is part of", (FILE, container))
    for event in document.get("event", ()):
        _identified(entity, "linkingEventIdentifier", (EVENT, str(event["id"])))
    return entity


def _event(row: Row, *, is_program: bool) -> Any:
    entity = _element("event")
    _identified(entity, "eventIdentifier", (EVENT, str(row["id"])))
    _under(entity, "eventType", row["type"])
    _under(entity, "eventDateTime", row["at"])
    if row["detail"]:
        _under(_under(entity, "eventDetailInformation"), "eventDetail", row["detail"])
    _under(_under(entity, "eventOutcomeInformation"), "eventOutcome", row["outcome"])
    role = "executing program" if is_program else "implementer"
    agent = _identified(entity, "linkingAgentIdentifier", (AGENT, row["agent"]))
    _under(agent, "linkingAgentRole", role)
    about = [(RECORD, row["record_id"])] if row["record_id"] else []
    about += [(FILE, row["digest"])] if row["digest"] else []
    for identifier in about or [WHOLE]:
        _identified(entity, "linkingObjectIdentifier", identifier)
    return entity


def _agent(name: str, *, is_program: bool) -> Any:
    entity = _element("agent")
    _identified(entity, "agentIdentifier", (AGENT, name))
    _under(entity, "agentName", name)
    if is_program:
        _under(entity, "agentType", "software")
    return entity


def _object(kind: str, identifier: tuple[str, str]) -> Any:
    entity = _element("object")
    entity.set(f"{{{_SCHEMA}}}type", kind)
    _identified(entity, "objectIdentifier", identifier)
    return entity


def _related(entity: Any, how: str, other: tuple[str, str]) -> None:
    relationship = _under(entity, "relationship")
    _under(relationship, "relationshipType", "structural")
    _under(relationship, "relationshipSubType", how)
    _identified(relationship, "relatedObjectIdentifier", other)


def _identified(parent: Any, name: str, identifier: tuple[str, str]) -> Any:
    element = _under(parent, name)
    for part, value in zip(("Type", "Value"), identifier, strict=True):
        _under(element, name + part, value)
    return element


def _element(name: str) -> Any:
    from lxml import etree

    # Its stubs do not know that a namespace may have no prefix.
    names: Any = {None: NAMESPACE, "xsi": _SCHEMA}
    return etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=names)


def _under(parent: Any, name: str, text: str | None = None) -> Any:
    from lxml import etree

    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if text is not None:
        element.text = _NO_XML.sub("", one_line(text))
    return element
