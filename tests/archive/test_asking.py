from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from archive.asking import Evidence, evidence_of, questions_of
from archive.catalogue.receipts import Claim
from archive.passage import passage_at
from archive.question import Question, QuestionKind
from archive.record import Coding, Description, Extract, Record, Stance, Statement

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
TEXT = "Gate shut\n\nBy Hester Quillane, 5 March 2021\n\nThe gate was shut."
FULL = Description(
    title="Gate shut", publisher="The Ledger", issued="2021-03-05", creator=("Hester Quillane",)
)
BASIS = {
    "title": "html/1 h1",
    "publisher": "html/1 json-ld publisher",
    "issued": "html/1 date line",
    "creator": "html/1 byline",
}


def record(description: Description = FULL, **more: object) -> Record:
    return Record("r", 1, AT, description, BASIS, (), 1, **more)  # type: ignore[arg-type]


def extract(*statements: tuple[str, str, str]) -> Extract:
    return Extract("html/1", TEXT, statements=tuple(Statement(*each) for each in statements))


def known(_kind: str, _name: str) -> bool:
    return True


def asked(
    held: Record, made: Extract | None = None, claims: tuple[Claim, ...] = ()
) -> list[tuple[str, str, str]]:
    found = questions_of(held, made or extract(), claims, known)
    return [(each.kind.value, each.property, each.value) for each in found]


def test_a_record_that_states_all_in_known_names_raises_nothing() -> None:
    assert asked(record()) == []


def test_what_nobody_stated_is_asked_about() -> None:
    assert asked(record(Description(title="Gate shut", creator=("H",)))) == [
        ("missing", "publisher", ""),
        ("missing", "issued", ""),
    ]


def test_a_claim_that_waits_is_asked_about() -> None:
    claim = Claim(Statement("publisher", "The Lantern", "manifest"), "a.html", AT)
    assert asked(record(), claims=(claim,)) == [("contradictory", "publisher", "The Lantern")]


def test_a_value_that_more_places_speak_against_than_for_is_doubtful() -> None:
    one = ("issued", "2021-03-05", "time")
    other = ("issued", "2021-03-07T10:00:00Z", "json-ld datePublished")
    again = ("issued", "7 March 2021", "meta date")
    assert asked(record(), extract(one, other)) == []
    doubt = [("low confidence", "issued", "2021-03-05")]
    assert asked(record(), extract(one, other, again)) == doubt


def test_what_a_person_said_is_not_doubted() -> None:
    held = Record("r", 1, AT, FULL, {**BASIS, "issued": "manifest"}, (), 1)
    others = extract(("issued", "7 March 2021", "time"))
    assert asked(held, others) == []


def test_a_date_that_a_reader_could_not_pin_to_a_day_is_doubtful() -> None:
    held = record(replace(FULL, issued="2021-03-04/2021-04-03"))
    assert asked(held) == [("low confidence", "issued", "2021-03-04/2021-04-03")]


def test_names_that_no_authority_has_are_new() -> None:
    held = record(replace(FULL, creator=("Hester Quillane", "Ivo Tarn")))

    def only_hester(kind: str, name: str) -> bool:
        return (kind, name) == ("person", "Hester Quillane")

    assert questions_of(held, extract(), (), only_hester) == (
        Question("r", QuestionKind.NEW_NAME, "publisher", "The Ledger"),
        Question("r", QuestionKind.NEW_NAME, "creator", "Ivo Tarn"),
    )


def test_a_record_without_text_says_why() -> None:
    unread = Extract("none/1", None, warnings=("Text not extracted: no reader for image/png.",))
    assert asked(record(), unread) == [
        ("text not extracted", "", "Text not extracted: no reader for image/png.")
    ]


def test_passages_that_lost_their_place_are_asked_about_once() -> None:
    here = passage_at(1, TEXT, 0, 9)
    lost = replace(passage_at(1, TEXT, 45, 63), lost=True)
    coding = Coding(Stance("guild", "critical"), "ana", AT, "tone", lost)
    held = record(excluded=(here, lost), codings=(coding,))
    assert asked(held) == [("lost passage", "", "The gate was shut.")]


def test_a_withdrawn_record_raises_nothing() -> None:
    assert asked(record(Description(), withdrawn="court order")) == []


def test_evidence_is_the_words_as_found_and_their_place_in_the_text() -> None:
    made = extract(
        ("creator", "By Hester Quillane", "byline"),
        ("creator", "Ivo Tarn", "json-ld author"),
        ("title", "Gate shut", "h1"),
    )
    assert evidence_of(record(), made, "creator") == (
        Evidence("By Hester Quillane", "byline", (11, 29), True),
        Evidence("Ivo Tarn", "json-ld author", None, False),
    )
    nothing_held = record(Description(title="Gate shut"))
    assert [each.agrees for each in evidence_of(nothing_held, made, "creator")] == [None, None]


def test_the_letters_of_a_language_code_are_no_place_in_the_text() -> None:
    made = extract(("language", "en", "html lang"))
    held = record(Description(language="en"))
    assert evidence_of(held, made, "language") == (Evidence("en", "html lang", None, True),)
