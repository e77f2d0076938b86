from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.conftest import Pressmark

TEXT = "The gate was shut. Nobody rang the bell."


@pytest.fixture
def record_id(pressmark: Pressmark, tmp_path: Path) -> str:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "m.csv").write_text("file,stance\na.txt,guild:neutral\n", encoding="utf-8")
    added = pressmark("add", "--manifest", tmp_path / "m.csv", LOGNAME="ana", USER="ana")
    return added.lines[0].split("\t")[1]


def rows(pressmark: Pressmark) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pressmark("stance", "export").out)))


def test_a_stance_is_coded_with_a_passage_found_by_search_and_taken_back(
    pressmark: Pressmark, record_id: str
) -> None:
    said = ("--reason", "=the tone", "--quote", "Nobody rang\nthe bell")
    assert pressmark("stance", "code", record_id, "guild:critical", *said).status == 0
    assert len(pressmark("search", 'stance:"guild:critical"').lines) > 0
    stated, coded = rows(pressmark)
    assert (stated["position"], stated["reason"], stated["quote"]) == ("neutral", "", "")
    assert (coded["position"], coded["quote"]) == ("critical", "Nobody rang the bell")
    assert coded["reason"] == "'=the tone"
    assert pressmark("stance", "uncode", record_id, "guild").status == 0
    assert [row["position"] for row in rows(pressmark)] == ["neutral"]
    again = pressmark("stance", "uncode", record_id, "guild")
    assert (again.status, "You have said nothing" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("stance", "quote", "sentence"),
    [
        ("guild:angry", "", "is not a position"),
        ("guild", "", "is not a stance"),
        ("guild:critical;icrc:critical", "", "is not a stance"),
        ("guild:critical", "no such words", "do not stand in the record"),
    ],
)
def test_what_cannot_be_coded_is_told(
    pressmark: Pressmark, record_id: str, stance: str, quote: str, sentence: str
) -> None:
    refused = pressmark("stance", "code", record_id, stance, "--reason", "x", "--quote", quote)
    assert refused.status == 2
    assert sentence in refused.err
    assert len(rows(pressmark)) == 1


def test_codings_come_in_as_they_went_out_and_a_second_time_change_nothing(
    pressmark: Pressmark, record_id: str, tmp_path: Path
) -> None:
    table = tmp_path / "codings.csv"
    table.write_text(
        "record,target,position,coder,reason,quote\n"
        f"{record_id},guild,critical,ben,tone,The gate was shut.\n"
        f"{record_id},icrc,supportive,,praise,\n"
    )
    assert pressmark("stance", "import", table, "--dry-run").err.endswith(
        "2 codings read, 2 new, none kept (dry run)\n"
    )
    assert len(rows(pressmark)) == 1
    assert "2 new" in pressmark("stance", "import", table).err
    assert [row["coder"] for row in rows(pressmark)][1] == "ben"
    out = tmp_path / "out.csv"
    out.write_text(pressmark("stance", "export").out)
    assert "3 codings read, 0 new" in pressmark("stance", "import", out).err


def test_a_table_that_went_out_comes_in_as_nothing_new_whatever_its_cells_begin_with(
    pressmark: Pressmark, record_id: str, tmp_path: Path
) -> None:
    text = tmp_path / "b.txt"
    text.write_text("The same words.\n\n=The same\nwords.", encoding="utf-8")
    other = pressmark("add", text).lines[0].split("\t")[1]
    said = ("--reason", "=the tone", "--quote", "=The same words")
    assert pressmark("stance", "code", other, "guild:critical", *said).status == 0
    assert pressmark("stance", "code", record_id, "icrc:mixed", "--reason", "-").status == 0
    out = tmp_path / "out.csv"
    out.write_text(pressmark("stance", "export").out)
    assert "3 codings read, 0 new" in pressmark("stance", "import", out).err


def test_who_coded_the_target_before_is_told_as_new_and_codes_in_place_of_it(
    pressmark: Pressmark, record_id: str, tmp_path: Path
) -> None:
    table = tmp_path / "codings.csv"
    for position in ("critical", "mixed"):
        table.write_text(
            f"record,target,position,coder,reason\n{record_id},guild,{position},ben,tone\n"
        )
        assert "1 codings read, 1 new" in pressmark("stance", "import", table).err
    assert [(row["coder"], row["position"]) for row in rows(pressmark)[1:]] == [("ben", "mixed")]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{id},guild,mixed,ben,", "line 3: ben says something else of “guild” in this record"),
        ("nothing,guild,critical,,", "line 3: There is no record"),
        ("{id},guild,angry,,", "line 3: “angry” is not a position"),
        ("{id},guild,critical,,not there", "line 3: These words do not stand"),
    ],
)
def test_a_table_with_a_mistake_changes_nothing(
    pressmark: Pressmark, record_id: str, tmp_path: Path, line: str, sentence: str
) -> None:
    table = tmp_path / "codings.csv"
    table.write_text(
        "record,target,position,coder,quote\n"
        f"{record_id},guild,critical,ben,\n{line.format(id=record_id)}\n"
    )
    refused = pressmark("stance", "import", table)
    assert refused.status == 2
    assert sentence in refused.err
    assert len(rows(pressmark)) == 1


@pytest.mark.usefixtures("record_id")
def test_agreement_is_told_target_by_target(pressmark: Pressmark) -> None:
    told = pressmark("stance", "agreement").lines
    assert told == [
        "guild  alpha not computable: only one person coded it  "
        "(1 records, 1 coders, 0 records by two or more)"
    ]
    assert pressmark("stance", "agreement", "--json").json["alpha"] is None
