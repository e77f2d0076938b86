"""The site of the invented archive, asked through Flask's test client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.quayside import Archive, build
from webapp.app import create_app
from webapp.services import Services, open_services


@pytest.fixture(scope="session")
def quayside(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("quayside")
    return build(folder / "home", folder / "sources")


@pytest.fixture(scope="session")
def services(quayside: Archive) -> Iterator[Services]:
    services = open_services(quayside.home)
    yield services
    services.catalogue.close()


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    return create_app(
        services, base_url="https://archive.example", trusted_hosts=["localhost", "127.0.0.1"]
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
