from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.catalogue import originals as catalogued
from archive.catalogue import records
from archive.catalogue.database import Catalogue, open_catalogue
from archive.checking import check_catalogue
from archive.errors import ArchiveTrouble, UserMistake
from archive.founding import begin_archive
from archive.home import Home
from archive.journal import write_journal
from archive.originals import Originals
from archive.restore import Restored, restore
from tests.archive.test_backup import add_texts, make
from tests.archive.test_fixity import alter

AT = datetime(2026, 1, 16, 12, 0, tzinfo=UTC)


@pytest.fixture
def target(home: Home, catalogue: Catalogue, tmp_path: Path) -> Path:
    """A backup of an archive with two records, `ferry` and `bridge`."""
    add_texts(home, catalogue, "ferry", "bridge")
    make(home, catalogue, tmp_path / "backups")
    return tmp_path / "backups"


def bring_back(source: Path | None, root: Path, name: str | None = None) -> Restored:
    return restore(source, root, at=AT, agent="ana", name=name)


def lose(home: Home, catalogue: Catalogue) -> None:
    catalogue.close()
    for path in home.root.glob("catalogue.sqlite*"):
        path.unlink()


def ids(home: Home) -> list[str]:
    catalogue = open_catalogue(home)
    with catalogue.reading() as connection:
        found = list(records.ids(connection))
    catalogue.close()
    return sorted(found)


def whole(home: Home) -> bool:
    """Whether the catalogue is proven and every original in it is there and good."""
    catalogue = open_catalogue(home)
    with catalogue.reading() as connection:
        digests = [each.digest for each in catalogued.every(connection)]
        failed = catalogued.damaged(connection)
    catalogue.close()
    good = all(Originals(home).path(digest).is_file() for digest in digests)
    checked = check_catalogue(home)
    return good and not failed and not checked.faults and not checked.unknown


def test_an_archive_comes_back_whole_in_an_empty_place(
    home: Home, target: Path, tmp_path: Path
) -> None:
    restored = bring_back(target, tmp_path / "new")
    assert (restored.records, restored.originals, restored.copied, restored.replayed) == (
        2,
        2,
        2,
        0,
    )
    assert restored.lacking == restored.notes == ()
    assert ids(restored.home) == ids(home)
    assert whole(restored.home)
    assert list(restored.home.scratch.glob("restoring-*")) == []


def test_a_restored_archive_takes_documents_and_backups_again(
    home: Home, target: Path, tmp_path: Path
) -> None:
    restored = bring_back(target, tmp_path / "new")
    catalogue = open_catalogue(restored.home)
    add_texts(restored.home, catalogue, "causeway")
    assert make(restored.home, catalogue, target, AT).copied == 1
    write_journal(restored.home, catalogue)
    catalogue.close()
    assert len(ids(restored.home)) == len(ids(home)) + 1
    assert whole(restored.home)


