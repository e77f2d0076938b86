from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive import amending
from archive.amending import StaleEdit, amend
from archive.answering import Verdict, answer, take_back
from archive.catalogue import authorities, questions, records, relations
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from archive.home import Home
from archive.question import How, Question, QuestionKind
from archive.record import ARCHIVIST, Record, Statement
from archive.relation import RelationKind
from indexer.queue import queue_behind, update_queue
from indexer.update import update
from tests.conftest import Pressmark

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
STORY = "The ferry Osprey sank off Cable Quay before dawn, and nobody rang the bell. " * 3
SAID = "file,title,outlet,date,author\n"


@pytest.fixture
def desk(pressmark: Pressmark, tmp_path: Path, home: Home, catalogue: Catalogue) -> Desk:
    return Desk(pressmark, tmp_path, home, catalogue)


class Desk:
    """An archive whose queue is looked through."""

    def __init__(
        self, pressmark: Pressmark, folder: Path, home: Home, catalogue: Catalogue
    ) -> None:
        self.pressmark, self.folder = pressmark, folder
        self.home, self.catalogue = home, catalogue

    def add(self, text: str, row: str, name: str = "a.txt") -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / "m.csv").write_text(SAID + f"{name},{row}\n", encoding="utf-8")
        result = self.pressmark("add", "--manifest", self.folder / "m.csv")
        return result.lines[0].split("\t")[1]

    def waiting(self) -> list[tuple[int, Question]]:
        update_queue(self.home, self.catalogue, now=lambda: AT)
        with self.catalogue.reading() as connection:
            return [(n, q) for n, q, _ in questions.waiting(connection, limit=100)]

    def asked(self) -> list[tuple[str, str, str]]:
        return [(q.kind.value, q.property, q.value) for _, q in self.waiting()]

    def record(self, record_id: str) -> Record:
        with self.catalogue.reading() as connection:
            found = records.get(connection, record_id)
        assert found is not None
        return found

    def settle(
        self, question: Question, how: How, value: str = "", *, based_on: int | None = None
    ) -> int:
        return answer(
            self.catalogue,
            question,
            Verdict(how, value),
            based_on=based_on,
            at=AT,
            agent="ben",
            reason="",
            batch="b1",
        )

    def take_back(self) -> int:
        with self.catalogue.reading() as connection:
            given = questions.answers(connection, batch="b1", limit=10)
        return take_back(self.catalogue, given, at=AT, agent="ben")


