"""Who may use which route: every route and method of the site, for every role.

A route that is not in this table fails it.  What the answers tell is another matter, which
tests/webapp/test_access.py looks after.
"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from archive.account import Role
from tests.people import Person, hash_cheaply, signed_in
from tests.quayside import Archive
from webapp.app import create_app
from webapp.services import Services

TABLE = """
method path                                      anonymous reader archivist librarian closed
GET    /                                         200       200    200       200       in
GET    /grid                                     200       200    200       200       in
GET    /grid.csv                                 200       200    200       200       in
GET    /names                                    200       200    200       200       in
GET    /values/outlet                            200       200    200       200       in
GET    /search.csv                               200       200    200       200       in
GET    /search.atom                              200       200    200       200       in
GET    /opensearch.xml                           200       200    200       200       in
GET    /help                                     200       200    200       200       in
GET    /about                                    200       200    200       200       in
GET    /r/{open}                                 200       200    200       200       in
GET    /r/{snippets}                             200       200    200       200       in
GET    /r/{staff}                                404       404    200       200       in
GET    /r/{open}/original/{open_original}        200       200    200       200       in
GET    /r/{snippets}/original/{closed_original}  403       403    200       200       in
GET    /r/{staff}/original/{staff_original}      404       404    200       200       in
GET    /r/{open}/cite                            200       200    200       200       in
GET    /r/{snippets}/cite                        200       200    200       200       in
GET    /r/{staff}/cite                           404       404    200       200       in
GET    /r/{open}/beside/{beside}                 200       200    200       200       in
GET    /r/{open}/beside/{snippets}               403       403    200       200       in
GET    /r/{staff}/beside/{open}                  404       404    404       404       in
GET    /s/{kept}                                 200       200    200       200       in
POST   /searches                                 303       303    303       303       in
GET    /api/v1/search                            200       200    200       200       in
GET    /api/v1/grid                              200       200    200       200       in
GET    /api/v1/names                             200       200    200       200       in
GET    /api/v1/records/{open}                    200       200    200       200       in
GET    /api/v1/records/{snippets}                200       200    200       200       in
GET    /api/v1/records/{staff}                   404       404    200       200       in
GET    /api/v1/records/{open}/text               200       200    200       200       in
GET    /api/v1/records/{snippets}/text           403       403    200       200       in
GET    /api/v1/records/{staff}/text              404       404    200       200       in
GET    /api/v1/records/{open}/related            200       200    200       200       in
GET    /api/v1/records/{staff}/related           404       404    200       200       in
GET    /api/v1/records/{open}/citation           200       200    200       200       in
GET    /api/v1/records/{staff}/citation          404       404    200       200       in
POST   /api/v1/searches                          415       415    415       415       in
GET    /api/v1/searches/{kept}                   200       200    200       200       in
GET    /api/v1/openapi.json                      200       200    200       200       in
GET    /health                                   200       200    200       200       200
GET    /ready                                    200       200    200       200       200
GET    /metrics                                  200       200    200       200       200
GET    /static/pressmark.css                     200       200    200       200       200
GET    /sign-in                                  200       303    303       303       200
POST   /sign-in                                  400       400    400       400       400
POST   /sign-out                                 303       303    303       303       in
GET    /account                                  in        200    200       200       in
POST   /account/password                         in        400    400       400       in
GET    /desk                                     in        role   200       200       in
POST   /desk/answers                             in        role   400       400       in
POST   /desk/undo                                in        role   303       303       in
GET    /desk/add                                 in        role   200       200       in
POST   /desk/add                                 in        role   400       400       in
GET    /desk/authorities                         in        role   200       200       in
POST   /desk/authorities                         in        role   400       400       in
GET    /desk/authorities.csv                     in        role   200       200       in
POST   /desk/authorities/table                   in        role   400       400       in
GET    /desk/authorities/outlet/no               in        role   404       404       in
POST   /desk/authorities/outlet/no               in        role   404       404       in
POST   /desk/authorities/outlet/no/merge         in        role   404       404       in
POST   /r/nothing/pin                            in        role   400       400       in
POST   /r/nothing/unpin                          in        role   400       400       in
GET    /r/{open}/describe                        in        role   200       200       in
GET    /r/{staff}/describe                       in        role   200       200       in
POST   /r/nothing/describe                       in        role   404       404       in
POST   /r/nothing/leave-out                      in        role   404       404       in
POST   /r/nothing/take-in                        in        role   404       404       in
GET    /r/{open}/stances                         in        role   200       200       in
POST   /r/nothing/stances                        in        role   404       404       in
POST   /r/nothing/stances/take-back              in        role   400       400       in
GET    /codebook                                 200       200    200       200       in
GET    /codebook/codings.csv                     200       200    200       200       in
POST   /codebook/codings                         in        role   400       400       in
GET    /r/{open}/history                         200       200    200       200       in
GET    /r/{staff}/history                        404       404    200       200       in
GET    /r/{open}/history/1..1                    200       200    200       200       in
GET    /r/{staff}/history/1..1                   404       404    200       200       in
POST   /r/nothing/revert                         in        role   400       400       in
POST   /r/nothing/withdraw                       in        role   400       400       in
POST   /r/nothing/reinstate                      in        role   400       400       in
GET    /jobs                                     in        role   role      200       in
POST   /jobs                                     in        role   role      400       in
GET    /jobs/99                                  in        role   role      404       in
POST   /jobs/99/cancel                           in        role   role      400       in
GET    /figures                                  in        role   role      200       in
"""
"""How each is answered; `in`: has to sign in first, `role`: this role does not do."""

VISITORS = ("anonymous", *(role.value for role in Role))
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

_HEADINGS, *_LINES = (line.split() for line in TABLE.strip().splitlines())
ROWS = {(line[0], line[1]): dict(zip(_HEADINGS, line, strict=True)) for line in _LINES}
CASES = [*ROWS, *(("HEAD", path) for method, path in ROWS if method == "GET")]


@pytest.fixture(scope="module")
def site(services: Services) -> Flask:
    return create_app(services, base_url=None, trusted_hosts=["localhost"])


@pytest.fixture(scope="module")
def closed(services: Services) -> Flask:
    return create_app(services, base_url=None, trusted_hosts=["localhost"], closed=True)


@pytest.fixture(scope="module")
def held(quayside: Archive, site: Flask) -> dict[str, str]:
    kept = site.test_client().post("/api/v1/searches", json={"q": "bridge"}).json
    assert kept
    return {
        "open": quayside.ids["logs.html"],
        "open_original": quayside.digests["logs.html"],
        "snippets": quayside.ids["closed.html"],
        "closed_original": quayside.digests["closed.html"],
        "staff": quayside.ids["secret.html"],
        "staff_original": quayside.digests["secret.html"],
        "beside": quayside.ids["valves.html"],
        "kept": kept["digest"],
    }


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


@pytest.fixture(scope="module")
def readers(site: Flask, closed: Flask) -> dict[tuple[bool, str], Person]:
    """A browser of each visitor, in the open site and in the closed, which only looks."""
    sites = ((False, site), (True, closed))
    return {(shut, who): browser(each, who) for shut, each in sites for who in VISITORS}


def browser(site: Flask, visitor: str) -> Person:
    if visitor == "anonymous":
        return Person(site, site.response_class, use_cookies=True)
    return signed_in(site, Role(visitor))


def answered(response: TestResponse) -> str:
    """The status, or the refusal that it is."""
    if response.status_code == 401:
        challenge = 'Basic realm="Pressmark archive", charset=UTF-8'
        assert response.headers["WWW-Authenticate"] == challenge
        return "in"
    if response.status_code == 302 and response.location.startswith("/sign-in?"):
        return "in"
    if response.status_code == 403 and "you are not signed in" in response.text:
        return "in"
    if response.status_code == 403 and "This is for" in response.text:
        return "role"
    return str(response.status_code)


def send(client: Person, method: str, path: str) -> TestResponse:
    if method == "POST":
        return client.post(path, buffered=True)
    return client.open(path, method=method, buffered=True)


def test_every_route_and_method_is_in_the_table(site: Flask, held: dict[str, str]) -> None:
    router = site.url_map.bind("localhost")
    tabled = {
        (method, router.match(path.format(**held), method, return_rule=True)[0].rule)
        for method, path in ROWS
    }
    there = {
        (method, rule.rule)
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == tabled


@pytest.mark.parametrize(("method", "path"), CASES)
def test_a_route_is_for_those_it_is_for(
    readers: dict[tuple[bool, str], Person],
    site: Flask,
    closed: Flask,
    held: dict[str, str],
    method: str,
    path: str,
) -> None:
    row = ROWS["GET" if method == "HEAD" else method, path]
    for shut, each in ((False, site), (True, closed)):
        for who in VISITORS:
            person = browser(each, who) if method == "POST" else readers[shut, who]
            response = send(person, method, path.format(**held))
            expected = row["closed" if shut and who == "anonymous" else who]
            if method == "HEAD":
                assert response.data == b""
                expected = "403" if expected == "role" else expected  # a refusal has no text then
            assert answered(response) == expected, (shut, who)


@pytest.mark.parametrize("path", dict.fromkeys(path for _, path in ROWS))
def test_no_other_method_does_anything(
    readers: dict[tuple[bool, str], Person], site: Flask, held: dict[str, str], path: str
) -> None:
    address = path.format(**held)
    known = set(site.url_map.bind("localhost").allowed_methods(address))
    for other in sorted(UNSAFE - known):
        assert readers[False, "librarian"].open(address, method=other).status_code == 405
        assert answered(readers[True, "anonymous"].open(address, method=other)) == "in"


@pytest.mark.parametrize("visitor", [role.value for role in Role])
@pytest.mark.parametrize("path", [path for method, path in ROWS if method == "POST"])
@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_without_the_token_of_its_session_nothing_is_done(
    site: Flask, path: str, visitor: str, token: str
) -> None:
    row = ROWS["POST", path]
    person = browser(site, visitor)
    person.token = ""
    response = person.post(path, data={"token": token} if token else None)
    if row[visitor] == "role":
        assert answered(response) == "role"
    else:
        assert response.status_code == 403
        assert "Nothing was done" in response.text
    assert person.get("/account").status_code == 200  # and is signed in as before


def test_where_nothing_is_a_visitor_is_led_to_sign_in_if_reading_is_closed(
    site: Flask, closed: Flask
) -> None:
    assert browser(site, "anonymous").get("/nowhere").status_code == 404
    assert answered(browser(closed, "anonymous").get("/nowhere")) == "in"
    assert answered(browser(closed, "anonymous").get("/api/v1/nowhere")) == "in"
    assert browser(closed, "reader").get("/nowhere").status_code == 404