def test_a_lost_catalogue_comes_back_from_backup_and_journal(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    add_texts(home, catalogue, "causeway", "ford")
    write_journal(home, catalogue)
    before = ids(home)
    lose(home, catalogue)
    restored = bring_back(target, home.root)
    assert (restored.records, restored.copied) == (4, 0)
    assert restored.replayed > 0
    assert ids(home) == before
    assert whole(home)


def test_a_lost_catalogue_comes_back_from_the_journal_alone(
    home: Home, catalogue: Catalogue
) -> None:
    add_texts(home, catalogue, "ferry", "bridge")
    write_journal(home, catalogue)
    before = ids(home)
    lose(home, catalogue)
    assert bring_back(None, home.root).name is None
    assert ids(home) == before
    assert whole(home)


def test_what_is_left_of_a_lost_catalogue_is_kept_aside(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    lose(home, catalogue)
    (home.root / "catalogue.sqlite-wal").write_bytes(b"left over")
    bring_back(target, home.root)
    (left,) = home.aside.iterdir()
    assert left.read_bytes() == b"left over"
    assert whole(home)


def test_a_damaged_journal_is_replayed_as_far_as_it_is_whole_and_kept_aside(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    add_texts(home, catalogue, "causeway")
    write_journal(home, catalogue)
    add_texts(home, catalogue, "ford")
    write_journal(home, catalogue)
    add_texts(home, catalogue, "weir")
    write_journal(home, catalogue)
    (path,) = home.journal.iterdir()
    content = path.read_bytes().replace(b"ford", b"fjrd")
    path.write_bytes(content)
    lose(home, catalogue)
    restored = bring_back(target, home.root)
    assert restored.records == 3
    assert restored.notes[0].startswith(f"The journal is damaged at {path}, line ")
    (aside,) = home.aside.iterdir()
    assert (aside / path.name).read_bytes() == content
    assert whole(home)


def test_originals_that_are_damaged_here_are_taken_from_the_backup(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    digests = add_texts(home, catalogue)
    alter(home, digests[0])
    lose(home, catalogue)
    assert bring_back(target, home.root).copied == 1
    (aside,) = home.aside.iterdir()
    assert aside.name.startswith(digests[0])
    assert whole(home)


def test_an_original_that_is_nowhere_good_is_told_and_shown(
    home: Home, catalogue: Catalogue, target: Path, tmp_path: Path
) -> None:
    first, second = add_texts(home, catalogue)
    alter(Home(target), first)
    Originals(Home(target)).path(second).unlink()
    restored = bring_back(target, tmp_path / "new")
    assert [digest for digest, _ in restored.lacking] == [first, second]
    opened = open_catalogue(restored.home)
    with opened.reading() as connection:
        shown = [each.digest for each in catalogued.damaged(connection)]
    opened.close()
    assert shown == [first, second]
    assert not Originals(restored.home).path(first).exists()


def test_a_dry_run_tells_the_same_and_writes_nothing(
    home: Home, catalogue: Catalogue, target: Path, tmp_path: Path
) -> None:
    add_texts(home, catalogue, "causeway")
    write_journal(home, catalogue)
    lose(home, catalogue)
    for root in (home.root, tmp_path / "new"):
        before = sorted(root.rglob("*")) if root.exists() else None
        foreseen = restore(target, root, at=AT, agent="ana", dry_run=True)
        assert (sorted(root.rglob("*")) if root.exists() else None) == before
        restored = bring_back(target, root)
        assert (foreseen.records, foreseen.originals, foreseen.copied, foreseen.replayed) == (
            restored.records,
            restored.originals,
            restored.copied,
            restored.replayed,
        )
        known = (3, 0) if root == home.root else (2, 2)
        assert (foreseen.records, foreseen.copied) == known


def test_an_archive_is_never_overwritten(home: Home, target: Path) -> None:
    before = ids(home)
    with pytest.raises(UserMistake, match=r"There is an archive at .*, and it was not touched"):
        bring_back(target, home.root)
    assert ids(home) == before


def test_a_place_that_is_taken_is_refused(target: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("x")
    with pytest.raises(ArchiveTrouble, match="is not empty"):
        bring_back(target, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.doc"]


def test_a_folder_without_backups_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match=r"holds no backup[.]"):
        bring_back(tmp_path / "nothing", tmp_path / "new")
    with pytest.raises(UserMistake, match="There is no journal at"):
        bring_back(None, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_an_earlier_backup_can_be_chosen(
    home: Home, catalogue: Catalogue, target: Path, tmp_path: Path
) -> None:
    add_texts(home, catalogue, "causeway")
    make(home, catalogue, target, AT + timedelta(days=1))
    assert bring_back(target, tmp_path / "newest").records == 3
    earlier = "2026-01-15T120000.000000Z"
    assert bring_back(target, tmp_path / "earlier", earlier).records == 2
    with pytest.raises(UserMistake, match=r"holds no backup yesterday; it holds 2026-01-15T1200"):
        bring_back(target, tmp_path / "new", "yesterday")


def test_a_damaged_backup_is_refused_and_the_other_one_named(
    home: Home, catalogue: Catalogue, target: Path, tmp_path: Path
) -> None:
    make(home, catalogue, target, AT)
    path = target / "snapshots" / "2026-01-16T120000.000000Z" / "catalogue.sqlite"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArchiveTrouble, match=r"is not whole .* Choose another: 2026-01-15T120000"):
        bring_back(target, tmp_path / "new")
    assert bring_back(target, tmp_path / "new", "2026-01-15T120000.000000Z").records == 2


def test_the_journal_of_another_archive_is_refused(
    home: Home, catalogue: Catalogue, target: Path, tmp_path: Path
) -> None:
    other, _ = begin_archive(tmp_path / "other")
    opened = open_catalogue(other)
    add_texts(other, opened, "ford")
    write_journal(other, opened)
    opened.close()
    lose(home, catalogue)
    shutil.rmtree(home.journal)
    shutil.copytree(other.journal, home.journal)
    with pytest.raises(ArchiveTrouble, match=r"The journal in .* knows of changes"):
        bring_back(target, home.root)
    assert not home.catalogue.exists()


def test_a_journal_that_ends_before_the_backup_goes_on_after_it(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    add_texts(home, catalogue, "ferry")
    write_journal(home, catalogue)
    add_texts(home, catalogue, "bridge")
    make(home, catalogue, tmp_path / "backups")
    lose(home, catalogue)
    assert bring_back(tmp_path / "backups", home.root).replayed == 0
    assert len(ids(home)) == 2
    assert whole(home)
