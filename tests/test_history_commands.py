"""The verbs for a record that is there: amend, history, revert, withdraw, reinstate."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Pressmark


@pytest.fixture
def ids(pressmark: Pressmark, tmp_path: Path) -> tuple[str, ...]:
    for name in ("gate", "ferry"):
        (tmp_path / f"{name}.txt").write_text(f"The {name} was shut.", encoding="utf-8")
    added = pressmark("add", tmp_path / "gate.txt", tmp_path / "ferry.txt")
    assert added.status == 0
    return tuple(line.split("\t")[1] for line in added.lines)


def test_a_correction_is_a_revision_that_can_be_gone_back_on(
    pressmark: Pressmark, ids: tuple[str, ...]
) -> None:
    gate, _ = ids
    amended = pressmark(
        "amend", gate, "--set", "outlet=The Ledger", "--set", "author=Ana; Ben",
        "--reason", "masthead",
    )  # fmt: skip
    assert (amended.status, amended.out) == (0, f"changed\t{gate}\t2\n")
    assert pressmark("search", "outlet:ledger", "--json").json["total"] == 1
    cleared = pressmark("amend", gate, "--clear", "author", "--reason", "not printed")
    assert cleared.out == f"changed\t{gate}\t3\n"
    compared = pressmark("history", gate, "--compare", "1..3")
    assert compared.lines == [
        "Outlet",
        "  + The Ledger",
        "  was found at nowhere, rests on archivist now",
    ]
    reverted = pressmark("revert", gate, "1", "--reason", "another paper")
    assert reverted.out == f"changed\t{gate}\t4\n"
    history = [line.split("  ", 2) for line in pressmark("history", gate).lines]
    assert [line[0] for line in history] == ["1", "2", "3", "4"]
    assert [line[2].partition(": ")[2] for line in history] == [
        "added", "masthead", "not printed", "another paper",
    ]  # fmt: skip
    assert pressmark("history", gate, "--compare", "1..4").err == "They hold the same.\n"
    (first, *_) = pressmark("history", gate, "--json").lines
    assert '"revision": 1' in first


def test_an_edit_that_is_based_on_an_old_revision_is_refused(
    pressmark: Pressmark, ids: tuple[str, ...]
) -> None:
    gate, _ = ids
    mine = ("amend", gate, "--set", "outlet=Mine", "--reason", "sure", "--based-on", "1")
    pressmark("amend", gate, "--set", "outlet=Theirs", "--reason", "surer")
    refused = pressmark(*mine)
    assert refused.status == 2
    assert "The record was changed meanwhile and is at revision 2 now." in refused.err
    assert pressmark("show", gate, "--json").json["outlet"] == "Theirs"
    assert pressmark("revert", gate, "1", "--reason", "x", "--based-on", "1").status == 2


def test_withdrawn_records_are_shown_to_nobody_until_they_are_reinstated(
    pressmark: Pressmark, ids: tuple[str, ...]
) -> None:
    gate, ferry = ids
    foreseen = pressmark("withdraw", gate, ferry, "--reason", "asked for", "--dry-run")
    assert foreseen.lines == [f"would be changed\t{gate}\t2", f"would be changed\t{ferry}\t2"]
    assert pressmark("search", "shut", "--json").json["total"] == 2
    done = pressmark("withdraw", gate, ferry, "--reason", "asked for")
    assert done.lines == [f"changed\t{gate}\t2", f"changed\t{ferry}\t2"]
    assert pressmark("search", "shut", "--json").json["total"] == 0
    assert pressmark("show", gate, "--json").json["withdrawn"] == "asked for"
    assert "Withdrawn    asked for" in pressmark("show", gate).out
    again = pressmark("withdraw", gate, "--reason", "asked for")
    assert again.out == f"unchanged\t{gate}\t2\n"
    back = pressmark("reinstate", gate, "--reason", "rights are clear")
    assert back.out == f"changed\t{gate}\t3\n"
    assert pressmark("search", "shut", "--json").json["total"] == 1
    assert pressmark("index", "check").status == 0
    assert pressmark("catalogue", "check").status == 0


def test_all_are_withdrawn_or_none(pressmark: Pressmark, ids: tuple[str, ...]) -> None:
    refused = pressmark("withdraw", ids[0], "nobody", "--reason", "asked for")
    assert refused.status == 1
    assert "There is no record “nobody” in the archive. Nothing was changed." in refused.err
    assert pressmark("search", "shut", "--json").json["total"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["amend", "ID", "--reason", "x"], "Nothing is to be changed"),
        (["amend", "ID", "--set", "outlet", "--reason", "x"], "“outlet” sets nothing"),
        (["amend", "ID", "--set", "publisher=X", "--reason", "x"], "“publisher” is none of id, "),
        (["amend", "ID", "--set", "date=2021-02-30", "--reason", "x"], "2021-02-30"),
        (["amend", "ID", "--set", "stance=x", "--reason", "x"], "“x” is not a stance"),
        (["amend", "ID", "--set", "note=x", "--clear", "note", "--reason", "x"], "both set and"),
        (["withdraw", "ID", "--reason", " \t "], "The reason is empty"),
        (["history", "ID", "--compare", "1"], "“1” is no pair of revisions"),
        (["history", "ID", "--compare", "1..9"], "has no revision 9; it has 1"),
        (["revert", "ID", "9", "--reason", "x"], "no revision 9"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_changed(
    pressmark: Pressmark, ids: tuple[str, ...], arguments: list[str], told: str
) -> None:
    refused = pressmark(*[ids[0] if each == "ID" else each for each in arguments])
    assert refused.status == 2
    assert told in refused.err
    assert len(pressmark("history", ids[0]).lines) == 1


def test_hostile_reasons_steer_no_terminal(pressmark: Pressmark, ids: tuple[str, ...]) -> None:
    pressmark("withdraw", ids[0], "--reason", "\x1b]0;owned\x07\u202eevil\nnew line")
    shown = pressmark("history", ids[0]).out + pressmark("show", ids[0]).out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(pressmark("history", ids[0]).lines) == 2


@pytest.mark.parametrize("command", ["review accept", "revert 1", "jobs show"])
def test_a_number_that_nothing_can_have_is_the_users_mistake(
    pressmark: Pressmark, command: str
) -> None:
    ended = pressmark(*command.split(), "9" * 30)
    assert ended.status == 2
    assert "Traceback" not in ended.err
