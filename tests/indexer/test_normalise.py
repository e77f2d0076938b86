from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from archive.authority import Authority
from archive.passage import passage_at
from archive.record import Access, Coding, Description, Original, Pin, Record, Stance
from indexer.analysis import BLANK
from indexer.headings import Headings, headings_of
from indexer.normalise import index_document

ADDED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
HEADINGS = headings_of(
    [
        Authority("outlet", "occrp", "OCCRP", ("Organized Crime Project",)),
        Authority("person", "ruiz", "Ruiz, Ana", ("Ana Ruiz", "A. Ruiz")),
        Authority("person", "zak", "Żak, Łukasz", ("A. Ruiz",)),
        Authority("target", "icrc", "Red Cross"),
    ]
)


def record(description: Description) -> Record:
    return Record("r", 1, ADDED, description, {}, (Original("a" * 64, 1, "text/plain"),), 1)


@pytest.mark.parametrize(
    ("basis", "title"), [("manifest", ("night", "boat")), ("text/4 title line", ())]
)
def test_a_title_that_a_reader_made_of_the_whole_text_is_no_second_one(
    basis: str, title: tuple[str, ...]
) -> None:
    held = replace(record(Description(title="Night boat")), basis={"title": basis})
    found = index_document(held, "Night boat", Headings())
    assert (found.terms["title"], found.terms["body"]) == (title, ("night", "boat"))


def days(**said: str) -> tuple[str | None, ...]:
    found = index_document(record(Description(**said)), None, Headings())  # type: ignore[arg-type]
    return tuple(
        None if day is None else date.fromordinal(day).isoformat()
        for day in (found.earliest, found.latest, found.oldest, found.newest)
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, (None, None, None, None)),
        ({"issued": "2024-09-18"}, ("2024-09-18",) * 4),
        ({"issued": "2025?"}, ("2025-01-01", "2025-12-31", "2025-01-01", "2025-12-31")),
        ({"issued": "2024-08/.."}, ("2024-08-01", "2026-01-15", "2024-08-01", "2024-08-31")),
        (
            {"issued": "2024-08/..", "captured": "2024-10-02"},
            ("2024-08-01", "2024-10-02", "2024-08-01", "2024-08-31"),
        ),
        (
            {"issued": "2027-05/.."},
            ("2027-05-01", "2027-05-31", "2027-05-01", "2027-05-31"),
        ),
        ({"issued": "../2024-08"}, (None, "2024-08-31", "2024-08-01", "2024-08-31")),
    ],
)
def test_days_are_strict_bounds_and_an_open_end_ends_when_it_was_received(
    said: dict[str, str], expected: tuple[str | None, ...]
) -> None:
    assert days(**said) == expected


def test_title_and_body_are_surface_forms_stems_and_exact_forms_at_the_same_positions() -> None:
    found = index_document(
        record(Description(title="The Ferries", language="en")), "Crossing rivers", Headings()
    )
    assert found.terms["title"] == ("the", "ferries")
    assert found.terms["title_stem"] == ("the", "ferri")
    assert found.terms["title_exact"] == ("The", "Ferries")
    assert found.terms["body"] == ("crossing", "rivers")
    assert found.terms["body_exact"] == ("Crossing", "rivers")
    assert found.terms["body_stem"] == ("cross", "river")


def test_a_spelling_is_counted_under_its_heading_and_found_under_every_one() -> None:
    found = index_document(
        record(Description(publisher="Organized Crime Project", creator=("Ana Ruiz",))),
        None,
        HEADINGS,
    )
    assert found.values["outlet"] == ("OCCRP",)
    assert found.values["author"] == ("Ruiz, Ana",)
    assert found.terms["outlet_words"] == ("|", "occrp", "|", "organized", "crime", "project", "|")


def test_a_spelling_of_two_authorities_resolves_to_neither() -> None:
    found = index_document(record(Description(creator=("A. Ruiz",))), None, HEADINGS)
    assert found.values["author"] == ("A. Ruiz",)


def test_what_is_not_stated_has_no_value_and_no_term() -> None:
    found = index_document(record(Description()), None, HEADINGS)
    assert set(found.values.values()) == {()}
    assert set(found.terms.values()) == {()}


def test_stances_are_codes_and_access_is_open_unless_said_otherwise() -> None:
    stances = (Stance("icrc", "critical"), Stance("azerbaijan-government", "neutral"))
    found = index_document(record(Description(stance=stances)), None, HEADINGS)
    assert found.values["stance"] == ("icrc:critical", "azerbaijan-government:neutral")
    assert found.access == "open"
    staff = index_document(record(Description(access=Access.STAFF)), None, HEADINGS)
    assert staff.access == "staff"


def test_what_is_excluded_of_a_text_is_not_indexed_and_parts_what_stands_beside_it() -> None:
    text = "The gates were shut. Help the paper. Boats lay idle."
    held = replace(
        record(Description(language="en")),
        excluded=(passage_at(1, text, 21, 36), replace(passage_at(1, text, 0, 9), lost=True)),
    )
    found = index_document(held, text, Headings())
    assert found.terms["body"] == (
        "the", "gates", "were", "shut", BLANK, BLANK, BLANK, "boats", "lay", "idle",
    )  # fmt: skip
    assert found.terms["body_stem"][7] == "boat"


def test_codings_and_stated_stances_are_values_alike() -> None:
    stated, coded = Stance("icrc", "critical"), Stance("icrc", "neutral")
    held = replace(
        record(Description(stance=(stated,))),
        codings=(Coding(coded, "mira", ADDED, "tone"), Coding(stated, "otto", ADDED, "tone")),
    )
    found = index_document(held, None, HEADINGS)
    assert found.values["stance"] == ("icrc:critical", "icrc:neutral")


def test_a_pinned_name_has_the_heading_of_its_authority() -> None:
    description = Description(publisher="The Project", creator=("A. Ruiz", "Ana Ruiz"))
    unpinned = index_document(record(description), None, HEADINGS)
    assert unpinned.values["author"] == ("A. Ruiz", "Ruiz, Ana")
    pins = (
        Pin("creator", "A. Ruiz", "zak"),
        Pin("publisher", "The Project", "occrp"),
        Pin("creator", "Ana Ruiz", "no longer there"),
    )
    found = index_document(replace(record(description), pins=pins), None, HEADINGS)
    assert found.values["author"] == ("Żak, Łukasz", "Ruiz, Ana")
    assert found.values["outlet"] == ("OCCRP",)
    assert "ruiz" in found.terms["author_words"]
