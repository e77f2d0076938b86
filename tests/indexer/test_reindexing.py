from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.authority import Authority
from archive.catalogue import authorities
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from indexer import filling, generations, reindexing
from indexer.checking import check_index
from indexer.reindexing import reindex, roll_back
from indexer.search import SearchService
from indexer.update import update
from tests.indexer.adding import AT, add, total


class Interrupted(Exception):
    pass


def interrupted_after(steps: int) -> Callable[[int, int], None]:
    def stop(done: int, _total: int) -> None:
        if done >= steps:
            raise Interrupted

    return stop


def interrupted(*_: object) -> None:
    raise Interrupted


def half_removed(folder: Path, **_: object) -> None:
    next(folder.glob("*.json")).unlink()
    raise Interrupted


@pytest.fixture
def indexed(home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> SearchService:
    """An archive of six records, indexed one a commit."""
    monkeypatch.setattr(filling, "BATCH", 1)
    add(home, catalogue, *(f"Ferry number {n} left." for n in range(6)))
    update(home, catalogue)
    return SearchService(home, catalogue)


def test_an_interrupted_reindex_is_gone_on_with_from_what_is_in_the_index(
    home: Home, catalogue: Catalogue, indexed: SearchService
) -> None:
    answering = generations.current_name(home)
    with pytest.raises(Interrupted):
        reindex(home, catalogue, interrupted_after(4))
    (staged,) = generations.unfinished_names(home)
    assert generations.open_named(home, staged).searcher().count() == 4
    assert generations.current_name(home) == answering
    assert total(indexed, "ferry") == 6
    steps: list[tuple[int, int]] = []
    assert reindex(home, catalogue, lambda *step: steps.append(step)) == 6
    assert steps == [(5, 6), (6, 6)]
    assert generations.current_name(home) == staged
    assert total(indexed, "ferry") == 6


@pytest.mark.parametrize("moment", ["while staging", "while removing"])
def test_half_a_generation_is_none_and_no_fault_of_the_one_that_answers(
    home: Home,
    catalogue: Catalogue,
    indexed: SearchService,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    with monkeypatch.context() as killed:
        if moment == "while staging":
            killed.setattr(generations, "write_sealed", interrupted)
            with pytest.raises(Interrupted):
                reindex(home, catalogue)
        else:
            with pytest.raises(Interrupted):
                reindex(home, catalogue, interrupted_after(4))
            killed.setattr(shutil, "rmtree", half_removed)
            with pytest.raises(Interrupted):
                reindex(home, catalogue, fresh=True)
    assert len(list((home.index / "generations").iterdir())) == 2
    assert generations.unfinished_names(home) == ()
    assert check_index(home, catalogue).faults == ()
    assert total(indexed, "ferry") == 6
    with pytest.raises(Interrupted):
        reindex(home, catalogue, interrupted_after(4))
    assert len(list((home.index / "generations").iterdir())) == 2


def test_what_changed_since_the_interruption_is_in_the_new_index(
    home: Home, catalogue: Catalogue, indexed: SearchService
) -> None:
    with pytest.raises(Interrupted):
        reindex(home, catalogue, interrupted_after(4))
    add(home, catalogue, "Ferry number 0 left.", title="The first ferry")
    add(home, catalogue, "A late ferry.")
    with catalogue.writing() as connection:
        heading = Authority("outlet", "courier", "The Courier", ("The Ledger",))
        authorities.put(connection, [heading], at=AT, agent="a")
    assert reindex(home, catalogue) == 7
    assert total(indexed, 'title:"the first ferry"') == 1
    assert total(indexed, "outlet:courier") == 7
    assert check_index(home, catalogue).faults == ()


@pytest.mark.parametrize("why", ["other rules", "other catalogue", "damaged", "asked for"])
def test_what_cannot_be_gone_on_with_is_begun_anew(
    home: Home, catalogue: Catalogue, indexed: SearchService, why: str
) -> None:
    with pytest.raises(Interrupted):
        reindex(home, catalogue, interrupted_after(4))
    (staged,) = generations.unfinished_names(home)
    state = generations.read_state(home, staged)
    if why == "other rules":
        generations.note(home, staged, replace(state, rules="others"))
    elif why == "other catalogue":
        generations.note(home, staged, replace(state, mark="another's"))
    elif why == "damaged":
        flip(max(generations.folder_of(home, staged).iterdir(), key=lambda p: p.stat().st_size))
    steps: list[tuple[int, int]] = []
    reindex(home, catalogue, lambda *step: steps.append(step), fresh=why == "asked for")
    assert steps[0] == (1, 6)
    assert generations.current_name(home) != staged
    assert generations.unfinished_names(home) == ()
    assert total(indexed, "ferry") == 6


def test_a_file_that_is_flipped_meanwhile_is_found_before_the_new_index_answers(
    home: Home, catalogue: Catalogue, indexed: SearchService
) -> None:
    answering = generations.current_name(home)

    def damage(done: int, _total: int) -> None:
        if done == 6:
            (staged,) = generations.unfinished_names(home)
            folder = generations.folder_of(home, staged)
            flip(max(folder.iterdir(), key=lambda p: p.stat().st_size))

    with pytest.raises(ArchiveTrouble, match="The new index is damaged on the disk"):
        reindex(home, catalogue, damage)
    assert generations.current_name(home) == answering
    assert generations.unfinished_names(home) == ()
    assert total(indexed, "ferry") == 6


@pytest.mark.usefixtures("indexed")
def test_an_index_that_is_not_what_the_catalogue_says_is_not_put_to_use(
    home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = generations.current_name(home)
    real = filling.fill

    def forgetful(
        home: Home, catalogue: Catalogue, name: str, wanted: list[str], _p: object
    ) -> None:
        real(home, catalogue, name, wanted[1:])

    monkeypatch.setattr(reindexing, "fill", forgetful)
    with pytest.raises(ArchiveTrouble, match="holds 5 records, of which 1 are not what"):
        reindex(home, catalogue)
    assert generations.current_name(home) == answering


def test_going_back_learns_what_changed_before_it_answers(
    home: Home, catalogue: Catalogue, indexed: SearchService
) -> None:
    first = generations.current_name(home)
    reindex(home, catalogue)
    second = generations.current_name(home)
    add(home, catalogue, "A late ferry.")
    update(home, catalogue)
    assert total(indexed, "ferry") == 7
    assert roll_back(home, catalogue) == 7
    assert generations.current_name(home) == first
    assert generations.previous_name(home) == second
    assert total(indexed, "ferry") == 7
    assert roll_back(home, catalogue) == 7
    assert generations.current_name(home) == second


@pytest.mark.usefixtures("indexed")
def test_without_an_index_from_before_there_is_no_going_back(
    home: Home, catalogue: Catalogue
) -> None:
    with pytest.raises(ArchiveTrouble, match="No index from before is kept"):
        roll_back(home, catalogue)


@pytest.mark.parametrize(
    ("why", "told"), [("rules", "cannot learn"), ("mark", "another catalogue"), ("file", "damaged")]
)
def test_an_index_from_before_that_is_no_good_is_not_gone_back_to(
    home: Home, catalogue: Catalogue, indexed: SearchService, why: str, told: str
) -> None:
    before = generations.current_name(home) or ""
    reindex(home, catalogue)
    answering = generations.current_name(home)
    state = generations.read_state(home, before)
    if why == "file":
        flip(max(generations.folder_of(home, before).iterdir(), key=lambda p: p.stat().st_size))
    else:
        generations.note(home, before, replace(state, **{why: "others"}))  # type: ignore[arg-type]
    with pytest.raises(ArchiveTrouble, match=told):
        roll_back(home, catalogue)
    assert generations.current_name(home) == answering
    assert total(indexed, "ferry") == 6


@pytest.mark.usefixtures("indexed")
def test_an_unfinished_generation_is_not_taken_for_one_that_was_gone_back_from(
    home: Home, catalogue: Catalogue
) -> None:
    reindex(home, catalogue)
    rejected = generations.current_name(home)
    roll_back(home, catalogue)
    assert generations.unfinished_names(home) == ()
    reindex(home, catalogue)
    assert generations.current_name(home) != rejected


def test_a_damaged_pointer_is_mended_by_the_next_update(
    home: Home, catalogue: Catalogue, indexed: SearchService
) -> None:
    answering = generations.current_name(home)
    flip(home.index / "current")
    update(home, catalogue)
    assert generations.current_name(home) == answering
    assert total(indexed, "ferry") == 6


def test_an_index_made_before_a_field_was_thought_of_goes_on_answering(
    home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = [
        f
        for f in generations.TERM_FIELDS
        if f not in ("title_exact", "body_exact", "collection_words")
    ]
    values = [f for f in generations.VALUE_FIELDS if f != "collection"]
    with monkeypatch.context() as older:
        older.setattr(generations, "TERM_FIELDS", tuple(terms))
        older.setattr(generations, "VALUE_FIELDS", tuple(values))
        real = filling.index_document

        def before(*args: object) -> object:
            document = real(*args)  # type: ignore[arg-type]
            return replace(
                document,
                terms={n: t for n, t in document.terms.items() if n in terms},
                values={n: v for n, v in document.values.items() if n in values},
            )

        older.setattr(filling, "index_document", before)
        add(home, catalogue, "One ferry.")
        update(home, catalogue)
    service = SearchService(home, catalogue)
    assert total(service) == 1
    assert total(service, "ferry") == 1
    assert total(service, "=ferry") == 0
    assert total(service, "collection:quay") == 0
    with pytest.raises(ArchiveTrouble, match="Run “pressmark reindex”"):
        update(home, catalogue)
    reindex(home, catalogue)
    assert total(service, "=ferry") == 1


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
