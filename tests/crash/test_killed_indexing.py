"""Reindexing and updating killed wherever they make something durable: readers notice nothing.

`python -m tests.crash.killed_indexing 1000` tries all moments, over and over.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.killed_indexing import run


@pytest.mark.parametrize(("verb", "every"), [("reindex", 9), ("update", 7)])
def test_readers_notice_nothing_of_a_kill(tmp_path: Path, verb: str, every: int) -> None:
    tally = run(verb, 8, 8, tmp_path, every=every)
    assert tally.wrongs == []
    assert (tally.killed, tally.resumed) == (8, 1)
    assert tally.asked > 0
