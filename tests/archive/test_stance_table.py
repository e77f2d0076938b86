from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from archive import amending, stance_table
from archive.amending import amend
from archive.catalogue import extracts, records
from archive.catalogue.database import Catalogue
from archive.errors import UserMistake
from archive.record import Coding, Description, Extract, Original, Record, Stance
from archive.stance_table import Arriving, Row, arriving, read_stream, take_in

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
IDS = ("r1", "r2", "r3")


@pytest.fixture(autouse=True)
def filled(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records, and transactions of one record each."""
    monkeypatch.setattr(stance_table, "_BATCH", 1)
    with catalogue.writing() as connection:
        for n, record_id in enumerate(IDS, start=1):
            digest = str(n) * 64
            records.add_original(connection, digest, 9, "text/plain", at=AT)
            extract_id = extracts.add(connection, digest, Extract("text/1", f"Gate {n}."), at=AT)
            original = Original(digest, 9, "text/plain")
            new = Record(record_id, 1, AT, Description(), {}, (original,), extract_id)
            records.begin(connection, new, agent="ana")


def rows(*lines: str) -> tuple[Row, ...]:
    table = "\n".join(("record,target,position,coder,quote", *lines))
    return read_stream(io.BytesIO(table.encode()), "t.csv", "ben")


TABLE = ("r1,guild,mixed,ben,Gate 1", "r2,guild,mixed,ben,", "r1,port,neutral,ana,", "r3,x,mixed,,")


def found(catalogue: Catalogue, lines: tuple[str, ...] = TABLE) -> tuple[Arriving, ...]:
    with catalogue.reading() as connection:
        return arriving(connection, rows(*lines), at=AT)


def held(catalogue: Catalogue) -> list[tuple[str, ...]]:
    """What each record holds, after the number of its revision."""
    with catalogue.reading() as connection:
        many = records.many(connection, IDS)
        return [
            (str(many[each].revision), *(f"{c.coder} {c.stance}" for c in many[each].codings))
            for each in IDS
        ]


ALL = [("2", "ben guild:mixed", "ana port:neutral"), ("2", "ben guild:mixed"), ("2", "ben x:mixed")]


def test_the_codings_of_a_record_are_one_revision_which_names_them(catalogue: Catalogue) -> None:
    take_in(catalogue, found(catalogue), agent="ben")
    assert held(catalogue) == ALL
    with catalogue.reading() as connection:
        said = records.history(connection, "r1")[-1]
    assert said.reason == "coded guild:mixed by ben, coded port:neutral by ana, imported"
    assert found(catalogue) == ()


def test_many_codings_of_a_record_are_counted_in_its_history(catalogue: Catalogue) -> None:
    lines = tuple(f"r1,guild,mixed,coder {n}," for n in range(6))
    take_in(catalogue, found(catalogue, lines), agent="ben")
    with catalogue.reading() as connection:
        assert records.history(connection, "r1")[-1].reason == "6 codings imported"


def test_progress_is_told_by_rows(catalogue: Catalogue) -> None:
    told: list[tuple[int, int]] = []
    with catalogue.reading() as connection:
        new = arriving(connection, rows(*TABLE), at=AT, progress=lambda *each: told.append(each))
    take_in(catalogue, new, agent="ben", progress=lambda *each: told.append(each))
    assert told == [(2, 4), (3, 4), (4, 4)] * 2


class Stopped(Exception):
    """What stops an import."""


def test_what_is_stopped_in_the_middle_is_whole_and_done_by_the_next_import(
    catalogue: Catalogue,
) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        take_in(catalogue, found(catalogue), agent="ben", progress=stop)
    assert held(catalogue) == [*ALL[:2], ("1",)]
    rest = found(catalogue)
    assert [each.record.id for each in rest] == ["r3"]
    take_in(catalogue, rest, agent="ben")
    assert held(catalogue) == ALL


def test_what_was_changed_since_it_was_found_arriving_is_not_written_over(
    catalogue: Catalogue,
) -> None:
    new = found(catalogue)
    other = Coding(Stance("guild", "critical"), "ben", AT, "in between")
    amend(catalogue, "r2", amending.coding(other), based_on=None, at=AT, agent="ben", reason="x")
    with pytest.raises(UserMistake, match=r"line 3 .*2 codings were imported before that"):
        take_in(catalogue, new, agent="ben")
    assert held(catalogue) == [ALL[0], ("2", "ben guild:critical"), ("1",)]


def test_where_the_first_was_changed_nothing_is_written(catalogue: Catalogue) -> None:
    new = found(catalogue)
    same = amending.coding(new[0].coding)
    amend(catalogue, "r1", same, based_on=None, at=AT, agent="ben", reason="x")
    with pytest.raises(UserMistake, match="Nothing was imported"):
        take_in(catalogue, new, agent="ben")
    assert held(catalogue)[1:] == [("1",), ("1",)]


@pytest.mark.parametrize("parted", [",", ";", "\t"])
def test_columns_are_parted_as_spreadsheets_part_them_and_blank_rows_are_none(parted: str) -> None:
    lines = (
        "record,target,position,coder",
        "r1,guild,mixed,ana",
        ",,,",
        "r2,guild,mixed,ben",
        ",,,",
    )
    table = "\r\n".join(line.replace(",", parted) for line in lines)
    read = read_stream(io.BytesIO(table.encode("utf-8-sig")), "t.csv", "ben")
    assert [(row.place, row.record_id, row.coder) for row in read] == [
        ("t.csv, line 2", "r1", "ana"),
        ("t.csv, line 4", "r2", "ben"),
    ]


def test_a_comma_in_the_name_of_a_column_parts_nothing() -> None:
    table = 'record;target;position;"note, private"\nr1;guild;mixed;"a; b"\n'
    (row,) = read_stream(io.BytesIO(table.encode()), "t.csv", "ben")
    assert (row.record_id, str(row.stance), row.coder) == ("r1", "guild:mixed", "ben")


def test_a_coding_of_a_record_that_was_withdrawn_meanwhile_is_another(catalogue: Catalogue) -> None:
    shown = found(catalogue)
    change = amending.withdrawing("forged")
    amend(catalogue, "r1", change, based_on=None, at=AT, agent="ana", reason="forged")
    changed = [now.record.id for now, before in zip(found(catalogue), shown, strict=True)
               if now.told != before.told]  # fmt: skip
    assert changed == ["r1", "r1"]
    with pytest.raises(UserMistake, match="these codings were changed meanwhile"):
        take_in(catalogue, shown, agent="ana")
