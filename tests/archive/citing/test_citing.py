from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from archive.citing.bibtex import bibtex
from archive.citing.citation import Citation, citation_of
from archive.citing.csl import csl
from archive.citing.formats import REFERENCE_FORMATS
from archive.citing.names import Name, name_told
from archive.citing.prose import prose
from archive.citing.ris import ris
from archive.record import Description, Record, Stance
from archive.values import plain

FULL = Description(
    title="Who opened the valves?",
    publisher="Eastern Telegraph",
    issued="2024-09-18",
    creator=("Brenner, Tomas", "Desk of the East"),
    language="en",
    url="https://telegraph.example/valves_1",
    stance=(Stance("board", "critical"),),
)


def citation(**values: object) -> Citation:
    record = Record(
        id="4r9zk2m0c7ht",
        revision=1,
        added=datetime(2026, 1, 2, tzinfo=UTC),
        description=replace(FULL, **values),  # type: ignore[arg-type]
        basis={},
        originals=(),
        extract_id=None,
    )
    return citation_of(
        record,
        permalink="https://archive.example/r/4r9zk2m0c7ht",
        accessed=date(2026, 1, 15),
    )


def test_a_record_as_ris() -> None:
    assert ris(citation()).split("\r\n") == [
        "TY  - NEWS",
        "ID  - 4r9zk2m0c7ht",
        "TI  - Who opened the valves?",
        "AU  - Brenner, Tomas",
        "AU  - Desk of the East",
        "T2  - Eastern Telegraph",
        "PB  - Eastern Telegraph",
        "PY  - 2024",
        "DA  - 2024/09/18/",
        "LA  - en",
        "UR  - https://archive.example/r/4r9zk2m0c7ht",
        "Y2  - 2026/01/15/",
        "DB  - Pressmark",
        "AN  - 4r9zk2m0c7ht",
        "N1  - Published at https://telegraph.example/valves_1",
        "N1  - Stance, as coded in the archive: board:critical",
        "ER  - ",
        "",
        "",
    ]


def test_a_record_as_bibtex() -> None:
    assert bibtex(citation(title="Fish & 50% {off}", url=None, stance=())) == (
        "@article{brenner2024-4r9zk2m0c7ht,\n"
        "  author = {Brenner, Tomas and {Desk of the East}},\n"
        "  title = {{Fish \\& 50\\% \\textbraceleft{}off\\textbraceright{}}},\n"
        "  journal = {Eastern Telegraph},\n"
        "  year = {2024},\n"
        "  date = {2024-09-18},\n"
        "  language = {en},\n"
        "  url = {https://archive.example/r/4r9zk2m0c7ht},\n"
        "  urldate = {2026-01-15},\n"
        "  annote = {Pressmark 4r9zk2m0c7ht},\n"
        "  month = sep,\n"
        "}\n\n"
    )


def test_a_record_as_csl() -> None:
    assert csl(citation()) == {
        "id": "4r9zk2m0c7ht",
        "type": "article-newspaper",
        "title": "Who opened the valves?",
        "author": [{"family": "Brenner", "given": "Tomas"}, {"literal": "Desk of the East"}],
        "container-title": "Eastern Telegraph",
        "issued": {"date-parts": [[2024, 9, 18]]},
        "accessed": {"date-parts": [[2026, 1, 15]]},
        "language": "en",
        "URL": "https://archive.example/r/4r9zk2m0c7ht",
        "archive": "Pressmark",
        "archive_location": "4r9zk2m0c7ht",
        "annote": "Published at https://telegraph.example/valves_1. "
        "Stance, as coded in the archive: board:critical",
    }


def test_a_record_in_prose() -> None:
    assert prose(citation()) == (
        "Brenner, Tomas; Desk of the East. “Who opened the valves?”. Eastern Telegraph, "
        "18 September 2024. https://telegraph.example/valves_1. "
        "Pressmark, https://archive.example/r/4r9zk2m0c7ht (accessed 15 January 2026)."
    )


NOTHING = {
    "title": None, "publisher": None, "issued": None, "creator": (), "language": None,
    "url": None, "stance": (),
}  # fmt: skip


