"""`pressmark add` killed where it makes something durable: nothing acknowledged is lost.

The process is real and so is SIGKILL; only the moment is chosen.
`python -m tests.crash.killed_adding 1000` tries all moments, over and over.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.home import Home
from tests.conftest import Pressmark
from tests.crash.killed_adding import run, wrongs
from tests.crash.killing import DISORDERS


def test_an_add_killed_anywhere_loses_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    tally = run(18, tmp_path, every=7)
    assert tally.wrongs == []
    assert tally.killed == 18
    assert tally.told > 0


@pytest.mark.parametrize("disorder", DISORDERS)
def test_a_wrong_order_of_writing_is_noticed(tmp_path: Path, disorder: str) -> None:
    # Where the files of the documents have been named and their rows are committed.
    tally = run(24, tmp_path, first=40, disorder=disorder)
    assert tally.killed == 24
    assert any(each.startswith(DISORDERS[disorder][1]) for each in tally.wrongs)


@pytest.mark.parametrize("damage", ["bytes gone", "bytes altered", "row gone"])
def test_the_check_finds_what_must_never_be(
    pressmark: Pressmark, tmp_path: Path, damage: str
) -> None:
    (tmp_path / "a.txt").write_text("A document.")
    record_id = pressmark("add", tmp_path / "a.txt").lines[0].split("\t")[1]
    home = Home(pressmark.root)
    assert wrongs(home, [record_id]) == []
    (original,) = [path for path in home.originals.rglob("*") if path.is_file()]
    if damage == "bytes gone":
        original.unlink()
    elif damage == "bytes altered":
        original.chmod(0o644)
        original.write_bytes(b"B document.")
    assert len(wrongs(home, [record_id if damage != "row gone" else "another"])) == 1
