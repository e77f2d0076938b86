"""`pressmark search` and the librarian's verbs, as the contract with other programs says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Pressmark
from tests.test_documentation import commands
from webapp.cli import pressmark as pressmark_group

MANIFEST = """file,title,outlet,date,author,language,stance,access
one.txt,The ferry stops,The Ledger,2021-03-05,Ana Ruiz,en,water-authority:critical,
two.txt,A word from the authority,Courier,2021-04,,en,water-authority:supportive; guild:critical,
three.txt,Le bac s’arrête,L’Écho,2022?,Łukasz Żak; Ana Ruiz,fr,,
four.txt,Staff note,,,,en,,staff
five.txt,An open end,The Ledger,2022-08/..,,en,,
"""
TEXTS = {
    "one.txt": "The cable ferry stopped on Monday. The court spoke of unimpeded movement.",
    "two.txt": "Ferries are unsafe. Movement is unimpeded, the authority said of the ferry.",
    "three.txt": "Le bac s’est arrêté lundi. On parle de Xankəndi et du Haut-Marais.",
    "four.txt": "Only the staff may read of the ferry.",
    "five.txt": "The ferry will run again.",
}


@pytest.fixture
def archive(pressmark: Pressmark, tmp_path: Path) -> Pressmark:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "manifest.csv").write_text(MANIFEST, encoding="utf-8")
    assert pressmark("add", folder, "--manifest", folder / "manifest.csv").status == 0
    return pressmark


def titles(archive: Pressmark, *arguments: str) -> list[str]:
    found = archive("search", *arguments, "--json")
    assert found.status == 0, found.err
    assert found.json["total"] >= len(found.json["hits"])
    return sorted(hit["title"] for hit in found.json["hits"])


ONE, TWO, THREE = "The ferry stops", "A word from the authority", "Le bac s’arrête"
FOUR, FIVE = "Staff note", "An open end"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"unimpeded movement"', [ONE]),
        ("“unimpeded movement”", [ONE]),
        ("unimpeded movement", [TWO, ONE]),
        ("ferry", [TWO, FIVE, FOUR, ONE]),
        ("ferry -court", [TWO, FIVE, FOUR]),
        ("court OR staff", [FOUR, ONE]),
        ("ferry AND NOT (court OR staff)", [TWO, FIVE]),
        ("Xankendi", [THREE]),
        ("arrete", [THREE]),
        ("Haut-Marais", [THREE]),
        ("author:zak", [THREE]),
        ("author:Żak", [THREE]),
        ('author:"Ana Ruiz"', [THREE, ONE]),
        ("author:none", [TWO, FIVE, FOUR]),
        ('outlet:"The Ledger"', [FIVE, ONE]),
        ("outlet:none", [FOUR]),
        ('stance:"water-authority:critical"', [ONE]),
        ("stance:critical", [TWO, ONE]),
        ("stance:none", [FIVE, THREE, FOUR]),
        ("date:2021-03", [ONE]),
        ("date:2021-04..2022", [TWO, FIVE, THREE]),
        ("date:none", [FOUR]),
        ("unimp*", [TWO, ONE]),
        ("mo*nt", [TWO, ONE]),
        ("fery~", [TWO, FIVE, FOUR, ONE]),
        ("stopped NEAR/1 Monday", [ONE]),
        ("stopped NEAR/0 Monday", []),
        ("=Movement", [TWO]),
        ("=Xankəndi", [THREE]),
        ("=Xankendi", []),
        ("title:ferry", [ONE]),
        ("nowhere", []),
        ("-ferry", [THREE]),
        ("-horse", [TWO, FIVE, THREE, FOUR, ONE]),
    ],
)
def test_a_query_finds_what_it_asks_for(
    archive: Pressmark, query: str, expected: list[str]
) -> None:
    assert titles(archive, query) == sorted(expected)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--outlet", "The Ledger"), [FIVE, ONE]),
        (("--outlet", "the ledger"), [FIVE, ONE]),
        (("--outlet", "Ledger", "--outlet", "Courier"), [TWO, FIVE, ONE]),
        (("--outlet", "none"), [FOUR]),
        (("--author", "zak"), [THREE]),
        (("--author", "Ana Ruiz", "--outlet", "The Ledger"), [ONE]),
        (("--stance", "water-authority:critical"), [ONE]),
        (("--stance", "critical"), [TWO, ONE]),
        (("--not-outlet", "The Ledger"), [TWO, THREE, FOUR]),
        (("--not-outlet", "The Ledger", "--not-outlet", "none"), [TWO, THREE]),
        (("--outlet", "The Ledger", "--not-author", "none"), [ONE]),
        (("--not-stance", "guild:critical", "--language", "en"), [FIVE, FOUR, ONE]),
        (("--date", "2021"), [TWO, ONE]),
        (("--date", "2021-04..2022-01"), [TWO, THREE]),
        (("--date", "2025.."), [FIVE]),
        (("--date", "..2021-03"), [ONE]),
        (("--outlet", "Nobody"), []),
    ],
)
def test_options_narrow_the_search(
    archive: Pressmark, options: tuple[str, ...], expected: list[str]
) -> None:
    assert titles(archive, "", *options) == sorted(expected)


def test_the_shape_of_the_answer_is_a_contract(archive: Pressmark) -> None:
    answer = archive("search", '"unimpeded movement"', "--json").json
    assert set(answer) == {
        "total", "folded", "hits", "facets", "notes", "equivalents", "suggestions",
    }  # fmt: skip
    (hit,) = answer["hits"]
    assert set(hit) == {
        "id", "href", "title", "title_marks", "outlet", "authors", "date", "stance", "access",
        "score", "snippets", "more", "why", "republications",
    }  # fmt: skip
    assert (hit["title"], hit["outlet"], hit["date"]) == (ONE, "The Ledger", "2021-03-05")
    assert (hit["authors"], hit["stance"]) == (["Ana Ruiz"], ["water-authority:critical"])
    (snippet,) = hit["snippets"]
    assert set(snippet) == {"text", "start", "end", "marks", "href"}
    assert [snippet["text"][a:b] for a, b in snippet["marks"]] == ["unimpeded movement"]
    assert snippet["href"].startswith(f"/r/{hit['id']}?q=")
    assert snippet["href"].endswith("#passage")
    assert set(answer["facets"]) == {
        "outlet", "author", "date", "stance", "language", "collection",
    }  # fmt: skip
    assert answer["facets"]["outlet"] == [
        {"value": "The Ledger", "label": "The Ledger", "count": 1}
    ]
    assert answer["facets"]["collection"] == [{"value": None, "label": "not stated", "count": 1}]


def test_what_is_not_stated_is_null(archive: Pressmark) -> None:
    (hit,) = archive("search", "staff", "--json").json["hits"]
    assert (hit["outlet"], hit["date"], hit["authors"], hit["stance"]) == (None, None, [], [])


def test_a_facet_counts_as_if_it_were_not_filtered_on(archive: Pressmark) -> None:
    facets = archive("search", "ferry", "--outlet", "The Ledger", "--json").json["facets"]
    assert facets["outlet"] == [
        {"value": "The Ledger", "label": "The Ledger", "count": 2, "chosen": True},
        {"value": "Courier", "label": "Courier", "count": 1},
        {"value": None, "label": "not stated", "count": 1},
    ]
    assert facets["author"] == [
        {"value": "Ana Ruiz", "label": "Ana Ruiz", "count": 1},
        {"value": None, "label": "not stated", "count": 1},
    ]


def test_an_interval_counts_in_each_year_it_overlaps(archive: Pressmark) -> None:
    counts = archive("search", "--json").json["facets"]["date"]
    by_year = {each["value"]: each["count"] for each in counts}
    assert by_year["2021"] == 2
    assert by_year["2022"] == 2
    assert by_year["2024"] == 1
    assert by_year[None] == 1


def test_total_counts_all_matches_whatever_the_limit(archive: Pressmark) -> None:
    answer = archive("search", "ferry", "--limit", "1", "--offset", "1", "--json").json
    assert (answer["total"], len(answer["hits"])) == (4, 1)
    assert archive("search", "ferry", "--limit", "0", "--json").json["total"] == 4
    assert archive("search", "ferry", "--offset", "99", "--json").json["hits"] == []


def test_newest_and_oldest_put_undated_records_last(archive: Pressmark) -> None:
    def order(sort: str) -> list[str]:
        return [h["title"] for h in archive("search", "--sort", sort, "--json").json["hits"]]

    assert order("newest") == [THREE, FIVE, TWO, ONE, FOUR]
    assert order("oldest") == [ONE, TWO, THREE, FIVE, FOUR]


def test_no_hits_is_no_error(archive: Pressmark) -> None:
    found = archive("search", "zeppelin", "--json")
    assert (found.status, found.json["total"], found.json["hits"]) == (0, 0, [])


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ('ferry "unclosed', "^"),
        ("AND", "^^^"),
        ("((", "^"),
        ("*a*", "^"),
        ("date:2025-02-29", "^"),
        ("f*", "^"),
        ("x" * 100_000, "^"),
    ],
)
def test_what_cannot_be_understood_is_shown_with_a_caret_and_advice(
    archive: Pressmark, query: str, place: str
) -> None:
    ended = archive("search", query, "--json")
    assert (ended.status, ended.out) == (2, "")
    message, shown, carets, advice, *literal = ended.err.splitlines()
    assert message.startswith("Error: ")
    assert len(shown) < 80
    assert carets.strip().startswith(place)
    assert len(carets) <= len(shown) + 1
    assert len(advice) > 10
    assert all(line.startswith("Or search for the words alone: ") for line in literal)


@pytest.mark.parametrize("dates", ["2025-02-29", "2024..2023", "yesterday", "2021-13.."])
def test_an_impossible_date_option_is_the_users_mistake(archive: Pressmark, dates: str) -> None:
    ended = archive("search", "ferry", "--date", dates)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(("Error: These dates", "Error: The dates"))


def test_a_kept_out_value_stays_among_the_counts(archive: Pressmark) -> None:
    facets = archive("search", "ferry", "--not-outlet", "Courier", "--json").json["facets"]
    assert facets["outlet"] == [
        {"value": "The Ledger", "label": "The Ledger", "count": 2},
        {"value": "Courier", "label": "Courier", "count": 1, "excluded": True},
        {"value": None, "label": "not stated", "count": 1},
    ]


@pytest.mark.parametrize(
    ("dates", "bars"),
    [
        (
            (),
            [
                {"value": "2021", "count": 2, "certain": 2, "possible": 0},
                {"value": "2022", "count": 2, "certain": 1, "possible": 1},
                {"value": "2023", "count": 1, "certain": 0, "possible": 1},
                {"value": "2024", "count": 1, "certain": 0, "possible": 1},
                {"value": "2025", "count": 1, "certain": 0, "possible": 1},
                {"value": "2026", "count": 1, "certain": 0, "possible": 1},
                {"value": None, "count": 1},
            ],
        ),
        (
            ("--date", "2021"),
            [
                {"value": "2021-03", "count": 1, "certain": 1, "possible": 0},
                {"value": "2021-04", "count": 1, "certain": 1, "possible": 0},
                {"value": None, "count": 1},
            ],
        ),
    ],
)
def test_dates_are_counted_with_what_is_certain_apart(
    archive: Pressmark, dates: tuple[str, ...], bars: list[dict[str, object]]
) -> None:
    assert archive("search", "", *dates, "--json").json["facets"]["date"] == bars


def test_every_bar_yields_what_it_counts(archive: Pressmark) -> None:
    for around in ("", "2021", "2022", "2026", "2021-03", "2022-08"):
        bars = archive("search", "", "--date", around, "--json").json["facets"]["date"]
        for bar in bars:
            if bar["value"] is not None:
                found = archive("search", "", "--date", bar["value"], "--limit", "0", "--json")
                assert found.json["total"] == bar["count"] == bar["certain"] + bar["possible"]


def test_each_hit_says_why_it_matches(archive: Pressmark) -> None:
    hits = archive("search", "ferry Xankendi stop*", "--any", "--json").json["hits"]
    whys = {
        hit["title"]: [(e["typed"], e["way"], e["found"], e["count"]) for e in hit["why"]]
        for hit in archive("search", "ferries OR Xankendi OR stop*", "--json").json["hits"]
    }
    assert {hit["title"] for hit in hits} == whys.keys()
    assert whys[THREE] == [("Xankendi", "folding", ["Xankəndi"], 1)]
    assert whys[ONE] == [
        ("ferries", "stem", ["ferry"], 2),
        ("stop*", "wildcard", ["stops", "stopped"], 2),
    ]
    assert whys[TWO] == [("ferries", "literal", ["Ferries"], 1), ("ferries", "stem", ["ferry"], 1)]


PLACES = """kind,id,heading,variants,equivalents
place,marsh,Haut-Marais / High Marsh,,Haut-Marais; High Marsh; Oberried
"""


def test_equivalent_names_are_sought_together_unless_switched_off(
    archive: Pressmark, tmp_path: Path
) -> None:
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    assert archive("authorities", "import", tmp_path / "places.csv").status == 0
    found = archive("search", "oberried", "--json").json
    assert [hit["title"] for hit in found["hits"]] == [THREE]
    (set_of_names,) = found["equivalents"]
    assert (set_of_names["typed"], set_of_names["others"]) == (
        "Oberried",
        ["Haut-Marais", "High Marsh"],
    )
    (reason,) = found["hits"][0]["why"]
    assert (reason["way"], reason["found"]) == ("equivalence", ["Haut-Marais"])
    assert titles(archive, "oberried", "--no-equivalents") == []
    (lens,) = archive("search", "oberried", "--names", "--json").json
    assert lens["names"] == ["Haut-Marais", "High Marsh", "Oberried"]
    counts = {"Haut-Marais": 1, "High Marsh": 0, "Oberried": 0}
    assert lens["rows"] == [{"outlet": "L’Écho", "counts": counts}]


def test_the_grid_counts_outlets_by_position(archive: Pressmark) -> None:
    grid = archive("search", "ferry", "--grid", "water-authority", "--json").json
    assert grid["columns"] == [
        "water-authority:supportive",
        "water-authority:neutral",
        "water-authority:critical",
        "water-authority:mixed",
        None,
    ]
    cells = {(cell["outlet"], cell["stance"]): cell["count"] for cell in grid["cells"]}
    assert cells == {
        ("The Ledger", "water-authority:critical"): 1,
        ("The Ledger", None): 1,
        ("Courier", "water-authority:supportive"): 1,
        (None, None): 1,
    }
    (best,) = [c["best"] for c in grid["cells"] if c["stance"] == "water-authority:critical"]
    assert best["title"] == ONE
    assert best["snippet"]["text"].startswith("The cable ferry stopped")


def test_a_slip_of_the_pen_is_offered_the_words_that_are_there(archive: Pressmark) -> None:
    answer = archive("search", '"unimpeded movment"', "--json").json
    assert answer["total"] == 0
    assert answer["suggestions"] == [{"q": '"unimpeded movement"', "total": 1}]


@pytest.mark.parametrize(
    ("format", "beginning"),
    [
        ("csv", "\ufeffid,title,outlet,authors,date"),
        ("jsonl", '{"id": "'),
        ("ris", "TY  - NEWS"),
        ("bibtex", "@article{"),
        ("csl", "[\n{"),
    ],
)
def test_all_results_can_be_taken_along(archive: Pressmark, format: str, beginning: str) -> None:
    written = archive("search", "unimpeded movement", "--format", format)
    assert written.status == 0
    assert written.out.startswith(beginning)
    assert written.out.count("The ferry stops") == written.out.count(TWO) == 1


def test_a_cited_search_has_one_address(archive: Pressmark) -> None:
    first = archive("search", "ferry", "--cite", PRESSMARK_BASE_URL="https://archive.example")
    assert first.out.startswith("https://archive.example/s/")
    assert len(first.lines) == 1
    again = archive("search", "ferry", "--cite", PRESSMARK_BASE_URL="https://archive.example")
    assert again.out == first.out
    other = archive("search", "bac", "--cite", PRESSMARK_BASE_URL="https://archive.example")
    assert other.out != first.out


@pytest.mark.parametrize(
    "options",
    [("--names", "--cite"), ("--grid", "guild", "--format", "csv"), ("--cite", "--json")],
)
def test_ways_to_answer_that_exclude_each_other_are_refused(
    archive: Pressmark, options: tuple[str, ...]
) -> None:
    assert archive("search", "ferry", *options).status == 2


def test_a_target_that_nobody_takes_a_position_to_is_told(archive: Pressmark) -> None:
    ended = archive("search", "ferry", "--grid", "nosuch")
    assert "towards “nosuch”; targets: guild, water-authority" in ended.err


def test_a_prefix_of_too_many_words_is_refused_with_advice(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    text = " ".join(f"ferry{n}" for n in range(300))
    (tmp_path / "many.txt").write_text(text)
    pressmark("add", tmp_path / "many.txt")
    ended = pressmark("search", "straße Ferry*")
    assert ended.status == 2
    assert "“Ferry*” stands for more than 200 words" in ended.err
    assert ended.err.splitlines()[1:3] == ["straße Ferry*", "       ^^^^^^"]


def test_for_people_the_answer_is_lines_that_cannot_steer_a_terminal(
    pressmark: Pressmark, tmp_path: Path
) -> None:
    (tmp_path / "x.txt").write_text(
        "The \x1b[31m ferry \x1b]0;title\x07 is red, \x9b2J gone.\n" + "It runs again. " * 20
    )
    pressmark("add", tmp_path / "x.txt")
    found = pressmark("search", "ferry")
    assert "ferry" in found.out
    assert not set(found.out) & set("\x1b\x07\x9b")


def test_links_are_absolute_where_the_site_has_an_address(archive: Pressmark) -> None:
    found = archive("search", "court", "--json", PRESSMARK_BASE_URL="https://archive.example/")
    href = found.json["hits"][0]["snippets"][0]["href"]
    assert href.startswith("https://archive.example/r/")


def test_update_and_reindex_tell_what_they_did(archive: Pressmark) -> None:
    assert archive("update").err == "0 records indexed.\n"
    assert archive("reindex").err == "5 records indexed; the new index answers now.\n"
    assert titles(archive, "court") == [ONE]


COMMANDS = [name.removeprefix("pressmark ") for name, _ in commands(pressmark_group)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_ends_with_an_example(pressmark: Pressmark, command: str) -> None:
    shown = pressmark(*command.split(), "--help")
    assert shown.status == 0
    assert f"pressmark {command}" in shown.out.strip().rpartition("Example:")[2]
