"""A purge leaves nothing of a record's content in any file of the archive, and the rest whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive import amending, purging
from archive.amending import amend
from archive.catalogue import events, records
from archive.catalogue.database import Catalogue, open_catalogue
from archive.catalogue.purged import unfinished
from archive.checking import check_catalogue
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home
from archive.journal import write_journal
from archive.originals import Originals
from archive.record import ARCHIVIST, Record, Statement
from archive.restore import restore
from indexer import generations
from indexer.audience import Audience
from indexer.checking import check_index
from indexer.purging import purge
from indexer.reindexing import reindex
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import update
from tests.indexer.adding import AT, add, total

WORD = "quicksilverish"
TITLE, REASON = "cinnabarine", "vermilionly"
TEXT = " ".join(f"The {WORD} ferry to bank {n} was late." for n in range(60))
OTHER = " ".join(f"The iron ferry to bank {n} was late." for n in range(60))
SECRETS = (WORD, TITLE, REASON)


@pytest.fixture
def record(home: Home, catalogue: Catalogue) -> Record:
    """One of three records, described, changed and changed again, in two generations."""
    add(home, catalogue, OTHER, "A gate.")
    add(home, catalogue, TEXT, title=TITLE)
    update(home, catalogue)
    write_journal(home, catalogue)
    record_id = found(home, catalogue, WORD)[0]
    title = amending.describing([Statement("title", f"{TITLE} again", ARCHIVIST)])
    changed = amend(
        catalogue, record_id, title, based_on=None, at=AT, agent="mira", reason=f"{REASON} read"
    )
    reindex(home, catalogue)
    write_journal(home, catalogue)
    return changed


def found(home: Home, catalogue: Catalogue, word: str) -> tuple[str, ...]:
    service = SearchService(home, catalogue)
    return service.ids(SearchState(q=word), audience=Audience.STAFF, limit=9)[1]


def purged(home: Home, catalogue: Catalogue, record: Record) -> Record:
    return purge(home, catalogue, record.id, at=AT, agent="otto", reason="court order")


def holding(root: Path, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """The files below a folder that hold one of these words, in any case."""
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_file() and any(each.encode() in path.read_bytes().lower() for each in secrets)
    ]


def sound(home: Home, catalogue: Catalogue) -> None:
    write_journal(home, catalogue)
    assert check_catalogue(home).faults == ()
    assert check_index(home, catalogue).faults == ()


def test_nothing_of_it_is_left_in_any_file(
    home: Home, catalogue: Catalogue, record: Record
) -> None:
    before = holding(home.root)
    assert {Path(each).parts[0][:9] for each in before} >= {"catalogue", "journal", "originals"}
    assert any(each.startswith("index/generations") for each in before)
    after = purged(home, catalogue, record)
    assert holding(home.root) == []
    assert (after.purged, after.withdrawn, after.revision) == (True, "court order", 1)
    with catalogue.reading() as connection:
        assert records.get(connection, record.id) == after
        (event, *_) = [
            each for each in events.of_record(connection, record.id) if each.type == "deletion"
        ]
    digest = record.originals[0].digest
    assert (event.agent, event.detail) == ("otto", f"court order; SHA-256 {digest}")
    assert generations.previous_name(home) is None
    assert found(home, catalogue, "late") == found(home, catalogue, "iron")
    sound(home, catalogue)


def test_it_does_not_come_back_from_the_journal(
    home: Home, catalogue: Catalogue, record: Record
) -> None:
    purged(home, catalogue, record)
    write_journal(home, catalogue)
    catalogue.close()
    home.catalogue.unlink()
    for suffix in ("-wal", "-shm"):
        home.catalogue.with_name(home.catalogue.name + suffix).unlink(missing_ok=True)
    restored = restore(None, home.root, at=AT, agent="otto")
    assert (restored.records, restored.originals, restored.lacking) == (3, 2, ())
    again = open_catalogue(home)
    with again.reading() as connection:
        held = records.get(connection, record.id)
    assert held
    assert held.purged
    assert holding(home.root) == []
    update(home, again)
    sound(home, again)
    again.close()


def test_the_same_bytes_can_be_added_again_as_another_record(
    home: Home, catalogue: Catalogue, record: Record
) -> None:
    purged(home, catalogue, record)
    add(home, catalogue, TEXT)
    update(home, catalogue)
    (again,) = found(home, catalogue, WORD)
    assert again != record.id
    sound(home, catalogue)
    purge(home, catalogue, again, at=AT, agent="otto", reason="once more")
    assert holding(home.root) == []
    sound(home, catalogue)


def test_a_purged_record_is_never_changed_again(
    home: Home, catalogue: Catalogue, record: Record
) -> None:
    purged(home, catalogue, record)
    with pytest.raises(UserMistake, match="was purged; there is nothing of it to change"):
        amend(
            catalogue,
            record.id,
            amending.reinstating(),
            based_on=1,
            at=AT,
            agent="mira",
            reason="back",
        )
    assert purged(home, catalogue, record).revision == 1


def test_while_a_reindex_runs_the_record_is_withdrawn_and_the_purge_is_to_be_begun_again(
    home: Home, catalogue: Catalogue, record: Record
) -> None:
    with (
        generations.locked(home, "reindex", wait=True),
        pytest.raises(ArchiveTrouble, match="a reindex is running; purge again"),
    ):
        purged(home, catalogue, record)
    assert found(home, catalogue, WORD) == ()
    purged(home, catalogue, record)
    assert holding(home.root) == []


def test_whichever_step_is_the_last_the_rest_can_be_done_later(
    home: Home, catalogue: Catalogue, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    for module, step in (
        (purging.purged, "purged_digests"),
        (purging, "write_journal"),
        (purging, "take_out"),
        (purging, "compact"),
        (generations, "forget_previous"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, step, die)
            with pytest.raises(Killed):
                purged(home, catalogue, record)
        assert total(SearchService(home, catalogue), WORD) == 0
        with catalogue.reading() as connection:
            held = records.get(connection, record.id)
            assert unfinished(connection) == (record.id,)
        assert held
        assert held.withdrawn == "court order"
    purged(home, catalogue, record)
    assert holding(home.root) == []
    with catalogue.reading() as connection:
        assert unfinished(connection) == ()
        ends = len(events.of_record(connection, record.id))
    purged(home, catalogue, record)
    with catalogue.reading() as connection:
        assert len(events.of_record(connection, record.id)) == ends
    sound(home, catalogue)


def test_an_original_that_another_record_has_is_kept(
    home: Home, catalogue: Catalogue, record: Record
) -> None:
    with catalogue.writing() as connection:
        twin = Record("twin", 1, AT, record.description, {}, record.originals, record.extract_id)
        records.begin(connection, twin, agent="ana")
    update(home, catalogue)
    purged(home, catalogue, record)
    assert found(home, catalogue, WORD) == ("twin",)
    assert Originals(home).path(record.originals[0].digest).exists()
    sound(home, catalogue)
