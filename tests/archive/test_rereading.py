from __future__ import annotations

from dataclasses import replace

import pytest

from archive import readers
from archive.amending import amend
from archive.catalogue import events, extracts, records
from archive.catalogue.database import Catalogue
from archive.home import Home
from archive.originals import Originals
from archive.passage import passage_at
from archive.reading import Reader, Source
from archive.record import Coding, Extract, Record, Stance
from archive.rereading import outdated, read_again
from tests.conftest import NOW
from tests.indexer.adding import add


@pytest.fixture
def better(home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> str:
    """A record that was read by a reader of which there is a better version now; its id."""
    add(home, catalogue, "The ferry was late\n\nIt was late on Monday.")
    (old,) = [reader for reader in readers.READERS if reader.name == "text"]

    def read(source: Source) -> Extract:
        found = old.read(source)
        description = replace(found.description, title="The ferry, again", publisher="The Guess")
        return replace(
            found,
            reader="text/99",
            text=f"{found.text} Read better.",
            description=description,
            basis={"title": "first line", "publisher": "last line"},
        )

    newer = Reader("text", 99, old.media_types, read)
    monkeypatch.setattr(readers, "READERS", (newer,))
    with catalogue.reading() as connection:
        (record_id,) = records.ids(connection)
    return record_id


def again(home: Home, catalogue: Catalogue, *record_ids: str) -> tuple[int, tuple[str, ...]]:
    done = read_again(home, catalogue, record_ids, agent="ana", now=lambda: NOW)
    return done.count, tuple(reason for _, reason in done.failed)


def record(catalogue: Catalogue, record_id: str) -> Record:
    with catalogue.reading() as connection:
        found = records.get(connection, record_id)
    assert found is not None
    return found


def test_a_record_is_read_again_once_and_people_keep_their_word(
    home: Home, catalogue: Catalogue, better: str
) -> None:
    before = record(catalogue, better)
    with catalogue.reading() as connection:
        assert outdated(connection) == (better,)
        assert outdated(connection, ["another"]) == ()
    assert again(home, catalogue, better) == (1, ())
    after = record(catalogue, better)
    assert after.revision == 2
    assert after.description.title == "The ferry, again"
    assert after.basis["title"] == "text/99 first line"
    assert (after.description.publisher, after.basis["publisher"]) == ("The Ledger", "manifest")
    with catalogue.reading() as connection:
        extract = extracts.get(connection, after.extract_id or 0)
        former = extracts.get(connection, before.extract_id or 0)
        history = records.history(connection, better)
        types = [each.type for each in events.of_record(connection, better)]
        assert outdated(connection) == ()
    assert extract is not None
    assert former is not None
    assert (extract.text or "").endswith("Read better.")
    assert not (former.text or "").endswith("Read better.")
    assert (history[-1].agent, history[-1].reason) == ("ana", "read again by text/99")
    assert types.count(events.METADATA_EXTRACTION) == 2
    assert again(home, catalogue, better) == (0, ())
    assert record(catalogue, better).revision == 2


def test_passages_follow_their_words_and_what_is_lost_says_so(
    home: Home, catalogue: Catalogue, better: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = record(catalogue, better)
    text = "The ferry was late\n\nIt was late on Monday."
    here = before.extract_id or 0
    excluded = passage_at(here, text, 0, 18), passage_at(here, text, 20, 22)
    coding = Coding(Stance("board", "critical"), "ana", NOW, "", passage_at(here, text, 27, 41))

    def marked(held: Record) -> Record:
        return replace(held, excluded=excluded, codings=(coding,))

    amend(catalogue, better, marked, based_on=1, at=NOW, agent="ana", reason="read")
    (newer,) = readers.READERS

    def read(source: Source) -> Extract:
        return replace(newer.read(source), text="Ledger\n\nThe  ferry was late, late\non Monday.")

    monkeypatch.setattr(readers, "READERS", (replace(newer, read=read),))
    assert again(home, catalogue, better) == (1, ())
    after = record(catalogue, better)
    found, lost = after.excluded
    assert (found.extract_id, found.start, found.end, found.quote, found.lost) == (
        after.extract_id, 8, 27, "The  ferry was late", False,
    )  # fmt: skip
    assert lost == replace(excluded[1], lost=True)
    (follows,) = after.codings
    assert follows.passage is not None
    assert follows.passage.quote == "late\non Monday"


def test_an_original_that_is_not_there_is_told(
    home: Home, catalogue: Catalogue, better: str
) -> None:
    Originals(home).path(record(catalogue, better).originals[0].digest).unlink()
    count, (reason,) = again(home, catalogue, better)
    assert (count, reason) == (0, "its original cannot be read: No such file or directory")
    assert record(catalogue, better).revision == 1


def test_a_reader_that_finds_no_text_takes_none_away(
    home: Home, catalogue: Catalogue, better: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (newer,) = readers.READERS
    worse = replace(newer, read=lambda _: Extract("text/99", None, warnings=("nothing",)))
    monkeypatch.setattr(readers, "READERS", (worse,))
    count, (reason,) = again(home, catalogue, better)
    assert count == 0
    assert reason.startswith("text/99 finds no text, so the text of text/")
    assert record(catalogue, better).revision == 1
