from __future__ import annotations

from pathlib import Path

from tests.crash.same_document import run


def test_many_processes_that_add_the_same_document_make_one_record(tmp_path: Path) -> None:
    kinds, found = run(12, 3, tmp_path)
    assert found == []
    assert dict(kinds) == {"added": 3, "already held": 33}
