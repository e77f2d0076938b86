"""Who sees what: every route, for every level of access, asked as a visitor."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.quayside import FILES, Archive


@pytest.mark.parametrize(
    ("name", "page", "original"),
    [("valves.html", 200, 200), ("closed.html", 200, 403), ("secret.html", 404, 404)],
)
def test_records_and_originals_by_access(
    client: FlaskClient, quayside: Archive, name: str, page: int, original: int
) -> None:
    record_id, digest = quayside.ids[name], quayside.digests[name]
    assert client.get(f"/r/{record_id}").status_code == page
    response = client.get(f"/r/{record_id}/original/{digest}", buffered=True)
    assert response.status_code == original
    assert (response.data == FILES[name]) is (original == 200)


@pytest.mark.parametrize(
    "path", ["/", "/?q=quicksilver", "/?q=title:keeper", "/?outlet=River+Review", "/help", "/about"]
)
def test_a_staff_record_shows_nowhere(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert "Notes of the bridge keeper" not in text
    assert "nobody’s" not in text


def test_a_staff_record_is_not_counted(client: FlaskClient) -> None:
    boxes = BeautifulSoup(client.get("/").text, "lxml").select("#facet-outlet label")
    assert "River Review 1 record" in [box.get_text() for box in boxes]


def test_a_restricted_record_shows_at_most_three_snippets_in_a_search(
    client: FlaskClient,
) -> None:
    text = client.get("/?q=bridge&outlet=River+Review").text
    assert 1 <= text.count('class="snippet"') <= 3
    assert "Only snippets of this record may be shown." in text


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2f..%2fcatalogue.sqlite", "%00", "A" * 64])
def test_a_digest_that_is_not_the_records_does_not_exist(
    client: FlaskClient, quayside: Archive, digest: str
) -> None:
    assert client.get(f"/r/{quayside.ids['valves.html']}/original/{digest}").status_code == 404


def test_the_original_of_another_record_is_not_reached_through_this_one(
    client: FlaskClient, quayside: Archive
) -> None:
    for name in ("secret.html", "closed.html", "logs.html"):
        path = f"/r/{quayside.ids['valves.html']}/original/{quayside.digests[name]}"
        assert client.get(path).status_code == 404
