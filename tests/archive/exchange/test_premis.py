"""The events of an archive as PREMIS 3.0: in the form of its schema, and linked.

The schema itself is not asked: no package of PyPI or Debian was found to have premis.xsd (metsrw,
which knows PREMIS, comes with the schema of METS alone), and tests fetch nothing.  What of its
form the archive's file uses is therefore written down here, types of values not included.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from archive.catalogue import events
from archive.catalogue.database import Catalogue
from archive.exchange.premis import NAMESPACE
from archive.home import Home
from archive.readers import READERS
from tests.archive.exchange.archives import AT, filled, packed

# The elements that an element may have, in the order that premis.xsd, version 3.0, wants; those
# with a * must be there.
FORM = {
    "premis": ("object*", "event", "agent", "rights"),
    "object": (
        "objectIdentifier*", "preservationLevel", "significantProperties", "objectCharacteristics",
        "originalName", "storage", "signatureInformation", "relationship",
        "linkingEventIdentifier", "linkingRightsStatementIdentifier",
    ),
    "objectCharacteristics": ("compositionLevel", "fixity", "size", "format*"),
    "fixity": ("messageDigestAlgorithm*", "messageDigest*"),
    "format": ("formatDesignation", "formatRegistry", "formatNote"),
    "formatDesignation": ("formatName*", "formatVersion"),
    "relationship": ("relationshipType*", "relationshipSubType*", "relatedObjectIdentifier"),
    "event": (
        "eventIdentifier*", "eventType*", "eventDateTime*", "eventDetailInformation",
        "eventOutcomeInformation", "linkingAgentIdentifier", "linkingObjectIdentifier",
    ),
    "eventDetailInformation": ("eventDetail",),
    "eventOutcomeInformation": ("eventOutcome", "eventOutcomeDetail"),
    "linkingAgentIdentifier": (
        "linkingAgentIdentifierType*", "linkingAgentIdentifierValue*", "linkingAgentRole",
    ),
    "agent": ("agentIdentifier*", "agentName", "agentType", "agentVersion", "agentNote"),
}  # fmt: skip
IDENTIFIERS = (
    "objectIdentifier", "eventIdentifier", "agentIdentifier", "linkingEventIdentifier",
    "linkingObjectIdentifier", "relatedObjectIdentifier",
)  # fmt: skip
FORM |= {name: (f"{name}Type*", f"{name}Value*") for name in IDENTIFIERS}


@pytest.fixture
def premis(home: Home, catalogue: Catalogue, tmp_path: Path) -> Any:
    filled(home, catalogue)
    with catalogue.writing() as connection:
        events.log(
            connection, events.REPLICATION, at=AT, agent="\x01o & <b>", detail="to \ufffe/mnt"
        )
    packed(home, catalogue, tmp_path / "bag")
    return etree.parse(tmp_path / "bag" / "data" / "metadata" / "premis.xml").getroot()


def name_of(element: Any) -> str:
    name = etree.QName(element)
    assert name.namespace == NAMESPACE
    return name.localname


def identifiers(premis: Any, path: str) -> list[tuple[str, ...]]:
    found = premis.iterfind(path, {None: NAMESPACE})
    return [tuple(each.text for each in element)[:2] for element in found]


def test_its_elements_are_those_of_the_schema_in_its_order(premis: Any) -> None:
    assert premis.get("version") == "3.0"
    for element in premis.iter():
        name = name_of(element)
        held = [name_of(child) for child in element]
        if name not in FORM:
            assert held == [], name
            assert element.text, name
            continue
        order = [each.rstrip("*") for each in FORM[name]]
        assert held == sorted(held, key=order.index), name
        needed = {each.rstrip("*") for each in FORM[name] if each.endswith("*")}
        assert needed <= set(held), name
    kind = "{http://www.w3.org/2001/XMLSchema-instance}type"
    kinds = [each.get(kind) for each in premis.iterfind("object", {None: NAMESPACE})]
    assert kinds == ["intellectualEntity"] * 4 + ["file"] * 3


def test_whatever_is_linked_is_there(premis: Any) -> None:
    objects = identifiers(premis, "object/objectIdentifier")
    held = identifiers(premis, "event/eventIdentifier")
    agents = identifiers(premis, "agent/agentIdentifier")
    for each in (objects, held, agents):
        assert len(each) == len(set(each)) > 0
    assert set(identifiers(premis, "object/linkingEventIdentifier")) <= set(held)
    assert set(identifiers(premis, "object/relationship/relatedObjectIdentifier")) <= set(objects)
    assert set(identifiers(premis, "event/linkingObjectIdentifier")) <= set(objects)
    assert set(identifiers(premis, "event/linkingAgentIdentifier")) == set(agents)


def test_every_event_is_in_it(premis: Any, catalogue: Catalogue) -> None:
    with catalogue.reading() as connection:
        ids = connection.exec_driver_sql("SELECT id FROM event WHERE type != 'replication'")
        numbers = {str(each) for each in ids.scalars()}
    assert numbers < {value for _, value in identifiers(premis, "event/eventIdentifier")}


def test_a_program_is_software_and_nobody_is_guessed_to_be_a_person(premis: Any) -> None:
    agents = {
        each.findtext("agentName", None, {None: NAMESPACE}):
        each.findtext("agentType", None, {None: NAMESPACE})
        for each in premis.iterfind("agent", {None: NAMESPACE})
    }  # fmt: skip
    (reader,) = (each.key for each in READERS if each.name == "text")
    assert agents == {**dict.fromkeys(("ana", "ben", "timer", "o & <b>")), reader: "software"}
