from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import ingest
from archive.authority import Authority
from archive.catalogue import authorities
from archive.catalogue.database import Catalogue, open_catalogue
from archive.errors import ArchiveTrouble
from archive.founding import begin_archive
from archive.home import Home, existing_home
from archive.originals import Originals
from archive.record import Statement
from archive.submission import from_bytes
from archive.values import described
from indexer import generations, sealed
from indexer.audience import Audience
from indexer.reindexing import reindex
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import behind, update

AT = datetime(2026, 1, 15, tzinfo=UTC)


def add(home: Home, catalogue: Catalogue, *texts: str) -> None:
    statements = (
        Statement("publisher", "The Ledger", "manifest"),
        Statement("language", "en", "manifest"),
    )
    given = [
        from_bytes(text.encode(), f"{n}.txt", f"{n}.txt", statements, described(statements))
        for n, text in enumerate(texts)
    ]
    store = Originals(home)
    outcomes = ingest.add(given, catalogue, store, agent="a", now=lambda: AT)
    assert all(outcome.good for outcome in outcomes)


def total(service: SearchService, q: str = "") -> int:
    return service.search(SearchState(q=q), audience=Audience.STAFF, limit=1).total


def test_the_first_update_builds_the_index_and_later_ones_add_to_it(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.", "Two ferries.")
    service = SearchService(home, catalogue)
    with pytest.raises(ArchiveTrouble, match=r"There is no index yet. Run “pressmark update”"):
        total(service)
    assert update(home, catalogue) == 2
    assert total(service, "ferry") == 2
    add(home, catalogue, "A third ferry.")
    assert update(home, catalogue) == 1
    assert total(service, "ferry") == 3
    assert update(home, catalogue) == 0


def test_an_open_service_sees_a_commit_and_a_promotion(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    service = SearchService(home, catalogue)
    assert total(service) == 1
    first = generations.current_name(home)
    assert reindex(home, catalogue) == 1
    assert generations.current_name(home) != first
    assert total(service) == 1


def test_the_index_may_be_deleted_at_any_time(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.", "Two ferries.")
    update(home, catalogue)
    service = SearchService(home, catalogue)
    before = service.search(SearchState(q="ferry"), audience=Audience.STAFF, limit=9)
    shutil.rmtree(home.index)
    home.index.mkdir()
    assert update(home, catalogue) == 2
    assert service.search(SearchState(q="ferry"), audience=Audience.STAFF, limit=9) == before


def test_draining_twice_is_the_same_as_once(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    name = generations.current_name(home) or ""
    state = generations.read_state(home, name)
    generations.note(home, name, replace(state, position=0, mark=""))
    assert update(home, catalogue) == 1
    assert total(SearchService(home, catalogue), "ferry") == 1


def test_only_the_generation_before_is_kept(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.")
    made = []
    for _ in range(4):
        reindex(home, catalogue)
        made.append(generations.current_name(home))
    kept = sorted(entry.name for entry in (home.index / "generations").iterdir())
    assert kept == made[-2:]


def test_what_is_added_during_a_reindex_is_in_the_new_generation(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)

    def add_more(done: int, _total: int) -> None:
        if done == 1:
            add(home, catalogue, "A late ferry.")

    assert reindex(home, catalogue, add_more) == 2
    assert total(SearchService(home, catalogue), "late") == 1


def test_the_old_generation_answers_and_learns_while_the_new_one_is_made(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    service = SearchService(home, catalogue)
    seen: list[int] = []

    def meanwhile(_done: int, _total: int) -> None:
        seen.append(total(service, "ferry"))
        add(home, catalogue, "A late ferry.")
        assert update(home, catalogue) == 1
        seen.append(total(service, "ferry"))

    reindex(home, catalogue, meanwhile)
    assert seen == [1, 2]


def test_a_second_reindex_is_refused_while_one_runs(home: Home, catalogue: Catalogue) -> None:
    with generations.locked(home, "reindex", wait=False) as mine:
        assert mine
        with pytest.raises(ArchiveTrouble, match="Another reindex is running"):
            reindex(home, catalogue)


def test_an_index_made_by_other_rules_answers_but_is_not_added_to(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    name = generations.current_name(home) or ""
    state = generations.read_state(home, name)
    generations.note(home, name, replace(state, rules="other rules"))
    add(home, catalogue, "Two ferries.")
    with pytest.raises(ArchiveTrouble, match="Run “pressmark reindex”"):
        update(home, catalogue)
    assert total(SearchService(home, catalogue)) == 1
    reindex(home, catalogue)
    assert total(SearchService(home, catalogue)) == 2


def test_a_damaged_index_is_told_and_mended_by_a_reindex(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    folder = generations.folder_of(home, generations.current_name(home) or "")
    for path in folder.glob("*.toc"):
        path.write_bytes(b"torn")
    with pytest.raises(ArchiveTrouble, match="The index cannot be read"):
        total(SearchService(home, catalogue))
    reindex(home, catalogue)
    assert total(SearchService(home, catalogue)) == 1


def test_changed_authorities_are_an_index_update(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    service = SearchService(home, catalogue)
    assert total(service, "outlet:courier") == 0
    with catalogue.writing() as connection:
        heading = Authority("outlet", "courier", "The Courier", ("The Ledger",))
        authorities.put(connection, [heading], at=AT, agent="a")
    update(home, catalogue)
    assert total(service, "outlet:courier") == 1
    assert total(service, "outlet:ledger") == 1


KILLED_AT_COMMIT = """
import os, signal, sys
from pathlib import Path
from archive.catalogue.database import open_catalogue
from archive.home import Home, existing_home
from indexer import generations, reindexing

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(generations, sys.argv[2], die)
home = Home(Path(sys.argv[1]))
reindexing.reindex(home, open_catalogue(home))
"""


@pytest.mark.parametrize("moment", ["note", "promote"])
def test_a_reindex_killed_half_way_leaves_the_old_index_answering_and_can_be_run_again(
    home: Home, catalogue: Catalogue, moment: str
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT_COMMIT, str(home.root), moment],
        cwd=root,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    service = SearchService(home, catalogue)
    assert total(service, "ferry") == 1
    assert reindex(home, catalogue) == 1
    assert total(service, "ferry") == 1


def test_a_site_sees_an_index_that_was_deleted_and_made_again(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    service = SearchService(home, catalogue)
    assert total(service) == 1
    shutil.rmtree(home.index)
    home.index.mkdir()
    add(home, catalogue, "Two ferries.", "Three ferries.")
    update(home, catalogue)
    assert total(service) == 3


def test_a_generation_that_cannot_be_opened_is_not_answered_for_by_the_one_before(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    service = SearchService(home, catalogue)
    assert total(service) == 1
    reindex(home, catalogue)
    folder = generations.folder_of(home, generations.current_name(home) or "")
    for path in folder.glob("*.toc"):
        path.write_bytes(b"torn")
    for _ in range(3):
        with pytest.raises(ArchiveTrouble, match="The index cannot be read"):
            total(service)


def test_a_restored_backup_without_index_and_scratch_folders_works(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.")
    for folder in (home.index, home.scratch):
        shutil.rmtree(folder)
    restored = existing_home(home.root)
    assert update(restored, catalogue) == 1
    add(restored, catalogue, "Two ferries.")


def test_what_was_acknowledged_is_indexed_even_if_another_update_was_just_ending(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    with generations.locked(home, "update", wait=True):
        add(home, catalogue, "Two ferries.", "Three ferries.")
        late = threading.Thread(target=update, args=(home, catalogue))
        late.start()
        late.join(0.2)
        assert late.is_alive()
    late.join()
    assert total(SearchService(home, catalogue)) == 3


def test_a_disk_that_refuses_is_told_in_a_sentence(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.")
    home.index.rmdir()
    home.index.write_text("a file where a folder should be")
    with pytest.raises(ArchiveTrouble, match=r"The index in .* cannot be written: .* unharmed"):
        reindex(home, catalogue)


def test_an_index_kept_from_another_catalogue_is_made_again(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, "One ferry.", "Two ferries.", "Three ferries.")
    update(home, catalogue)
    catalogue.close()
    for path in home.root.glob("catalogue.sqlite*"):
        path.unlink()
    begin_archive(home.root)
    other = open_catalogue(home)
    add(home, other, "A lonely ferry.")
    assert behind(home, other)
    assert update(home, other) == 1
    assert not behind(home, other)
    service = SearchService(home, other)
    found = service.search(SearchState(), audience=Audience.STAFF, limit=9)
    assert (found.total, len(found.hits)) == (1, 1)
    other.close()


def test_changed_authorities_are_seen_by_an_open_service(home: Home, catalogue: Catalogue) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    service = SearchService(home, catalogue)
    heading = Authority("outlet", "ledger", "Orvenia Ledger", ("The Ledger",))
    for expected in ("The Ledger", "Orvenia Ledger"):
        (hit,) = service.search(SearchState(q="ferry"), audience=Audience.STAFF, limit=1).hits
        assert hit.outlet == expected
        with catalogue.writing() as connection:
            authorities.put(connection, [heading], at=AT, agent="a")


def test_a_generation_that_answers_is_not_removed_if_its_promotion_is_interrupted(
    home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, catalogue, "One ferry.")
    update(home, catalogue)
    before = generations.current_name(home)
    real = sealed.sync_folder

    def interrupted(folder: Path) -> None:
        real(folder)
        if folder == home.index:
            raise KeyboardInterrupt

    monkeypatch.setattr(sealed, "sync_folder", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reindex(home, catalogue)
    assert generations.current_name(home) not in (None, before)
    assert total(SearchService(home, catalogue), "ferry") == 1
