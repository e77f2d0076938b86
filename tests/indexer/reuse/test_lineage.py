from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.record import Description, Record
from archive.relation import Relation, RelationKind
from indexer.reuse.lineage import Precedence, Sureness, Witness, lineages, precedence, witness

AT = datetime(2026, 1, 15, tzinfo=UTC)


def record(id: str, issued: str | None, *, added: int = 0, captured: str | None = None) -> Witness:
    description = Description(issued=issued, captured=captured)
    return witness(Record(id, 1, AT + timedelta(days=added), description, {}, (), None))


def relation(one: str, kind: RelationKind, other: str) -> Relation:
    return Relation(one, kind, other, AT, "ana", "read both")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2021-04-01", "2021-04-02", Precedence("a", Sureness.CERTAIN)),
        ("2021-05", "2021-04-30", Precedence("b", Sureness.CERTAIN)),
        ("2021", "2021-04-30", Precedence("b", Sureness.UNCERTAIN)),
        ("2021-04-30", "2021-04", Precedence("b", Sureness.UNCERTAIN)),
        ("2021-04-01", "2021-04-01", Precedence(None, Sureness.UNCERTAIN)),
        ("2021?", "2024-04-01", Precedence("a", Sureness.UNCERTAIN)),
        ("2021-04/..", "2021-05-01", Precedence("a", Sureness.UNCERTAIN)),
        ("2024-08/..", "2025?", Precedence("a", Sureness.UNCERTAIN)),
        ("../2021-04", "2021-05-01", Precedence("a", Sureness.CERTAIN)),
        ("2021-04-01", None, Precedence(None, Sureness.UNDATED)),
        (None, None, Precedence(None, Sureness.UNDATED)),
    ],
)
def test_who_was_first_is_told_with_how_sure_it_is(
    a: str | None, b: str | None, expected: Precedence
) -> None:
    assert precedence(record("a", a), record("b", b)) == expected
    assert precedence(record("b", b), record("a", a)) == expected


def test_an_open_end_ends_with_the_capture_or_the_day_of_adding() -> None:
    captured = record("a", "2021-04/..", captured="2021-06-01")
    assert precedence(captured, record("b", "2021-06-02")).sureness == "certain"
    assert precedence(record("a", "2021-04/.."), record("b", "2026-01-15")).sureness == "uncertain"
    assert precedence(record("a", "2021-04/.."), record("b", "2026-01-16")).sureness == "certain"


def test_what_a_person_said_goes_before_the_dates() -> None:
    a, b = record("a", "2021"), record("b", "2024")
    said = relation("a", RelationKind.REPUBLICATION, "b")
    assert precedence(a, b, said) == Precedence("b", Sureness.CONFIRMED)
    assert precedence(a, b, relation("a", RelationKind.DIFFERENT, "b")).sureness == "certain"


def groups(
    *issued: str | None,
    pairs: tuple[tuple[str, str, float], ...] = (),
    decided: tuple[Relation, ...] = (),
) -> tuple[tuple[str, ...], ...]:
    dated = zip("abcdef", issued, strict=False)
    known = [record(id, date, added=n) for n, (id, date) in enumerate(dated)]
    return lineages({each.id: each for each in known}, pairs, decided)


def test_republications_stand_in_one_group_under_the_first_of_them() -> None:
    pairs = (("a", "b", 0.9), ("b", "c", 0.5), ("d", "e", 0.9))
    dates = ("2021-03", "2021-01", "2021-02", None, "2024", "2024")
    assert groups(*dates, pairs=pairs) == (("b", "c", "a"), ("e", "d"))


def test_who_was_added_first_goes_first_if_the_dates_are_the_same() -> None:
    assert groups("2021", "2021", pairs=(("a", "b", 0.9),)) == (("a", "b"),)


def test_a_person_joins_what_the_texts_do_not() -> None:
    version = relation("a", RelationKind.VERSION, "b")
    assert groups("2021", "2021", decided=(version,)) == (("b", "a"),)


def test_what_is_a_republication_of_another_comes_after_it_whatever_its_date() -> None:
    said = relation("a", RelationKind.REPUBLICATION, "c")
    pairs = (("a", "b", 0.9), ("b", "c", 0.9))
    assert groups("2021", "2022", "2023", pairs=pairs, decided=(said,)) == (("b", "c", "a"),)


def test_two_that_are_republications_of_each_other_are_one_group_all_the_same() -> None:
    round_about = tuple(
        relation(one, RelationKind.REPUBLICATION, other)
        for one, other in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    assert groups("2021", "2022", "2023", decided=round_about) == (("a", "c", "b"),)


def test_what_a_person_called_different_is_never_in_one_group() -> None:
    different = relation("a", RelationKind.DIFFERENT, "b")
    assert groups("2021", "2022", pairs=(("a", "b", 1.0),), decided=(different,)) == ()
    # c goes with the one that it resembles more.
    pairs = (("a", "c", 0.6), ("b", "c", 0.9), ("a", "b", 1.0))
    assert groups("2021", "2022", "2023", pairs=pairs, decided=(different,)) == (("b", "c"),)


def test_records_that_are_not_there_are_left_out() -> None:
    said = relation("a", RelationKind.VERSION, "gone")
    assert groups("2021", pairs=(("a", "lost", 0.9),), decided=(said,)) == ()


ids = st.sampled_from("abcdef")


@given(
    st.lists(st.tuples(ids, ids, st.floats(0, 1)), max_size=12),
    st.lists(st.tuples(ids, st.sampled_from(list(RelationKind)), ids), max_size=6),
)
def test_no_record_is_in_two_groups_and_no_two_different_ones_in_one(
    pairs: list[tuple[str, str, float]], said: list[tuple[str, RelationKind, str]]
) -> None:
    links = tuple(pair for pair in pairs if pair[0] != pair[1])
    newest = {
        frozenset((one, other)): (one, kind, other) for one, kind, other in said if one != other
    }
    decided = tuple(relation(*each) for each in newest.values())
    made = groups(*["2021"] * 6, pairs=links, decided=decided)
    members = [each for group in made for each in group]
    assert len(members) == len(set(members))
    assert all(len(group) >= 2 for group in made)
    for one, kind, other in newest.values():
        if kind is RelationKind.DIFFERENT:
            assert not any({one, other} <= set(group) for group in made)
