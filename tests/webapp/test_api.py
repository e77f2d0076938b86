"""The API beside its document: what it answers and what it says of mistakes."""

from __future__ import annotations

import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.audience import Audience
from indexer.presenting import answer_as_json, grid_as_json, naming_as_json
from indexer.state import SearchState
from tests.quayside import Archive
from webapp.app import create_app
from webapp.services import Services

SITE = "https://archive.example"


@pytest.fixture
def own(services: Services) -> FlaskClient:
    """A site of its own, whose throttle has counted nothing."""
    app = create_app(services, base_url=SITE, trusted_hosts=["localhost"])
    return app.test_client()


def test_a_search_is_answered_as_on_the_command_line(
    client: FlaskClient, services: Services
) -> None:
    state = SearchState(q="bridge")
    answer = services.search.search(state, audience=Audience.READER, limit=10)
    assert client.get("/api/v1/search?q=bridge").json == answer_as_json(answer, state, SITE)
    grid = services.search.grid(state, "board", audience=Audience.READER)
    found = client.get("/api/v1/grid?q=bridge&target=board").json
    assert found == grid_as_json(grid, state, SITE)
    lenses = services.search.naming(state, audience=Audience.READER)
    assert client.get("/api/v1/names?q=bridge").json == naming_as_json(lenses)


def test_pages_go_from_one_to_the_next(client: FlaskClient) -> None:
    whole = client.get("/api/v1/search?limit=100").json
    assert whole
    ids: list[str] = []
    address: str | None = "/api/v1/search?limit=3"
    while address:
        response = client.get(address)
        assert response.json
        ids += [hit["id"] for hit in response.json["hits"]]
        links = " ".join(response.headers.getlist("Link"))
        following = re.search(rf'<{SITE}([^>]+)>; rel="next"', links)
        address = following[1] if following else None
    assert ids == [hit["id"] for hit in whole["hits"]]
    assert 'rel="prev"' in links
    assert client.get("/api/v1/search?limit=3&page=99").json["hits"] == []
    counts = client.get("/api/v1/search?limit=0")
    assert counts.json == {**counts.json, "hits": [], "total": whole["total"]}
    assert "Link" not in counts.headers


def test_a_query_that_is_not_understood_is_told_where_and_what_to_do(client: FlaskClient) -> None:
    response = client.get('/api/v1/search?q=bridge "aid')
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
    assert response.json == {
        "type": f"{SITE}/help",
        "title": "The query cannot be understood",
        "status": 400,
        "detail": "A quotation mark is opened here and never closed.",
        "advice": 'Close it with ", or leave it out.',
        "position": 7,
        "length": 1,
        "literal": "bridge aid",
    }


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("query=bridge", ["query"]),
        ("page=0", ["page"]),
        ("page=1001", ["page"]),
        ("page=%D9%A1", ["page"]),
        ("limit=101", ["limit"]),
        ("limit=-1&page=x", ["limit", "page"]),
        ("limit=", ["limit"]),
        ("sort=best", ["sort"]),
        ("mode=all", ["mode"]),
        ("equivalents=on", ["equivalents"]),
        ("outlet=", ["outlet"]),
        ("q=a&q=b", ["q"]),
        ("target=board", ["target"]),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused_by_name(
    client: FlaskClient, query: str, named: list[str]
) -> None:
    response = client.get(f"/api/v1/search?{query}")
    assert response.status_code == 400
    assert response.json
    assert response.json["parameters"] == named


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/search?from=2025-02-30", 400),
        ("GET", "/api/v1/search?from=2025&to=2024", 400),
        ("GET", "/api/v1/records/nothing", 404),
        ("GET", "/api/v1/records/%00%ff", 404),
        ("GET", "/api/v1/searches/nothing", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/", 404),
        ("DELETE", "/api/v1/search", 405),
        ("GET", "/api/v1/searches", 405),
        ("POST", "/api/v1/searches", 415),
    ],
)
def test_every_error_is_a_problem(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json
    assert response.json["status"] == status
    assert response.json["detail"].endswith(".")
    assert ("Allow" in response.headers) is (status == 405)


def test_a_name_that_is_not_the_sites_is_a_problem_too(client: FlaskClient) -> None:
    response = client.get("/api/v1/search", headers={"Host": "elsewhere.example"})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_a_failure_is_told_without_detail(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(services, base_url=None, trusted_hosts=["localhost"])

    @app.get("/api/fails")
    def fails() -> str:
        raise RuntimeError("".join(("quick", "silver")))

    response = app.test_client().get("/api/fails")
    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert "quicksilver" not in response.text + caplog.text


@pytest.mark.parametrize(
    "path", ["/api/v1/search?q=bridge", "/api/v1/openapi.json", "/search.atom", "/opensearch.xml"]
)
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{40}"', tag)
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)


def test_a_record_is_told_with_its_basis_and_history(
    client: FlaskClient, quayside: Archive
) -> None:
    found = client.get(f"/api/v1/records/{quayside.ids['valves.html']}").json
    assert found
    assert found["href"] == f"{SITE}/r/{quayside.ids['valves.html']}"
    assert (found["outlet"], found["date"]) == ("Eastern Telegraph", "2024-09")
    assert found["basis"]["date"] == "manifest"
    assert found["originals"][0]["sha256"] == quayside.digests["valves.html"]
    assert [revision["reason"] for revision in found["history"]] == ["added"]
    assert "nineteen per cent" in found["text"]


def test_marks_are_ranges_of_the_text(client: FlaskClient, quayside: Archive) -> None:
    path = f"/api/v1/records/{quayside.ids['denial.txt']}/text"
    found = client.get(f"{path}?q=bridge+safe").json
    assert found
    assert [found["text"][start:end] for start, end in found["marks"]] == ["bridge", "safe"]
    assert client.get(path).json["marks"] == []
    assert client.get(f"{path}?q=%22").status_code == 400


def test_where_no_text_was_extracted_there_is_none(client: FlaskClient, quayside: Archive) -> None:
    path = f"/api/v1/records/{quayside.ids['noise.bin']}"
    assert client.get(path).json["text"] is None
    assert client.get(f"{path}/text").status_code == 404


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("text", "text/plain", "Tomas Brenner; Ilse Varga."),
        ("ris", "application/x-research-info-systems", "TY  - "),
        ("bibtex", "application/x-bibtex", "@article{"),
        ("csl", "application/vnd.citationstyles.csl+json", "["),
    ],
)
def test_a_record_is_cited_alike_in_the_api_and_beside_its_page(
    client: FlaskClient, quayside: Archive, form: str, media_type: str, begins: str
) -> None:
    valves = quayside.ids["valves.html"]
    told = client.get(f"/api/v1/records/{valves}/citation?format={form}")
    file = client.get(f"/r/{valves}/cite?format={form}")
    assert told.mimetype == file.mimetype == media_type
    assert told.data == file.data
    assert told.text.startswith(begins)
    assert f"{SITE}/r/{valves}" in told.text
    assert ("attachment" in file.headers.get("Content-Disposition", "")) is (form != "text")


