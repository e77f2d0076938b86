from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from archive.catalogue import events, records, saved_searches, schema
from archive.catalogue.chain import link
from archive.catalogue.database import Catalogue, engine_for, open_catalogue, version
from archive.errors import ArchiveTrouble
from archive.founding import begin_archive, upgrade_archive
from archive.home import Home, existing_home
from archive.record import Description, Original, Record
from tests.conftest import Pressmark

NOW = datetime(2026, 1, 15, tzinfo=UTC)
DIGEST = "ab" * 32
RECORD = Record(
    "4r9zk2m0c7ht",
    1,
    NOW,
    Description(title="Ferry"),
    {},
    (Original(DIGEST, 3, "text/plain"),),
    None,
)

CONTENT = (
    '{"basis":{},"description":{"title":"Ferry"},'
    f'"originals":[{{"digest":"{DIGEST}","media_type":"text/plain","role":"principal","size":3}}]}}'
)
WRITTEN_BY_THE_FIRST_VERSION = (
    f"INSERT INTO original VALUES ('{DIGEST}', 3, 'text/plain', '{NOW.isoformat()}')",
    f"INSERT INTO record VALUES ('{RECORD.id}', '{NOW.isoformat()}', 1, NULL)",
    f"INSERT INTO record_original VALUES ('{RECORD.id}', '{DIGEST}', 'principal')",
    f"INSERT INTO revision VALUES ('{RECORD.id}', 1, '{NOW.isoformat()}', 'keeper', 'added', "
    f"'{CONTENT}', '{link(CONTENT, None)}', NULL)",
    f"INSERT INTO event VALUES (1, '{NOW.isoformat()}', 'ingestion', 'keeper', 'success', "
    f"'record begun', '{DIGEST}', '{RECORD.id}')",
    f"INSERT INTO change VALUES (1, '{NOW.isoformat()}', '{RECORD.id}')",
)


def test_a_new_archive_has_its_folders_and_an_empty_catalogue(tmp_path: Path) -> None:
    home, new = begin_archive(tmp_path / "deep" / "home")
    assert new
    names = sorted(entry.name for entry in home.root.iterdir())
    assert names == ["catalogue.sqlite", "index", "journal", "originals", "tmp"]
    assert list(home.scratch.iterdir()) == []
    assert existing_home(home.root) == home


def test_beginning_again_changes_nothing(tmp_path: Path) -> None:
    home, _ = begin_archive(tmp_path / "home")
    before = home.catalogue.read_bytes()
    assert begin_archive(tmp_path / "home") == (home, False)
    assert home.catalogue.read_bytes() == before


def test_an_interrupted_beginning_can_be_begun_again(tmp_path: Path) -> None:
    (tmp_path / "home" / "originals").mkdir(parents=True)
    (tmp_path / "home" / "tmp").mkdir()
    (tmp_path / "home" / "tmp" / "catalogue-half").write_bytes(b"half")
    with pytest.raises(ArchiveTrouble):
        existing_home(tmp_path / "home")
    assert begin_archive(tmp_path / "home") == (Home(tmp_path / "home"), True)


