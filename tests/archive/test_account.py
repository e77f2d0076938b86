from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.account import Role, checked_name, checked_password, folded_name, normal_password
from archive.errors import UserMistake


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ana", "ana"),
        ("  Ana Petrosyan ", "Ana Petrosyan"),
        ("ə. məmmədov", "ə. məmmədov"),
        ("O’Hara-Løkke_2", "O’Hara-Løkke_2"),
        ("ana@press.example", "ana@press.example"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("n" * 64, "n" * 64),
    ],
)
def test_a_name_is_what_people_are_called(typed: str, name: str) -> None:
    assert checked_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "n" * 65, "a:b", "a\nb", "a\0b", "\u202eana", "a\u200bb", "...", "\ud800a", "a<b"],
)
def test_what_could_pass_for_another_name_is_none(typed: str) -> None:
    with pytest.raises(UserMistake):
        checked_name(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", "aNA"),
        ("Zo\u00eb", "ZOE\u0308"),
        ("ana", "\uff41\uff4e\uff41"),
        ("Strauß", "STRAUSS"),
        ("ana  petrosyan", " Ana Petrosyan"),
        ("ﬁn", "FIN"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert folded_name(one) == folded_name(other)


@given(st.text(max_size=40))
def test_folding_a_folded_name_changes_nothing(text: str) -> None:
    assert folded_name(folded_name(text)) == folded_name(text)


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("", "too short"),
        ("fourteen chars", "too short"),
        ("x" * 1025, "too long"),
        ("fifteen \ud800 chars", "not text"),
    ],
)
def test_a_password_is_long_and_nothing_else(password: str, complaint: str) -> None:
    with pytest.raises(UserMistake, match=complaint):
        checked_password(password)


@pytest.mark.parametrize("password", ["fifteen letters", "               ", "ə" * 15, "x" * 1024])
def test_a_password_may_be_made_of_anything(password: str) -> None:
    assert checked_password(password) == password


def test_a_password_is_the_same_on_every_keyboard() -> None:
    assert normal_password("Zoe\u0308\u00a0at the quay") == "Zo\u00eb at the quay"


@pytest.mark.parametrize(
    ("one", "other", "includes"),
    [
        ("librarian", "archivist", True),
        ("librarian", "librarian", True),
        ("archivist", "librarian", False),
        ("archivist", "reader", True),
        ("reader", "archivist", False),
    ],
)
def test_each_role_includes_the_ones_before_it(one: str, other: str, includes: bool) -> None:
    assert Role(one).includes(Role(other)) is includes
