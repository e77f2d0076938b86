from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import backup
from archive.backup import Backup, back_up, snapshot_names, superseded
from archive.catalogue.copying import reading_file
from archive.catalogue.database import Catalogue, open_catalogue
from archive.errors import ArchiveTrouble, UserMistake
from archive.founding import begin_archive
from archive.home import Home
from archive.locks import locked
from archive.originals import Originals
from tests.archive.test_fixity import alter
from tests.archive.test_ingest import add, submission

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def add_texts(home: Home, catalogue: Catalogue, *texts: str) -> list[str]:
    """Add documents; the digests of all originals."""
    add(home, catalogue, *(submission(text.encode(), f"{text}.txt") for text in texts))
    with catalogue.reading() as connection:
        return sorted(connection.exec_driver_sql("SELECT digest FROM original").scalars())


def make(
    home: Home, catalogue: Catalogue, target: Path, at: datetime = AT, thorough: bool = False
) -> Backup:
    return back_up(home, catalogue, target, at=at, agent="ana", thorough=thorough)


def test_a_dry_run_tells_what_would_be_copied_and_writes_nothing(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    add_texts(home, catalogue, "ferry", "bridge")
    foreseen = backup.foresee(home, catalogue, target)
    assert not target.exists()
    assert (foreseen.copied, foreseen.size, foreseen.lacking) == (2, 11, ())
    assert make(home, catalogue, target).copied == 2
    add_texts(home, catalogue, "causeway")
    assert backup.foresee(home, catalogue, target).copied == 1
    assert len(snapshot_names(target)) == 1


def holds(target: Path) -> bool:
    """Whether every file of every backup is what its manifest says, by a tool of the system."""
    return all(
        subprocess.run(
            ["sha256sum", "--check", "--strict", "--quiet", manifest],
            cwd=target, capture_output=True, check=False,
        ).returncode == 0
        for manifest in (target / "snapshots").glob("2*/manifest-sha256.txt")
    )  # fmt: skip


def test_a_backup_holds_the_catalogue_and_every_original(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    digests = add_texts(home, catalogue, "ferry", "bridge")
    made = make(home, catalogue, target)
    assert (made.name, made.copied, made.size, made.lacking) == (
        "2026-01-15T120000.000000Z", 2, 11, ()
    )  # fmt: skip
    assert (made.facts.records, made.facts.originals, made.facts.size) == (2, 2, 11)
    assert snapshot_names(target) == (made.name,)
    assert holds(target)
    for digest in digests:
        kept = Originals(Home(target)).path(digest)
        assert kept.read_bytes() == Originals(home).path(digest).read_bytes()
        assert kept.stat().st_mode & 0o777 == 0o444
    assert sorted(path.name for path in target.iterdir()) == ["lock", "originals", "snapshots"]


def test_what_is_there_is_not_copied_again(home: Home, catalogue: Catalogue, target: Path) -> None:
    (first,) = add_texts(home, catalogue, "ferry")
    make(home, catalogue, target)
    written = Originals(Home(target)).path(first).stat().st_ino
    add_texts(home, catalogue, "bridge")
    made = make(home, catalogue, target, AT + timedelta(hours=1))
    assert (made.copied, made.facts.originals) == (1, 2)
    assert Originals(Home(target)).path(first).stat().st_ino == written
    assert len(snapshot_names(target)) == 2
    assert holds(target)


def test_backups_at_the_same_moment_have_names_of_their_own(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    names = [make(home, catalogue, target).name for _ in range(3)]
    assert names == sorted(set(names)) == list(snapshot_names(target))


def test_a_backup_is_an_event(home: Home, catalogue: Catalogue, target: Path) -> None:
    add_texts(home, catalogue, "ferry")
    made = make(home, catalogue, target)
    with catalogue.reading() as connection:
        logged = connection.exec_driver_sql(
            "SELECT agent, outcome, detail FROM event WHERE type = 'replication'"
        ).all()
    assert logged == [("ana", "success", f"backup {made.name} in {target}: 1 originals")]


def test_an_original_that_is_damaged_here_is_taken_from_no_backup_and_told(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    first, second = add_texts(home, catalogue, "ferry", "bridge")
    alter(home, first)
    Originals(home).path(second).unlink()
    made = make(home, catalogue, target)
    assert [digest for digest, _ in made.lacking] == [first, second]
    assert made.lacking[1][1] == "missing"
    assert snapshot_names(target) == (made.name,)
    assert holds(target)


def test_an_original_that_is_damaged_here_stays_whole_in_the_backup(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    (digest,) = add_texts(home, catalogue, "ferry")
    make(home, catalogue, target)
    alter(home, digest)
    assert make(home, catalogue, target, thorough=True).lacking == ()
    assert holds(target)


def test_a_thorough_backup_mends_what_is_damaged_in_it(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    (digest,) = add_texts(home, catalogue, "ferry")
    make(home, catalogue, target)
    alter(Home(target), digest)
    assert make(home, catalogue, target).copied == 0
    assert not holds(target)
    assert make(home, catalogue, target, thorough=True).copied == 1
    assert holds(target)


def test_a_truncated_original_in_the_backup_is_copied_again(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    (digest,) = add_texts(home, catalogue, "ferry")
    make(home, catalogue, target)
    path = Originals(Home(target)).path(digest)
    path.chmod(0o644)
    path.write_bytes(b"fer")
    assert make(home, catalogue, target).copied == 1
    assert holds(target)


def test_what_an_interrupted_backup_left_is_no_backup_and_is_removed(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    add_texts(home, catalogue, "ferry")
    made = make(home, catalogue, target)
    left = target / "snapshots" / "unfinished-2026-01-16T120000.000000Z"
    shutil.copytree(target / "snapshots" / made.name, left)
    assert snapshot_names(target) == (made.name,)
    make(home, catalogue, target)
    assert not left.exists()


def test_a_damaged_catalogue_is_not_backed_up_and_the_former_backup_stays(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    add_texts(home, catalogue, "ferry")
    made = make(home, catalogue, target)
    with catalogue.writing() as connection:
        connection.exec_driver_sql("UPDATE revision SET content = '{}'")
    with pytest.raises(ArchiveTrouble, match="The catalogue is damaged and was not backed up"):
        make(home, catalogue, target, AT + timedelta(days=1))
    assert snapshot_names(target) == (made.name,)
    assert holds(target)


def test_backups_of_thirty_days_are_kept_and_the_last_of_each_month() -> None:
    names = [f"2025-{month:02}-{day:02}T020000.000000Z" for month in (9, 10, 11, 12)
             for day in (1, 15, 28)]  # fmt: skip
    gone = superseded(names, datetime(2025, 12, 30, tzinfo=UTC))
    assert [name[:10] for name in gone] == [
        "2025-09-01", "2025-09-15", "2025-10-01", "2025-10-15", "2025-11-01", "2025-11-15"
    ]  # fmt: skip
    assert superseded([], AT) == ()


def test_superseded_backups_are_removed_and_their_originals_stay(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    add_texts(home, catalogue, "ferry")
    for days in (80, 79, 0):
        make(home, catalogue, target, AT - timedelta(days=days))
    assert [name[:10] for name in snapshot_names(target)] == ["2025-10-28", "2026-01-15"]
    assert holds(target)


def test_a_place_for_something_else_is_refused(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    for place in (home.root, home.originals / "backup", home.root.parent):
        with pytest.raises(UserMistake, match="one in the other"):
            make(home, catalogue, place)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserMistake, match="is a file; a backup needs a folder"):
        make(home, catalogue, tmp_path / "file")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("x")
    with pytest.raises(UserMistake, match=r"not empty \(it holds thesis.doc\)"):
        make(home, catalogue, tmp_path / "mine")
    with pytest.raises(ArchiveTrouble, match="was not made: Not a directory"):
        make(home, catalogue, tmp_path / "file" / "backup")
    assert not home.root.joinpath("snapshots").exists()


def test_the_backups_of_another_archive_are_not_mixed_with(
    home: Home, catalogue: Catalogue, target: Path, tmp_path: Path
) -> None:
    add_texts(home, catalogue, "ferry")
    make(home, catalogue, target)
    other, _ = begin_archive(tmp_path / "other")
    opened = open_catalogue(other)
    add_texts(other, opened, "bridge")
    with pytest.raises(UserMistake, match="holds the backups of another archive"):
        make(other, opened, target)
    opened.close()


def test_two_backups_at_a_time_are_refused(home: Home, catalogue: Catalogue, target: Path) -> None:
    make(home, catalogue, target)
    with (
        locked(target / "lock", wait=False),
        pytest.raises(ArchiveTrouble, match=r"Another backup to .* is running"),
    ):
        make(home, catalogue, target)


def test_a_new_disk_with_its_own_folder_is_a_good_place(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    (target / "lost+found").mkdir(parents=True)
    assert make(home, catalogue, target).name in snapshot_names(target)


def test_the_catalogue_in_a_backup_is_read_without_touching_it(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    add_texts(home, catalogue, "ferry")
    folder = backup.snapshot_folder(target, make(home, catalogue, target).name)
    with reading_file(folder / "catalogue.sqlite") as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM record").scalar() == 1
    assert sorted(path.name for path in folder.iterdir()) == [
        "catalogue.sqlite", "manifest-sha256.txt", "snapshot.json"
    ]  # fmt: skip
    assert json.loads((folder / "snapshot.json").read_text())["records"] == 1
    assert holds(target)
