"""Finding the passage of a record that a person quotes."""

from __future__ import annotations

from sqlalchemy import Connection

from archive.catalogue import extracts, records
from archive.errors import UserMistake
from archive.passage import Passage, place_of


def passage_of(connection: Connection, record_id: str, quote: str) -> Passage | None:
    """The passage of a record's present text with these words; None without words.

    Raises `UserMistake`.
    """
    record = records.get(connection, record_id)
    if record is None:
        raise UserMistake(f"There is no record “{record_id}”.")
    if not quote:
        return None
    texts = extracts.texts(connection, [record.extract_id] if record.extract_id else [])
    return place_of(record.extract_id or 0, texts.get(record.extract_id or 0, ""), quote)
