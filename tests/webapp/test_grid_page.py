from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer.answer import Passage
from webapp.pages.grid import COLUMNS, _cut


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status
    return BeautifulSoup(response.text, "lxml")


def words(text: str) -> str:
    return " ".join(text.split())


def test_outlets_stand_by_their_stances_with_the_best_passage(client: FlaskClient) -> None:
    soup = page(client, "/grid?q=bridge&target=board")
    columns = [each.get_text() for each in soup.select("table.grid thead th[scope=col]")]
    assert columns == ["Outlet", "supportive", "neutral", "critical", "mixed", "no position stated"]
    cells = {
        row.select("th[scope=row]")[0].get_text(): [words(td.get_text()) for td in row.select("td")]
        for row in soup.select("table.grid tbody tr")
    }
    assert list(cells)[-1] == "outlet not stated"
    courier = cells["The Quay Courier"]
    assert courier[2].startswith("1 record (The Quay Courier, critical)")
    assert "turned back at the bridge" in courier[2]
    assert [courier[n] for n in (0, 1, 3, 4)] == ["nothing found"] * 4
    assert cells["River Review"][4].startswith("1 record")
    (mark,) = soup.select("table.grid tbody tr:first-child mark")[:1]
    assert mark.get_text() == "bridge"


@pytest.mark.parametrize(
    "search",
    ["", "q=bridge", "q=bridge&not_outlet=River+Review", "stance=commission%3Asupportive",
     "q=bridge&stance=board%3Acritical&stance=none", "not_stance=board%3Acritical&from=2024"],
)  # fmt: skip
@pytest.mark.parametrize("target", ["board", "commission", "nobody"])
def test_every_count_leads_to_what_it_counts(client: FlaskClient, search: str, target: str) -> None:
    counts = page(client, f"/grid?{search}&target={target}").select("a.tally")
    assert counts
    for count in counts:
        found = page(client, str(count["href"]))
        total = found.select("[role=status]")[0].get_text().split()[0]
        assert total == count.get_text().split()[0], count["href"]


def test_another_target_can_be_chosen(client: FlaskClient) -> None:
    soup = page(client, "/grid?q=bridge&sort=oldest")
    options = {str(each["value"]): each.has_attr("selected") for each in soup.select("option")}
    assert options == {"board": True, "commission": False}
    kept = {str(each["name"]): str(each["value"]) for each in soup.select("form input")}
    assert kept == {"q": "bridge", "sort": "oldest"}


def test_a_search_that_finds_nothing_has_no_grid(client: FlaskClient) -> None:
    soup = page(client, "/grid?q=zeppelin")
    assert soup.select(".note")[0].get_text() == "This search finds no record."
    assert not soup.select("table")


@pytest.mark.parametrize("path", ["/grid", "/grid.csv", "/names"])
@pytest.mark.parametrize(("query", "place"), [("q=%22x", ".mistake"), ("from=x", "#span-error")])
def test_what_is_wrong_with_the_search_is_said_as_on_its_page(
    client: FlaskClient, path: str, query: str, place: str
) -> None:
    assert page(client, f"{path}?{query}", 400).select(place)


def test_the_grid_is_a_table_to_take_along(client: FlaskClient) -> None:
    link = page(client, "/grid?q=bridge&target=board").select("a[href*='.csv']")[0]["href"]
    assert link == "/grid.csv?q=bridge&target=board"
    response = client.get(str(link))
    assert response.mimetype == "text/csv"
    assert response.text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(response.text[1:])))
    assert rows[0] == list(COLUMNS)
    courier = next(r for r in rows if r[:3] == ["The Quay Courier", "board", "critical"])
    assert courier[3] == "1"
    assert "bridge" in courier[5]
    assert courier[6].startswith("https://archive.example/r/")
    assert courier[7].startswith("https://archive.example/r/")
    empty = next(r for r in rows if r[:3] == ["The Quay Courier", "board", "mixed"])
    assert empty[3:] == ["0", "", "", "", ""]


def test_a_passage_is_cut_around_its_first_mark() -> None:
    text = "word " * 60 + "bridge and the rest of it. " + "word " * 60
    start = text.index("bridge")
    whole = Passage(100, 100 + len(text), text, ((start, start + 6),))
    cut = _cut(whole)
    (mark,) = cut.marks
    assert cut.text[slice(*mark)] == "bridge"
    assert cut.text == text[cut.start - 100 : cut.end - 100]
    assert len(cut.text) <= 160
    assert mark[0] <= 40
    short = Passage(0, 5, "a mob", ((0, 1),))
    assert _cut(short) is short
    unbroken = Passage(0, 900, "x" * 900, ((0, 900),))
    assert _cut(unbroken).text == "x" * 900
