from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import update

from archive.catalogue import extracts, records, schema
from archive.home import Home
from archive.record import Extract
from tests.archive.readers.test_pdf import pdf
from tests.quayside import Archive, build, command, look_at
from webapp.app import create_app
from webapp.services import open_services


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status
    return BeautifulSoup(response.text, "lxml")


def described(soup: BeautifulSoup) -> dict[str, str]:
    rows = soup.select("table.description tbody tr")
    return {
        row.select("th")[0].get_text(): " ".join(row.select("td")[0].get_text(" ").split())
        for row in rows
    }


def test_a_record_shows_what_it_says_and_where_each_value_was_found(
    client: FlaskClient, quayside: Archive
) -> None:
    soup = page(client, f"/r/{quayside.ids['valves.html']}")
    assert soup.select("h1")[0].get_text() == "Who opened the valves?"
    assert described(soup) == {
        "Title": "Who opened the valves? in the original: h1",
        "Outlet": "Eastern Telegraph manifest",
        "Date": "September 2024 (2024-09) manifest",
        "Author": "Tomas Brenner Ilse Varga manifest",
        "Language": "English (en) manifest",
        "Stance": "board: critical commission: supportive manifest",
    }
    assert soup.select("link[rel=canonical]")[0]["href"] == (
        f"https://archive.example/r/{quayside.ids['valves.html']}"
    )


def test_what_nobody_stated_stays_open(client: FlaskClient, quayside: Archive) -> None:
    shown = described(page(client, f"/r/{quayside.ids['noise.bin']}"))
    assert {shown[name] for name in ("Outlet", "Date", "Author", "Stance")} == {"not stated"}


def test_uncertain_dates_are_shown_as_such(client: FlaskClient, quayside: Archive) -> None:
    shown = described(page(client, f"/r/{quayside.ids['hostile.html']}"))
    assert shown["Date"] == "2025 (uncertain) (2025?) manifest"


def test_a_snippet_leads_to_its_passage_with_every_hit_marked(
    client: FlaskClient,
) -> None:
    found = page(client, "/?q=bridge&outlet=The+Quay+Courier")
    href = str(found.select("a.snippet")[0]["href"])
    soup = page(client, href)
    (passage,) = soup.select("#passage")
    assert (passage.name, passage.get_text()) == ("mark", "bridge")
    assert "joint commission were turned back" in soup.select(".passage")[0].get_text()
    hits = soup.select(".text .hit")
    assert [each["id"] for each in hits] == ["hit-1", "hit-2"]
    assert {each.get_text() for each in soup.select(".text mark")} == {"bridge"}
    assert soup.select(".back a")[0]["href"] == "/?q=bridge&outlet=The+Quay+Courier"


def test_first_next_and_previous_hit_are_plain_links(
    client: FlaskClient, quayside: Archive
) -> None:
    soup = page(client, f"/r/{quayside.ids['logs.html']}?q=bridge")
    assert [a["href"] for a in soup.select(".reading-head a")] == [
        "#hit-1", "#originals", "#related",
    ]  # fmt: skip
    assert [a["href"] for a in soup.select(".text a.next")] == ["#hit-2"]
    assert [a["href"] for a in soup.select(".text a.previous")] == ["#hit-1"]


@pytest.mark.parametrize(
    "extra",
    ["at=5", "at=-1-4", "at=9-2", "at=0-99999999", "at=1-5&extract=999999", "extract=x",
     "at=%00", "extract=-1", "at=1-5&extract=9999999999999999999999", "q=%22open", "q=AND"],
)  # fmt: skip
def test_what_is_wrong_in_the_address_only_opens_the_page(
    client: FlaskClient, quayside: Archive, extra: str
) -> None:
    soup = page(client, f"/r/{quayside.ids['valves.html']}?{extra}")
    assert not soup.select("#passage")
    assert soup.select(".text p")


