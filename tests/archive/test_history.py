from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import amending
from archive.amending import amend
from archive.catalogue import extracts, records
from archive.catalogue.content import content_of
from archive.catalogue.database import Catalogue, open_catalogue
from archive.errors import UserMistake
from archive.founding import begin_archive
from archive.history import (
    Difference,
    differences,
    exclusions,
    going_back,
    unquoted,
    withdrawal,
)
from archive.passage import passage_at
from archive.record import (
    ARCHIVIST,
    PROPERTIES,
    Coding,
    Description,
    Extract,
    Original,
    Pin,
    Record,
    Stance,
    Statement,
)

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
DIGEST = "a" * 64
TEXT = "The gate was shut. Help the paper. Boats lay idle."
HELD = Record(
    "r1",
    1,
    AT,
    Description(title="Gate", publisher="The Ledger", creator=("Ana", "Ben")),
    {"title": "html/1 h1", "publisher": "manifest"},
    (Original(DIGEST, 50, "text/plain"),),
    1,
)


def begin(catalogue: Catalogue) -> None:
    with catalogue.writing() as connection:
        records.add_original(connection, DIGEST, 50, "text/plain", at=AT)
        assert extracts.add(connection, DIGEST, Extract("text/1", TEXT), at=AT) == 1
        records.begin(connection, HELD, agent="ana")


def change(catalogue: Catalogue, what: amending.Change, *, reason: str = "looked again") -> Record:
    return amend(catalogue, "r1", what, based_on=None, at=AT, agent="mira", reason=reason)


def back_to(catalogue: Catalogue, number: int) -> Record:
    with catalogue.reading() as connection:
        what = going_back(connection, "r1", number)
    return change(catalogue, what, reason=f"back to {number}")


def told(before: Record, after: Record) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {d.name: (d.kept, d.removed, d.added) for d in differences(before, after)}


def test_two_revisions_are_compared_property_by_property() -> None:
    passage = passage_at(1, TEXT, 19, 34)
    description = replace(HELD.description, publisher="Ledger", creator=("Ben", "Mira"))
    coding = Coding(Stance("icrc", "critical"), "mira", AT, "tone", passage)
    after = replace(
        HELD,
        description=description,
        basis={"title": "html/1 h1", "publisher": ARCHIVIST},
        withdrawn="asked for",
        excluded=(passage,),
        pins=(Pin("creator", "Ben", "ben-of-the-quay"),),
        codings=(coding, replace(coding, coder="otto", reason="", passage=None)),
    )
    assert told(HELD, after) == {
        "outlet": ((), ("The Ledger",), ("Ledger",)),
        "author": (("Ben",), ("Ana",), ("Mira",)),
        "withdrawn": ((), (), ("asked for",)),
        "excluded": ((), (), ("Help the paper.",)),
        "pins": ((), (), ("author Ben: ben-of-the-quay",)),
        "codings": (
            (),
            (),
            (
                "icrc:critical by mira: tone; “Help the paper.”",
                "icrc:critical by otto: not given; passage not given",
            ),
        ),
    }
    assert differences(HELD, HELD) == ()


def test_another_order_of_values_is_a_difference() -> None:
    after = replace(HELD, description=replace(HELD.description, creator=("Ben", "Ana")))
    assert told(HELD, after) == {"author": ((), ("Ana", "Ben"), ("Ben", "Ana"))}


def test_a_value_that_rests_on_something_else_is_a_difference() -> None:
    after = replace(HELD, basis={**HELD.basis, "title": ARCHIVIST})
    assert differences(HELD, after) == (
        Difference("title", "Title", ("Gate",), (), (), ("html/1 h1", "archivist")),
    )


def test_without_its_words_a_record_tells_where_its_passages_stand() -> None:
    passage = passage_at(1, TEXT, 19, 34)
    coding = Coding(Stance("icrc", "critical"), "mira", AT, "tone", passage)
    after = unquoted(replace(HELD, excluded=(passage,), codings=(coding,)))
    assert told(HELD, after)["excluded"] == ((), (), ("19-34",))
    assert "Help" not in str(after)


def test_a_withdrawal_is_told_with_who_said_so_last(catalogue: Catalogue) -> None:
    begin(catalogue)
    change(catalogue, amending.withdrawing("too early"), reason="first")
    change(catalogue, amending.reinstating(), reason="second")
    change(catalogue, amending.withdrawing("asked for"), reason="third")
    change(catalogue, amending.withdrawing("asked for by its author"), reason="fourth")
    with catalogue.reading() as connection:
        history = records.revisions(connection, "r1")
    assert [revision.number for revision, _ in history] == [1, 2, 3, 4, 5]
    withdrawn = withdrawal(history)
    assert withdrawn
    assert (withdrawn.number, withdrawn.reason) == (4, "third")
    assert withdrawal(history[:3]) is None


