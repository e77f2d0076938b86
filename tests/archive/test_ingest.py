from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from archive import ingest
from archive.catalogue import changes, events, extracts, receipts, records
from archive.catalogue.database import Catalogue
from archive.decision import Kind, Outcome
from archive.home import Home
from archive.originals import Originals
from archive.record import Contributor, Statement
from archive.submission import Problem, Submission, from_bytes
from archive.unpacking import DEPTH
from archive.values import described
from tests.archive.containing import zipped

AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
TEXT = b"The ferry stopped\n\nBy Ana Ruiz\n\nNobody crossed the river on Monday.\n"


def submission(
    content: bytes = TEXT, name: str = "a.txt", where: str = "manifest", **said: str
) -> Submission:
    statements = tuple(Statement(key, value, where) for key, value in said.items())
    return from_bytes(content, name, name, statements, described(statements))


def add(
    home: Home,
    catalogue: Catalogue,
    *handed_in: Submission | Problem,
    dry_run: bool = False,
) -> list[Outcome]:
    given: Iterable[Submission | Problem] = handed_in
    return list(
        ingest.add(given, catalogue, Originals(home), agent="ana", now=lambda: AT, dry_run=dry_run)
    )


def count(catalogue: Catalogue, table: str) -> int:
    with catalogue.reading() as connection:
        number = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
    assert isinstance(number, int)
    return number


def test_an_added_document_is_an_original_an_extract_and_a_record(
    home: Home, catalogue: Catalogue
) -> None:
    (outcome,) = add(home, catalogue, submission(publisher="The Ledger", issued="2021-03"))
    assert outcome.kind is Kind.ADDED
    assert outcome.record_id is not None
    with catalogue.reading() as connection:
        record = records.get(connection, outcome.record_id)
        assert record is not None
        assert record.extract_id is not None
        extract = extracts.get(connection, record.extract_id)
    assert extract is not None
    assert extract.text == TEXT.decode()
    assert record.description.title == "The ferry stopped"
    assert record.description.creator == ("Ana Ruiz",)
    assert record.description.publisher == "The Ledger"
    assert record.basis["publisher"] == "manifest"
    assert record.basis["creator"].startswith("text/")
    with Originals(home).open(record.originals[0].digest) as stream:
        assert stream.read() == TEXT


def test_each_step_is_a_premis_event(home: Home, catalogue: Catalogue) -> None:
    (outcome,) = add(home, catalogue, submission())
    with catalogue.reading() as connection:
        logged = events.of_record(connection, outcome.record_id or "")
    assert [(e.type, e.outcome) for e in logged] == [
        ("message digest calculation", "success"),
        ("metadata extraction", "success"),
        ("ingestion", "success"),
    ]


def test_what_a_person_says_outranks_what_was_read_and_both_are_kept(
    home: Home, catalogue: Catalogue
) -> None:
    (outcome,) = add(home, catalogue, submission(creator="Ana M. Ruiz", title="[Ferry stopped]"))
    record_id = outcome.record_id or ""
    with catalogue.reading() as connection:
        record = records.get(connection, record_id)
        assert record is not None
        extract = extracts.get(connection, record.extract_id or 0)
        said = receipts.statements(connection, record_id)
    assert record.description.creator == ("Ana M. Ruiz",)
    assert record.description.title == "[Ferry stopped]"
    assert Statement("creator", "Ana M. Ruiz", "manifest") in said
    assert extract is not None
    assert any("Ana Ruiz" in s.value for s in extract.statements if s.property == "creator")


def test_the_same_file_again_is_told_and_changes_nothing(home: Home, catalogue: Catalogue) -> None:
    (first,) = add(home, catalogue, submission(publisher="The Ledger"))
    seq = count(catalogue, "change")
    (second,) = add(home, catalogue, submission(publisher="The Ledger"))
    assert (second.kind, second.record_id) == (Kind.HELD, first.record_id)
    assert second.good
    assert count(catalogue, "record") == 1
    assert count(catalogue, "provenance") == 1
    assert count(catalogue, "change") == seq


def test_the_same_bytes_under_another_name_are_a_second_provenance(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, submission())
    (again,) = add(home, catalogue, submission(name="copy.txt"))
    assert again.kind is Kind.NOTED
    assert again.good
    with catalogue.reading() as connection:
        received = receipts.provenance(connection, again.record_id or "")
    assert [p.name for p in received] == ["a.txt", "copy.txt"]
    assert count(catalogue, "revision") == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"publisher": "The Courier"}, "outlet “The Courier” where “The Ledger” is held"),
        ({"issued": "2022"}, "date “2022” where “2021-03” is held"),
    ],
)
def test_the_same_bytes_with_another_outlet_or_date_wait_for_a_person(
    home: Home, catalogue: Catalogue, said: dict[str, str], reason: str
) -> None:
    add(home, catalogue, submission(publisher="The Ledger", issued="2021-03"))
    (second,) = add(home, catalogue, submission(**said))
    assert second.kind is Kind.PENDING
    assert not second.good
    assert reason in second.reason
    with catalogue.reading() as connection:
        record = records.get(connection, second.record_id or "")
        claims = receipts.claims(connection, second.record_id or "")
    assert record is not None
    assert record.revision == 1
    assert (record.description.publisher, record.description.issued) == ("The Ledger", "2021-03")
    assert [(c.statement.property, c.statement.value) for c in claims] == list(said.items())


