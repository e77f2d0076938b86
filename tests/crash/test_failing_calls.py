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
