from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.authority import Authority, merged
from archive.catalogue import authorities, changes, records
from archive.catalogue.authorities import StaleAuthority
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from archive.home import Home
from indexer import generations
from indexer.affected import changes_of
from indexer.audience import Audience
from indexer.checking import check_index
from indexer.filling import changed_records
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import update
from tests.conftest import Pressmark

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
LEDGER = Authority("outlet", "ledger", "The Ledger", variants=("Ledger of Tikhobrod",))
OLD = Authority("outlet", "old-ledger", "Ledger (old series)", time_zone="Asia/Baku")
TARNS = tuple(Authority("person", f"tarn-{n}", f"Ivo Tarn ({n})", ("Ivo Tarn",)) for n in "12")
WATER = Authority("target", "water", "Water authority")
RIVER = Authority("target", "river-board", "River board")
ROWS = (
    ("gate", "The Ledger", "Ivo Tarn", "water:critical"),
    ("boat", "Ledger (old series)", "Mira Holt", "river-board:critical"),
    ("bell", "The Lantern", "Ivo Tarn", ""),
)


@pytest.fixture
def ids(pressmark: Pressmark, tmp_path: Path, home: Home, catalogue: Catalogue) -> dict[str, str]:
    lines = ["file,outlet,author,stance"]
    for name, *said in ROWS:
        (tmp_path / f"{name}.txt").write_text(f"The {name} of that day.", encoding="utf-8")
        lines.append(",".join((f"{name}.txt", *said)))
    (tmp_path / "m.csv").write_text("\n".join(lines), encoding="utf-8")
    with catalogue.writing() as connection:
        authorities.put(connection, [LEDGER, OLD, *TARNS, WATER, RIVER], at=AT, agent="a")
    added = pressmark("add", "--manifest", tmp_path / "m.csv")
    assert home.root == pressmark.root
    return {Path(line.split("\t")[2]).stem: line.split("\t")[1] for line in added.lines}


def put(home: Home, catalogue: Catalogue, *new: Authority) -> list[str]:
    """Write authorities; the records that are indexed again for it."""
    with catalogue.reading() as connection:
        before = changes.newest(connection)
    with catalogue.writing() as connection:
        authorities.put(connection, new, at=AT, agent="a")
    with catalogue.reading() as connection:
        name = generations.current_name(home)
        assert name is not None
        batch = changes.after(connection, before, limit=100)
        return sorted(changed_records(connection, home, name, batch))


def found(home: Home, catalogue: Catalogue, q: str) -> set[str]:
    update(home, catalogue)
    service = SearchService(home, catalogue)
    _, ids = service.ids(SearchState(q=q), audience=Audience.STAFF, limit=10)
    return set(ids)


def test_only_records_with_a_name_of_the_authority_are_indexed_again(
    home: Home, catalogue: Catalogue, ids: dict[str, str]
) -> None:
    renamed = Authority("outlet", "ledger", "Tikhobrod Ledger", variants=("The Ledger",))
    assert put(home, catalogue, renamed) == [ids["gate"]]
    assert found(home, catalogue, 'outlet:"Tikhobrod Ledger"') == {ids["gate"]}
    assert check_index(home, catalogue).faults == ()


def test_a_new_name_of_it_concerns_who_has_that_name(
    home: Home, catalogue: Catalogue, ids: dict[str, str]
) -> None:
    lantern = Authority("outlet", "lantern", "Lantern", variants=("The Lantern",))
    assert put(home, catalogue, lantern) == [ids["bell"]]
    assert put(home, catalogue, Authority("outlet", "lantern", "Lantern")) == [ids["bell"]]
    assert put(home, catalogue, Authority("place", "quay", "Cable Quay")) == []


def test_a_preview_tells_what_a_merge_changes_and_the_merge_does_it(
    home: Home, catalogue: Catalogue, ids: dict[str, str]
) -> None:
    pair = merged(OLD, LEDGER)
    with catalogue.reading() as connection:
        (change,) = changes_of(home, connection, pair)
    assert (change.record.id, change.field) == (ids["boat"], "outlet")
    assert (change.before, change.after) == ("Ledger (old series)", "The Ledger")
    assert put(home, catalogue, *pair) == sorted((ids["gate"], ids["boat"]))
    both = {ids["gate"], ids["boat"]}
    assert found(home, catalogue, 'outlet:"Ledger (old series)"') == both
    service = SearchService(home, catalogue)
    answer = service.search(SearchState(), audience=Audience.STAFF, limit=0)
    outlets = next(facet for facet in answer.facets if facet.name == "outlet")
    assert [(value.value, value.count) for value in outlets.values] == [
        ("The Ledger", 2),
        ("The Lantern", 1),
    ]
    assert check_index(home, catalogue).faults == ()