def test_the_extract_of_another_record_is_not_shown(client: FlaskClient, quayside: Archive) -> None:
    for number in range(1, 30):
        text = client.get(f"/r/{quayside.ids['valves.html']}?extract={number}").text
        assert "quicksilver" not in text


def test_an_earlier_reading_is_shown_with_a_notice(
    tmp_path: Path, now: Callable[[], datetime]
) -> None:
    archive = build(tmp_path / "home", tmp_path / "sources")
    services = open_services(archive.home)
    record_id, digest = archive.ids["bare.txt"], archive.digests["bare.txt"]
    with services.catalogue.writing() as connection:
        record = records.get(connection, record_id)
        assert record is not None
        newer = extracts.add(
            connection, digest, Extract("plain/99", "The bridge, read better."), at=now()
        )
        table = schema.record
        connection.execute(update(table).where(table.c.id == record_id).values(extract_id=newer))
    client = create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()
    old = page(client, f"/r/{record_id}?extract={record.extract_id}&at=0-6&q=bridge")
    assert "earlier reading" in old.select(".note")[0].get_text()
    assert old.select("#passage")[0].get_text() == "bridge"
    new = page(client, f"/r/{record_id}?at=0-6&extract={newer}")
    assert "read better" in new.select(".text")[0].get_text()
    assert not new.select(".note")
    services.catalogue.close()


def test_originals_are_told_with_size_digest_type_and_role(
    client: FlaskClient, quayside: Archive
) -> None:
    soup = page(client, f"/r/{quayside.ids['denial.txt']}")
    link = soup.select("a.original")[0]
    digest = quayside.digests["denial.txt"]
    assert link["href"] == f"/r/{quayside.ids['denial.txt']}/original/{digest}"
    facts = soup.select(".facts")[0].get_text()
    assert digest in facts
    assert "principal, text/plain" in facts
    assert "denial.txt" in facts


def test_history_and_provenance_say_who_and_when(client: FlaskClient, quayside: Archive) -> None:
    soup = page(client, f"/r/{quayside.ids['valves.html']}")
    entries = [each.get_text() for each in soup.select(".history li")]
    assert len(entries) == 2
    assert "received as valves.html" in entries[0]
    assert "revision 1: added" in entries[1]
    stated = [row.get_text(" ") for row in soup.select(".evidence tbody tr")]
    assert any("board:critical" in row and "manifest" in row for row in stated)


def test_what_contradicts_the_record_is_shown_as_not_settled(tmp_path: Path) -> None:
    archive = build(tmp_path / "home", tmp_path / "sources")
    manifest = tmp_path / "sources" / "second.csv"
    manifest.write_text("file,outlet\nlogs.html,Harbour Wire\n", encoding="utf-8")
    assert command(archive.home.root, "add", manifest.parent, "--manifest", manifest) == 1
    services = open_services(archive.home)
    client = create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()
    soup = page(client, f"/r/{archive.ids['logs.html']}")
    assert described(soup)["Outlet"] == "The Quay Courier manifest"
    stated = [" ".join(row.get_text(" ").split()) for row in soup.select(".evidence tbody tr")]
    assert [row for row in stated if row.startswith("Outlet")] == [
        "Outlet Harbour Wire manifest received with logs.html; "
        "contradicts what is held, not yet settled",
        "Outlet The Quay Courier manifest received with logs.html",
    ]
    services.catalogue.close()


def test_an_original_without_text_says_why(client: FlaskClient, quayside: Archive) -> None:
    soup = page(client, f"/r/{quayside.ids['noise.bin']}")
    assert "No text could be extracted" in soup.select(".note")[0].get_text()
    assert soup.select("a.original")


def test_only_snippets_of_a_restricted_record_are_shown(
    client: FlaskClient, quayside: Archive
) -> None:
    for query in ("", "?q=bridge", "?q=bridge&at=0-500", "?extract=1&at=0-500"):
        soup = page(client, f"/r/{quayside.ids['closed.html']}{query}")
        assert not soup.select(".text")
        assert not soup.select("a.original")
        assert 1 <= len(soup.select("blockquote.snippet")) <= 3
    assert soup.select("table.description")


