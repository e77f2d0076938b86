from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from archive.authority import Authority
from archive.formulas import defused
from archive.record import Access, Description, Record, Stance
from archive.values import plain
from indexer.answer import Hit, Passage
from indexer.exporting.export import Export
from indexer.exporting.formats import FORMATS
from indexer.headings import headings_of
from indexer.presenting import hit_as_json
from indexer.state import SearchState

PERSON = Authority("person", "ilse-varga", "Ilse Varga", variants=("Varga, Ilse",))
EXPORT = Export(
    SearchState(q="sluice"),
    "https://archive.example",
    date(2026, 1, 15),
    headings_of([PERSON]),
)
WRITTEN = {each.name: each.written for each in FORMATS}


def hit(
    title: str | None = "Sluice logs", outlet: str | None = "The Quay Courier", number: int = 0
) -> Hit:
    record = Record(
        id=f"4r9zk2m0c7h{number}",
        revision=1,
        added=datetime(2026, 1, 2, tzinfo=UTC),
        description=Description(
            title=title,
            publisher=outlet,
            issued="2024-08/..",
            creator=("Varga, Ilse", "Desk"),
            language="en",
            collection=("Quays", "=Logs"),
            url="https://courier.example/logs",
            stance=(Stance("board", "critical"),),
        ),
        basis={},
        originals=(),
        extract_id=5,
    )
    return Hit(
        record=record,
        score=1.5,
        title=title,
        title_marks=(),
        outlet=outlet,
        authors=("Ilse Varga", "Desk"),
        date="2024-08/..",
        stances=("board:critical",),
        access=Access.OPEN,
        passages=(Passage(10, 22, "the\u2028sluice\nat", ((4, 10),)),),
        more=0,
    )


def rows(text: str) -> list[list[str]]:
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def test_results_as_csv() -> None:
    header, row = rows("".join(WRITTEN["csv"]([hit()], EXPORT)))
    assert dict(zip(header, row, strict=True)) == {
        "id": "4r9zk2m0c7h0",
        "title": "Sluice logs",
        "outlet": "The Quay Courier",
        "authors": "Ilse Varga; Desk",
        "date": "2024-08/..",
        "stance": "board:critical",
        "language": "en",
        "collection": "Quays;' =Logs",
        "url": "https://courier.example/logs",
        "permalink": "https://archive.example/r/4r9zk2m0c7h0",
        "access": "open",
        "snippet": "the sluice at",
        "snippet_start": "10",
        "snippet_end": "22",
        "snippet_link": "https://archive.example/r/4r9zk2m0c7h0"
        "?q=sluice&at=10-22&extract=5#passage",
    }


def test_lines_of_csv_end_as_rfc_4180_says() -> None:
    text = "".join(WRITTEN["csv"]([hit('Said "no", twice'), hit(None, None)], EXPORT))
    assert text.count("\r\n") == len(text.splitlines()) == 3
    assert ',"Said ""no"", twice",' in text
    assert rows(text)[2][1:3] == ["", ""]


def test_results_as_json_lines_are_those_of_the_search() -> None:
    text = "".join(WRITTEN["jsonl"]([hit(), hit("\x85\u202e\ud800")], EXPORT))
    first, second = text.splitlines()
    expected = hit_as_json(hit(), EXPORT.state, EXPORT.base_url)
    assert json.loads(first) == json.loads(json.dumps(expected))
    assert json.loads(second)["title"] == "\x85\u202e\ud800"
    assert text.encode()


def test_results_as_references_are_under_the_preferred_headings() -> None:
    (read,) = rispy.loads("".join(WRITTEN["ris"]([hit()], EXPORT)))
    assert read["authors"] == ["Varga, Ilse", "Desk"]
    assert read["urls"] == ["https://archive.example/r/4r9zk2m0c7h0"]
    first, second = json.loads("".join(WRITTEN["csl"]([hit(), hit("Two", None)], EXPORT)))
    assert first["author"] == [{"family": "Varga", "given": "Ilse"}, {"literal": "Desk"}]
    assert "container-title" not in second
    written = "".join(WRITTEN["bibtex"]([hit(number=n) for n in range(3)], EXPORT))
    assert list(parse_string(written, "bibtex").entries) == [
        "varga-4r9zk2m0c7h0", "varga-4r9zk2m0c7h1", "varga-4r9zk2m0c7h2",
    ]  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_an_export_takes_one_hit_at_a_time(name: str) -> None:
    taken = 0

    def many() -> Iterator[Hit]:
        nonlocal taken
        while True:
            taken += 1
            yield hit(number=taken)

    pieces = WRITTEN[name](many(), EXPORT)
    for _ in range(50):
        next(pieces)
    assert taken <= 50


@pytest.mark.parametrize("name", WRITTEN)
def test_no_results_are_a_file_too(name: str) -> None:
    text = "".join(WRITTEN[name]([], EXPORT))
    assert text.count("\n") == {"csv": 1, "csl": 1}.get(name, 0)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        (' "=1', "'\"=1"),
        ("'=1", "''=1"),
        ("＝1", "'＝1"),
        ("＠x", "'＠x"),
        ("\u200b\ufeff=1", "'\u200b\ufeff=1"),
        ("a; =1", "a;' =1"),
        ('a";=cmd', "a\";'=cmd"),
        ("a\x00\x1b[31m", "a[31m"),
        ("2024-08/..", "2024-08/.."),
        ("../2024", "../2024"),
        ("1 + 1 = 2, e-mail: a@b.example", "1 + 1 = 2, e-mail: a@b.example"),
        ("“-5 degrees”", "“-5 degrees”"),
        ("", ""),
    ],
)
def test_a_cell_that_could_be_a_formula_is_defused(text: str, cell: str) -> None:
    assert defused(text) == cell


@given(st.text() | st.text(alphabet="=+-@;\"' \t\r\n,＝＋a"))
def test_no_text_forges_a_cell_a_line_or_a_formula(title: str) -> None:
    text = "".join(WRITTEN["csv"]([hit(title), hit()], EXPORT))
    header, row, last = rows(text)
    assert len(row) == len(header)
    assert last[1] == "Sluice logs"
    for apart in row[1].split(";"):
        assert apart.strip(' "\u200b\ufeff')[:1] not in tuple("=+-@＝＋－＠")
    assert row[1].replace("'", "") == plain(title).replace("'", "")


@given(st.text())
def test_json_lines_are_lines_for_every_reader(title: str) -> None:
    text = "".join(WRITTEN["jsonl"]([hit(title)], EXPORT))
    (line,) = text.splitlines()
    assert json.loads(line)["title"] == title
