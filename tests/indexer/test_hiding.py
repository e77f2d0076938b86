"""Records that are withdrawn, or shown to fewer, are hidden before the index has learnt it."""

from __future__ import annotations

import pytest

from archive import amending
from archive.amending import amend
from archive.catalogue import records
from archive.catalogue.database import Catalogue
from archive.home import Home
from archive.passage import passage_at
from archive.record import ARCHIVIST, Record, Statement
from indexer.audience import Audience
from indexer.checking import check_index
from indexer.hiding import Hiding
from indexer.reindexing import reindex, roll_back
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import update
from tests.indexer.adding import AT, add, total

TEXT = " ".join(f"The ferry to bank {n} was late." for n in range(30))


@pytest.fixture
def service(home: Home, catalogue: Catalogue) -> SearchService:
    add(home, catalogue, f"Quicksilver. {TEXT}", f"Salt. {TEXT}", f"{TEXT} The gate was shut.")
    update(home, catalogue)
    return SearchService(home, catalogue)


def change(catalogue: Catalogue, record_id: str, what: amending.Change) -> Record:
    return amend(
        catalogue, record_id, what, based_on=None, at=AT, agent="mira", reason="looked again"
    )


def access(level: str) -> amending.Change:
    return amending.describing([Statement("access", level, ARCHIVIST)])


def ids(home: Home, catalogue: Catalogue) -> tuple[str, ...]:
    """The record with the quicksilver, the one with the salt, the one with the gate."""
    service = SearchService(home, catalogue)
    found = []
    for word in ("quicksilver", "salt", "gate"):
        found += service.ids(SearchState(q=word), audience=Audience.STAFF, limit=9)[1]
    return tuple(found)


def everywhere(service: SearchService, audience: Audience = Audience.READER) -> list[int]:
    """How many records each way of asking finds."""
    state = SearchState(q="ferry")
    answer = service.search(state, audience=audience, limit=10)
    shown = {each.record.id for each in answer.hits}
    shown |= {each.id for hit in answer.hits for each in hit.republications}
    (outlet,) = answer.facets[0].values
    grid = service.grid(state, None, audience=audience)
    return [
        answer.total,
        len(shown),
        outlet.count,
        answer.dates.undated if answer.dates else 0,
        len(list(service.every(state, audience=audience))),
        len(service.ids(state, audience=audience, limit=10)[1]),
        sum(cell.count for cell in grid.cells.values()),
    ]


def test_a_withdrawn_record_is_hidden_at_once(
    catalogue: Catalogue, home: Home, service: SearchService
) -> None:
    first, *_ = ids(home, catalogue)
    assert everywhere(service) == [3] * 7
    change(catalogue, first, amending.withdrawing("asked for"))
    for audience in Audience:
        assert everywhere(service, audience) == [2] * 7
    assert total(service, "quicksilver") == 0
    update(home, catalogue)
    assert everywhere(service) == [2] * 7
    assert check_index(home, catalogue).faults == ()
    change(catalogue, first, amending.reinstating())
    update(home, catalogue)
    assert everywhere(service) == [3] * 7
    assert total(service, "quicksilver") == 1


def test_no_word_of_a_withdrawn_record_is_suggested(
    catalogue: Catalogue, home: Home, service: SearchService
) -> None:
    def suggested() -> list[str]:
        asked = SearchState(q="quicksilber")
        answer = service.search(asked, audience=Audience.STAFF, limit=1)
        return [each.q for each in answer.suggestions]

    assert suggested() == ["quicksilver"]
    change(catalogue, ids(home, catalogue)[0], amending.withdrawing("asked for"))
    assert suggested() == []


def test_a_record_that_fewer_may_see_is_hidden_from_the_others_at_once(
    catalogue: Catalogue, home: Home, service: SearchService
) -> None:
    first, *_ = ids(home, catalogue)
    change(catalogue, first, access("staff"))
    assert everywhere(service) == [2] * 7
    assert everywhere(service, Audience.STAFF) == [3] * 7
    change(catalogue, first, access("snippets"))
    assert everywhere(service) == [3] * 7
    change(catalogue, first, access("staff"))
    update(home, catalogue)
    assert everywhere(service) == [2] * 7
    assert everywhere(service, Audience.STAFF) == [3] * 7


def test_a_record_is_left_out_of_an_export_that_had_begun(
    catalogue: Catalogue, home: Home, service: SearchService
) -> None:
    export = service.every(SearchState(q="ferry"), audience=Audience.READER)
    first, second, third = ids(home, catalogue)
    change(catalogue, first, amending.withdrawing("asked for"))
    change(catalogue, second, access("staff"))
    assert [hit.record.id for hit in export] == [third]


def test_neither_a_reindex_nor_a_rollback_brings_a_withdrawn_record_back(
    catalogue: Catalogue, home: Home, service: SearchService
) -> None:
    first, second, _ = ids(home, catalogue)
    change(catalogue, first, amending.withdrawing("asked for"))
    assert reindex(home, catalogue) == 2
    assert everywhere(service) == [2] * 7
    change(catalogue, second, amending.withdrawing("asked for"))
    assert roll_back(home, catalogue) == 1
    assert everywhere(service) == [1] * 7
    assert check_index(home, catalogue).faults == ()


def test_what_the_index_has_learnt_is_looked_up_no_more(
    catalogue: Catalogue, home: Home, service: SearchService
) -> None:
    first, *_ = ids(home, catalogue)
    change(catalogue, first, amending.withdrawing("asked for"))
    total(service)
    assert service._hiding == Hiding(3, 4, {first: None})
    update(home, catalogue)
    total(service)
    assert service._hiding == Hiding(4, 4, {})


def test_an_excluded_passage_is_found_no_more_and_parts_what_stands_beside_it(
    catalogue: Catalogue, home: Home, service: SearchService
) -> None:
    record_id = ids(home, catalogue)[2]
    with catalogue.reading() as connection:
        record = records.get(connection, record_id)
    assert record
    assert record.extract_id
    text = f"{TEXT} The gate was shut."
    start = text.index("The ferry to bank 29")
    end = text.index(" The gate")
    passage = passage_at(record.extract_id, text, start, end)
    assert total(service, '"bank 29"') == 3
    assert total(service, '"bank 28 was late"') == 3
    change(catalogue, record_id, amending.excluding(passage))
    update(home, catalogue)
    assert total(service, '"bank 29"') == 2
    assert total(service, '"bank 28 was late the gate"') == 0
    assert total(service, '"late gate"~1') == 0
    assert total(service, '"late gate"~8') == 1  # as many words stand between as ever
    (hit,) = service.search(SearchState(q="gate"), audience=Audience.READER, limit=9).hits
    assert [passage.text for passage in hit.passages] == ["The gate was shut."]
    assert check_index(home, catalogue).faults == ()