def test_a_contradiction_said_twice_waits_once_and_is_told_twice(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, submission(publisher="The Ledger"))
    add(home, catalogue, submission(publisher="The Courier"))
    (third,) = add(home, catalogue, submission(publisher="The Courier"))
    assert third.kind is Kind.PENDING
    with catalogue.reading() as connection:
        assert len(receipts.claims(connection, third.record_id or "")) == 1


def test_a_date_that_a_reader_found_is_not_replaced_by_a_second_receipt(
    home: Home, catalogue: Catalogue
) -> None:
    page = (
        b"<html><head><meta property='article:published_time' content='2021-03-05'></head></html>"
    )
    add(home, catalogue, submission(page, "a.html"))
    (second,) = add(home, catalogue, submission(page, "a.html", issued="2022"))
    assert second.kind is Kind.PENDING


def test_what_was_not_stated_before_is_completed_as_a_revision(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, submission())
    (second,) = add(
        home, catalogue, submission(publisher="The Ledger", contributor="Mira Holt (editor)")
    )
    assert second.kind is Kind.DESCRIBED
    with catalogue.reading() as connection:
        record = records.get(connection, second.record_id or "")
        history = records.history(connection, second.record_id or "")
        newest = changes.newest(connection)
    assert record is not None
    assert record.revision == 2
    assert record.description.publisher == "The Ledger"
    assert record.description.contributor == (Contributor("Mira Holt", "editor"),)
    assert history[1].reason == "completed: outlet, contributor"
    assert newest == 2


def test_a_person_replaces_what_a_reader_concluded_but_not_what_a_person_said(
    home: Home, catalogue: Catalogue
) -> None:
    add(home, catalogue, submission())
    (better,) = add(home, catalogue, submission(creator="Ana M. Ruiz"))
    assert better.kind is Kind.DESCRIBED
    (other,) = add(home, catalogue, submission(creator="Somebody Else"))
    assert other.kind is Kind.PENDING
    with catalogue.reading() as connection:
        record = records.get(connection, other.record_id or "")
    assert record is not None
    assert record.description.creator == ("Ana M. Ruiz",)


def test_what_cannot_be_taken_does_not_stop_the_others(home: Home, catalogue: Catalogue) -> None:
    outcomes = add(
        home,
        catalogue,
        submission(b"", "empty.txt"),
        Problem("m.csv, line 3, column date", "no such day"),
        submission(),
    )
    assert [(o.kind, o.name) for o in outcomes] == [
        (Kind.REFUSED, "empty.txt"),
        (Kind.REFUSED, "m.csv, line 3, column date"),
        (Kind.ADDED, "a.txt"),
    ]
    assert outcomes[0].reason == "the file is empty"


def test_noise_is_kept_and_told(home: Home, catalogue: Catalogue) -> None:
    noise = bytes(range(256)) * 40
    (outcome,) = add(home, catalogue, submission(noise, "noise.bin"))
    assert outcome.kind is Kind.ADDED
    assert outcome.warnings == ("Text not extracted: no reader for binary data.",)
    with catalogue.reading() as connection:
        logged = events.of_record(connection, outcome.record_id or "")
        record = records.get(connection, outcome.record_id or "")
    assert ("metadata extraction", "failure") in [(e.type, e.outcome) for e in logged]
    assert record is not None
    with Originals(home).open(record.originals[0].digest) as stream:
        assert stream.read() == noise


def test_a_dry_run_foresees_and_writes_nothing(home: Home, catalogue: Catalogue) -> None:
    outcomes = add(
        home,
        catalogue,
        submission(publisher="The Ledger"),
        submission(publisher="The Ledger"),
        submission(publisher="The Courier"),
        submission(b"", "empty.txt"),
        dry_run=True,
    )
    assert [o.kind for o in outcomes] == [Kind.ADDED, Kind.HELD, Kind.PENDING, Kind.REFUSED]
    assert count(catalogue, "record") == 0
    assert count(catalogue, "original") == 0
    assert list(home.originals.iterdir()) == []
    assert list(home.scratch.iterdir()) == []


def test_many_documents_are_told_in_the_order_they_came(home: Home, catalogue: Catalogue) -> None:
    given = [submission(b"Document %d." % n, f"{n}.txt") for n in range(150)]
    outcomes = add(home, catalogue, *given)
    assert [o.name for o in outcomes] == [f"{n}.txt" for n in range(150)]
    assert count(catalogue, "record") == 150


def test_a_container_that_was_opened_may_lie_too_deep_in_another_to_be_opened(
    home: Home, catalogue: Catalogue
) -> None:
    inner = outer = zipped({"ferry.txt": TEXT})
    for number in range(DEPTH):
        outer = zipped({f"{number}.zip": outer})
    given = [submission(inner, "inner.zip"), submission(outer, "outer.zip")]
    outcomes = add(home, catalogue, *given)
    assert [outcome.kind for outcome in outcomes if outcome.kind is not Kind.UNPACKED] == [
        Kind.ADDED,
        Kind.ADDED,
    ]
    assert "a further one is not unpacked" in " ".join(outcomes[-1].warnings)
    assert count(catalogue, "record") == 2


def test_a_script_in_a_name_is_only_a_name(home: Home, catalogue: Catalogue) -> None:
    (outcome,) = add(home, catalogue, submission(name="../../<script>.txt"))
    assert outcome.kind is Kind.ADDED
    files = [p for p in home.root.parent.rglob("*") if p.is_file() and "script" in p.name]
    assert files == []
