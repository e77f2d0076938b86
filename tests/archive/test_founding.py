from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import ArchiveTrouble
from archive.founding import begin_archive
from archive.home import Home, existing_home


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
