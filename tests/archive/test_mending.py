from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.catalogue import originals as catalogued
from archive.catalogue.database import Catalogue
from archive.fixity import check_all
from archive.home import Home
from archive.mending import Mended, mend
from archive.originals import Originals
from tests.archive.test_backup import add_texts, make
from tests.archive.test_fixity import alter

AT = datetime(2026, 1, 16, 12, 0, tzinfo=UTC)


@pytest.fixture
def target(home: Home, catalogue: Catalogue, tmp_path: Path) -> Path:
    """A backup of an archive with two records, `ferry` and `bridge`."""
    add_texts(home, catalogue, "ferry", "bridge")
    make(home, catalogue, tmp_path / "backups")
    return tmp_path / "backups"


def mended(home: Home, catalogue: Catalogue, source: Path) -> Mended:
    return mend(home, catalogue, source, at=AT, agent="ana")


def failed(home: Home, catalogue: Catalogue) -> list[str]:
    check_all(home, catalogue, agent="ana", now=lambda: AT)
    with catalogue.reading() as connection:
        return [each.digest for each in catalogued.damaged(connection)]


def test_the_damaged_and_the_missing_are_whole_again(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    first, second = add_texts(home, catalogue)
    alter(home, first)
    damaged = Originals(home).path(first).read_bytes()
    Originals(home).path(second).unlink()
    assert failed(home, catalogue) == [first, second]
    assert mended(home, catalogue, target) == Mended((first, second), ())
    with catalogue.reading() as connection:
        assert catalogued.damaged(connection) == ()
    for digest in (first, second):
        path = Originals(home).path(digest)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
        assert path.stat().st_mode & 0o777 == 0o444
    (aside,) = home.aside.iterdir()
    assert aside.name == f"{first}.20260116T120000000000Z"
    assert aside.read_bytes() == damaged


def test_each_recovery_is_an_event(home: Home, catalogue: Catalogue, target: Path) -> None:
    first, _ = add_texts(home, catalogue)
    alter(home, first)
    failed(home, catalogue)
    mended(home, catalogue, target)
    with catalogue.reading() as connection:
        logged = connection.exec_driver_sql(
            "SELECT type, agent, outcome, detail FROM event WHERE digest = ? "
            "ORDER BY id DESC LIMIT 2", (first,),
        ).all()  # fmt: skip
    assert logged == [
        ("fixity check", "ana", "success", f"SHA-256 {first}"),
        ("recovery", "ana", "success", f"from {target}"),
    ]


def test_a_copy_that_is_damaged_too_replaces_nothing(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    first, second = add_texts(home, catalogue)
    for digest in (first, second):
        alter(home, digest)
    before = Originals(home).path(first).read_bytes()
    failed(home, catalogue)
    alter(Home(target), first)
    Originals(Home(target)).path(second).unlink()
    result = mended(home, catalogue, target)
    assert result.whole == ()
    assert [digest for digest, _ in result.left] == [first, second]
    assert result.left[0][1].startswith("in the backup it is damaged: its bytes have")
    assert result.left[1][1] == "the backup does not have it"
    assert Originals(home).path(first).read_bytes() == before
    assert not home.aside.exists()


def test_a_bag_will_do(home: Home, catalogue: Catalogue, tmp_path: Path) -> None:
    first, second = add_texts(home, catalogue, "ferry", "bridge")
    bag = tmp_path / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "data" / "a b.txt").write_bytes(Originals(home).path(first).read_bytes())
    (tmp_path / "outside.txt").write_bytes(Originals(home).path(second).read_bytes())
    (bag / "manifest-sha256.txt").write_text(
        f"\n{first}  data/a b.txt\n{second}  data/../../outside.txt\nnonsense\n"
    )
    for digest in (first, second):
        Originals(home).path(digest).unlink()
    failed(home, catalogue)
    assert mended(home, catalogue, bag) == Mended(
        (first,), ((second, "the backup does not have it"),)
    )


def test_a_dry_run_tells_the_same_and_replaces_nothing(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    first, second = add_texts(home, catalogue)
    alter(home, first)
    Originals(home).path(second).unlink()
    Originals(Home(target)).path(second).unlink()
    failed(home, catalogue)
    damaged = Originals(home).path(first).read_bytes()
    foreseen = mend(home, catalogue, target, at=AT, agent="ana", dry_run=True)
    assert Originals(home).path(first).read_bytes() == damaged
    assert not home.aside.exists()
    with catalogue.reading() as connection:
        assert len(catalogued.damaged(connection)) == 2
    assert mended(home, catalogue, target) == foreseen
    assert foreseen == Mended((first,), ((second, "the backup does not have it"),))


def test_names_in_a_bag_are_read_as_they_are_written(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    (first,) = add_texts(home, catalogue, "ferry")
    bag = tmp_path / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "data" / "a\n50%.txt").write_bytes(b"ferry")
    (bag / "manifest-sha256.txt").write_text(f"{first.upper()} *data/a%0A50%25.txt\n")
    Originals(home).path(first).unlink()
    failed(home, catalogue)
    assert mended(home, catalogue, bag) == Mended((first,), ())


def test_what_is_good_by_now_is_left_as_it_is(
    home: Home, catalogue: Catalogue, target: Path
) -> None:
    first, _ = add_texts(home, catalogue)
    content = Originals(home).path(first).read_bytes()
    alter(home, first)
    failed(home, catalogue)
    Originals(home).path(first).write_bytes(content)
    assert mended(home, catalogue, target).whole == (first,)
    assert not home.aside.exists()
