from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.authority import Authority
from archive.catalogue import authorities
from archive.catalogue.database import Catalogue
from archive.checking import check_catalogue
from archive.home import Home
from archive.journal import write_journal
from tests.archive.test_catalogue import AT, begin


@pytest.fixture
def kept(home: Home, catalogue: Catalogue) -> Home:
    """An archive with two records and an authority, all in the journal."""
    begin(catalogue)
    begin(catalogue, "r2", "b" * 64)
    outlet = Authority("outlet", "quay-courier", "The Quay Courier", variants=("Courier",))
    with catalogue.writing() as connection:
        authorities.put(connection, [outlet], at=AT, agent="ana")
    write_journal(home, catalogue)
    return home


def write(catalogue: Catalogue, *statements: str) -> None:
    """Write past the triggers and the references, as damage does."""
    with catalogue.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN")
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid"
        ).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.exec_driver_sql(statement)
        for _, definition in triggers:
            connection.exec_driver_sql(definition)
        connection.exec_driver_sql("COMMIT")
        connection.invalidate()


def test_a_catalogue_that_is_what_was_written_has_no_faults(kept: Home) -> None:
    checked = check_catalogue(kept)
    assert (checked.faults, checked.compared, checked.unknown) == ((), 19, 0)
    assert list(kept.scratch.glob("check-*")) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE original SET media_type = 'text/plaim'", "The table original is not as"),
        ("UPDATE extract SET text = 'the texu' WHERE id = 2", "extract .* with the row 2[.]"),
        ("UPDATE record SET added = '2025' WHERE id = 'r2'", "record .* with the row r2[.]"),
        ("UPDATE record SET revision = 2 WHERE id = 'r2'", "chain .* revision is broken at r2"),
        ("UPDATE revision SET agent = 'eve' WHERE record_id = 'r1'", "row r1, 1[.]"),
        ("UPDATE revision SET content = '{}'", "chain of digests in the table revision .* r1"),
        ("DELETE FROM revision WHERE record_id = 'r1'", "chain .* revision is broken at r1"),
        ("UPDATE authority_revision SET content = '{}'", "chain .* authority_revision is broken"),
        ("UPDATE statement SET value = 'U'", "The table statement is not as"),
        ("UPDATE statement SET extract_id = 7", "statement refers to one of extract"),
        ("DELETE FROM statement", "The table statement is not as"),
        ("INSERT INTO event VALUES (9, 'x', 'x', 'x', 'x', 'x', NULL, NULL)", "event .* row 9"),
        ("UPDATE change SET at = '2025' WHERE seq = 1", "The table change is not as"),
        ("UPDATE entry SET row_key = '7' WHERE seq = 2", "The table entry is not as"),
        ("UPDATE entry SET seq = 77 WHERE seq = 19", "The table entry is not as"),
        (
            "UPDATE sqlite_sequence SET seq = 70 WHERE name = 'change'",
            "counter of the table change",
        ),
        ("DROP INDEX record_original_by_digest", "tables are not those of its version"),
        ("DROP TRIGGER statement_delete", "tables are not those of its version"),
        ("UPDATE alembic_version SET version_num = '9999'", "has version 9999"),
    ],
)
def test_what_is_not_as_it_was_written_is_found(
    kept: Home, catalogue: Catalogue, damage: str, found: str
) -> None:
    if "DROP TRIGGER" in damage:
        with catalogue.writing() as connection:
            connection.execute(text(damage))
    else:
        write(catalogue, damage)
    faults = check_catalogue(kept).faults
    assert any(re.search(found, fault) for fault in faults), faults


def test_what_the_journal_lacks_is_told_and_not_compared(kept: Home, catalogue: Catalogue) -> None:
    begin(catalogue, "r3", "c" * 64)
    checked = check_catalogue(kept)
    assert (checked.faults, checked.compared, checked.unknown) == ((), 19, 8)


def test_a_damaged_journal_is_a_fault(kept: Home) -> None:
    (path,) = kept.journal.iterdir()
    path.write_bytes(path.read_bytes().replace(b"html", b"HTML").replace(b"plain/1", b"plain/2"))
    assert any("The journal is damaged at" in fault for fault in check_catalogue(kept).faults)


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be one"])
def test_a_catalogue_that_is_none_is_a_fault(
    kept: Home, catalogue: Catalogue, content: bytes
) -> None:
    catalogue.close()
    for path in kept.root.glob("catalogue.sqlite-*"):
        path.unlink()
    kept.catalogue.write_bytes(content)
    assert check_catalogue(kept).faults


def test_what_an_interrupted_check_left_is_removed(kept: Home) -> None:
    (kept.scratch / "check-left").mkdir()
    check_catalogue(kept)
    assert not Path(kept.scratch / "check-left").exists()
