"""All results of a search, as files and as a feed; and how the archive is asked."""

from __future__ import annotations

import csv
import http.client
import io
import json
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import rispy
import waitress.server
from flask import Flask, Response
from flask.testing import FlaskClient
from pybtex.database import parse_string

from webapp.app import create_app
from webapp.pages.results import ExportBroken, _whole_or_cut
from webapp.services import Services

SITE = "https://archive.example"
ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(services: Services) -> FlaskClient:
    app = create_app(
        services, base_url=SITE, trusted_hosts=["localhost", "127.0.0.1"], clock=lambda: NOON
    )
    return app.test_client()


@pytest.fixture(scope="module")
def found(site: FlaskClient) -> list[str]:
    answer = site.get("/api/v1/search?q=bridge&limit=100").json
    assert answer
    return [hit["id"] for hit in answer["hits"]]


@pytest.mark.parametrize(
    ("form", "media_type", "extension"),
    [
        ("csv", "text/csv", "csv"),
        ("jsonl", "application/jsonl", "jsonl"),
        ("ris", "application/x-research-info-systems", "ris"),
        ("bibtex", "application/x-bibtex", "bib"),
        ("csl", "application/vnd.citationstyles.csl+json", "json"),
    ],
)
def test_results_are_a_file_with_a_name_that_tells_its_day(
    site: FlaskClient, form: str, media_type: str, extension: str
) -> None:
    response = site.get(f"/search.{form}?q=bridge")
    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    told = response.headers["Content-Disposition"]
    assert told == f"attachment; filename=pressmark-2026-03-01.{extension}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_every_format_has_the_records_of_the_search_in_its_order(
    site: FlaskClient, found: list[str]
) -> None:
    def of(form: str) -> str:
        return site.get(f"/search.{form}?q=bridge").get_data(as_text=True)

    assert len(found) == 5
    assert [row["id"] for row in csv.DictReader(io.StringIO(of("csv").lstrip("\ufeff")))] == found
    assert [json.loads(line)["id"] for line in of("jsonl").splitlines()] == found
    assert [each["urls"][0].rpartition("/")[2] for each in rispy.loads(of("ris"))] == found
    entries = parse_string(of("bibtex"), "bibtex").entries
    assert [key.rpartition("-")[2] for key in entries] == found
    assert [each["id"] for each in json.loads(of("csl"))] == found


def test_addresses_in_a_file_are_absolute(site: FlaskClient, found: list[str]) -> None:
    assert f"{SITE}/r/{found[0]}" in site.get("/search.csv?q=bridge").get_data(as_text=True)


@pytest.mark.parametrize("form", ["csv", "jsonl", "ris", "bibtex", "csl", "atom"])
def test_a_query_that_is_not_understood_is_no_file(site: FlaskClient, form: str) -> None:
    for query in ("q=%22", "from=2025-02-30"):
        response = site.get(f"/search.{form}?{query}")
        assert (response.status_code, response.mimetype) == (400, "text/html")


@pytest.mark.parametrize("path", ["/search.xls", "/search.", "/search.csv.csv", "/search.CSV"])
def test_other_formats_do_not_exist(site: FlaskClient, path: str) -> None:
    assert site.get(path).status_code == 404


def test_a_feed_has_the_newest_first_under_absolute_addresses(
    site: FlaskClient, found: list[str]
) -> None:
    response = site.get("/search.atom?q=bridge&sort=oldest&page=2")
    assert response.mimetype == "application/atom+xml"
    feed = ET.fromstring(response.data)
    assert feed.findtext(f"{ATOM}id") == f"{SITE}/search.atom?q=bridge"
    assert (feed.findtext(f"{ATOM}title") or "").startswith("Pressmark: Records matching bridge")
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    assert links["alternate"] == f"{SITE}/?q=bridge"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 5
    published = [each.findtext(f"{ATOM}published") or "" for each in entries]
    assert published == sorted(published, reverse=True)
    addresses = {link.get("href") for each in entries for link in each.findall(f"{ATOM}link")}
    assert addresses == {f"{SITE}/r/{each}" for each in found}


def test_a_feed_of_nothing_is_a_feed_and_the_same_each_time(site: FlaskClient) -> None:
    first, second = (site.get("/search.atom?q=zeppelin") for _ in range(2))
    assert first.data == second.data
    assert ET.fromstring(first.data).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_without_a_public_address_the_request_says_where_the_site_is(services: Services) -> None:
    app = create_app(services, base_url=None, trusted_hosts=["localhost"])
    headers = {"Host": "localhost:8000"}
    feed = ET.fromstring(app.test_client().get("/search.atom?q=bridge", headers=headers).data)
    assert feed.findtext(f"{ATOM}id") == "http://localhost:8000/search.atom?q=bridge"


def test_a_browser_learns_how_to_ask(site: FlaskClient) -> None:
    response = site.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    urls = ET.fromstring(response.data).findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert [each.get("template") for each in urls] == [
        f"{SITE}/?q={{searchTerms}}",
        f"{SITE}/search.atom?q={{searchTerms}}",
    ]


def broken() -> Iterator[str]:
    yield "one\n"
    raise ValueError("".join(("quick", "silver")))


def test_trouble_in_the_middle_cuts_the_file_and_tells_no_more_than_its_kind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pieces = _whole_or_cut(broken(), "/search.csv")
    assert next(pieces) == "one\n"
    with pytest.raises(ExportBroken, match="ValueError") as caught:
        next(pieces)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert "ValueError at /search.csv" in caplog.text
    assert "quicksilver" not in caplog.text


def test_a_file_that_was_cut_does_not_look_whole() -> None:
    app = Flask("cut")

    @app.get("/")
    def cut() -> Response:
        return Response(_whole_or_cut(broken(), "/"))

    server = waitress.server.create_server(app, host="127.0.0.1", port=0)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=60)
    connection.request("GET", "/")
    response = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead):
        response.read()
    connection.close()
    server.close()
    serving.join(60)