def test_what_is_excluded_is_told_with_who_said_so(catalogue: Catalogue) -> None:
    begin(catalogue)
    first, second = passage_at(1, TEXT, 19, 34), passage_at(1, TEXT, 0, 18)
    change(catalogue, amending.excluding(first), reason="an appeal")
    change(catalogue, amending.excluding(second), reason="a caption")
    change(catalogue, amending.describing([Statement("title", "Gates", ARCHIVIST)]))
    with catalogue.reading() as connection:
        history = records.revisions(connection, "r1")
    found = [(passage, revision.reason) for passage, revision in exclusions(history)]
    assert found == [(second, "a caption"), (first, "an appeal")]


def test_going_back_finds_passages_again_in_a_better_text(catalogue: Catalogue) -> None:
    begin(catalogue)
    passage = passage_at(1, TEXT, 19, 34)
    change(catalogue, amending.excluding(passage))
    change(catalogue, amending.including(passage))
    better = f"By Ana. {TEXT}"
    with catalogue.writing() as connection:
        extract_id = extracts.add(connection, DIGEST, Extract("text/2", better), at=AT)
        held = records.get(connection, "r1")
        assert held
        read = replace(held, revision=4, extract_id=extract_id)
        records.revise(connection, read, at=AT, agent="text/2", reason="read again")
    assert back_to(catalogue, 2).excluded == (passage_at(extract_id, better, 27, 42),)


def test_going_back_to_a_revision_made_in_another_archive_names_extracts_of_this_one(
    catalogue: Catalogue,
) -> None:
    begin(catalogue)
    other = "b" * 64
    with catalogue.writing() as connection:
        records.add_original(connection, other, 50, "text/plain", at=AT)
        assert extracts.add(connection, other, Extract("text/1", "Of another gate."), at=AT) == 2
    here = passage_at(1, TEXT, 19, 34)
    by_another_number = replace(here, extract_id=2)
    by_this_number_elsewhere = replace(passage_at(1, f"Oh! {TEXT}", 39, 51), extract_id=1)
    nowhere = replace(passage_at(1, "An older reading.", 3, 8), extract_id=2, lost=True)
    for each in (by_another_number, by_this_number_elsewhere, nowhere):
        change(catalogue, amending.excluding(each))
    change(catalogue, lambda record: replace(record, excluded=()))
    assert back_to(catalogue, 4).excluded == (
        here,
        passage_at(1, TEXT, 35, 47),
        replace(nowhere, extract_id=1),
    )


def test_there_is_no_going_back_to_a_revision_that_never_was(catalogue: Catalogue) -> None:
    begin(catalogue)
    with pytest.raises(UserMistake, match=r"no revision 2 of a record r1"):
        back_to(catalogue, 2)


_PASSAGES = st.tuples(st.integers(0, 20), st.integers(21, len(TEXT))).map(
    lambda place: passage_at(1, TEXT, *place)
)
_VALUES = {
    "title": "Gate; shut",
    "issued": "2021-03?",
    "creator": "Ana; Ben",
    "stance": "icrc:critical",
    "access": "staff",
    "contributor": "Ana (photographer)",
}
CHANGES = st.one_of(
    st.sampled_from([*_VALUES]).map(
        lambda name: amending.describing([Statement(name, _VALUES[name], ARCHIVIST)])
    ),
    st.sampled_from([row.name for row in PROPERTIES]).map(
        lambda name: amending.describing([], [name])
    ),
    st.text(min_size=1).map(amending.withdrawing),
    st.just(amending.reinstating()),
    _PASSAGES.map(amending.excluding),
    _PASSAGES.map(amending.including),
    st.builds(Pin, st.just("creator"), st.text(max_size=3), st.text(max_size=3)).map(
        lambda pin: lambda record: replace(record, pins=(*record.pins, pin))
    ),
    st.builds(
        Coding,
        st.builds(Stance, st.sampled_from(["icrc", "un"]), st.just("critical")),
        st.sampled_from(["mira", "otto"]),
        st.just(AT),
        st.text(max_size=3),
        st.none() | _PASSAGES,
    ).map(amending.coding),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    home, _ = begin_archive(tmp_path_factory.mktemp("archive") / "home")
    catalogue = open_catalogue(home)
    begin(catalogue)
    yield catalogue
    catalogue.close()


@given(changes=st.lists(CHANGES, min_size=1, max_size=5), pick=st.integers(0, 1000))
@settings(max_examples=50)
def test_a_record_that_went_back_is_what_it_was(
    kept: Catalogue, changes: list[amending.Change], pick: int
) -> None:
    for each in changes:
        newest = change(kept, each)
    number = 1 + pick % newest.revision
    with kept.reading() as connection:
        older = records.at_revision(connection, "r1", number)
    assert older
    returned = back_to(kept, number)
    assert content_of(returned) == content_of(older)
    assert differences(returned, older) == ()
    with kept.reading() as connection:
        assert records.get(connection, "r1") == returned