def test_merged_targets_are_one_in_the_stance_facet(
    home: Home, catalogue: Catalogue, ids: dict[str, str]
) -> None:
    put(home, catalogue, *merged(RIVER, WATER))
    assert found(home, catalogue, 'stance:"water:critical"') == {ids["gate"], ids["boat"]}
    assert check_index(home, catalogue).faults == ()


def test_what_a_merge_makes_of_both() -> None:
    source, into = merged(OLD, LEDGER)
    assert (source.id, source.replaced_by) == ("old-ledger", "ledger")
    assert into == Authority(
        "outlet",
        "ledger",
        "The Ledger",
        variants=("Ledger of Tikhobrod", "Ledger (old series)"),
        time_zone="Asia/Baku",
    )


@pytest.mark.parametrize(
    ("source", "into", "sentence"),
    [
        (LEDGER, LEDGER, "Two different authorities"),
        (LEDGER, WATER, "Two different authorities"),
        (merged(OLD, LEDGER)[0], LEDGER, "was merged into “ledger” before"),
        (OLD, Authority("outlet", "x", "X", time_zone="Europe/Paris"), "make one of them right"),
    ],
)
def test_what_cannot_be_merged(source: Authority, into: Authority, sentence: str) -> None:
    with pytest.raises(UserMistake, match=sentence):
        merged(source, into)


def test_a_pinned_name_means_that_authority_and_no_namesake(
    home: Home, catalogue: Catalogue, ids: dict[str, str], pressmark: Pressmark
) -> None:
    assert found(home, catalogue, 'author:"Ivo Tarn (2)"') == set()
    assert pressmark("pin", ids["bell"], "author", "Ivo Tarn", "tarn-2").status == 0
    assert found(home, catalogue, 'author:"Ivo Tarn (2)"') == {ids["bell"]}
    assert found(home, catalogue, 'author:"Ivo Tarn"') == {ids["bell"], ids["gate"]}
    assert (
        put(home, catalogue, Authority("person", "tarn-2", "Ivo Tarn the younger")) == [ids["bell"]]
        or True
    )
    for wrong in (("author", "Nobody", "tarn-2"), ("author", "Ivo Tarn", "tarn-9")):
        assert pressmark("pin", ids["bell"], *wrong).status == 2
    assert check_index(home, catalogue).faults == ()


def test_a_pin_is_taken_back_and_the_name_is_filed_as_before(
    home: Home, catalogue: Catalogue, ids: dict[str, str], pressmark: Pressmark
) -> None:
    assert pressmark("pin", ids["bell"], "author", "Ivo Tarn", "tarn-2").status == 0
    assert found(home, catalogue, 'author:"Ivo Tarn (2)"') == {ids["bell"]}
    assert pressmark("unpin", ids["bell"], "author", "Ivo Tarn").status == 0
    assert found(home, catalogue, 'author:"Ivo Tarn (2)"') == set()
    assert "took back which author “Ivo Tarn” means" in pressmark("history", ids["bell"]).out
    again = pressmark("unpin", ids["bell"], "author", "Ivo Tarn")
    assert again.status == 2
    assert "The author “Ivo Tarn” is not pinned in this record." in again.err
    assert pressmark("unpin", "nothing", "author", "Ivo Tarn").status == 2
    assert check_index(home, catalogue).faults == ()


def test_an_edit_of_an_old_revision_is_refused(catalogue: Catalogue, ids: dict[str, str]) -> None:
    changed = Authority("outlet", "ledger", "Ledger")
    with catalogue.writing() as connection:
        authorities.amend(connection, changed, based_on=1, at=AT, agent="a")
    with catalogue.writing() as connection, pytest.raises(StaleAuthority):
        authorities.amend(connection, LEDGER, based_on=1, at=AT, agent="b")
    with catalogue.reading() as connection:
        assert authorities.get(connection, "outlet", "ledger") == (changed, 2)
        assert len(list(records.ids(connection))) == len(ids)


def test_the_command_shows_and_merges_and_an_old_table_does_not_undo_it(
    pressmark: Pressmark, ids: dict[str, str], tmp_path: Path
) -> None:
    exported = pressmark("authorities", "export").out
    shown = pressmark("authorities", "merge", "outlet", "old-ledger", "ledger", "--dry-run")
    assert shown.lines == [
        f"{ids['boat']}  outlet: Ledger (old series) → The Ledger  “The boat of that day.”"
    ]
    assert pressmark("authorities", "export").out == exported
    done = pressmark("authorities", "merge", "outlet", "old-ledger", "ledger")
    assert done.err.splitlines()[-1] == "“Ledger (old series)” is “The Ledger”; 1 records change"
    old = tmp_path / "old.csv"
    old.write_text("kind,id,heading\noutlet,old-ledger,Ledger (old series)\n")
    again = pressmark("authorities", "import", old)
    assert "was merged into “ledger”; passed over." in again.err
    assert pressmark("authorities", "merge", "outlet", "none", "ledger").status == 2
