"""A part of what `python -m tests.crash.failing` does: of each call of each verb one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.dying import may_trace
from tests.crash.failing import CALLS, ERRORS, VERBS, prepare, run


@pytest.mark.parametrize("verb", VERBS)
def test_a_call_that_fails_is_told_and_search_goes_on(tmp_path: Path, verb: str) -> None:
    if not may_trace():
        pytest.skip("strace is not there, or may not trace")
    place, failed = prepare(tmp_path / "clean"), 0
    for number, call in enumerate(CALLS):
        error = ERRORS[(number + len(verb)) % 2]
        tally = run(verb, call, error, place, every=1000, first=2 + number % 3)
        assert tally.wrongs == []
        failed += tally.failed
    assert failed >= 5


@pytest.mark.parametrize("error", ERRORS)
def test_the_end_of_a_file_that_cannot_be_written_is_told(tmp_path: Path, error: str) -> None:
    if not may_trace():
        pytest.skip("strace is not there, or may not trace")
    # The last calls of an update write what is kept of reused text.
    tally = run("update", "write", error, prepare(tmp_path / "clean"), every=2, first=-12)
    assert tally.wrongs == []
    assert tally.failed == 6


@pytest.mark.parametrize("error", ERRORS)
def test_a_restored_catalogue_that_cannot_be_written_whole_is_not_put_in_place(
    tmp_path: Path, error: str
) -> None:
    if not may_trace():
        pytest.skip("strace is not there, or may not trace")
    # Among these is where SQLite writes the log into the file, and says nothing if it cannot.
    tally = run("restore", "pwrite64", error, prepare(tmp_path / "clean"), every=4, first=-28)
    assert tally.wrongs == []
    assert tally.failed == 7
