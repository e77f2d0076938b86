"""Our answers are those of stock Whoosh over an index in its own format; and stock Whoosh
answers the same over an index of ours."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from whoosh import query as stock
from whoosh.index import FileIndex, open_dir

from indexer.engine import SearchRequest
from indexer.engines import merging
from indexer.engines.columns import ColumnSegment
from indexer.engines.storage import DurableStorage
from indexer.engines.whoosh_generation import WhooshGeneration, create, open_generation
from indexer.query.terms import Node
from tests.contracts.asking import TERMS, VALUES
from tests.contracts.stock import (
    add_by_whoosh,
    answered,
    differences,
    in_stock,
    some_documents,
    some_query,
)

Pair = tuple[WhooshGeneration, Path]
"""An index of ours, and the folder of one by stock Whoosh with the same documents."""


def one_segment(folder: Path) -> Pair:
    documents = some_documents(random.Random(1), 120)
    ours = create(folder / "ours", TERMS, VALUES)
    ours.apply(documents)
    create(folder / "stock", TERMS, VALUES)
    add_by_whoosh(folder / "stock", documents)
    return ours, folder / "stock"


def three_segments_and_deletions(folder: Path) -> Pair:
    numbers = random.Random(2)
    ours = create(folder / "ours", TERMS, VALUES)
    create(folder / "stock", TERMS, VALUES)
    for batch in range(3):
        documents = some_documents(numbers, 50, batch * 50)
        ours.apply(documents)
        add_by_whoosh(folder / "stock", documents)
    removed = [f"r{number}" for number in range(0, 150, 7)]
    ours.apply([], removed)
    writer = open_dir(str(folder / "stock")).writer()
    for id in removed:
        writer.delete_by_term("id", id)
    writer.commit(merge=False)
    return ours, folder / "stock"


def mixed_segments(folder: Path) -> Pair:
    numbers = random.Random(3)
    ours = create(folder / "ours", TERMS, VALUES)
    create(folder / "stock", TERMS, VALUES)
    for batch in range(4):
        documents = some_documents(numbers, 30, batch * 30)
        if batch % 2:
            ours.apply(documents)
        else:
            add_by_whoosh(folder / "ours", documents)
        add_by_whoosh(folder / "stock", documents)
    return ours, folder / "stock"


def merged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    numbers = random.Random(4)
    ours = create(folder / "ours", TERMS, VALUES)
    documents = some_documents(numbers, 140)
    add_by_whoosh(folder / "ours", documents[:20])
    for start in range(20, 140, 20):
        ours.apply(documents[start : start + 20], [f"r{start - 3}"])
    monkeypatch.setattr(merging, "MOST_SMALL", 0)
    ours.apply([], ["r139"])
    held = [each for each in documents if each.id in set(ours.searcher().ids())]
    assert len(held) == 133
    create(folder / "stock", TERMS, VALUES)
    add_by_whoosh(folder / "stock", held)
    return ours, folder / "stock"


INDEXES = [one_segment, three_segments_and_deletions, mixed_segments]


def found(generation: WhooshGeneration, node: Node) -> dict[str, float]:
    result = generation.searcher().search(SearchRequest(node, limit=10_000))
    assert result.total == len(result.hits)
    assert list(result.hits) == sorted(result.hits, key=lambda hit: (-hit.score, hit.id))
    return {hit.id: hit.score for hit in result.hits}


@pytest.mark.parametrize("made", INDEXES)
def test_hits_and_scores_are_those_of_stock(made: Callable[[Path], Pair], tmp_path: Path) -> None:
    ours, stock_folder = made(tmp_path)
    numbers = random.Random(10)
    for _ in range(150):
        node = some_query(numbers)
        expected = answered(stock_folder, in_stock(node))
        assert differences(found(ours, node), expected, scored=True) == [], node


@pytest.mark.parametrize("made", INDEXES)
def test_prefixes_wildcards_and_fuzzy_words_find_what_stock_finds(
    made: Callable[[Path], Pair], tmp_path: Path
) -> None:
    ours, stock_folder = made(tmp_path)
    numbers = random.Random(11)
    for _ in range(80):
        node = some_query(numbers, expanding=True)
        expected = answered(stock_folder, in_stock(node))
        assert differences(found(ours, node), expected, scored=False) == [], node


def test_stock_whoosh_answers_over_our_segments_as_over_its_own(tmp_path: Path) -> None:
    ours, stock_folder = one_segment(tmp_path)
    assert all(isinstance(s, ColumnSegment) for s in open_dir(str(ours.folder))._segments())
    numbers = random.Random(12)
    for _ in range(100):
        query = in_stock(some_query(numbers, expanding=True))
        assert answered(ours.folder, query) == pytest.approx(answered(stock_folder, query)), query
    others: list[stock.Query] = [
        stock.TermRange("t_body", "b", "cab"),
        stock.TermRange("t_body", "b", None, startexcl=True),
        stock.DisjunctionMax([stock.Term("t_body", "ab"), stock.Term("t_title", "b")]),
        stock.AndMaybe(stock.Term("t_body", "b"), stock.Term("t_body", "cab")),
        stock.AndNot(stock.Term("t_body", "b"), stock.Term("t_body", "cab")),
        stock.Require(stock.Term("t_body", "b"), stock.Term("t_body", "cab")),
        stock.Ordered([stock.Term("t_body", "d"), stock.Term("t_body", "cab")]),
        stock.ConstantScoreQuery(stock.Term("t_body", "b"), 3.0),
        stock.Regex("t_body", "[bd]a"),
        stock.Every("v_author"),
        stock.Every("t_title"),
    ]
    for query in others:
        expected = answered(stock_folder, query)
        assert expected
        assert answered(ours.folder, query) == pytest.approx(expected), query


def test_stock_sorts_groups_and_reads_terms_of_our_segments(tmp_path: Path) -> None:
    ours, stock_folder = one_segment(tmp_path)
    told = []
    for folder in (ours.folder, stock_folder):
        with open_dir(str(folder)).searcher() as searcher:
            reader = searcher.reader()
            hits = searcher.search(
                stock.Term("t_body", "b"), limit=None, sortedby="added", groupedby="v_outlet"
            )
            told.append(
                [
                    [hit.docnum for hit in hits],
                    hits.groups(),
                    list(reader.all_terms()),
                    [
                        (info.weight(), info.doc_frequency(), info.max_weight(), info.min_id())
                        for _, info in reader
                    ],
                    [reader.field_length("t_body"), reader.max_field_length("t_body")],
                    [reader.doc_field_length(doc, "t_body") for doc in range(120)],
                    list(reader.column_reader("id")),
                    list(searcher.suggest("t_body", "bax", maxdist=1)),
                    sorted(reader.expand_prefix("t_body", "a")),
                ]
            )
    assert told[0] == told[1]


def test_one_commit_of_whooshs_own_writer_makes_it_a_stock_index(tmp_path: Path) -> None:
    ours, stock_folder = one_segment(tmp_path)
    for folder in (ours.folder, stock_folder):
        FileIndex(DurableStorage(folder)).writer().commit(optimize=True)
    (segment,) = open_dir(str(ours.folder))._segments()
    assert not isinstance(segment, ColumnSegment)
    numbers = random.Random(13)
    again = open_generation(ours.folder)
    for _ in range(40):
        node = some_query(numbers)
        expected = answered(stock_folder, in_stock(node))
        assert answered(ours.folder, in_stock(node)) == pytest.approx(expected)
        assert found(again, node) == pytest.approx(expected, abs=1e-6)


def test_what_is_merged_scores_as_if_it_had_been_written_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, stock_folder = merged(tmp_path, monkeypatch)
    (segment,) = open_dir(str(ours.folder))._segments()
    assert isinstance(segment, ColumnSegment)
    numbers = random.Random(14)
    for _ in range(80):
        node = some_query(numbers)
        expected = answered(stock_folder, in_stock(node))
        assert differences(found(ours, node), expected, scored=True) == [], node
