"""Archives of invented texts, with their records in a catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from archive.catalogue import extracts, records
from archive.catalogue.database import Catalogue
from archive.record import Access, Description, Extract, Original, Record

AT = datetime(2026, 1, 15, tzinfo=UTC)

Keep = Callable[..., Record]


def prose(topic: str, words: int) -> str:
    """So many different words, the same for the same topic."""
    return " ".join(f"{topic}{n}" for n in range(words))


@pytest.fixture
def keep(catalogue: Catalogue) -> Keep:
    """Keep a text as a record of this id; the record."""

    def kept(
        id: str, text: str | None, issued: str | None = None, access: Access | None = None
    ) -> Record:
        original = Original(hashlib.sha256(id.encode()).hexdigest(), 1, "text/plain")
        with catalogue.writing() as connection:
            records.add_original(connection, original.digest, 1, "text/plain", at=AT)
            made = Extract("plain/1", text)
            extract_id = extracts.add(connection, original.digest, made, at=AT)
            description = Description(issued=issued, access=access)
            record = Record(id, 1, AT, description, {}, (original,), extract_id)
            records.begin(connection, record, agent="ana")
        return record

    return kept
