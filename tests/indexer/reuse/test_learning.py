from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from archive.catalogue import extracts
from archive.catalogue.database import Catalogue, open_catalogue
from archive.founding import begin_archive
from archive.home import Home
from indexer.reuse import learning, store
from indexer.reuse.grams import grams_of_text
from indexer.reuse.learning import behind, forget, open_reuse, update_reuse
from indexer.reuse.sharing import FORMULAIC, sharing
from indexer.reuse.store import Store
from tests.indexer.reuse.conftest import Keep, prose

FERRY = prose("ferry", 100)


def sharers(home: Home, text: str, *, apart_from: int = 0) -> tuple[int, ...]:
    return sharing(open_reuse(home).runs, grams_of_text(text), apart_from=apart_from)


def content(held: Store) -> tuple[list[tuple[int, int]], list[tuple[int, int, float]]]:
    entries = sorted(
        pair
        for run in held.runs
        for pair in zip(run.numbers.tolist(), run.extracts.tolist(), strict=True)
    )
    return entries, sorted(held.pairs.tolist())


def test_new_extracts_are_learnt_once(home: Home, catalogue: Catalogue, keep: Keep) -> None:
    assert not behind(home, catalogue)
    assert update_reuse(home, catalogue) == 0
    keep("a", FERRY)
    keep("b", None)
    keep("c", f"{prose('new', 20)} {FERRY}")
    assert behind(home, catalogue)
    assert update_reuse(home, catalogue) == 3
    assert not behind(home, catalogue)
    assert sharers(home, FERRY) == (1, 3)
    assert sharers(home, FERRY, apart_from=1) == (3,)
    assert [pair[:2] for pair in open_reuse(home).pairs.tolist()] == [(1, 3)]
    before = content(open_reuse(home))
    assert update_reuse(home, catalogue) == 0
    assert content(open_reuse(home)) == before


