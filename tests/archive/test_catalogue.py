from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from archive.catalogue import changes, events, extracts, records, schema
from archive.catalogue.database import Catalogue, open_catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from archive.record import Description, Extract, Original, Record, Statement

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DIGEST = "a" * 64


def begin(catalogue: Catalogue, record_id: str = "r1", digest: str = DIGEST) -> Record:
    with catalogue.writing() as connection:
        records.add_original(connection, digest, 3, "text/plain", at=AT)
        extract = Extract("plain/1", "the text", statements=(Statement("title", "T", "line 1"),))
        extract_id = extracts.add(connection, digest, extract, at=AT)
        record = Record(
            id=record_id,
            revision=1,
            added=AT,
            description=Description(title="T", creator=("A",)),
            basis={"title": "plain/1 line 1", "creator": "manifest"},
            originals=(Original(digest, 3, "text/plain"),),
            extract_id=extract_id,
        )
        records.begin(connection, record, agent="ana")
    return record


def test_the_migrations_make_the_tables_that_the_code_sees(catalogue: Catalogue) -> None:
    with catalogue.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    assert differences == []


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 30000),
    ],
)
def test_every_connection_has_the_settings_that_keep_the_promises(
    catalogue: Catalogue, pragma: str, value: object
) -> None:
    with catalogue.reading() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_record_comes_back_as_it_was_begun(catalogue: Catalogue) -> None:
    record = begin(catalogue)
    with catalogue.reading() as connection:
        assert records.get(connection, "r1") == record
        assert records.holding(connection, DIGEST) == record
        assert records.get(connection, "none") is None


def test_beginning_a_record_logs_an_event_and_a_change(catalogue: Catalogue) -> None:
    begin(catalogue)
    with catalogue.reading() as connection:
        assert [c.record_id for c in changes.after(connection, 0, limit=9)] == ["r1"]
        logged = [(e.type, e.agent, e.outcome) for e in events.of_record(connection, "r1")]
    assert logged == [("ingestion", "ana", "success")]


def test_nothing_of_a_failed_transaction_is_left(catalogue: Catalogue) -> None:
    def half_done() -> None:
        with catalogue.writing() as connection:
            records.add_original(connection, DIGEST, 3, "text/plain", at=AT)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        half_done()
    with catalogue.reading() as connection:
        assert records.media_types(connection, [DIGEST]) == {}
        assert changes.newest(connection) == 0


def test_each_revision_is_chained_to_the_one_before(catalogue: Catalogue) -> None:
    first = begin(catalogue)
    second = replace(first, revision=2, description=Description(title="Better"))
    with catalogue.writing() as connection:
        records.revise(connection, second, at=AT, agent="ben", reason="title corrected")
    with catalogue.reading() as connection:
        one, two = records.history(connection, "r1")
        contents = connection.exec_driver_sql("SELECT content FROM revision ORDER BY number").all()
        assert records.get(connection, "r1") == second
    assert one.digest == hashlib.sha256(b"\n" + contents[0][0].encode()).hexdigest()
    assert two.previous == one.digest
    chained = one.digest.encode() + b"\n" + contents[1][0].encode()
    assert two.digest == hashlib.sha256(chained).hexdigest()
    assert (two.agent, two.reason) == ("ben", "title corrected")


def test_a_change_based_on_an_old_revision_is_refused(catalogue: Catalogue) -> None:
    first = begin(catalogue)
    with catalogue.writing() as connection:
        records.revise(connection, replace(first, revision=2), at=AT, agent="a", reason="one")
    with pytest.raises(records.StaleRevision), catalogue.writing() as connection:
        records.revise(connection, replace(first, revision=2), at=AT, agent="b", reason="two")
    with catalogue.reading() as connection:
        assert [r.reason for r in records.history(connection, "r1")] == ["added", "one"]


def test_an_extract_comes_back_with_its_statements_in_order(catalogue: Catalogue) -> None:
    extract = Extract(
        reader="html/3",
        text="Text — with ə",
        description=Description(title="T", creator=("A", "B")),
        basis={"title": "h1"},
        statements=(Statement("title", " T ", "h1"), Statement("creator", "By A, B", "byline")),
        warnings=("odd",),
        cut=True,
        charset="windows-1252",
    )
    with catalogue.writing() as connection:
        records.add_original(connection, DIGEST, 3, "text/html", at=AT)
        extract_id = extracts.add(connection, DIGEST, extract, at=AT)
    with catalogue.reading() as connection:
        assert extracts.get(connection, extract_id) == extract
        assert extracts.find(connection, DIGEST, "html/3") == extract_id
        assert extracts.find(connection, DIGEST, "html/4") is None
        assert extracts.texts(connection, [extract_id, 99]) == {extract_id: "Text — with ə"}


def test_the_database_refuses_a_record_without_its_original(catalogue: Catalogue) -> None:
    record = Record("r", 1, AT, Description(), {}, (Original(DIGEST, 1, "text/plain"),), None)
    with pytest.raises(Exception, match="FOREIGN KEY"), catalogue.writing() as connection:
        records.begin(connection, record, agent="a")
    with catalogue.reading() as connection:
        assert records.count(connection) == 0


def test_a_catalogue_of_another_version_is_not_opened(home: Home) -> None:
    with sqlite3.connect(home.catalogue) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ArchiveTrouble, match="has version 9999, this program works with 00"):
        open_catalogue(home)


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be one"])
def test_a_catalogue_that_is_none_is_told_in_a_sentence(home: Home, content: bytes) -> None:
    for name in ("catalogue.sqlite-wal", "catalogue.sqlite-shm"):
        (home.root / name).unlink(missing_ok=True)
    home.catalogue.write_bytes(content)
    with pytest.raises(ArchiveTrouble, match="The catalogue"):
        open_catalogue(home)
