from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from webapp.cross_site import comes_from_elsewhere

OWN = {"archive.example", "localhost:8000"}


@pytest.mark.parametrize(
    ("fetch_site", "origin", "elsewhere"),
    [
        (None, None, False),
        ("same-origin", None, False),
        ("same-origin", "https://archive.example", False),
        ("none", None, False),
        ("cross-site", None, True),
        ("cross-site", "https://archive.example", True),
        ("same-site", "https://other.archive.example", True),
        ("nonsense", None, True),
        (None, "https://archive.example", False),
        (None, "http://localhost:8000", False),
        (None, "http://localhost:8001", True),
        (None, "https://elsewhere.example", True),
        (None, "null", True),
        (None, "http://[", True),
    ],
)
def test_a_browser_tells_for_whom_it_asks(
    fetch_site: str | None, origin: str | None, elsewhere: bool
) -> None:
    assert comes_from_elsewhere("POST", fetch_site, origin, OWN) is elsewhere
    assert not comes_from_elsewhere("GET", fetch_site, origin, OWN)


@pytest.mark.parametrize("path", ["/searches", "/api/v1/searches"])
def test_another_site_cannot_have_a_visitor_cite_a_search(client: FlaskClient, path: str) -> None:
    response = client.post(path, headers={"Origin": "https://elsewhere.example"})
    assert response.status_code == 403
    assert "Another site" in response.text
