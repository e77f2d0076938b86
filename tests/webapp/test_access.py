"""Who sees what: every route of the site, for every role, with records of every access.

A route for visitors that is not in this matrix fails it; the others are in
tests/webapp/test_roles.py.  Of a record, each row says with which status a
role is answered; of everything else, that no answer tells a role what it may not see.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.account import Role
from archive.home import Home
from archive.record import Access
from indexer.audience import Audience
from tests.people import Person, signed_in
from tests.quayside import Archive, command, look_at
from webapp.access import demanded
from webapp.app import create_app
from webapp.services import open_services
from webapp.visitor import FORM_HEADER, form_token

FILLER = " ".join(["Nothing else was said of the matter by anybody on that long day."] * 4)
SHARED = "Ten barges of Quillmouth lay under the lower crossing when the evening bell was rung."
WORDS = {
    "beside": ("alder", "aspen", "beech", "birch", "cedar", "hazel"),
    "open": ("amberly", "berylly", "corally", "jaspery", "onyxly", "topazly"),
    "snippets": ("bassoonist", "cellist", "flautist", "harpist", "organist", "violist"),
    "staff": ("quicksilver", "cobaltine", "nickelly", "osmium", "radium", "tellurium"),
}
"""By record, a word in each paragraph of its text that is nowhere else."""
ACCESS = {name: Access(name) if name in set(Access) else Access.OPEN for name in WORDS}
DESCRIBED = {
    "title": "Title{}",
    "outlet": "Outlet{}",
    "author": "Author{}",
    "contributor": "Contributor{}",
    "collection": "Collection{}",
    "subject": "Subject{}",
    "spatial": "Place{}",
    "rights": "Rights{}",
    "note": "Note{}",
    "source": "Source{}",
    "url": "https://paper{}.example/",
    "stance": "target{}:critical",
}
LANGUAGES = {"beside": "en", "open": "en", "snippets": "en", "staff": "haw"}


@dataclass(frozen=True)
class Vault:
    """The archive, its site, browsers in it, and a search that each audience cited.

    A reader is a visitor without an account, staff an archivist."""

    archive: Archive
    site: Flask
    browsers: Mapping[Audience, FlaskClient]
    cited: Mapping[Audience, str]

    def id(self, name: str) -> str:
        return self.archive.ids[f"file{name}.txt"]

    def ask(self, audience: Audience, path: str, **data: object) -> TestResponse:
        client = self.browsers[audience]
        if data:
            headers = {FORM_HEADER: form_token(client.token)} if isinstance(client, Person) else {}
            return client.post(path, headers=headers, **data)  # type: ignore[arg-type]
        return client.get(path, buffered=True)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    folder = tmp_path_factory.mktemp("vault")
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["file", "access", "date", "language", *DESCRIBED])
        writer.writeheader()
        for name, words in WORDS.items():
            paragraphs = [f"A barge came, said the {word}. {FILLER}" for word in words]
            text = "\n\n".join([f"{name.title()} barges", *paragraphs, SHARED])
            (folder / f"file{name}.txt").write_text(text, encoding="utf-8")
            row = {column: value.format(name) for column, value in DESCRIBED.items()}
            writer.writerow(
                row
                | {"file": f"file{name}.txt", "access": ACCESS[name].value}
                | {"date": "2024-09-18", "language": LANGUAGES[name]}
            )
    (folder / "places.csv").write_text(
        "kind,id,heading,variants,equivalents,same_as,time_zone,note\n"
        "place,quillmouth,Quillmouth,,Quillmouth; Cwillfa,,,\n",
        encoding="utf-8",
    )
    root = folder / "home"
    assert command(root, "init") == 0
    assert command(root, "authorities", "import", folder / "places.csv") == 0
    assert command(root, "add", "--manifest", folder / "manifest.csv") == 0
    services = open_services(Home(root))
    site = create_app(services, base_url=None, trusted_hosts=["localhost"])
    browsers = {
        Audience.READER: site.test_client(),
        Audience.STAFF: signed_in(site, Role.ARCHIVIST),
    }
    vault = Vault(look_at(Home(root)), site, browsers, {})
    cited = {}
    for each in Audience:
        kept = vault.ask(each, "/api/v1/searches", json={"q": "barge"}).json
        assert kept
        cited[each] = kept["digest"]
    yield replace(vault, cited=cited)
    services.catalogue.close()


def secrets(vault: Vault) -> set[str]:
    """What tells of the staff record."""
    described = {value.format("staff") for value in DESCRIBED.values()}
    others = {vault.id("staff"), vault.archive.digests["filestaff.txt"], "filestaff.txt"}
    return {*described, *others, *WORDS["staff"], "Staff barges", "targetstaff", "Hawaiian"}


def told_too_much(vault: Vault, audience: Audience, text: str, typed: str = "") -> list[str]:
    """What the role may not learn and the text tells nevertheless."""
    if audience is Audience.STAFF:
        return []
    found = [each for each in secrets(vault) if each in text and each not in typed]
    shown = [word for word in WORDS["snippets"] if word in text and word not in typed]
    return found + (shown if len(shown) > 3 else [])


STANDING = (
    "/help", "/about", "/health", "/ready", "/metrics", "/opensearch.xml", "/api/v1/openapi.json",
)  # fmt: skip
"""The same for everybody; the figures of `/metrics` for everybody on this machine."""
SEARCHES = (
    "", "q=barge", "q=barge&sort=newest", "q=barge&sort=added", "q=barge&page=1", "q=Cwillfa",
    "q=quicksilver", "q=quicksilvor", "q=quicks*", "q=quicksilver~", "q=said+the&mode=any",
    'q="said the"', "q=Outletstaff", "q=outlet:Outletstaff", "q=title:titlestaff",
    "q=author:none", "outlet=Outletstaff", "not_outlet=Outletopen", "stance=targetstaff:critical",
    "collection=Collectionstaff", "not_language=en", "from=2024&to=2024", "from=2024-09&to=2024-09",
    "q=barge&target=targetstaff", "target=targetopen",
)  # fmt: skip
ANSWERS = {
    "/": "/?{search}",
    "/grid": "/grid?{search}",
    "/grid.csv": "/grid.csv?{search}",
    "/names": "/names?{search}",
    "/values/<name>": "/values/{facet}?{search}",
    "/search.<form>": "/search.{form}?{search}",
    "/search.atom": "/search.atom?{search}",
    "/api/v1/search": "/api/v1/search?{search}",
    "/api/v1/grid": "/api/v1/grid?{search}",
    "/api/v1/names": "/api/v1/names?{search}",
    "/codebook": "/codebook",
    "/codebook/codings.csv": "/codebook/codings.csv",
}
"""What is asked with a search in the address, of each route."""
FORMS = ("csv", "jsonl", "ris", "bibtex", "csl")
FACETS = ("outlet", "stance")

R, S = Audience.READER, Audience.STAFF
SEEN = {R: {"open": 200, "snippets": 200, "staff": 404}, S: {}}
READ = {R: {"open": 200, "snippets": 403, "staff": 404}, S: {}}
RECORDS = {
    "/r/<record_id>": (("/r/{id}", "/r/{id}?q=barge", "/r/{id}?q=said+the"), SEEN),
    "/r/<record_id>/cite": (
        tuple(f"/r/{{id}}/cite?format={form}" for form in ("text", "ris", "bibtex", "csl")), SEEN,
    ),
    "/r/<record_id>/history": (("/r/{id}/history",), SEEN),
    "/r/<record_id>/history/<int:a>..<int:b>": (("/r/{id}/history/1..1",), SEEN),
    "/r/<record_id>/original/<digest>": (("/r/{id}/original/{digest}",), READ),
    "/r/<record_id>/beside/<other_id>": (
        ("/r/{id}/beside/{beside}", "/r/{beside}/beside/{id}"), READ,
    ),
    "/api/v1/records/<record_id>": (("/api/v1/records/{id}",), SEEN),
    "/api/v1/records/<record_id>/text": (
        ("/api/v1/records/{id}/text", "/api/v1/records/{id}/text?q=barge"), READ,
    ),
    "/api/v1/records/<record_id>/related": (("/api/v1/records/{id}/related",), SEEN),
    "/api/v1/records/<record_id>/citation": (("/api/v1/records/{id}/citation",), SEEN),
}  # fmt: skip
"""The routes of a record: what is asked, and the status by role and access, 200 if not told."""

CITED = ("/s/<digest>", "/api/v1/searches/<digest>")
KEEPING = {"/searches": "data", "/api/v1/searches": "json"}


def test_every_route_for_visitors_is_in_the_matrix(vault: Vault) -> None:
    with vault.site.app_context():
        for_all = {r.rule for r in vault.site.url_map.iter_rules() if demanded(r.endpoint) is None}
    own = {"/static/<path:filename>", "/sign-in", "/sign-out"}
    assert for_all - own == {*STANDING, *ANSWERS, *RECORDS, *CITED, *KEEPING}


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("path", STANDING)
def test_what_stands_tells_of_no_record(vault: Vault, audience: Audience, path: str) -> None:
    response = vault.ask(audience, path)
    assert response.status_code == 200
    assert told_too_much(vault, R, response.text) == []


def asked(route: str, search: str) -> list[str]:
    if "target=" in search and "grid" not in route:
        search = search.replace("&target=targetstaff", "").replace("target=targetopen", "")
    if route.startswith("/api/v1/") and route != "/api/v1/search":
        search = search.replace("&page=1", "")
    path = ANSWERS[route].replace("{search}", search)
    forms = [path.replace("{form}", form) for form in FORMS]
    return list(dict.fromkeys(each.replace("{facet}", f) for each in forms for f in FACETS))


@pytest.mark.parametrize("route", ANSWERS)
def test_no_answer_tells_a_reader_of_a_staff_record(vault: Vault, route: str) -> None:
    learnt = set()
    for search in SEARCHES:
        for path in asked(route, search):
            response = vault.ask(R, path)
            assert response.status_code == 200, path
            typed = search.replace("targetstaff", "targetstaff:critical")
            assert told_too_much(vault, R, response.text, typed) == [], path
            response = vault.ask(S, path)
            assert response.status_code == 200, path
            learnt |= {each for each in secrets(vault) if each in response.text}
    # The same questions do tell staff, or nothing would be proved.
    assert not learnt.isdisjoint({"Outletstaff", "targetstaff", vault.id("staff")})


@pytest.mark.parametrize("route", ANSWERS)
def test_a_reader_with_an_account_is_shown_what_every_visitor_is(vault: Vault, route: str) -> None:
    reader = signed_in(vault.site, Role.READER)
    for search in ("", "q=barge", "q=quicksilver", "outlet=Outletstaff"):
        for path in asked(route, search):
            shown = reader.get(path, buffered=True).text
            assert without_account(shown) == without_account(vault.ask(R, path).text)


def without_account(page: str) -> str:
    """A page without what the site says of the account, at its head and in its forms."""
    page = re.sub(r'<nav aria-label="Site">.*?</nav>', "", page, flags=re.DOTALL)
    return re.sub(r'<input type="hidden" name="token" value="[0-9a-f]{64}">', "", page)


@pytest.mark.parametrize("route", ANSWERS)
@pytest.mark.parametrize(
    ("search", "held", "no"),
    [
        ("q={}", "quicksilver", "zeppelinish"),
        ("q={}*", "quicksi", "zeppeli"),
        ("outlet={}", "Outletstaff", "Outletzone"),
        ("q=outlet:{}", "Outletstaff", "Outletzone"),
    ],
)
def test_what_only_a_staff_record_has_is_to_readers_what_no_record_has(
    vault: Vault, route: str, search: str, held: str, no: str
) -> None:
    for path in asked(route, search):
        told, nothing = (vault.ask(R, path.format(word)).text for word in (held, no))
        assert told.replace(held, no) == nothing


@pytest.mark.parametrize(("audience", "total"), [(R, 3), (S, 4)])
def test_a_staff_record_is_counted_for_staff_only(
    vault: Vault, audience: Audience, total: int
) -> None:
    answer = vault.ask(audience, "/api/v1/search?q=barge").json
    assert answer
    assert answer["total"] == total
    assert sum(each["count"] for each in answer["facets"]["date"]) == total
    for facet in ("outlet", "author", "stance", "collection"):
        assert sum(each["count"] for each in answer["facets"][facet]) == total


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", ["open", "snippets", "staff"])
@pytest.mark.parametrize("route", RECORDS)
def test_a_record_is_shown_by_its_access(
    vault: Vault, route: str, name: str, audience: Audience
) -> None:
    paths, statuses = RECORDS[route]
    for path in paths:
        held = {"id": vault.id(name), "beside": vault.id("beside")}
        digest = vault.archive.digests[f"file{name}.txt"]
        response = vault.ask(audience, path.format(**held, digest=digest))
        assert response.status_code == statuses[audience].get(name, 200)
        assert told_too_much(vault, audience, response.text) == []


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize(
    "path", ["/r/{id}", "/api/v1/records/{id}", "/api/v1/records/{id}/text", "{original}"]
)
def test_the_whole_text_is_shown_where_it_may_be(
    vault: Vault, audience: Audience, path: str
) -> None:
    for name in ("open", "snippets", "staff"):
        digest = vault.archive.digests[f"file{name}.txt"]
        original = f"/r/{vault.id(name)}/original/{digest}"
        text = vault.ask(audience, path.format(id=vault.id(name), original=original)).text
        whole = all(word in text for word in WORDS[name])
        assert whole is (audience is S or name == "open")


@pytest.mark.parametrize(
    ("audience", "names"), [(R, {"open", "snippets"}), (S, {"open", "snippets", "staff"})]
)
def test_a_record_is_related_to_what_may_be_seen(
    vault: Vault, audience: Audience, names: set[str]
) -> None:
    found = vault.ask(audience, f"/api/v1/records/{vault.id('beside')}/related").json
    assert found
    assert {each["id"] for each in found} == {vault.id(name) for name in names}
    shown = {each["id"] for each in found if each["passages"]}
    assert (vault.id("snippets") in shown) is (audience is S)
    page = vault.ask(audience, f"/r/{vault.id('beside')}").text
    assert told_too_much(vault, audience, page) == []


@pytest.mark.parametrize("path", ["/r/{}", "/api/v1/records/{}", "/api/v1/records/{}/text"])
def test_a_staff_record_is_to_readers_as_none(vault: Vault, path: str) -> None:
    staff, none = (vault.ask(R, path.format(each)) for each in (vault.id("staff"), "0" * 12))
    assert (staff.status_code, staff.text) == (none.status_code, none.text)


@pytest.mark.parametrize("name", ["open", "snippets", "staff"])
def test_another_records_original_is_not_reached(vault: Vault, name: str) -> None:
    digest = vault.archive.digests[f"file{name}.txt"]
    for audience in Audience:
        path = f"/r/{vault.id('beside')}/original/{digest}"
        assert vault.ask(audience, path).status_code == 404


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2f..%2fcatalogue.sqlite", "%00", "A" * 64])
def test_a_digest_that_is_not_the_records_does_not_exist(vault: Vault, digest: str) -> None:
    assert vault.ask(R, f"/r/{vault.id('open')}/original/{digest}").status_code == 404


@pytest.mark.parametrize("route", CITED)
def test_a_search_that_staff_cited_does_not_exist_for_readers(vault: Vault, route: str) -> None:
    def path(audience: Audience) -> str:
        return route.replace("<digest>", vault.cited[audience])

    assert vault.ask(R, path(S)).status_code == 404
    assert vault.ask(S, path(S)).status_code == 200
    for audience in Audience:
        response = vault.ask(audience, path(R))
        assert response.status_code == 200
        assert told_too_much(vault, R, response.text) == []


@pytest.mark.parametrize("route", KEEPING)
def test_a_search_is_cited_as_who_asks_sees_it(vault: Vault, route: str) -> None:
    for audience, total in ((R, 3), (S, 4)):
        response = vault.ask(audience, route, **{KEEPING[route]: {"q": "said"}})
        response = vault.ask(
            audience, response.headers["Location"].removeprefix("http://localhost")
        )
        assert f"found {total} records" in response.text or f'"total":{total}' in response.text
        assert told_too_much(vault, audience, response.text) == []
