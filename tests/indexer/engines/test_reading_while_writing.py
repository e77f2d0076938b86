"""Readers in threads and in other processes, while an index is written to and merged."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from indexer.engine import GenerationUnreadable, SearchRequest
from indexer.engines.columns import ColumnSegment
from indexer.engines.whoosh_generation import WhooshGeneration, create, open_generation
from indexer.query.terms import Everything, Phrase, Term
from tests.contracts.asking import TERMS, VALUES, document

ROOT = Path(__file__).resolve().parents[3]
READER = """
import sys
from pathlib import Path
from tests.indexer.engines.test_reading_while_writing import read_on
print(read_on(Path(sys.argv[1]), 40))
"""


def write(generation: WhooshGeneration, round: int) -> None:
    """Replace the five documents; all of them are of the same round in any commit."""
    generation.apply([document(f"r{n}", f"the word round{round}") for n in range(5)])


def read_on(folder: Path, rounds: int) -> int:
    """Search until the last round is seen; how often that was.  Every answer is of one round."""
    generation = open_generation(folder)
    searches = 0
    while True:
        searches += 1
        searcher = generation.searcher()
        assert searcher.search(SearchRequest(Everything())).total == 5
        assert searcher.search(SearchRequest(Phrase("body", ("the", "word")))).total == 5
        of_each = [
            searcher.search(SearchRequest(Term("body", f"round{round}"))).total
            for round in range(rounds)
        ]
        assert sorted(of_each) == [0] * (rounds - 1) + [5]
        if of_each[-1]:
            return searches


def test_every_reader_sees_whole_commits_only(tmp_path: Path) -> None:
    generation = create(tmp_path, TERMS, VALUES)
    write(generation, 0)
    failures: list[BaseException] = []

    def read() -> None:
        try:
            read_on(tmp_path, 40)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=read) for _ in range(3)]
    process = subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for thread in threads:
        thread.start()
    for round in range(1, 40):
        write(generation, round)
    for thread in threads:
        thread.join(60)
    told, _ = process.communicate(timeout=60)
    assert failures == []
    assert int(told) >= 1


def test_threads_that_share_a_searcher_find_the_same(tmp_path: Path) -> None:
    generation = create(tmp_path, TERMS, VALUES)
    generation.apply([document(f"r{n}", f"the word w{n % 7}", outlet=["Hill"]) for n in range(99)])
    request = SearchRequest(Phrase("body", ("word", "w3")), facets=("outlet",), limit=100)
    answers: list[object] = []
    searcher = open_generation(tmp_path).searcher()
    threads = [
        threading.Thread(target=lambda: answers.append(searcher.search(request))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [generation.searcher().search(request)] * 8


def test_a_damaged_block_is_told_by_the_search_that_touches_it(tmp_path: Path) -> None:
    generation = create(tmp_path, TERMS, VALUES)
    generation.apply([document("1", "a b")])
    (path,) = tmp_path.glob("*.seg")
    data = bytearray(path.read_bytes())
    data[200] ^= 4
    path.write_bytes(data)
    with pytest.raises(GenerationUnreadable, match=f"{path.name} is damaged"):
        open_generation(tmp_path).searcher().search(SearchRequest(Everything()))
    assert generation.damaged() == [path.name]


def test_a_merge_does_not_take_over_what_is_damaged(tmp_path: Path) -> None:
    generation = create(tmp_path, TERMS, VALUES)
    for n in range(5):
        generation.apply([document(f"r{n}", "a b")])
    path = max(tmp_path.glob("*.seg"))
    data = bytearray(path.read_bytes())
    data[200] ^= 4
    path.write_bytes(data)
    again = open_generation(tmp_path)
    with pytest.raises(GenerationUnreadable, match="is damaged"):
        again.apply([document("more", "a b")])
    assert len(list(tmp_path.glob("*.seg"))) == 5


def test_deleted_documents_are_noted_in_the_commit_and_not_in_the_segment(tmp_path: Path) -> None:
    generation = create(tmp_path, TERMS, VALUES)
    generation.apply([document(f"r{n}", "a") for n in range(4)])
    (path,) = tmp_path.glob("*.seg")
    before = path.read_bytes()
    generation.apply([], ["r1"])
    assert path.read_bytes() == before
    contents, _ = generation._newest()
    (segment,) = contents.segments
    assert isinstance(segment, ColumnSegment)
    assert list(segment.deleted_docs()) == [1]