def test_what_is_not_stated_is_said_in_prose_and_left_out_elsewhere() -> None:
    bare = citation(**NOTHING)
    assert prose(bare) == (
        "[no author stated]. [no title stated]. [no outlet stated], [no date stated]. "
        "Pressmark, https://archive.example/r/4r9zk2m0c7ht (accessed 15 January 2026)."
    )
    (read,) = rispy.loads(ris(bare))
    assert set(read) == {
        "type_of_reference", "id", "urls", "access_date", "name_of_database", "accession_number",
    }  # fmt: skip
    assert bibtex(bare).startswith("@misc{4r9zk2m0c7ht,\n  url = ")
    assert set(csl(bare)) == {"id", "type", "accessed", "URL", "archive", "archive_location"}


def test_a_supplied_title_keeps_its_brackets_and_a_stated_one_cannot_close_its_quotes() -> None:
    assert "[Notice on the quay]. Eastern" in prose(citation(title="[Notice on the quay]"))
    forged = prose(citation(title="A”. The Other Paper, 1999. “B"))
    assert "“A’. The Other Paper, 1999. ‘B”. Eastern Telegraph" in forged


@pytest.mark.parametrize(
    ("issued", "in_ris", "in_bibtex", "in_csl"),
    [
        ("2024", ["PY  - 2024", "DA  - 2024///"], ["2024", "2024"], {"date-parts": [[2024]]}),
        (
            "2024-09-18T10:00:00Z",
            ["PY  - 2024", "DA  - 2024/09/18/"],
            ["2024", "2024-09-18", "sep"],
            {"date-parts": [[2024, 9, 18]]},
        ),
        (
            "2025?",
            ["PY  - 2025", "DA  - 2025///2025 (uncertain)"],
            ["2025", "2025?"],
            {"date-parts": [[2025]], "circa": True},
        ),
        (
            "2024-08/..",
            ["DA  - ///August 2024 or later"],
            ["2024-08/.."],
            {"literal": "August 2024 or later"},
        ),
        ("../2024", ["DA  - ///2024 or earlier"], ["../2024"], {"literal": "2024 or earlier"}),
        (
            "2024-08/2024-09~",
            ["PY  - 2024", "DA  - 2024///August 2024 to about September 2024"],
            ["2024", "2024-08/2024-09~"],
            {"date-parts": [[2024, 8], [2024, 9]], "circa": True},
        ),
        (
            "2021-22",
            ["PY  - 2021", "DA  - 2021///summer 2021"],
            ["2021", "2021-22"],
            {"literal": "summer 2021"},
        ),
        ("202X", ["DA  - ///202X"], ["202X"], {"literal": "202X"}),
        ("[2021,2022]", ["DA  - ///[2021,2022]"], [], {"literal": "[2021,2022]"}),
        ("no date", ["DA  - ///no date"], [], {"literal": "no date"}),
    ],
)
def test_a_date_claims_no_more_than_is_stated(
    issued: str, in_ris: list[str], in_bibtex: list[str], in_csl: dict[str, object]
) -> None:
    cited = citation(issued=issued)
    lines = ris(cited).split("\r\n")
    assert [line for line in lines if line[:2] in ("PY", "DA")] == in_ris
    (entry,) = parse_string(bibtex(cited), "bibtex").entries.values()
    named = [entry.fields.get(name) for name in ("year", "date")]
    months = [line.split()[2][:-1] for line in bibtex(cited).splitlines() if "month" in line]
    assert [value for value in (*named, *months) if value] == in_bibtex
    assert csl(cited)["issued"] == in_csl


def test_a_date_that_the_fields_cannot_say_is_in_the_remarks() -> None:
    assert citation(issued="2024-08/..").remarks[0] == "Date: August 2024 or later (2024-08/..)"


@pytest.mark.parametrize(
    ("name", "spellings", "told"),
    [
        ("Varga, Ilse", (), Name("Varga, Ilse", "Varga", "Ilse")),
        ("Ilse Varga", ("I. Varga", "varga, Ilse"), Name("Ilse Varga", "varga", "Ilse")),
        ("Ilse Varga", ("Holt, Ilse",), Name("Ilse Varga")),
        ("Smith, Jones, and Sons", (), Name("Smith, Jones, and Sons")),
        ("Red Crescent", (), Name("Red Crescent")),
    ],
)
def test_a_family_name_is_told_and_never_guessed(
    name: str, spellings: tuple[str, ...], told: Name
) -> None:
    assert name_told(name, spellings) == told


