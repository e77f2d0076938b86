"""Withdrawing and purging killed wherever they make something durable.

A record is as it was or withdrawn, the others are whole, and the same command, begun again,
gets it done.
"""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.home import Home
from archive.journal import write_journal
from indexer.checking import check_index
from indexer.search import SearchService
from indexer.update import update
from tests.conftest import Pressmark
from tests.crash.test_killed_keeping import killed
from tests.indexer.adding import total
from tests.indexer.test_purging import holding

EVERY = int(os.environ.get("PRESSMARK_CRASH_EVERY", "19"))
"""One moment in so many is tried, beginning with the first."""
WORD = "quicksilverish"


@pytest.fixture
def record_id(pressmark: Pressmark, tmp_path: Path) -> str:
    ids = []
    for word in (WORD, "iron"):
        document = tmp_path / f"{word}.txt"
        document.write_text(f"The {word} ferry was late. " * 20)
        ids.append(pressmark("add", document).out.split("\t")[1])
    return ids[0]


@pytest.mark.parametrize("verb", ["withdraw", "purge"])
def test_it_is_as_it_was_or_withdrawn_and_can_be_done_again(
    pressmark: Pressmark, tmp_path: Path, record_id: str, verb: str
) -> None:
    words = [verb, record_id, "--reason", "court order", *(["--yes"] if verb == "purge" else [])]
    clean = tmp_path / "clean"
    pressmark.root.rename(clean)
    moment, status, kills = 1, -signal.SIGKILL, 0
    while status == -signal.SIGKILL:
        root = tmp_path / f"home-{moment}"
        shutil.copytree(clean, root)
        status = killed(moment, root, *words)
        kills += status == -signal.SIGKILL
        home = Home(root)
        catalogue = open_catalogue(home)
        assert total(SearchService(home, catalogue), "iron") == 1
        catalogue.close()
        pressmark.root = root
        again = pressmark(*words)
        assert again.status == 0, again.err
        catalogue = open_catalogue(home)
        service = SearchService(home, catalogue)
        assert (total(service, WORD), total(service, "iron")) == (0, 1)
        update(home, catalogue)
        write_journal(home, catalogue)
        assert check_index(home, catalogue).faults == ()
        catalogue.close()
        assert check_catalogue(home).faults == ()
        if verb == "purge":
            assert holding(root, (WORD,)) == []
        shutil.rmtree(root)
        moment += EVERY
    assert status == 0
    assert kills >= 2
