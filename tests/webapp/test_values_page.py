"""The page of all values of a facet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from archive import ingest
from archive.catalogue.database import open_catalogue
from archive.founding import begin_archive
from archive.originals import Originals
from archive.record import Statement
from archive.submission import from_bytes
from archive.values import described
from indexer.update import update
from webapp.app import create_app
from webapp.services import open_services

OUTLETS = [f"Quay Post {letter}{number:02}" for letter in "éDCBA" for number in range(50)]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Of 251 records; each is of another outlet, but two of `Quay Post A00`, and two of none."""
    home, _ = begin_archive(tmp_path_factory.mktemp("values") / "home")
    catalogue = open_catalogue(home)
    given = []
    for number, outlet in enumerate(["", "", *OUTLETS, "Quay Post A00"]):
        said = (Statement("publisher", outlet, "manifest"),) if outlet else ()
        text = f"Ferry {number} of the harbour."
        name = f"{number}.txt"
        given.append(from_bytes(text.encode(), name, name, said, described(said)))
    added = ingest.add(
        given, catalogue, Originals(home), agent="a", now=lambda: datetime(2026, 1, 2, tzinfo=UTC)
    )
    assert all(outcome.good for outcome in added)
    update(home, catalogue)
    catalogue.close()
    app = create_app(open_services(home), base_url=None, trusted_hosts=["localhost"])
    return app.test_client()


def page(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status
    return BeautifulSoup(response.text, "lxml")


def listed(soup: BeautifulSoup) -> list[str]:
    return [" ".join(each.get_text().split()) for each in soup.select(".choices .choice")]


def test_a_search_page_shows_a_few_values_and_leads_to_the_others(client: FlaskClient) -> None:
    soup = page(client, "/?q=ferry")
    assert listed(soup)[:2] == ["Quay Post A00 2 records", "Quay Post A01 1 record"]
    assert len(soup.select("#facet-outlet .choice")) == 9  # one of them "not stated"
    button = soup.select("#facet-outlet .more button")[0]
    assert button.get_text() == "242 more, A–Z"
    assert (button["form"], button["formaction"]) == ("search", "/values/outlet")


def test_what_is_chosen_stays_on_the_search_page_however_rare(client: FlaskClient) -> None:
    soup = page(client, "/?outlet=Quay+Post+D49&not_outlet=Quay+Post+C07")
    assert "Quay Post D49 1 record" in listed(soup)
    assert "Quay Post C07 left out 1 record" in listed(soup)
    assert soup.select("#facet-outlet .more button")[0].get_text() == "240 more, A–Z"


def test_values_are_listed_by_name_with_their_counts_a_page_at_a_time(client: FlaskClient) -> None:
    soup = page(client, "/values/outlet?q=ferry")
    assert listed(soup)[:2] == ["Quay Post A00 2 records", "Quay Post A01 1 record"]
    assert listed(soup)[-1] == "Quay Post D49 1 record"
    assert soup.select("[role=status]")[0].get_text() == "251 values page 1 of 2"
    rest = page(client, str(soup.select('[rel="next"]')[0]["href"]))
    assert len(listed(rest)) == 51
    assert listed(rest)[0] == "Quay Post é00 1 record"
    assert listed(rest)[-1] == "not stated 2 records"


def test_values_can_be_listed_by_count(client: FlaskClient) -> None:
    soup = page(client, "/values/outlet?by=records&find=a")
    assert listed(soup)[0] == "Quay Post A00 2 records"
    assert soup.select('.orders [aria-current="true"]')[0].get_text() == "Most records"


def test_finding_among_values_keeps_their_order(client: FlaskClient) -> None:
    button = page(client, "/values/outlet?by=records").select(".searchline button")[0]
    assert (button["name"], button["value"]) == ("by", "records")
    assert "name" not in page(client, "/values/outlet").select(".searchline button")[0].attrs


def test_values_are_found_by_a_part_of_them_whatever_their_marks(client: FlaskClient) -> None:
    soup = page(client, "/values/outlet?find=POST+E0")
    assert [each.split()[2] for each in listed(soup)] == [f"é{number:02}" for number in range(10)]


def test_ticks_on_values_that_are_not_listed_are_carried_along(client: FlaskClient) -> None:
    soup = page(
        client, "/values/outlet?q=ferry&outlet=Quay+Post+A01&outlet=Quay+Post+é01&find=A0&from=2020"
    )
    hidden = [(each["name"], each["value"]) for each in soup.select('#search [type="hidden"]')]
    assert hidden == [("q", "ferry"), ("outlet", "Quay Post é01"), ("from", "2020")]
    assert [each["value"] for each in soup.select("[checked]")] == ["Quay Post A01"]


def test_a_value_is_left_out_by_its_link(client: FlaskClient) -> None:
    soup = page(client, "/values/outlet?q=ferry&find=A00")
    assert soup.select("a.other")[0]["href"] == "/?q=ferry&not_outlet=Quay+Post+A00"


def test_nothing_found_and_a_page_too_far_are_said(client: FlaskClient) -> None:
    assert "No value is found." in page(client, "/values/outlet?find=zzz").get_text()
    assert "There is no page 9." in page(client, "/values/outlet?page=9").get_text()


def test_an_unknown_facet_is_not_found_and_a_wrong_query_is_told(client: FlaskClient) -> None:
    page(client, "/values/shelf", 404)
    assert "cannot be understood" in page(client, '/values/outlet?q="ferry', 400).get_text()