def test_an_and_in_a_name_makes_no_second_author() -> None:
    cited = citation(creator=("Black and White", "Sand, And", "Land and Sea, Ltd"))
    (entry,) = parse_string(bibtex(cited), "bibtex").entries.values()
    assert len(entry.persons["author"]) == 3


FORGERY = "A title\nER  - \nTY  - NEWS\nTI  - Forged"
HOSTILE = st.one_of(
    st.text(),
    st.text(alphabet="}{\\@\"=,%&$#_~^ \n\r\t\u2028\x85\x1e\x00\u202eand-TYER"),
    st.sampled_from(
        [FORGERY, FORGERY.replace("\n", "\r\n"), FORGERY.replace("\n", "\u2028"),
         "}, author = {Forged", "a}}\n}\n@misc{forged,", "\\} \\{ \\", "\ud800\u202eevil"]
    ),
)  # fmt: skip
DESCRIPTIONS = st.fixed_dictionaries(
    {
        "title": HOSTILE,
        "publisher": HOSTILE,
        "creator": st.lists(HOSTILE, max_size=3).map(tuple),
        "issued": st.one_of(HOSTILE, st.sampled_from(["2024", "2024-08/.."])),
        "language": HOSTILE,
        "url": HOSTILE,
    }
)
_BACK = {
    "\\textbackslash{}": "\\", "\\textbraceleft{}": "{", "\\textbraceright{}": "}",
    "\\textasciitilde{}": "~", "\\textasciicircum{}": "^",
    "\\%": "%", "\\&": "&", "\\$": "$", "\\#": "#", "\\_": "_",
}  # fmt: skip


def unescaped(latex: str) -> str:
    def pieces(rest: str) -> Iterator[str]:
        while rest:
            command = next((c for c in _BACK if rest.startswith(c)), rest[0])
            yield _BACK.get(command, command)
            rest = rest[len(command) :]

    return "".join(pieces(latex))


@given(DESCRIPTIONS)
def test_no_text_forges_a_record_or_a_field_in_ris(values: dict[str, object]) -> None:
    cited = citation(**values)
    (read,) = rispy.loads(ris(cited) + ris(citation()))[:-1]
    assert read.get("title", "") == plain(str(values["title"]))
    assert read.get("secondary_title", "") == plain(str(values["publisher"]))
    assert read.get("authors", []) == [name.inverted for name in cited.authors]
    assert read["urls"] == ["https://archive.example/r/4r9zk2m0c7ht"]
    assert "unknown_tag" not in read
    assert len(ris(cited).splitlines()) == ris(cited).count("\r\n")


@given(DESCRIPTIONS)
def test_no_text_forges_a_record_or_a_field_in_bibtex(values: dict[str, object]) -> None:
    cited = citation(**values)
    first, second = parse_string(
        bibtex(cited) + bibtex(citation(creator=("Last",))), "bibtex"
    ).entries.values()
    assert second.fields["title"] == "{Who opened the valves?}"
    # The parser collapses nothing but the white space that is one space already.
    assert unescaped(first.fields.get("title", "{}")[1:-1]) == plain(str(values["title"]))
    assert unescaped(first.fields.get("journal", "")) == plain(str(values["publisher"]))
    assert set(first.fields) <= {
        "title", "journal", "year", "date", "language", "url", "urldate", "annote", "month",
    }  # fmt: skip
    assert len(first.persons.get("author", ())) == len(cited.authors)


@given(DESCRIPTIONS)
def test_no_text_forges_anything_in_csl_or_prose(values: dict[str, object]) -> None:
    cited = citation(**values)
    (array,) = [f for f in REFERENCE_FORMATS if f.name == "csl"]
    first, second = json.loads("".join(array.written([cited, citation()])))
    assert first.get("title", "") == plain(str(values["title"]))
    assert second == csl(citation())
    line = prose(cited)
    assert line.splitlines() == [line]
    assert line.encode()
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_formats_have_names_of_their_own_and_write_any_number() -> None:
    assert [f.name for f in REFERENCE_FORMATS] == ["ris", "bibtex", "csl"]
    assert ["".join(f.written([])) for f in REFERENCE_FORMATS] == ["", "", "[]\n"]
