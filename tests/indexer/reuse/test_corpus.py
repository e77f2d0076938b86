"""Text reuse in the sample archive, held against what was planted there."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from archive import authority, ingest
from archive.catalogue import authorities, extracts, receipts, records
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from archive.gathering import gather
from archive.manifest import read_manifest
from archive.originals import Originals
from archive.record import Access
from indexer.analysis import words_of
from indexer.reuse.commonplace import commonplace_words
from indexer.reuse.learning import open_reuse, update_reuse
from indexer.reuse.related import folds_of, related_to
from indexer.reuse.store import Store

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
AT = datetime(2026, 1, 15, tzinfo=UTC)

Pair = frozenset[str]


@dataclass(frozen=True)
class Found:
    """The passages that two files share, as words; the republications; the groups."""

    passages: dict[Pair, list[str]]
    republications: set[Pair]
    folds: tuple[tuple[str, ...], ...]


def pair(one: str, other: str) -> Pair:
    return frozenset((Path(one).stem, Path(other).stem))


def count(passage: str) -> int:
    return len(passage.split())


PLANTED = json.loads((CORPUS / "planted.json").read_text(encoding="utf-8"))
REPUBLICATIONS = {
    pair(*each["files"]): each["shared_words"]
    for each in PLANTED
    if each["kind"] == "republication"
}
QUOTATIONS: dict[Pair, dict[str, int]] = defaultdict(dict)
"""The words of each quotation, and how many of them both files print."""
for _each in PLANTED:
    if _each["kind"] == "quotation":
        _words = " ".join(words_of(_each["quotation"]).surface)
        QUOTATIONS[pair(*_each["files"])][_words] = _each["shared_words"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    home = begin_archive(tmp_path_factory.mktemp("sample") / "home")[0]
    catalogue = open_catalogue(home)
    tables = sorted((CORPUS / "authorities").glob("*.csv"))
    known = [each for table in tables for each in authority.read_csv(table)]
    with catalogue.writing() as connection:
        authorities.put(connection, known, at=AT, agent="ana")
    gathering = gather((), read_manifest(CORPUS / "manifest.csv"), home=home.root)
    for outcome in ingest.add(gathering, catalogue, Originals(home), agent="ana", now=lambda: AT):
        assert outcome.good
    assert update_reuse(home, catalogue) == 50
    with catalogue.reading() as connection:
        yield found_in(connection, open_reuse(home))
    catalogue.close()


def found_in(connection: Connection, store: Store) -> Found:
    commonplace = commonplace_words(authorities.every(connection))
    names = {
        id: Path(receipts.provenance(connection, id)[0].name).stem for id in records.ids(connection)
    }
    passages: dict[Pair, list[str]] = {}
    republications: set[Pair] = set()
    for record in records.many(connection, names).values():
        held = record.extract_id or 0
        words = words_of(extracts.texts(connection, [held])[held]).surface
        for each in related_to(
            connection, store, record, access=frozenset(Access), commonplace=commonplace
        ):
            both = frozenset((names[record.id], names[each.record.id]))
            passages[both] = [
                " ".join(words[one.a_first : one.a_last + 1]) for one in each.passages
            ]
            if each.republication:
                republications.add(both)
    folds = tuple(tuple(names[id] for id in group) for group in folds_of(connection, store))
    return Found(passages, republications, folds)


def test_every_planted_pair_is_found_and_no_other(sample: Found) -> None:
    assert (len(REPUBLICATIONS), len(QUOTATIONS)) == (5, 19)
    assert sample.republications == REPUBLICATIONS.keys()
    assert {frozenset(group) for group in sample.folds} == REPUBLICATIONS.keys()
    assert sample.passages.keys() == REPUBLICATIONS.keys() | QUOTATIONS.keys()


def test_a_republication_has_as_many_words_of_its_original_as_planted(sample: Found) -> None:
    found = {both: sum(map(count, sample.passages[both])) for both in REPUBLICATIONS}
    assert found == REPUBLICATIONS


def test_of_each_quotation_as_many_words_are_found_as_planted_and_nothing_else(
    sample: Found,
) -> None:
    found: dict[Pair, dict[str, int]] = defaultdict(dict)
    for both, quotations in QUOTATIONS.items():
        for passage in sample.passages[both]:
            quotation = next((each for each in quotations if passage in each), passage)
            found[both][quotation] = found[both].get(quotation, 0) + count(passage)
    assert found == QUOTATIONS


def test_a_quotation_is_as_long_as_both_print_it_without_a_break(sample: Found) -> None:
    court = pair("courier-2022-10-07-court", "grey-lantern-2022-10-07-arret")
    patients = pair("courier-2022-03-16-permit-17", "grey-lantern-2022-03-15-statement")
    bidon = pair("echo-2022-01-23-accuse-de-reception", "meridien-2022-01-22-gazole")
    assert [count(each) for each in sample.passages[court]] == [35]
    assert [count(each) for each in sample.passages[patients]] == [32]
    assert [count(each) for each in sample.passages[bidon]] == [16, 8]


def test_who_was_first_stands_first(sample: Found) -> None:
    assert set(sample.folds) == {
        ("courier-2021-04-01-last-crossing", "grey-lantern-bulletin-last-crossing"),
        ("echo-2021-11-14-trois-noms", "meridien-2021-11-15-trois-noms"),
        ("sluice-2021-11-what-the-gauge-saw", "unknown-what-the-gauge-saw"),
        ("sluice-2022-05-18-gate-four-was-open", "courier-2022-05-20-gate-four-was-open"),
        ("vesti-2022-06-11-zatvor", "bereg-2022-06-12-zatvor"),
    }
