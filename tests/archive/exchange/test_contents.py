"""Nothing of the catalogue is forgotten when it leaves."""

from __future__ import annotations

from collections import Counter

from archive.catalogue import contents, entries, schema
from archive.catalogue.contents import ARCHIVE, RECORDS, RELATIONS, SHEETS, Chosen, parts, single
from archive.catalogue.database import Catalogue
from archive.home import Home
from tests.archive.exchange.archives import filled


def places(table: str) -> set[str]:
    """The sheets that rows of a table are in."""
    found = set()
    for sheet in SHEETS:
        if sheet.root is not None:
            names = {sheet.root.name, *(part.table.name for part in parts(sheet.root))}
        else:
            names = {each.name for each, _ in single(sheet)}
        if table in names:
            found.add(sheet.name)
    return found


def test_every_table_leaves_the_catalogue_or_is_left_out_for_a_reason() -> None:
    for name in schema.metadata.tables:
        assert bool(places(name)) is not (name in contents.LEFT_OUT), name
    assert contents.LEFT_OUT.keys() >= entries.TRANSIENT
    assert all(contents.LEFT_OUT.values())
    assert contents.LEFT_OUT.keys() <= schema.metadata.tables.keys()


def test_rows_go_with_what_they_are_about() -> None:
    assert places("revision") == {"records"}
    assert places("statement") == {"records", "originals", "archive"}
    assert places("event") == {"records", "originals", "archive"}
    assert places("extract") == {"originals"}
    assert places("relation") == {"relations"}
    assert places("part") == {"relations"}
    assert places("authority_revision") == {"authorities"}
    assert places("saved_search") == {"archive"}


def test_each_row_is_in_one_document(home: Home, catalogue: Catalogue) -> None:
    filled(home, catalogue)
    counter: Counter[str] = Counter()
    with catalogue.reading() as connection:
        for sheet in SHEETS:
            for document in contents.documents(connection, sheet):
                contents.counted(document, counter)
        assert counter == contents.counts(connection)
    assert all(counter[table.name] for table in contents.kept()), "the test fills every table"


def test_of_a_choice_only_what_is_about_it_leaves(home: Home, catalogue: Catalogue) -> None:
    ids = filled(home, catalogue)
    chosen = Chosen(frozenset({ids["ferry.txt"], ids["bridge.txt"]}), frozenset())
    with catalogue.reading() as connection:
        found = {
            sheet.name: list(contents.documents(connection, sheet, chosen))
            for sheet in (RECORDS, RELATIONS, ARCHIVE)
        }
    assert {each["record"]["id"] for each in found["records"]} == chosen.records
    assert [each["relation"]["kind"] for each in found["relations"]] == ["republication"]
    assert found["archive"] == []
