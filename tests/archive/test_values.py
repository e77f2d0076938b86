from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.edtf import BadDate
from archive.record import Access, Contributor, Description, Stance, Statement
from archive.values import BadValue, as_json, described, from_json, plain


def say(**values: str) -> Description:
    return described(Statement(name, value, "manifest") for name, value in values.items())


def test_semicolons_separate_values_and_parentheses_hold_a_role() -> None:
    said = say(
        creator="Ana Ruiz; Łukasz Żak ; ;",
        contributor="Mira Holt (editor); Tom Q. (photographer) ; Uta",
        subject="ferries;rivers",
    )
    assert said.creator == ("Ana Ruiz", "Łukasz Żak")
    assert said.contributor == (
        Contributor("Mira Holt", "editor"),
        Contributor("Tom Q.", "photographer"),
        Contributor("Uta", None),
    )
    assert said.subject == ("ferries", "rivers")


def test_stances_are_target_and_position_from_the_controlled_list() -> None:
    said = say(stance="water-authority:critical; ICRC : neutral")
    assert said.stance == (Stance("water-authority", "critical"), Stance("icrc", "neutral"))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("stance", "icrc:furious", "“furious” is not a position"),
        ("stance", "critical", "“critical” is not a stance; write it as target:position"),
        ("stance", "the ferry:critical", "is not a stance"),
        ("access", "secret", "“secret” is not an access level; use one of open, snippets, staff"),
        ("language", "English!", "“English!” is not a language tag"),
        ("url", "javascript:alert(1)", "is not an address that begins with http"),
        ("url", "http://[", "is not an address"),
    ],
)
def test_a_value_that_cannot_be_held_is_refused_with_the_reason(
    name: str, value: str, reason: str
) -> None:
    with pytest.raises(BadValue) as caught:
        say(**{name: value})
    assert reason in str(caught.value)


def test_a_date_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadDate):
        say(issued="2025-02-29")


def test_control_characters_do_not_reach_a_description() -> None:
    assert say(title="One\x00 \x1b[31mtwo\r\nthree\u2028four").title == "One [31mtwo three four"


def test_what_turns_the_direction_of_a_line_does_not_reach_a_description() -> None:
    assert say(title="\u2067One\u2069 \u202etwo\u202c \u200fthree").title == "One two \u200fthree"


def test_composed_and_decomposed_letters_are_the_same_value() -> None:
    assert plain("Canba\u0308ck") == "Canb\u00e4ck"


FULL = Description(
    identifier="A-1",
    title="A title",
    publisher="The Outlet",
    issued="2024-08/..",
    modified="2024-09-01",
    creator=("A", "B"),
    contributor=(Contributor("C", "editor"), Contributor("D")),
    language="en",
    collection=("One", "Two"),
    url="https://outlet.example/a",
    captured="2024-10-01",
    stance=(Stance("icrc", "mixed"),),
    source="Elsewhere, 2023",
    subject=("s",),
    spatial=("p",),
    rights="CC0",
    access=Access.SNIPPETS,
    note="n",
)


@pytest.mark.parametrize("description", [FULL, Description()])
def test_a_description_survives_json(description: Description) -> None:
    assert from_json(as_json(description)) == description


def test_what_is_absent_is_left_out_of_json() -> None:
    assert as_json(Description(title="T")) == {"title": "T"}


@given(st.text())
def test_plain_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert once.splitlines() in ([], [once])
    assert plain(once) == once