def test_that_nothing_is_stated_is_an_answer_and_is_not_asked_again(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,,2021,")
    (_, outlet), (_, author) = desk.waiting()
    assert (outlet.property, author.property) == ("publisher", "creator")
    assert desk.settle(outlet, How.ACCEPTED) == 1
    assert desk.asked() == [("missing", "creator", "")]
    desk.pressmark("add", desk.folder / "a.txt")
    assert desk.asked() == [("missing", "creator", "")]
    assert desk.record(record_id).revision == 1


def test_a_correction_changes_the_record_and_rests_on_the_archivist(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,,Ivo Tarn")
    question = next(q for _, q in desk.waiting() if q.kind is QuestionKind.MISSING)
    assert desk.settle(question, How.CORRECTED, "2021-03-05", based_on=1) == 2
    held = desk.record(record_id)
    assert (held.description.issued, held.basis["issued"]) == ("2021-03-05", "archivist")
    assert "missing" not in [kind for kind, _, _ in desk.asked()]


def test_a_value_that_is_none_changes_nothing(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,,Ivo Tarn")
    question = next(q for _, q in desk.waiting() if q.kind is QuestionKind.MISSING)
    with pytest.raises(UserMistake, match="2025-02-29"):
        desk.settle(question, How.CORRECTED, "2025-02-29")
    assert desk.record(record_id).revision == 1
    assert question in [q for _, q in desk.waiting()]


def test_an_answer_to_an_old_revision_is_refused(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,,Ivo Tarn")
    question = next(q for _, q in desk.waiting() if q.kind is QuestionKind.MISSING)
    desk.settle(question, How.CORRECTED, "2021", based_on=1)
    with pytest.raises(StaleEdit):
        desk.settle(question, How.CORRECTED, "2022", based_on=1)
    assert desk.record(record_id).description.issued == "2021"


def test_a_claim_is_taken_over_or_what_is_held_stays(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,2021,Ivo Tarn")
    desk.add(STORY, "Osprey,The Lantern,2022,Ivo Tarn")
    claims = {q.property: q for _, q in desk.waiting() if q.kind is QuestionKind.CONTRADICTORY}
    desk.settle(claims["publisher"], How.ACCEPTED)
    desk.settle(claims["issued"], How.REJECTED)
    held = desk.record(record_id).description
    assert (held.publisher, held.issued) == ("The Lantern", "2021")
    assert "contradictory" not in [kind for kind, _, _ in desk.asked()]


def test_a_new_name_becomes_an_authority_and_is_known_from_then_on(desk: Desk) -> None:
    desk.add(STORY, "Osprey,Усьминский берег,2021,Ivo Tarn")
    names = {q.property: q for _, q in desk.waiting()}
    desk.settle(names["publisher"], How.ACCEPTED)
    desk.settle(names["creator"], How.ACCEPTED)
    with desk.catalogue.reading() as connection:
        held = [(each.kind, each.id, each.heading) for each in authorities.every(connection)]
    assert held == [("outlet", "outlet", "Усьминский берег"), ("person", "ivo-tarn", "Ivo Tarn")]
    desk.add("Another text.", "Gate,Усьминский берег,2021,Ivo Tarn", "b.txt")
    assert desk.asked() == []


def test_one_of_several_names_is_corrected_or_taken_out(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,2021,Ivo Tarn; Staff; Mira Hlt")
    names = {q.value: q for _, q in desk.waiting()}
    desk.settle(names["Mira Hlt"], How.CORRECTED, "Mira Holt")
    desk.settle(names["Staff"], How.REJECTED)
    assert desk.record(record_id).description.creator == ("Ivo Tarn", "Mira Holt")


def test_what_is_likely_the_same_text_is_proposed_and_decided(desk: Desk) -> None:
    words = " ".join(f"{a}{b} said so" for a in ("ash", "elm", "oak") for b in range(40))
    first = desk.add(words, "Osprey,The Ledger,2021-01-01,Ivo Tarn")
    later = desk.add(words + " again", "Osprey,The Lantern,2021-02-01,Ivo Tarn", "b.txt")
    update(desk.home, desk.catalogue)
    (proposed,) = [q for _, q in desk.waiting() if q.kind is QuestionKind.DUPLICATE]
    assert (proposed.record_id, proposed.value) == (later, first)
    desk.settle(proposed, How.CORRECTED, "version")
    with desk.catalogue.reading() as connection:
        (decided,) = relations.in_force(connection)
    assert (decided.record_id, decided.kind, decided.other_id) == (
        later,
        RelationKind.VERSION,
        first,
    )
    assert "possible duplicate" not in [kind for kind, _, _ in desk.asked()]
    desk.take_back()
    with desk.catalogue.reading() as connection:
        assert relations.in_force(connection) == ()
    assert proposed in [q for _, q in desk.waiting()]


def test_taking_back_returns_the_record_and_asks_again(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,,Ivo Tarn; Staff")
    before = desk.record(record_id)
    asked = desk.waiting()
    by_value = {(q.property, q.value): q for _, q in asked}
    desk.settle(by_value["issued", ""], How.CORRECTED, "2021")
    desk.settle(by_value["creator", "Staff"], How.REJECTED)
    assert desk.take_back() == 2
    after = desk.record(record_id)
    assert (after.revision, after.description, after.basis) == (5, before.description, before.basis)
    assert {q for _, q in desk.waiting()} == {q for _, q in asked}


def test_what_else_was_changed_since_stays_when_an_answer_is_taken_back(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,,Ivo Tarn; Staff")
    by_value = {(q.property, q.value): q for _, q in desk.waiting()}
    desk.settle(by_value["issued", ""], How.CORRECTED, "2021")
    desk.settle(by_value["creator", "Staff"], How.REJECTED)
    said = [Statement("note", "seen on film", ARCHIVIST)]
    change(desk, record_id, amending.describing(said))
    assert desk.take_back() == 2
    held = desk.record(record_id)
    assert (held.description.issued, held.basis.get("issued")) == (None, None)
    assert held.description.creator == ("Ivo Tarn", "Staff")
    assert (held.description.note, held.basis["note"]) == ("seen on film", "archivist")


def test_what_was_answered_and_changed_again_is_not_taken_back(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,,Ivo Tarn")
    question = next(q for _, q in desk.waiting() if q.kind is QuestionKind.MISSING)
    desk.settle(question, How.CORRECTED, "2021")
    change(desk, record_id, amending.describing([Statement("issued", "2022", ARCHIVIST)]))
    with pytest.raises(StaleEdit):
        desk.take_back()
    assert desk.record(record_id).description.issued == "2022"


def change(desk: Desk, record_id: str, what: amending.Change) -> None:
    amend(desk.catalogue, record_id, what, based_on=None, at=AT, agent="ana", reason="known")


def test_nothing_of_what_was_withdrawn_since_is_taken_back(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,The Ledger,,Ivo Tarn")
    question = next(q for _, q in desk.waiting() if q.kind is QuestionKind.MISSING)
    desk.settle(question, How.CORRECTED, "2021")
    change(desk, record_id, amending.withdrawing("court order"))
    with pytest.raises(StaleEdit):
        desk.take_back()
    with desk.catalogue.reading() as connection:
        assert len(questions.answers(connection, batch="b1", limit=10)) == 1


def test_the_queue_is_drawn_by_the_change_log_and_anew_in_another_catalogue(desk: Desk) -> None:
    desk.add(STORY, "Osprey,,2021,Ivo Tarn")
    assert queue_behind(desk.catalogue) > 0
    assert desk.asked() == [("missing", "publisher", ""), ("new name", "creator", "Ivo Tarn")]
    assert queue_behind(desk.catalogue) == 0
    with desk.catalogue.writing() as connection:
        questions.set_position(connection, 1, "another catalogue's change")
    assert desk.asked() == [("missing", "publisher", ""), ("new name", "creator", "Ivo Tarn")]


def test_the_commands_list_settle_and_take_back(desk: Desk) -> None:
    record_id = desk.add(STORY, "Osprey,,2021,")
    listed = desk.pressmark("review", "list", "--kind", "missing")
    assert [line[3:] for line in listed.lines] == [
        f"{record_id} “Osprey”: no outlet is stated",
        f"{record_id} “Osprey”: no author is stated",
    ]
    first, second = (int(line.split()[0]) for line in listed.lines)
    assert desk.pressmark("review", "accept", str(second), "--dry-run").status == 0
    corrected = desk.pressmark("review", "correct", str(first), "The Ledger")
    assert corrected.err.splitlines()[-1].startswith("To take it back: pressmark review undo ")
    assert desk.record(record_id).description.publisher == "The Ledger"
    assert desk.pressmark("review", "accept", str(first)).status == 2
    assert desk.pressmark("review", "undo").status == 0
    assert desk.record(record_id).description.publisher is None
    (row,) = [
        row
        for row in map(json.loads, desk.pressmark("review", "list", "--json").lines)
        if row["property"] == "outlet"
    ]
    assert (row["kind"], row["record"], row["revision"]) == ("missing", record_id, 3)


def test_a_passage_is_left_out_and_searched_again(desk: Desk) -> None:
    record_id = desk.add("The gate was shut. Please give. The boat lay idle.", "Gate,,2021,")
    left_out = desk.pressmark(
        "exclude", record_id, "--quote", "Please give.", "--reason", "an appeal"
    )
    assert left_out.err.splitlines()[-1] == "12 characters are not searched any more"
    (passage,) = desk.record(record_id).excluded
    assert (passage.start, passage.quote) == (19, "Please give.")
    again = desk.pressmark("exclude", record_id, "--quote", "no such words", "--reason", "x")
    assert again.status == 2
    assert "These words do not stand in the record’s text." in again.err.replace("'", "’")
    assert desk.pressmark("include", record_id, "--quote", "Please").status == 0
    assert desk.record(record_id).excluded == ()