def test_a_snippet_goes_on_only_where_text_follows(client: FlaskClient, quayside: Archive) -> None:
    soup = page(client, f"/r/{quayside.ids['closed.html']}?q=bridge")
    snippets = [each.get_text() for each in soup.select("blockquote.snippet")]
    assert sum(not each.endswith("…") for each in snippets) == 1


def test_the_pages_of_a_pdf_are_told_beside_its_text_and_its_passages(tmp_path: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "weir.pdf"
    path.write_bytes(pdf(("The weir", "Water over the weir."), ("A heron came.",), ("It left.",)))
    assert command(home, "init") == 0
    assert command(home, "add", path) == 0
    record_id = look_at(Home(home)).ids["weir.pdf"]
    for verb in (("exclude",), ("stance", "code")):
        said = ("ferry:critical",) if verb[0] == "stance" else ()
        asked = (*verb, record_id, *said, "--quote", "A heron came.", "--reason", "no news")
        assert command(home, *asked) == 0
    services = open_services(Home(home))
    client = create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()
    shown = page(client, f"/r/{record_id}")
    assert [(each["id"], each["data-page"]) for each in shown.select(".text [data-page]")] == [
        ("page-1", "Page 1"),
        ("page-2", "Page 2"),
        ("page-3", "Page 3"),
    ]
    assert shown.select("#page-2")[0].get_text() == "A heron came."
    assert shown.select(".not-searched li")[0].get_text().endswith(", page 2")
    assert "A heron came., page 2" in shown.select(".evidence")[0].get_text()
    opened = page(client, str(page(client, "/?q=left").select("a.snippet")[0]["href"]))
    assert opened.select(".reading-head a[href='#passage']")[0].get_text() == "Passage, page 3"
    services.catalogue.close()


def test_a_long_text_comes_in_parts(tmp_path: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "ledger.txt"
    paragraph = "The clerk wrote down every barrel that went over the weir. " * 20
    entries = [f"Entry {number}. {paragraph}" for number in range(1, 1001)]
    entries[700] += " Then the heron came."
    path.write_text("\n\n".join(entries), encoding="utf-8")
    assert command(home, "init") == 0
    assert command(home, "add", path) == 0
    record_id = look_at(Home(home)).ids["ledger.txt"]
    services = open_services(Home(home))
    client = create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()

    whole = page(client, f"/r/{record_id}")
    assert [each.get_text() for each in whole.select(".parts p")] == ["Part 1 of 3"] * 2
    assert whole.select("a[rel=next]")[0]["href"] == f"/r/{record_id}?part=2#text"
    assert not whole.select("a[rel=prev]")
    shown = []
    for number in range(1, 4):
        part = page(client, f"/r/{record_id}?part={number}")
        assert sum(len(each.get_text()) for each in part.select(".text p")) <= 400_000
        shown += [each.get_text().split(".")[0] for each in part.select(".text p")]
    assert shown == [f"Entry {number}" for number in range(1, 1001)]

    snippet = page(client, "/?q=heron").select("a.snippet")[0]
    opened = page(client, str(snippet["href"]))
    assert opened.select(".parts p")[0].get_text() == "Part 3 of 3"
    assert opened.select("#passage")[0].get_text() == "heron"
    assert opened.select(".reading-head a")[0]["href"] == "#hit-1"
    first = page(client, f"/r/{record_id}?q=heron&part=1")
    assert first.select(".reading-head a")[0]["href"] == f"/r/{record_id}?q=heron&part=3#hit-1"
    assert not first.select("mark")
    for odd in ("0", "9", "x", "-1", "9" * 40):
        assert page(client, f"/r/{record_id}?q=heron&part={odd}").select("#hit-1")
    services.catalogue.close()