def test_a_folder_of_somebody_else_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(ArchiveTrouble, match=r"is not empty \(it holds thesis.doc\)"):
        begin_archive(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_file_is_no_place_for_an_archive(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveTrouble, match="is a file; an archive needs a folder"):
        begin_archive(tmp_path / "file")
    with pytest.raises(ArchiveTrouble, match="No archive can be begun at"):
        begin_archive(tmp_path / "file" / "home")


def test_a_home_that_is_no_archive_is_told_and_not_created(tmp_path: Path) -> None:
    with pytest.raises(ArchiveTrouble, match=r"There is no archive at .* Run “pressmark init”"):
        existing_home(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


@pytest.fixture
def old(tmp_path: Path) -> Home:
    """An archive as the first version began it, with a record."""
    home, _ = begin_archive(tmp_path / "old")
    home.catalogue.unlink()
    configuration = Config()
    configuration.set_main_option("script_location", "archive:migrations")
    catalogue = Catalogue(engine_for(home.catalogue))
    with catalogue.writing() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, "0001")
    with catalogue.writing() as connection:
        for statement in WRITTEN_BY_THE_FIRST_VERSION:
            connection.exec_driver_sql(statement)
    catalogue.close()
    return home


def version_of(home: Home) -> str | None:
    catalogue = Catalogue(engine_for(home.catalogue))
    with catalogue.reading() as connection:
        found = version(connection)
    catalogue.close()
    return found


def test_an_older_archive_is_not_opened_but_told_how_to_upgrade(old: Home) -> None:
    with pytest.raises(ArchiveTrouble, match=r"has version 0001.* Run “pressmark init” to upgrade"):
        open_catalogue(old)


def test_an_older_archive_is_upgraded_and_keeps_what_it_holds(old: Home) -> None:
    assert upgrade_archive(old) == "0001"
    assert upgrade_archive(old) is None
    catalogue = open_catalogue(old)
    with catalogue.reading() as connection:
        assert version(connection) == schema.VERSION
        assert records.get(connection, RECORD.id) == RECORD
        assert len(records.history(connection, RECORD.id)) == 1
        assert len(events.of_record(connection, RECORD.id)) == 1
    with catalogue.writing() as connection:
        assert len(saved_searches.put(connection, {"total": 0}, at=NOW)) == 64
    catalogue.close()


def test_an_upgrade_that_fails_on_its_way_leaves_the_archive_as_it_was(old: Home) -> None:
    catalogue = Catalogue(engine_for(old.catalogue))
    with catalogue.writing() as connection:
        # The second table of the migration cannot be made, after the first one was.
        connection.exec_driver_sql("CREATE TABLE saved_search (x)")
    with pytest.raises(ArchiveTrouble, match="saved_search already exists"):
        upgrade_archive(old)
    assert version_of(old) == "0001"
    with catalogue.writing() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert "relation" not in tables.scalars().all()
        assert len(records.history(connection, RECORD.id)) == 1
        connection.exec_driver_sql("DROP TABLE saved_search")
    catalogue.close()
    assert upgrade_archive(old) == "0001"


def test_an_upgrade_waits_for_who_is_writing(old: Home) -> None:
    catalogue = Catalogue(engine_for(old.catalogue))
    upgraded: list[str | None] = []
    with catalogue.writing() as connection:
        thread = threading.Thread(target=lambda: upgraded.append(upgrade_archive(old)))
        thread.start()
        events.log(
            connection, events.FIXITY_CHECK, at=NOW, agent="keeper", detail="", digest=DIGEST
        )
        assert upgraded == []
    thread.join()
    assert upgraded == ["0001"]
    with catalogue.reading() as connection:
        assert len(events.of_record(connection, RECORD.id)) == 2
    catalogue.close()


def test_a_newer_archive_is_left_alone(tmp_path: Path) -> None:
    home, _ = begin_archive(tmp_path / "home")
    catalogue = Catalogue(engine_for(home.catalogue))
    with catalogue.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    catalogue.close()
    assert upgrade_archive(home) is None
    with pytest.raises(ArchiveTrouble, match=r"version 9999.* Use the program that belongs to it"):
        open_catalogue(home)


def test_init_upgrades_and_says_so(old: Home, capsys: pytest.CaptureFixture[str]) -> None:
    pressmark = Pressmark(old.root, capsys)
    refused = pressmark("show", RECORD.id)
    assert refused.status == 1
    assert "Run “pressmark init” to upgrade it." in refused.err
    first, second = pressmark("init"), pressmark("init")
    assert first.status == second.status == 0
    assert "its catalogue was upgraded from version 0001" in first.err
    assert "nothing was changed" in second.err
    assert pressmark("show", RECORD.id).status == 0
