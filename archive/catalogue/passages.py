"""Passages in the catalogue: the one that a person quotes, and those that people excluded."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from archive.catalogue import extracts, records
from archive.errors import UserMistake
from archive.passage import Passage, place_of, places_in

Places = tuple[tuple[int, int], ...]
"""Ranges of characters of a text, ascending."""


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


def excluded_places(connection: Connection, extract_ids: Collection[int]) -> Mapping[int, Places]:
    """What is excluded of the texts of these extracts, by whichever record has them; extracts
    of which nothing is are left out."""
    holders = extracts.records_of(connection, extract_ids, revised=True)
    excluded: dict[int, list[Passage]] = {}
    for record in records.many(connection, holders).values():
        excluded.setdefault(record.extract_id or 0, []).extend(record.excluded)
    places = {each: places_in(passages, each) for each, passages in excluded.items()}
    return {extract_id: found for extract_id, found in places.items() if found}