def test_what_is_learnt_bit_by_bit_is_the_same_as_at_once(
    home: Home, catalogue: Catalogue, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        keep(f"r{number}", f"{prose(f'new{number}', 30)} {prose(f'old{number % 4}', 90)}")
        if number % 3 == 0:
            update_reuse(home, catalogue)
    update_reuse(home, catalogue)
    bit_by_bit = open_reuse(home)
    assert len(bit_by_bit.runs) <= 4
    assert all(np.all(run.numbers[:-1] <= run.numbers[1:]) for run in bit_by_bit.runs)
    shutil.rmtree(home.index)
    home.index.mkdir()
    seen: list[tuple[int, int]] = []
    assert update_reuse(home, catalogue, lambda done, total: seen.append((done, total))) == 40
    assert seen == [(40, 40)]
    assert content(open_reuse(home)) == content(bit_by_bit)
    shutil.rmtree(home.index)
    home.index.mkdir()
    monkeypatch.setattr(learning, "_BATCH", 1)
    update_reuse(home, catalogue)
    assert content(open_reuse(home)) == content(bit_by_bit)


def test_all_copies_of_one_text_are_linked_however_many_there_are(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    for number in range(60):
        keep(f"r{number}", FERRY)
    update_reuse(home, catalogue)
    pairs = open_reuse(home).pairs
    assert len(pairs) < 60 * 20
    assert set(pairs["later"].tolist()) == set(range(2, 61))


def test_an_extract_is_forgotten_without_a_trace(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    keep("a", FERRY)
    keep("b", FERRY)
    keep("c", prose("gate", 100))
    update_reuse(home, catalogue)
    forget(home, [2])
    held = open_reuse(home)
    assert {extract for run in held.runs for extract in run.extracts.tolist()} == {1, 3}
    assert len(held.pairs) == 0
    assert update_reuse(home, catalogue) == 0
    assert sharers(home, FERRY) == (1,)
    forget(home, [1, 3])
    assert open_reuse(home).runs == ()


def test_to_forget_needs_no_store(home: Home) -> None:
    forget(home, [1])
    assert open_reuse(home) is store.NOTHING


def files(home: Home) -> list[Path]:
    return sorted(store.folder_of(home).iterdir())


@pytest.mark.parametrize("suffix", [".numbers.npy", ".extracts.npy", ".pairs.npy", "fest.json"])
def test_a_torn_store_is_made_anew(
    home: Home, catalogue: Catalogue, keep: Keep, suffix: str
) -> None:
    keep("a", FERRY)
    update_reuse(home, catalogue)
    (torn,) = (path for path in files(home) if path.name.endswith(suffix))
    torn.write_bytes(torn.read_bytes()[:-9])
    assert open_reuse(home) is store.NOTHING
    assert update_reuse(home, catalogue) == 1
    assert sharers(home, FERRY) == (1,)
    assert len(files(home)) == 7


def test_a_store_of_other_rules_is_made_anew(
    home: Home, catalogue: Catalogue, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("a", FERRY)
    update_reuse(home, catalogue)
    monkeypatch.setattr(learning, "VERSION", 99)
    assert behind(home, catalogue)
    assert update_reuse(home, catalogue) == 1


def test_a_store_of_another_catalogue_is_made_anew(
    home: Home, catalogue: Catalogue, keep: Keep, tmp_path: Path
) -> None:
    keep("a", FERRY)
    update_reuse(home, catalogue)
    other = begin_archive(tmp_path / "other")[0]
    shutil.copytree(store.folder_of(home), store.folder_of(other))
    another = open_catalogue(other)
    assert update_reuse(other, another) == 0
    assert not behind(other, another)
    another.close()


def test_what_a_crash_left_is_swept_away(home: Home, catalogue: Catalogue, keep: Keep) -> None:
    keep("a", FERRY)
    update_reuse(home, catalogue)
    (store.folder_of(home) / "rdead.numbers.npy").write_bytes(b"half")
    keep("b", FERRY)
    update_reuse(home, catalogue)
    assert not any("dead" in path.name for path in files(home))


def test_damage_is_told_by_file(home: Home, catalogue: Catalogue, keep: Keep) -> None:
    keep("a", FERRY)
    update_reuse(home, catalogue)
    assert store.damaged(home) == ()
    (numbers,) = (path for path in files(home) if path.name.endswith(".numbers.npy"))
    flipped = bytearray(numbers.read_bytes())
    flipped[-1] ^= 1
    numbers.write_bytes(flipped)
    assert store.damaged(home) == (numbers.name,)


def test_an_open_store_can_be_read_while_it_is_replaced(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    keep("a", FERRY)
    update_reuse(home, catalogue)
    held = open_reuse(home)
    keep("b", FERRY)
    update_reuse(home, catalogue)
    assert sharing(held.runs, grams_of_text(FERRY), apart_from=0) == (1,)


def test_eight_words_in_a_row_are_needed(home: Home, catalogue: Catalogue, keep: Keep) -> None:
    keep("seven", f"{prose('x', 9)} {prose('ferry', 7)} {prose('y', 9)}")
    keep("eight", f"{prose('v', 9)} {prose('ferry', 8)} {prose('w', 9)}")
    update_reuse(home, catalogue)
    assert sharers(home, f"{prose('q', 9)} {prose('ferry', 20)}") == (2,)
    assert sharers(home, prose("ferry", 7)) == sharers(home, "") == ()


def test_a_formula_leads_nowhere_but_is_part_of_a_passage(
    home: Home, catalogue: Catalogue, keep: Keep
) -> None:
    formula = prose("formula", 9)
    for number in range(FORMULAIC):
        keep(f"r{number}", f"{prose(f'one{number}x', 6)} {formula} {prose(f'two{number}x', 6)}")
    keep("last", f"{formula} was said")
    update_reuse(home, catalogue)
    assert sharers(home, f"{formula} and nothing else") == ()
    assert sharers(home, f"{formula} was said") == (FORMULAIC + 1,)


def test_extracts_follow_in_portions(catalogue: Catalogue, keep: Keep) -> None:
    for id, text in (("a", "12345"), ("b", None), ("c", "12345"), ("d", "1")):
        keep(id, text)
    with catalogue.reading() as connection:
        assert extracts.following(connection, 0, characters=6) == (
            (1, "12345"),
            (2, ""),
            (3, "12345"),
        )
        assert extracts.following(connection, 3, characters=6) == ((4, "1"),)
        assert extracts.following(connection, 0, characters=1) == ((1, "12345"),)
        assert extracts.following(connection, 4, characters=1) == ()
        assert extracts.newest_id(connection) == 4
        assert extracts.records_of(connection, [1, 4, 99]) == {"a": 1, "d": 4}
