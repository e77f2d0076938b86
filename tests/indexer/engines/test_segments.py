"""A segment of ours and one by stock Whoosh, with the same documents, are read alike."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from whoosh.fields import TEXT, Schema
from whoosh.index import FileIndex, open_dir

from indexer.engine import GenerationUnreadable
from indexer.engines.columns import ColumnSegment
from indexer.engines.fields import ACCESS, ADDED, DAYS, ID, TermsField, declared, schema_of
from indexer.engines.segment import LiveSegment
from indexer.engines.storage import DurableStorage
from indexer.engines.whoosh_generation import WhooshGeneration, create
from tests.contracts.asking import TERMS, VALUES, document
from tests.contracts.stock import WORDS, add_by_whoosh, some_documents


def segment(generation: WhooshGeneration) -> LiveSegment:
    (only,) = generation.searcher()._segments
    return only


def both(folder: Path) -> tuple[LiveSegment, LiveSegment]:
    documents = [
        *some_documents(random.Random(1), 60),
        document("lone", "\ud800 ab ab", title="ähre", author=("B", "A")),
    ]
    ours = create(folder / "ours", TERMS, VALUES)
    ours.apply(documents)
    stock = create(folder / "stock", TERMS, VALUES)
    add_by_whoosh(folder / "stock", documents)
    return segment(ours), segment(stock)


def test_terms_and_postings_are_the_same(tmp_path: Path) -> None:
    ours, stock = (part.arrays for part in both(tmp_path))
    assert ours.size == stock.size == 61
    for field in TERMS:
        assert ours.vocabulary(field) == stock.vocabulary(field)
        assert ours.total_length(field) == stock.total_length(field)
        assert ours.lengths(field).tolist() == stock.lengths(field).tolist()
        for text in [*ours.vocabulary(field), "absent"]:
            assert ours.document_frequency(field, text) == stock.document_frequency(field, text)
            for positions in (True, False):
                one = ours.postings(field, text, positions)
                other = stock.postings(field, text, positions)
                assert one.docs.tolist() == other.docs.tolist()
                assert one.counts.tolist() == other.counts.tolist()
                assert one.positions.tolist() == other.positions.tolist()
        for start in ("", "a", "ba", "\ud800", "zz"):
            assert list(ours.beginning(field, start)) == list(stock.beginning(field, start))
    assert "\ud800" in ours.vocabulary("body")


def test_values_and_columns_are_the_same(tmp_path: Path) -> None:
    ours, stock = (part.arrays for part in both(tmp_path))
    for column in (ADDED, *DAYS):
        assert ours.numbers(column).tolist() == stock.numbers(column).tolist()
    for field in (ID, ACCESS, "v_outlet", "v_author", "v_unknown"):
        one, other = ours.values(field), stock.values(field)
        assert one.names == other.names
        assert one.stated.tolist() == other.stated.tolist()
        assert one.starts.tolist() == other.starts.tolist()
        assert one.ordinals.tolist() == other.ordinals.tolist()
        for name in [*one.names, "absent"]:
            assert one.documents(name).tolist() == other.documents(name).tolist()
            wanted = (name, None)
            assert one.having(wanted).tolist() == other.having(wanted).tolist()


def test_values_are_counted_as_they_stand_in_the_documents(tmp_path: Path) -> None:
    ours, stock = (part.arrays for part in both(tmp_path))
    everything = np.arange(61)
    for fields in (("v_outlet", "v_author"), ("v_author",), ("v_unknown", ACCESS)):
        for docs in (everything, everything[1:], everything[::9], everything[:0]):
            expected = []
            for values in map(ours.values, fields):
                having = [np.isin(docs, values.documents(name)).sum() for name in values.names]
                expected += [*having, int(np.count_nonzero(~values.stated[docs]))]
            assert ours.tally(fields).counts(docs).tolist() == expected
            assert stock.tally(fields).counts(docs).tolist() == expected


def test_whole_fields_are_the_same(tmp_path: Path) -> None:
    ours, stock = (part.arrays for part in both(tmp_path))
    for field in ("t_body", "t_title"):
        one, other = ours.inverted(field), stock.inverted(field)
        assert list(one.texts) == list(other.texts)
        for name in ("firsts", "docs", "counts", "places", "positions"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()


def test_documents_are_deleted_one_by_one_or_together_and_come_back() -> None:
    segment = ColumnSegment("MAIN", 20)
    assert not segment.has_deletions()
    segment.delete_document(3)
    segment.delete_documents(np.array([3, 11, 19]))
    assert list(segment.deleted_docs()) == [3, 11, 19]
    assert (segment.doc_count(), segment.doc_count_all(), segment.deleted_count()) == (17, 20, 3)
    assert [doc for doc in range(20) if segment.is_deleted(doc)] == [3, 11, 19]
    segment.delete_document(11, delete=False)
    assert list(segment.deleted_docs()) == [3, 19]
    with pytest.raises(IndexError):
        segment.delete_document(20)


def test_a_field_with_options_that_would_not_be_kept_is_refused(tmp_path: Path) -> None:
    terms = ["body"]
    assert declared(schema_of(terms, ["outlet"])) == (terms, ["outlet"])
    for option in ("stored", "vector", "unique"):
        schema = schema_of(terms, ["outlet"])
        setattr(schema["t_body"], option, True)
        with pytest.raises(ValueError, match="the field t_body is not as this program makes it"):
            declared(schema)
    schema = schema_of(terms, [])
    schema["t_body"].format.field_boost = 2.0
    with pytest.raises(ValueError, match="t_body"):
        declared(schema)
    schema = Schema(**dict(schema_of(terms, []).items()), text=TEXT())
    with pytest.raises(ValueError, match="the field text"):
        declared(schema)
    generation = create(tmp_path / "index", terms, [])
    writer = FileIndex(DurableStorage(tmp_path / "index")).writer()
    writer.add_field("t_more", TermsField())
    writer.add_field("odd", TEXT())
    writer.commit()
    with pytest.raises(GenerationUnreadable, match="the field odd"):
        generation.apply([document("1")])
    assert generation.searcher().count() == 0


def test_whooshs_own_writer_adds_nothing_to_a_segment_of_ours(tmp_path: Path) -> None:
    create(tmp_path, TERMS, VALUES).apply(some_documents(random.Random(1), 3))
    index = open_dir(str(tmp_path))
    writer = index.writer(codec=index._segments()[0].codec())
    with pytest.raises(NotImplementedError, match="in bulk"):
        writer.add_document(id=("1",))
    writer.cancel()


def test_many_documents_at_once_are_written_in_parts_and_the_last_of_an_id_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.whoosh_generation._MOST_DOCUMENTS", 10)
    generation = create(tmp_path, TERMS, VALUES)
    documents = some_documents(random.Random(1), 47)
    generation.apply(iter([*documents, document("r3", "d d d"), document("r46", "e")]))
    assert sorted(generation.searcher().ids()) == sorted(each.id for each in documents)
    parts = generation.searcher()._segments
    assert len(parts) <= 5
    frequency = sum(part.count() for part in parts)
    assert frequency == 47
    assert set(WORDS) >= {word for part in parts for word in part.arrays.vocabulary("body")}
