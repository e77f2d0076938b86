from __future__ import annotations

from pathlib import Path

from tests.crash.backups import run


def test_backups_made_while_documents_are_added_restore_and_check_clean(tmp_path: Path) -> None:
    added, _rate, found = run(3, 20, tmp_path)
    assert added > 0
    assert found == []
