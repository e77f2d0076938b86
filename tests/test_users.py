"""Accounts at the command line."""

from __future__ import annotations

import io
import sys

import pytest

from archive.catalogue import accounts
from archive.catalogue.database import open_catalogue
from archive.home import Home
from archive.password import matches
from tests.conftest import Pressmark
from tests.people import hash_cheaply

PASSWORD = "nine barges at low water"


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def opens(pressmark: Pressmark, name: str, password: str) -> bool:
    catalogue = open_catalogue(Home(pressmark.root))
    with catalogue.reading() as connection:
        _, hash = accounts.credentials(connection, name)
    catalogue.close()
    return matches(hash, password)


def test_an_account_is_made_changed_and_closed(
    pressmark: Pressmark, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, f"{PASSWORD}\r\nand no more\n")
    made = pressmark("user", "add", "Ana", "--role", "archivist")
    assert (made.status, made.out, made.err) == (0, "", "Ana can sign in, as archivist.\n")
    assert opens(pressmark, "ana", PASSWORD)
    assert pressmark("user", "role", "ana", "librarian").status == 0
    (listed,) = pressmark("user", "list").lines
    assert listed.split("\t")[:2] == ["Ana", "librarian"]
    typed(monkeypatch, "ten barges at high water")
    assert pressmark("user", "password", "ana").status == 0
    assert opens(pressmark, "ana", "ten barges at high water")
    assert pressmark("user", "close", "ana").status == 0
    assert not opens(pressmark, "ana", "ten barges at high water")
    held = pressmark("user", "list", "--json").json
    assert (held["name"], held["role"], bool(held["closed"])) == ("Ana", "librarian", True)
    typed(monkeypatch, PASSWORD)
    assert pressmark("user", "add", "ana").status == 2
    typed(monkeypatch, PASSWORD)
    assert pressmark("user", "add", "ana", "--reopen").status == 0
    assert opens(pressmark, "ana", PASSWORD)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "There is no password on standard input."),
        ("\n", "The password is too short"),
        ("short", "The password is too short"),
        ("x" * 5000, "The password is too long"),
    ],
)
def test_without_a_good_password_no_account_is_made(
    pressmark: Pressmark, monkeypatch: pytest.MonkeyPatch, line: str, told: str
) -> None:
    typed(monkeypatch, line)
    refused = pressmark("user", "add", "ana")
    assert refused.status == 2
    assert told in refused.err
    assert pressmark("user", "list").out == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "a:b"), "A name is made of letters"),
        (("add", "nobody", "--reopen"), "There is no account “nobody” to open again."),
        (("role", "nobody", "reader"), "There is no account “nobody”."),
        (("role", "nobody", "king"), "Invalid value"),
        (("password", "nobody"), "There is no account “nobody”."),
        (("close", "nobody"), "There is no account “nobody”."),
    ],
)
def test_what_makes_no_sense_is_told(
    pressmark: Pressmark,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    typed(monkeypatch, PASSWORD)
    refused = pressmark("user", *arguments)
    assert refused.status == 2
    assert told in refused.err


def test_a_password_is_never_an_argument(pressmark: Pressmark) -> None:
    refused = pressmark("user", "add", "ana", PASSWORD)
    assert refused.status == 2


@pytest.mark.parametrize("value", ["shut", "Closed", "yes"])
def test_reading_that_is_neither_open_nor_closed_is_not_taken_for_open(
    pressmark: Pressmark, value: str
) -> None:
    refused = pressmark("user", "list", PRESSMARK_READING=value)
    assert refused.status == 2
    assert refused.err == (f"Error: PRESSMARK_READING is “{value}”; it must be open or closed.\n")