def test_a_search_is_cited_once(own: FlaskClient) -> None:
    body = {"q": "bridge safe", "not_outlet": ["River Review"]}
    first, second = (own.post("/api/v1/searches", json=body) for _ in range(2))
    assert first.json
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.headers["Location"] == f"{SITE}/api/v1/searches/{first.json['digest']}"
    assert first.json["parameters"] == [["q", "bridge safe"], ["not_outlet", "River Review"]]
    assert first.json["since"]["words"] == "the same records since"
    read = own.get(f"/api/v1/searches/{first.json['digest'][:32]}").json
    assert read == first.json == second.json


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"q": 1}',
        b'{"q": ["a"]}',
        b'{"outlet": "a"}',
        b'{"outlet": [1]}',
        b'{"outlet": [""]}',
        b'{"outlet": null}',
        b'{"page": "1"}',
        b'{"q": "\\ud800"}',
        b'{"\\ud800": "a"}',
        b'{"q": "\\""}',
        b'{"from": "x"}',
        b"[" * 60_000,
        b'{"q": 1' + b"0" * 5_000 + b"}",
        b'{"q": "' + b"a" * 5_000 + b'"}',
    ],
)
def test_a_body_that_is_no_search_is_a_problem(own: FlaskClient, body: bytes) -> None:
    response = own.post("/api/v1/searches", data=body, content_type="application/json")
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_too_large_a_body_is_a_problem(own: FlaskClient) -> None:
    response = own.post("/api/v1/searches", data=b" " * 70_000, content_type="application/json")
    assert (response.status_code, response.mimetype) == (413, "application/problem+json")


def test_who_cites_too_often_is_told_when_to_come_back(own: FlaskClient) -> None:
    answers = [own.post("/api/v1/searches", json={"q": "bridge"}) for _ in range(31)]
    assert {each.status_code for each in answers[:30]} <= {200, 201}
    last = answers[-1]
    assert (last.status_code, last.mimetype) == (429, "application/problem+json")
    assert 1 <= int(last.headers["Retry-After"]) <= 60
    page = own.post("/searches", data={"q": "bridge"})
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert own.get("/api/v1/search").status_code == 200


def test_what_was_asked_is_not_logged(own: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    own.get("/api/v1/search?q=quicksilver+%22")
    own.post("/api/v1/searches", json={"q": "quicksilver"})
    own.get("/search.csv?q=quicksilver")
    own.get("/search.atom?q=quicksilver+%22")
    assert "quicksilver" not in caplog.text


def test_every_route_is_documented_and_every_documented_path_is_a_route(
    app: Flask, client: FlaskClient
) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document
    documented = {
        (path, method.upper())
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert routes == documented
    for path, item in document["paths"].items():
        named = {each["name"] for each in item.get("parameters", ())}
        assert named == set(re.findall(r"\{(\w+)\}", path))
