from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.quayside import FILES, Archive

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


def fetched(client: FlaskClient, quayside: Archive, name: str, **headers: str) -> TestResponse:
    path = f"/r/{quayside.ids[name]}/original/{quayside.digests[name]}"
    return client.get(path, headers=headers, buffered=True)


@pytest.mark.parametrize("name", ["logs.html", "denial.txt", "hostile.html", "noise.bin"])
def test_the_bytes_are_as_received_and_cannot_act(
    client: FlaskClient, quayside: Archive, name: str
) -> None:
    response = fetched(client, quayside, name)
    assert response.data == FILES[name]
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private"
    assert response.headers["Content-Length"] == str(len(FILES[name]))
    assert response.get_etag() == (quayside.digests[name], False)


@pytest.mark.parametrize(
    ("name", "content_type", "disposition"),
    [
        ("logs.html", "text/html; charset=utf-8", "inline"),
        ("denial.txt", "text/plain; charset=utf-8", "inline"),
        ("noise.bin", "application/octet-stream", "attachment"),
    ],
)
def test_only_html_and_plain_text_are_shown(
    client: FlaskClient, quayside: Archive, name: str, content_type: str, disposition: str
) -> None:
    response = fetched(client, quayside, name)
    assert response.headers["Content-Type"].lower() == content_type
    assert response.headers["Content-Disposition"] == f"{disposition}; filename={name}"


def test_what_the_reader_already_has_is_not_sent_again(
    client: FlaskClient, quayside: Archive
) -> None:
    tag = f'"{quayside.digests["logs.html"]}"'
    response = fetched(client, quayside, "logs.html", **{"If-None-Match": tag})
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["Content-Security-Policy"] == POLICY
