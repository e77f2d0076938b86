from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.errors import UserMistake
from archive.manifest import read_manifest
from archive.record import Contributor, Statement


def manifest(folder: Path, *lines: str, name: str = "manifest.csv") -> Path:
    (folder / "a.txt").write_text("text of a")
    (folder / "b.txt").write_text("text of b")
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_row_says_what_its_cells_say_and_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    path = manifest(tmp_path, "file,title,outlet,contributor", "a.txt,“A”,,Mira Holt (editor)")
    (row,) = read_manifest(path).rows
    assert row.path == tmp_path / "a.txt"
    assert row.statements == (
        Statement("title", "“A”", "manifest"),
        Statement("contributor", "Mira Holt (editor)", "manifest"),
    )
    assert row.description.title == "“A”"
    assert row.description.publisher is None
    assert row.description.contributor == (Contributor("Mira Holt", "editor"),)


def test_only_the_file_column_is_required_and_a_byte_order_mark_is_no_harm(tmp_path: Path) -> None:
    path = manifest(tmp_path, "\ufefffile", "a.txt", "b.txt")
    assert [row.file for row in read_manifest(path).rows] == ["a.txt", "b.txt"]


def test_json_lines_say_the_same_and_may_use_lists(tmp_path: Path) -> None:
    line = {"file": "a.txt", "author": ["Ana; Ruiz & Co"], "date": "2024", "note": None}
    path = manifest(tmp_path, json.dumps(line), name="manifest.jsonl")
    (row,) = read_manifest(path).rows
    assert row.description.issued == "2024"
    assert row.description.note is None


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("file,tilte", "has an unknown column “tilte”"),
        ("title,outlet", "has no column “file”"),
        ("file,title,title", "has the column “title” twice"),
        ("", "has no column “file”"),
    ],
)
def test_a_manifest_with_wrong_columns_is_refused_whole(
    tmp_path: Path, header: str, reason: str
) -> None:
    with pytest.raises(UserMistake) as caught:
        read_manifest(manifest(tmp_path, header, "a.txt,x"))
    assert reason in str(caught.value)
    assert str(caught.value).endswith("Nothing was added.")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a.txt,2025-02-29,", "line 2, column date: there is no date 2025-02-29 in the calendar"),
        ("a.txt,,icrc:angry", "line 2, column stance: “angry” is not a position"),
        ("gone.txt,,", "line 2, column file: there is no file gone.txt"),
        (",2024,", "line 2, column file: names no file"),
        ("/etc/hosts,,", "line 2, column file: must be relative to the manifest's folder"),
        ("a.txt,2024,icrc:mixed,more", "line 2: more values than columns"),
    ],
)
def test_a_bad_row_is_told_by_file_line_column_and_reason_and_the_others_stand(
    tmp_path: Path, row: str, problem: str
) -> None:
    path = manifest(tmp_path, "file,date,stance", row, "b.txt,2024,")
    read = read_manifest(path)
    assert [each.file for each in read.rows] == ["b.txt"]
    ((_, found),) = read.problems
    assert str(found).startswith(f"{path}, {problem}")


def test_a_file_named_twice_is_a_problem_of_the_second_row(tmp_path: Path) -> None:
    path = manifest(tmp_path, "file,title", "a.txt,One", "./a.txt,Two")
    read = read_manifest(path)
    assert [row.description.title for row in read.rows] == ["One"]
    assert str(read.problems[0][1]).endswith("line 2")


@pytest.mark.parametrize("content", [b"file\n\xff\xfe.txt\n", b'file,title\n"a.txt,x\n'])
def test_bytes_that_are_no_manifest_are_refused_in_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes(content)
    with pytest.raises(UserMistake, match=r"m[.]csv"):
        read_manifest(path)


def test_a_manifest_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="cannot be read: No such file or directory"):
        read_manifest(tmp_path / "none.csv")


def test_a_json_line_that_is_no_object_is_a_problem_of_its_line(tmp_path: Path) -> None:
    path = manifest(tmp_path, "[1]", '{"file": "a.txt"}', '{"file": ', name="m.jsonl")
    read = read_manifest(path)
    assert [row.file for row in read.rows] == ["a.txt"]
    assert [str(p).partition(", ")[2] for _, p in read.problems] == [
        "line 1: not a JSON object",
        "line 3: not JSON (Expecting value)",
    ]
