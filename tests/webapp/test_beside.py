from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from archive.record import Description, Record
from indexer.answer import Aligned, RelatedRecord
from webapp.beside import Piece, beside, who_was_first

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def record(id: str, date: str | None) -> Record:
    return Record(id, 1, NOW, Description(issued=date), {}, (), None)


HERE, THERE = record("here", "2024-09-18"), record("there", "2024-09-20")
ALIGNED = (
    Aligned("cut", "Only here. ", ""),
    Aligned("added", "", "Only there. "),
    Aligned("kept", "The bridge is shut.", "the bridge is shut;"),
)


def related(**changes: Any) -> RelatedRecord:
    values: dict[str, Any] = {
        "record": THERE, "title": "Shut", "outlet": None, "date": "2024-09-20",
        "republication": False, "words": 9, "first": "here", "sureness": "certain",
        "decided": None, "passages": (),
    }  # fmt: skip
    return RelatedRecord(**(values | changes))


def test_what_the_later_text_lacks_is_left_out_and_what_it_has_alone_is_added() -> None:
    columns = beside(ALIGNED, HERE, "here")
    assert columns.here == (
        Piece("left out", "Only here. "),
        Piece("shared", "The bridge is shut."),
    )
    assert columns.there == (Piece("added", "Only there. "), Piece("shared", "the bridge is shut;"))
    assert not columns.swapped


def test_the_earlier_text_stands_first() -> None:
    columns = beside(ALIGNED, HERE, "there")
    assert columns.swapped
    assert [each.kind for each in columns.here] == ["added", "shared"]
    assert [each.kind for each in columns.there] == ["left out", "shared"]


def test_where_nobody_knows_who_was_first_nothing_is_left_out_or_added() -> None:
    columns = beside(ALIGNED, HERE, None)
    assert [each.kind for each in (*columns.here, *columns.there)] == [
        "only here", "shared", "only here", "shared",
    ]  # fmt: skip


def test_what_stands_around_a_passage_is_neither_left_out_nor_added() -> None:
    between = (ALIGNED[2], Aligned("cut", "Yet. ", ""), ALIGNED[2], Aligned("added", "", "End."))
    columns = beside((*ALIGNED, *between), HERE, "here", passage=True)
    assert [each.kind for each in columns.here] == [
        "around", "shared", "shared", "left out", "shared",
    ]  # fmt: skip
    assert [each.kind for each in columns.there] == [
        "around", "shared", "shared", "shared", "around",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "This record was first, by publication date: 18 September 2024 here, "
            "20 September 2024 there.",
        ),
        (
            {"first": "there", "sureness": "uncertain", "date": "2024-09"},
            "The other record was probably first, but the dates are not exact: "
            "18 September 2024 here, September 2024 there.",
        ),
        (
            {"first": "there", "sureness": "confirmed"},
            "The other record was first, as a person confirmed.",
        ),
        (
            {"first": None, "sureness": "undated", "date": None},
            "Which was first cannot be told: one of the two has no date.",
        ),
        (
            {"first": None, "sureness": "uncertain"},
            "Which was first cannot be told: both may be of the same day.",
        ),
    ],
)
def test_who_was_first_is_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert who_was_first(related(**changes), HERE) == sentence


def page(client: FlaskClient, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "lxml")


def test_a_record_shows_shared_passages_side_by_side(sample: FlaskClient) -> None:
    found = page(sample, '/?q="a stretcher has no nationality" outlet:casterne')
    hit = str(found.select(".found h3 a")[0]["href"])
    soup = page(sample, hit)
    first = soup.select(".related li")[0]
    assert first.select("h3")[0].get_text() == "Statement on the suspension of Permit 17"
    assert "The other record was first, by publication date" in first.get_text()
    (earlier, later) = first.select(".beside .column")
    assert not earlier.select("del")  # what stands around a passage is not left out
    assert later.select("ins .vh")[0].get_text().strip() == "added:"
    assert earlier.select(".around")
    assert later.select(".around")
    assert "because a stretcher has no nationality" in earlier.select(".kept")[-1].get_text()
    opened = page(sample, str(earlier.select(".whose a")[0]["href"]))
    assert "stretcher has no nationality" in opened.select("#passage")[0].get_text()

    whole = page(sample, str(first.select("details > p > a")[0]["href"]))
    assert whole.select("h1")[0].get_text() == "Two texts side by side"
    assert len(whole.select(".column")) == 2
    assert whole.select("del .vh")[0].get_text().strip() == "left out:"
    assert whole.select("ins .vh")[0].get_text().strip() == "added:"
    for link in whole.select(".scope a"):
        assert whole.select(f"{link['href']}.kept") == whole.select(str(link["href"]))
    assert [link["href"] for link in whole.select(".scope a")] == ["#shared-here", "#shared-there"]


def test_what_is_folded_is_told_and_can_be_opened(sample: FlaskClient) -> None:
    soup = page(sample, "/?q=gauge")
    assert "2 of them folded as republications" in soup.select("[role=status]")[0].get_text()
    again = soup.select("details.again")[0]
    assert again.select("summary")[0].get_text() == "1 republication"
    opened = page(sample, str(again.select("li a")[0]["href"]))
    assert "A republication:" in opened.select(".related")[0].get_text()


def test_two_records_that_share_nothing_are_not_compared(sample: FlaskClient) -> None:
    ids = [
        str(a["href"]).rpartition("/")[2]
        for q in ("permit", "ice")
        for a in page(sample, f"/?q=title:{q}&equivalents=off").select(".found h3 a")
    ]
    one, other = (each.partition("?")[0] for each in (ids[0], ids[-1]))
    assert sample.get(f"/r/{one}/beside/{other}").status_code == 404
    assert sample.get(f"/r/{one}/beside/{one}").status_code == 404
    assert sample.get(f"/r/{one}/beside/nothing").status_code == 404


def test_texts_that_may_not_be_shown_are_not_compared(sample: FlaskClient) -> None:
    closed = page(sample, "/?q=title:%22river+builds%22").select(".found h3 a")[0]["href"]
    soup = page(sample, str(closed))
    assert soup.select(".related li")
    assert not soup.select(".related .beside")
    here = str(closed).partition("?")[0]
    other = str(soup.select(".related h3 a")[0]["href"]).rpartition("/")[2]
    assert sample.get(f"{here}/beside/{other}").status_code == 403
