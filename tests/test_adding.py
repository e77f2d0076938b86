"""`pressmark add`, `show` and `extract` as an archivist uses them, bad input included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Pressmark

ARTICLE = "The ferry stopped\n\nBy Ana Ruiz\n\nNobody crossed the river on Monday.\n"


def write(path: Path, content: str | bytes = ARTICLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def originals(pressmark: Pressmark) -> int:
    return sum(1 for path in (pressmark.root / "originals").rglob("*") if path.is_file())


def test_a_file_is_added_and_shown(pressmark: Pressmark, tmp_path: Path) -> None:
    added = pressmark("add", write(tmp_path / "ferry.txt"))
    assert added.status == 0
    kind, record_id, name = added.lines[0].split("\t")
    assert (kind, name) == ("added", "ferry.txt")
    shown = pressmark("show", record_id, "--json").json
    assert shown["title"] == "The ferry stopped"
    assert shown["authors"] == ["Ana Ruiz"]
    assert shown["outlet"] is None
    assert shown["text"] == ARTICLE
    assert shown["originals"][0]["size"] == len(ARTICLE)
    assert [event["type"] for event in shown["events"]] == [
        "message digest calculation",
        "metadata extraction",
        "ingestion",
    ]


def test_a_folder_is_its_files_recursively_in_order(pressmark: Pressmark, tmp_path: Path) -> None:
    write(tmp_path / "in" / "b" / "two.txt", "Two.")
    write(tmp_path / "in" / "a.txt", "One.")
    write(tmp_path / "in" / ".hidden", "Three.")
    added = pressmark("add", tmp_path / "in")
    assert [line.split("\t")[2] for line in added.lines] == ["a.txt", "b/two.txt"]
    assert ".hidden: passed over, its name begins with a dot" in added.err


def test_empty_vanished_and_oversized_files_are_refused_and_the_rest_goes_on(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as stream:
        stream.truncate(200_000_001)
    added = pressmark(
        "add", write(tmp_path / "empty.txt", ""), tmp_path / "gone.txt", large,
        write(tmp_path / "good.txt"),
    )  # fmt: skip
    assert added.status == 1
    assert [line.split("\t")[2] for line in added.lines] == ["good.txt"]
    assert "empty.txt: the file is empty" in added.err
    assert "gone.txt: the file cannot be read: No such file or directory" in added.err
    assert "large.txt: the file is larger than 200 MB" in added.err
    assert originals(pressmark) == 1


def test_noise_is_kept_and_told_as_a_warning(pressmark: Pressmark, tmp_path: Path) -> None:
    added = pressmark("add", write(tmp_path / "noise.bin", bytes(range(256)) * 9))
    assert added.status == 0
    assert "noise.bin: Text not extracted: no reader for binary data." in added.err
    record_id = added.lines[0].split("\t")[1]
    assert pressmark("show", record_id, "--json").json["text"] is None


def test_a_long_page_is_kept_whole_and_its_text_is_cut_and_marked(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    added = pressmark("add", write(tmp_path / "long.txt", b"A word or two.\n" * 800_000))
    assert added.status == 0
    shown = pressmark("show", added.lines[0].split("\t")[1], "--json").json
    assert shown["originals"][0]["size"] == 12_000_000
    assert shown["cut"] is True
    assert len(shown["text"]) == 10_000_000


def test_the_same_file_again_is_told_and_is_no_error(pressmark: Pressmark, tmp_path: Path) -> None:
    first = pressmark("add", write(tmp_path / "ferry.txt"))
    again = pressmark("add", tmp_path / "ferry.txt")
    assert again.status == 0
    assert again.lines[0].split("\t") == ["already held", *first.lines[0].split("\t")[1:]]
    assert originals(pressmark) == 1


def test_the_same_bytes_with_another_outlet_are_told_and_nothing_is_overwritten(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    write(tmp_path / "ferry.txt")
    one = write(tmp_path / "one.csv", "file,outlet\nferry.txt,The Ledger\n")
    two = write(tmp_path / "two.csv", "file,outlet\nferry.txt,The Courier\n")
    record_id = pressmark("add", "--manifest", one).lines[0].split("\t")[1]
    again = pressmark("add", "--manifest", two)
    assert again.status == 1
    assert "outlet “The Courier” where “The Ledger” is held; nothing was overwritten" in again.err
    shown = pressmark("show", record_id, "--json").json
    assert shown["outlet"] == "The Ledger"
    assert [claim["value"] for claim in shown["pending"]] == ["The Courier"]
    found = pressmark("search", "ferry", "--json").json
    assert [hit["outlet"] for hit in found["hits"]] == ["The Ledger"]


@pytest.mark.parametrize(
    "header", ["file,colour\nferry.txt,red\n", "title\nThe ferry\n", "file|title\nferry.txt|T\n"]
)
def test_a_manifest_with_wrong_columns_adds_nothing(
    pressmark: Pressmark, tmp_path: Path, header: str
) -> None:
    write(tmp_path / "ferry.txt")
    added = pressmark("add", tmp_path, "--manifest", write(tmp_path / "m.csv", header))
    assert (added.status, added.out) == (2, "")
    assert "column" in added.err
    assert originals(pressmark) == 0


def test_bad_rows_are_told_by_place_and_the_others_go_on(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        write(tmp_path / name, f"Text of {name}.")
    manifest = write(
        tmp_path / "m.csv",
        "file,date,stance\na.txt,2025-02-29,\nb.txt,,ferry:angry\nc.txt,2024,\nd.txt,,\n",
    )
    added = pressmark("add", tmp_path, "--manifest", manifest)
    assert added.status == 1
    assert [line.split("\t")[2] for line in added.lines] == ["c.txt"]
    assert f"{manifest}, line 2, column date: there is no date 2025-02-29" in added.err
    assert f"{manifest}, line 3, column stance: “angry” is not a position" in added.err
    assert f"{manifest}, line 5, column file: there is no file d.txt" in added.err
    assert f"{manifest}: not in the manifest" in added.err


def test_a_folder_supplies_only_what_the_manifest_names(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "a.txt", "One.")
    write(tmp_path / "in" / "b.txt", "Two.")
    manifest = write(tmp_path / "in" / "manifest.csv", "file,title\na.txt,Named\n")
    added = pressmark("add", tmp_path / "in", "--manifest", manifest)
    assert added.status == 0
    assert [line.split("\t")[2] for line in added.lines] == ["a.txt"]
    assert "b.txt: not in the manifest" in added.err
    assert "manifest.csv: not in the manifest" in added.err


def test_articles_in_json_lines_are_added_each_with_what_its_line_says(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    lines = [
        {"text": "Nobody crossed.", "title": "The ferry", "author": ["Ana Ruiz"], "id": "A-1"},
        {"html": "<h1>The mill</h1><p>It turns again.</p>", "outlet": "The Ledger"},
        {"title": "no body"},
        {"text": "x", "colour": "red"},
        "not an object",
    ]
    file = write(tmp_path / "articles.jsonl", "\n".join(map(json.dumps, lines)) + "\n{broken\n")
    added = pressmark("add", file)
    assert added.status == 1
    assert [line.split("\t")[2] for line in added.lines] == [
        "articles.jsonl:1",
        "articles.jsonl:2",
    ]
    for problem in (
        "line 3: an article has either “text” or “html”",
        "line 4: unknown column “colour”",
        "line 5: not a JSON object",
        "line 6: not JSON",
    ):
        assert f"{file}, {problem}" in added.err
    shown = pressmark("show", added.lines[0].split("\t")[1], "--json").json
    assert (shown["title"], shown["identifier"]) == ("The ferry", "A-1")
    assert shown["basis"]["title"] == "producer"


def test_an_article_at_another_line_is_the_same_article(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    line = json.dumps({"text": "Nobody crossed.", "title": "The ferry"})
    pressmark("add", write(tmp_path / "articles.jsonl", f"{line}\n"))
    above = json.dumps({"text": "Another article."})
    again = pressmark("add", write(tmp_path / "articles.jsonl", f"{above}\n{line}\n"))
    assert [row.split("\t")[0] for row in again.lines] == ["added", "already held"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"text": "x", "title": "\\ud800"}', "line 1, column title: has half a surrogate pair"),
        ('{"text": "\\ud800"}', "line 1, text: has half a surrogate pair"),
        ('{"text": "x", "note": {"a": 1}}', "line 1, column note: the value must be a text"),
        ("\udcff", "line 1: not UTF-8"),
    ],
)
def test_an_article_that_is_no_text_is_told_and_the_others_go_on(
    pressmark: Pressmark, tmp_path: Path, line: str, problem: str
) -> None:
    content = f'{line}\n{{"text": "Good.", "id": 7}}\n'.encode("utf-8", "surrogateescape")
    added = pressmark("add", write(tmp_path / "a.jsonl", content))
    assert added.status == 1
    assert [row.split("\t")[2] for row in added.lines] == ["a.jsonl:2"]
    assert problem in added.err


@pytest.mark.parametrize("name", ["pipe.jsonl", "pipe.csv"])
def test_a_named_pipe_is_told_at_once(pressmark: Pressmark, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    options = ["--manifest"] if name.endswith("csv") else []
    ended = pressmark("add", *options, tmp_path / name)
    assert ended.status == (2 if options else 1)
    assert "it is not a regular file" in ended.err


@pytest.mark.parametrize("file", ["loop.txt", "x" * 300, "a\\u0000b", "\\ud800.txt"])
def test_a_manifest_row_whose_file_can_be_no_file_is_one_bad_row(
    pressmark: Pressmark, tmp_path: Path, file: str
) -> None:
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    write(tmp_path / "good.txt")
    manifest = write(tmp_path / "m.jsonl", f'{{"file": "{file}"}}\n{{"file": "good.txt"}}\n')
    added = pressmark("add", tmp_path, "--manifest", manifest)
    assert added.status == 1
    assert [row.split("\t")[2] for row in added.lines] == ["good.txt"]
    assert "m.jsonl, line 1, column file: " in added.err


def test_two_rows_for_one_file_by_two_names_are_told(pressmark: Pressmark, tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    (tmp_path / "sub").mkdir()
    manifest = write(tmp_path / "m.csv", "file,title\na.txt,One\nsub/../a.txt,Two\n")
    added = pressmark("add", tmp_path, "--manifest", manifest)
    assert added.status == 1
    assert "line 3, column file: the file is already named in" in added.err


def test_a_claim_that_waits_is_never_filed_as_accepted(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    write(tmp_path / "a.txt")

    def add(said: str) -> Any:
        columns, cells = said.split("/")
        manifest = write(tmp_path / "m.csv", f"file,{columns}\na.txt,{cells}\n")
        return pressmark("add", "--manifest", manifest)

    record_id = add("outlet/Alpha").lines[0].split("\t")[1]
    assert add("outlet/Beta").status == 1
    told = add("outlet,note/Beta,new")
    assert (told.status, "note completed" in told.err) == (1, True)
    add("outlet,date/Beta,2022")
    shown = pressmark("show", record_id, "--json").json
    assert [c["value"] for c in shown["pending"]] == ["Beta"]
    assert "Beta" not in [s["value"] for s in shown["statements"]]
    assert (shown["outlet"], shown["note"], shown["date"]) == ("Alpha", "new", "2022")


def test_a_name_cannot_steer_a_terminal_or_break_a_line(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    write(tmp_path / "in" / "e\x1b[41m\nX.jsonl", '{"text": "x"}\n')
    write(tmp_path / "in" / "f\x1b[41m\nY.txt", "y")
    added = pressmark("add", tmp_path / "in")
    assert added.status == 0
    assert "\x1b" not in added.out + added.err
    assert len(added.lines) == 2


def test_an_add_goes_on_when_nobody_reads_what_it_prints(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    lines = "".join(f'{{"text": "Article {n} about the ferry."}}\n' for n in range(200))
    write(tmp_path / "a.jsonl", lines)
    script = "from webapp.cli import main; main()"
    root = Path(__file__).resolve().parent.parent
    environment = {"PRESSMARK_HOME": str(pressmark.root), "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, "-c", script, "add", str(tmp_path / "a.jsonl")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as adding:
        assert adding.stdout is not None
        adding.stdout.close()
        assert adding.stderr is not None
        told = adding.stderr.read().decode()
    assert (adding.returncode, told) == (0, "200 added\n")
    assert pressmark("search", "ferry", "--json").json["total"] == 200


def test_what_an_interrupted_add_left_behind_is_swept_a_day_later(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    old, new = pressmark.root / "tmp" / "original-old", pressmark.root / "tmp" / "original-new"
    for path in (old, new):
        path.write_text("half")
    os.utime(old, (0, 0))
    pressmark("add", write(tmp_path / "a.txt"))
    assert (old.exists(), new.exists()) == (False, True)


def test_an_authority_given_twice_is_refused(pressmark: Pressmark, tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", "kind,id,heading\noutlet,a,A\noutlet,a,B\n")
    imported = pressmark("authorities", "import", table)
    assert imported.status == 2
    assert "The outlet “a” is there twice; nothing was imported." in imported.err


@pytest.mark.parametrize("address", ["http://[", "http://", "ftp://x", "archive.example"])
def test_a_base_address_that_is_none_is_the_users_mistake(
    pressmark: Pressmark, address: str
) -> None:
    ended = pressmark("search", "x", PRESSMARK_BASE_URL=address)
    assert ended.status == 2
    assert ended.err.startswith("Error: PRESSMARK_BASE_URL: ")


def test_a_dry_run_tells_and_adds_nothing(pressmark: Pressmark, tmp_path: Path) -> None:
    added = pressmark("add", "--dry-run", write(tmp_path / "ferry.txt"))
    assert added.lines == ["would be added\t-\tferry.txt"]
    assert originals(pressmark) == 0
    assert pressmark("search", "--json").json["total"] == 0


def test_a_name_that_is_no_utf_8_is_no_harm(pressmark: Pressmark, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/fer\xffry.txt"
    with open(path, "wb") as stream:  # noqa: PTH123 - pathlib has no byte paths
        stream.write(ARTICLE.encode())
    added = pressmark("add", tmp_path)
    assert added.status == 0
    assert "ferry.txt" in added.out


def test_the_archive_does_not_swallow_itself(pressmark: Pressmark, tmp_path: Path) -> None:
    write(tmp_path / "ferry.txt")
    added = pressmark("add", pressmark.root.parent)
    assert added.status == 0
    assert [line.split("\t")[2] for line in added.lines] == ["ferry.txt"]
    assert "passed over, it is the archive itself" in added.err


def test_adding_needs_something_to_add(pressmark: Pressmark) -> None:
    assert pressmark("add").status == 2


def test_a_home_that_is_no_archive_is_one_sentence(tmp_path: Path, pressmark: Pressmark) -> None:
    pressmark.root = tmp_path / "nowhere"
    for command in (("add", write(tmp_path / "a.txt")), ("search", "x"), ("update",), ("serve",)):
        ended = pressmark(*command)
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.startswith("Error: There is no archive at ")
        assert "Run “pressmark init”" in ended.err
    assert not pressmark.root.exists()


def test_a_record_that_is_not_there_is_one_sentence(pressmark: Pressmark) -> None:
    ended = pressmark("show", "zzzz")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("Error: There is no record “zzzz”")


def test_extract_needs_no_archive_and_adds_nothing(pressmark: Pressmark, tmp_path: Path) -> None:
    pressmark.root = tmp_path / "nowhere"
    write(tmp_path / "ferry.txt")
    found = pressmark("extract", tmp_path / "ferry.txt", "--json")
    assert found.status == 0
    assert set(found.json) == {
        "title", "outlet", "language", "text", "source", "authors", "date", "modified",
        "contributors", "url", "basis", "candidates",
    }  # fmt: skip
    assert found.json["basis"]["author"] == "byline"
    assert found.json["title"] == "The ferry stopped"
    assert found.json["authors"] == ["Ana Ruiz"]
    assert found.json["date"] is None
    assert {"property": "author", "value": "By Ana Ruiz", "where": "byline"} in found.json[
        "candidates"
    ]
    assert not pressmark.root.exists()


def test_extract_goes_on_after_a_file_it_cannot_read(pressmark: Pressmark, tmp_path: Path) -> None:
    write(tmp_path / "empty.txt", "")
    write(tmp_path / "good.txt")
    found = pressmark(
        "extract", tmp_path / "empty.txt", tmp_path / "gone", tmp_path / "good.txt", "--json"
    )
    assert found.status == 1
    assert len(found.lines) == 1
    assert "gone: the file cannot be read" in found.err


def test_authorities_go_in_and_come_out_again(pressmark: Pressmark, tmp_path: Path) -> None:
    table = "kind,id,heading,variants,equivalents,same_as,time_zone,note,replaced_by\n" + (
        "outlet,ledger,The Ledger,Ledger; Orvenia Ledger,,,,,\n"
    )
    imported = pressmark("authorities", "import", write(tmp_path / "outlets.csv", table))
    assert imported.err == "1 authorities read, 1 new or changed.\n"
    assert pressmark("authorities", "export").out == table


def test_of_several_authority_files_with_one_bad_none_is_imported(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    good = write(tmp_path / "good.csv", "kind,id,heading\noutlet,a,A\n")
    bad = write(tmp_path / "bad.csv", "kind,id,heading\nstar,a,A\n")
    imported = pressmark("authorities", "import", good, bad)
    assert imported.status == 2
    assert "bad.csv, line 2, kind: “star”" in imported.err
    assert pressmark("authorities", "export").lines == [
        "kind,id,heading,variants,equivalents,same_as,time_zone,note,replaced_by"
    ]
