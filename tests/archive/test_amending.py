from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive import amending
from archive.amending import StaleEdit, amend
from archive.catalogue import changes, events, extracts, records
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from archive.passage import passage_at
from archive.record import (
    ARCHIVIST,
    Coding,
    Description,
    Extract,
    Original,
    Pin,
    Record,
    Stance,
    Statement,
)

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
DIGEST = "a" * 64
TEXT = "The gate was shut. Help the paper."
CRITICAL, SUPPORTIVE = Stance("icrc", "critical"), Stance("icrc", "supportive")


@pytest.fixture
def record(catalogue: Catalogue) -> Record:
    with catalogue.writing() as connection:
        records.add_original(connection, DIGEST, 34, "text/plain", at=AT)
        extract_id = extracts.add(connection, DIGEST, Extract("text/1", TEXT), at=AT)
        held = Record(
            "r1",
            1,
            AT,
            Description(title="Gate", publisher="The Ledger", stance=(CRITICAL,)),
            {"title": "html/1 h1", "publisher": "manifest"},
            (Original(DIGEST, 34, "text/plain"),),
            extract_id,
        )
        records.begin(connection, held, agent="ana")
    return held


WRITER = amending.describing([Statement("creator", "The Ledger", ARCHIVIST)])


def change(
    catalogue: Catalogue,
    change: amending.Change,
    *,
    based_on: int | None = None,
    agent: str = "ben",
) -> Record:
    return amend(
        catalogue, "r1", change, based_on=based_on, at=AT, agent=agent, reason="looked again"
    )


def held(catalogue: Catalogue) -> Record:
    with catalogue.reading() as connection:
        found = records.get(connection, "r1")
    assert found is not None
    return found


@pytest.mark.usefixtures("record")
def test_a_correction_is_a_revision_an_event_and_a_change(catalogue: Catalogue) -> None:
    with catalogue.reading() as connection:
        before = changes.newest(connection)
    said = [Statement("title", "The Gate", ARCHIVIST), Statement("issued", "2021-03", ARCHIVIST)]
    new = change(catalogue, amending.describing(said, cleared=["publisher"]), based_on=1)
    assert (new.revision, new.description) == (
        2,
        Description(title="The Gate", issued="2021-03", stance=(CRITICAL,)),
    )
    assert new.basis == {"title": "archivist", "issued": "archivist"}
    assert held(catalogue) == new
    with catalogue.reading() as connection:
        newest = records.history(connection, "r1")[-1]
        event = events.of_record(connection, "r1")[-1]
        assert [c.record_id for c in changes.after(connection, before, limit=9)] == ["r1"]
    assert (newest.number, newest.agent, newest.reason) == (2, "ben", "looked again")
    assert (event.type, event.agent) == ("metadata modification", "ben")


@pytest.mark.usefixtures("record")
def test_an_edit_of_an_old_revision_is_refused_and_writes_nothing(catalogue: Catalogue) -> None:
    change(catalogue, amending.withdrawing("asked for"), based_on=1)
    with pytest.raises(StaleEdit, match="is at revision 2 now") as caught:
        change(catalogue, amending.reinstating(), based_on=1)
    assert caught.value.newest == held(catalogue)
    assert held(catalogue).revision == 2


def test_what_changes_nothing_is_no_revision(catalogue: Catalogue, record: Record) -> None:
    assert change(catalogue, amending.reinstating()) == record
    assert held(catalogue).revision == 1


def test_there_must_be_a_record(catalogue: Catalogue) -> None:
    with pytest.raises(UserMistake, match=r"There is no record r1\."):
        change(catalogue, amending.reinstating())


@pytest.mark.usefixtures("record")
def test_a_record_is_withdrawn_with_a_reason_and_reinstated(catalogue: Catalogue) -> None:
    assert change(catalogue, amending.withdrawing("court order")).withdrawn == "court order"
    assert held(catalogue).withdrawn == "court order"
    assert change(catalogue, amending.reinstating()).withdrawn is None


def test_passages_are_excluded_once_and_included_again(
    catalogue: Catalogue, record: Record
) -> None:
    assert record.extract_id is not None
    appeal = passage_at(record.extract_id, TEXT, 19, 34)
    for _ in range(2):
        assert change(catalogue, amending.excluding(appeal)).excluded == (appeal,)
    assert held(catalogue).excluded == (appeal,)
    assert change(catalogue, amending.including(appeal)).excluded == ()


