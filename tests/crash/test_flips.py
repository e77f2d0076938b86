"""Single flipped bits in the catalogue and in originals: none changes what is said unnoticed."""

from __future__ import annotations

from pathlib import Path

from archive.home import Home
from tests.conftest import Pressmark
from tests.crash import original_flips
from tests.crash.flips import flip


def test_every_flipped_bit_in_a_catalogue_is_found_or_changes_nothing(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    (tmp_path / "names.csv").write_text("kind,id,heading\noutlet,quay,The Quay Courier\n")
    assert pressmark("authorities", "import", tmp_path / "names.csv").status == 0
    for n in range(6):
        (tmp_path / f"{n}.txt").write_text(f"Headline {n}\n\n" + f"Text {n} of the ferry. " * 60)
    assert pressmark("add", *sorted(tmp_path.glob("*.txt"))).status == 0
    assert pressmark("fixity").status == 0
    assert pressmark("catalogue", "check").status == 0
    outcomes = flip(Home(pressmark.root), 30, seed=3)
    assert outcomes["missed"] == 0
    assert outcomes["found"] > 0


def test_every_flipped_bit_in_an_original_is_found_and_then_it_is_not_shown(
    tmp_path: Path,
) -> None:
    outcomes = original_flips.flip(12, tmp_path, seed=5)
    assert outcomes == {"flipped, found, not shown": 12, "good, not found, shown": 1}
