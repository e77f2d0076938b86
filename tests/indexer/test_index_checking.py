from __future__ import annotations

import errno
import random
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from archive.catalogue import authorities, records
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from indexer import generations
from indexer.checking import check_index, repair_index
from indexer.engine import Generation
from indexer.filling import documents_of, with_content
from indexer.headings import headings_of
from indexer.reindexing import reindex
from indexer.search import SearchService
from indexer.update import update
from tests.indexer.adding import add, total

LONG = "The ferry to the far bank was late again, and nobody on the quay knew why it was. "


@pytest.fixture
def indexed(home: Home, catalogue: Catalogue) -> SearchService:
    """An archive with an index that answers, one from before, and words kept for reuse."""
    add(home, catalogue, *(f"{LONG * 3} Number {n}." for n in range(4)))
    update(home, catalogue)
    reindex(home, catalogue)
    add(home, catalogue, "A late ferry.")
    update(home, catalogue)
    return SearchService(home, catalogue)


def current(home: Home) -> Generation:
    return generations.open_named(home, generations.current_name(home) or "")


def everything(home: Home) -> dict[str, bytes]:
    files = (path for path in home.index.rglob("*") if path.is_file())
    return {path.relative_to(home.index).as_posix(): path.read_bytes() for path in files}


def noted(home: Home) -> None:
    name = generations.current_name(home) or ""
    generations.note(home, name, generations.read_state(home, name))


@pytest.mark.usefixtures("indexed")
def test_a_good_index_has_no_faults(home: Home, catalogue: Catalogue) -> None:
    checked = check_index(home, catalogue)
    assert (checked.faults, checked.held, checked.behind) == ((), 5, 0)


@pytest.mark.usefixtures("indexed")
def test_what_is_not_indexed_yet_is_told_and_is_no_fault(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "A ferry that nobody has indexed.")
    checked = check_index(home, catalogue)
    assert (checked.faults, checked.held, checked.behind) == ((), 5, 1)


def test_every_kind_of_difference_is_found_and_mended(
    home: Home, catalogue: Catalogue, indexed: SearchService
) -> None:
    with catalogue.reading() as connection:
        gone, stale, moved, *_ = records.ids(connection)
        headings = headings_of(authorities.every(connection))
        older, other = documents_of(connection, [stale, moved], headings)
    older = with_content(replace(older, terms={**older.terms, "title": ("yesterday",)}))
    stranger = with_content(replace(other, id="stranger"))
    other = replace(other, terms={**other.terms, "body": ("elsewhere",)})
    current(home).apply([older, other, stranger], removed=[gone])
    noted(home)
    before = everything(home)
    assert check_index(home, catalogue).faults == (
        f"Record {gone} is not in the index.",
        "Record stranger is in the index and not in the catalogue.",
        f"Record {stale} is in the index as it is no longer in the catalogue.",
        f"Record {moved} is not found by its body.",
    )
    assert everything(home) == before
    found, left = repair_index(home, catalogue)
    assert (len(found.faults), left.faults, left.held) == (4, (), 5)
    assert total(indexed, "ferry") == 5


@pytest.mark.parametrize("harm", ["flipped", "torn", "emptied", "removed"])
@pytest.mark.usefixtures("indexed")
def test_harm_to_any_file_is_found_and_mended(
    home: Home, catalogue: Catalogue, tmp_path: Path, harm: str
) -> None:
    clean = tmp_path / "clean"
    shutil.copytree(home.index, clean)
    places = random.Random(harm)
    mended = set()
    for name, content in everything(home).items():
        if not content:
            continue
        path = home.index / name
        if harm == "flipped":
            flipped = bytearray(content)
            flipped[places.randrange(len(content))] ^= 1 << places.randrange(8)
            path.write_bytes(flipped)
        elif harm == "torn":
            path.write_bytes(content[: len(content) // 2])
        elif harm == "emptied":
            path.write_bytes(b"")
        elif name in ("current", "reuse/manifest.json"):
            continue  # then there is no index, and no store, which is told elsewhere
        else:
            path.unlink()
        before = everything(home)
        assert check_index(home, catalogue).faults, name
        assert everything(home) == before
        kind = (name.partition("/")[0], path.suffix)
        if kind not in mended:
            found, left = repair_index(home, catalogue)
            assert found.faults, name
            assert left.faults == ()
            assert total(SearchService(home, catalogue), "ferry") == 5
            mended.add(kind)
        shutil.rmtree(home.index)
        shutil.copytree(clean, home.index)


def test_an_index_that_is_not_there_is_made(
    home: Home, catalogue: Catalogue, indexed: SearchService
) -> None:
    shutil.rmtree(home.index)
    home.index.mkdir()
    assert check_index(home, catalogue).faults == (
        "index/current: there is no index; run “pressmark update”.",
    )
    assert repair_index(home, catalogue)[1].faults == ()
    assert total(indexed, "ferry") == 5


@pytest.mark.usefixtures("indexed")
def test_an_index_by_other_rules_is_told_and_made_anew(home: Home, catalogue: Catalogue) -> None:
    name = generations.current_name(home) or ""
    state = generations.read_state(home, name)
    generations.note(home, name, replace(state, rules="others"))
    (fault,) = check_index(home, catalogue).faults
    assert fault == f"index/generations/{name} was made by another version of the program."
    assert repair_index(home, catalogue)[1].faults == ()


@pytest.mark.usefixtures("indexed")
def test_what_the_disk_does_not_let_be_read_for_a_moment_is_not_forgotten(
    home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, catalogue, "A ferry while the disk was ill.")
    real, asked = generations.read_sealed_once, []

    def refused(path: Path) -> Mapping[str, object]:
        asked.append(path.name)
        if asked.count("state.json") == 4:
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    with monkeypatch.context() as ill:
        ill.setattr(generations, "read_sealed_once", refused)
        with pytest.raises(ArchiveTrouble, match="Input/output error"):
            update(home, catalogue)
    update(home, catalogue)
    checked = check_index(home, catalogue)
    assert (checked.faults, checked.held, checked.behind) == ((), 6, 0)


@pytest.mark.usefixtures("indexed")
def test_a_commit_that_was_not_noted_is_held_against_its_own_digests(
    home: Home, catalogue: Catalogue
) -> None:
    with catalogue.reading() as connection:
        ids = list(records.ids(connection))
        documents = documents_of(connection, ids, headings_of(authorities.every(connection)))
    current(home).apply(documents)
    assert check_index(home, catalogue).faults == ()
    folder = generations.folder_of(home, generations.current_name(home) or "")
    newest = max(folder.glob("*.seg"), key=lambda path: path.stat().st_mtime_ns)
    content = bytearray(newest.read_bytes())
    content[len(content) // 3] ^= 4
    newest.write_bytes(content)
    assert check_index(home, catalogue).faults == (
        f"index/generations/{folder.name}/{newest.name} does not hold what was written.",
    )