@pytest.mark.usefixtures("record")
def test_a_name_is_pinned_to_one_authority(catalogue: Catalogue) -> None:
    pins = [Pin("publisher", "The Ledger", name) for name in ("ledger-north", "ledger-south")]
    for pin in pins:
        change(catalogue, amending.pinning(pin))
    assert held(catalogue).pins == (pins[1],)


@pytest.mark.usefixtures("record")
def test_what_a_name_means_is_taken_back_and_other_names_stay_pinned(catalogue: Catalogue) -> None:
    change(catalogue, WRITER)
    other = Pin("creator", "The Ledger", "ledger-the-writer")
    for pin in (Pin("publisher", "The Ledger", "ledger-north"), other):
        change(catalogue, amending.pinning(pin))
    after = change(catalogue, amending.unpinning("publisher", "The Ledger"))
    assert (after.pins, after.revision) == ((other,), 5)
    with pytest.raises(UserMistake, match="The outlet “The Ledger” is not pinned in this record"):
        change(catalogue, amending.unpinning("publisher", "The Ledger"))
    assert held(catalogue).revision == 5


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        (Pin("publisher", "Ledger", "x"), "called “Ledger”: its outlet is “The Ledger”. Pin a"),
        (Pin("creator", "Ledger", "x"), "No author of the record r1 is called “Ledger”"),
    ],
)
@pytest.mark.usefixtures("record")
def test_a_name_that_the_record_does_not_hold_is_not_pinned(
    catalogue: Catalogue, pin: Pin, sentence: str
) -> None:
    change(catalogue, WRITER)
    with pytest.raises(UserMistake, match=re.escape(sentence)):
        change(catalogue, amending.pinning(pin))
    change(catalogue, amending.describing([], ["creator"]))
    with pytest.raises(UserMistake, match="its author is not stated"):
        change(catalogue, amending.pinning(Pin("creator", "The Ledger", "x")))
    assert held(catalogue).pins == ()


@pytest.mark.usefixtures("record")
def test_a_pin_stays_when_the_name_goes_and_can_be_taken_back(catalogue: Catalogue) -> None:
    """It says again what the name means when that comes back."""
    pin = Pin("publisher", "The Ledger", "ledger-north")
    change(catalogue, amending.pinning(pin))
    assert change(catalogue, amending.describing([], ["publisher"])).pins == (pin,)
    assert change(catalogue, amending.unpinning("publisher", "The Ledger")).pins == ()


def test_coders_are_kept_apart_and_each_has_one_position_a_target(
    catalogue: Catalogue, record: Record
) -> None:
    assert record.extract_id is not None
    shut = passage_at(record.extract_id, TEXT, 0, 18)
    ana = Coding(SUPPORTIVE, "ana", AT, "the tone", shut)
    ben = Coding(CRITICAL, "ben", AT, "the heading")
    for each in (replace(ana, stance=CRITICAL), ben, ana):
        change(catalogue, amending.coding(each))
    assert held(catalogue).codings == (ben, ana)
    assert held(catalogue).stances == (CRITICAL, SUPPORTIVE)
    assert change(catalogue, amending.uncoding("ben", "icrc")).codings == (ana,)


def test_an_older_revision_returns_on_the_text_of_today(
    catalogue: Catalogue, record: Record
) -> None:
    change(catalogue, amending.describing([Statement("title", "Other", ARCHIVIST)]))
    with catalogue.writing() as connection:
        newer = extracts.add(connection, DIGEST, Extract("text/2", TEXT), at=AT)
    change(catalogue, lambda now: replace(now, extract_id=newer))
    with catalogue.reading() as connection:
        first = records.at_revision(connection, "r1", 1)
    assert first is not None
    new = change(catalogue, amending.returning(first))
    assert (new.revision, new.description, new.extract_id) == (4, record.description, newer)


def test_a_record_at_one_of_its_revisions(catalogue: Catalogue, record: Record) -> None:
    change(catalogue, amending.describing([Statement("title", "Other", ARCHIVIST)]))
    with catalogue.reading() as connection:
        assert records.at_revision(connection, "r1", 1) == record
        assert records.at_revision(connection, "r1", 3) is None
