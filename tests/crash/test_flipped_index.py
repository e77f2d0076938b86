"""Flipped bits in the index, and a reader beside many commits: a part of what the scripts do."""

from __future__ import annotations

from pathlib import Path

from tests.crash import commits, index_flips


def test_every_flipped_bit_in_the_index_is_found(tmp_path: Path) -> None:
    outcomes = index_flips.flip(60, tmp_path, seed=5, repair=20)
    assert dict(outcomes) == {"found": 60, "repaired": 3}


def test_a_reader_meets_no_error_while_commits_are_made(tmp_path: Path) -> None:
    tally = commits.run(30, tmp_path)
    assert tally.wrongs == []
    assert tally.asked > 0
