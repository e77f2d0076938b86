"""What a person decides about two records, by `pressmark relate` and in the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.catalogue import changes, events, records, relations
from archive.catalogue.database import Catalogue
from archive.record import Description, Original, Record
from archive.relation import Relation, RelationKind
from tests.conftest import Pressmark

AT = datetime(2026, 1, 15, tzinfo=UTC)
REPUBLICATION = Relation("r2", RelationKind.REPUBLICATION, "r1", AT, "ana", "named at its end")


@pytest.fixture
def held(catalogue: Catalogue) -> Catalogue:
    """A catalogue with the records r1, r2 and r3."""
    with catalogue.writing() as connection:
        for number in (1, 2, 3):
            original = Original(f"{number:064x}", 1, "text/plain")
            records.add_original(connection, original.digest, 1, "text/plain", at=AT)
            record = Record(f"r{number}", 1, AT, Description(), {}, (original,), None)
            records.begin(connection, record, agent="ana")
    return catalogue


def put(catalogue: Catalogue, relation: Relation) -> bool:
    with catalogue.writing() as connection:
        return relations.put(connection, relation)


def in_force(catalogue: Catalogue) -> tuple[Relation, ...]:
    with catalogue.reading() as connection:
        return relations.in_force(connection)


def test_a_decision_is_kept_with_an_event_and_a_change_of_both_records(held: Catalogue) -> None:
    with held.reading() as connection:
        before = changes.newest(connection)
    assert put(held, REPUBLICATION)
    with held.reading() as connection:
        assert relations.of_record(connection, "r1") == (REPUBLICATION,)
        assert relations.of_record(connection, "r2") == (REPUBLICATION,)
        assert relations.of_record(connection, "r3") == ()
        new = changes.after(connection, before, limit=9)
        assert [change.record_id for change in new] == ["r2", "r1"]
        for record_id in ("r1", "r2"):
            event = events.of_record(connection, record_id)[-1]
            assert (event.type, event.agent) == ("metadata modification", "ana")
            assert event.detail == "record r2 is a republication of r1: named at its end"


def test_the_newest_decision_on_two_records_is_in_force_whichever_is_named_first(
    held: Catalogue,
) -> None:
    put(held, REPUBLICATION)
    third = Relation("r3", RelationKind.VERSION, "r1", AT, "ana", "a later edition")
    put(held, third)
    later = Relation("r1", RelationKind.DIFFERENT, "r2", AT + timedelta(days=1), "ben", "read both")
    assert put(held, later)
    assert in_force(held) == (third, later)


def test_the_same_decision_is_not_written_twice(held: Catalogue) -> None:
    put(held, REPUBLICATION)
    assert not put(held, REPUBLICATION)
    turned = Relation("r1", RelationKind.REPUBLICATION, "r2", AT, "ana", "the other way round")
    assert put(held, turned)
    assert in_force(held) == (turned,)
    different = Relation("r1", RelationKind.DIFFERENT, "r2", AT, "ana", "no")
    assert put(held, different)
    assert not put(held, Relation("r2", RelationKind.DIFFERENT, "r1", AT, "ana", "no"))


def added(pressmark: Pressmark, folder: Path, *texts: str) -> list[str]:
    paths = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return [line.split("\t")[1] for line in pressmark("add", *paths).lines]


def test_a_decision_is_made_at_the_command_line(pressmark: Pressmark, tmp_path: Path) -> None:
    one, two = added(pressmark, tmp_path, "One ferry.", "Two ferries.")
    said = pressmark("relate", two, "version-of", one, "--reason", "a later edition")
    assert (said.status, said.err) == (0, f"{two} version-of {one}.\n")
    again = pressmark("relate", two, "version-of", one, "--reason", "a later edition")
    assert again.err == f"{two} version-of {one} already; nothing was changed.\n"
    history = pressmark("show", two, "--json").json
    assert f"record {two} is a version of {one}: a later edition" in str(history)


def test_what_cannot_be_decided_is_told_in_a_sentence(pressmark: Pressmark, tmp_path: Path) -> None:
    (one,) = added(pressmark, tmp_path, "One ferry.")
    same = pressmark("relate", one, "different", one, "--reason", "x")
    assert (same.status, same.err) == (
        2,
        f"Error: “{one}” was named twice; name two different records.\n",
    )
    unknown = pressmark("relate", one, "different", "nobody", "--reason", "x")
    assert unknown.status == 1
    assert "There is no record “nobody” in the archive at" in unknown.err
    empty = pressmark("relate", one, "different", "nobody", "--reason", " ")
    assert (empty.status, empty.err) == (
        2,
        "Error: The reason is empty; say in a few words why.\n",
    )
    assert pressmark("relate", one, "like", "nobody", "--reason", "x").status == 2
