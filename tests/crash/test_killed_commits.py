"""An index whose writer is killed wherever it makes something durable: what was committed is
there, whole, and the next writer goes on."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

from indexer.engine import SearchRequest
from indexer.engines.whoosh_generation import create, open_generation
from indexer.query.terms import Everything, Term
from tests.contracts.asking import TERMS, VALUES, document
from tests.crash.committing import BATCHES

ROOT = Path(__file__).resolve().parents[2]
EVERY = 13
"""One moment in so many is tried, beginning with the first."""


def held_after(batches: int) -> set[str]:
    """The ids after so many batches: three each, of which the next removes the last."""
    ids = {f"{batch}-{number}" for batch in range(batches) for number in range(3)}
    return ids - {f"{batch}-2" for batch in range(batches - 1)}


def test_a_commit_killed_anywhere_is_whole_or_was_none(tmp_path: Path) -> None:
    create(tmp_path / "clean", TERMS, VALUES)
    moment, kills, status = 1, 0, -signal.SIGKILL
    while status == -signal.SIGKILL:
        folder = shutil.copytree(tmp_path / "clean", tmp_path / f"{moment}")
        script = ROOT / "tests" / "crash" / "committing.py"
        ended = subprocess.run(
            [sys.executable, str(script), str(moment), str(folder)],
            cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        status = ended.returncode
        acknowledged = len(ended.stdout.split())
        generation = open_generation(folder)
        searcher = generation.searcher()
        held = set(searcher.ids())
        assert held in (held_after(acknowledged), held_after(acknowledged + 1))
        found = searcher.search(SearchRequest(Term("body", "common"), limit=100))
        assert {hit.id for hit in found.hits} == held
        assert generation.damaged() == []
        generation.apply([document("after", "common")])
        assert set(generation.searcher().ids()) == held | {"after"}
        assert generation.searcher().search(SearchRequest(Everything())).total == len(held) + 1
        contents, _ = generation._newest()
        assert {segment.segment_id() for segment in contents.segments} == {
            path.stem for path in folder.glob("*.seg")
        }
        kills += status == -signal.SIGKILL
        moment += EVERY
    assert (status, ended.stderr) == (0, "")
    assert acknowledged == BATCHES
    assert kills >= 5
