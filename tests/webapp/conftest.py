"""The sites of the invented archive and of the sample, asked through Flask's test client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.home import Home
from tests.quayside import Archive, build, command
from webapp.app import create_app
from webapp.services import Services, open_services

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


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


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The site of the sample archive."""
    root = tmp_path_factory.mktemp("sample") / "home"
    assert command(root, "init") == 0
    assert command(root, "authorities", "import", *sorted(CORPUS.glob("authorities/*.csv"))) == 0
    assert command(root, "add", "--manifest", CORPUS / "manifest.csv") == 0
    services = open_services(Home(root))
    yield create_app(services, base_url=None, trusted_hosts=["localhost"]).test_client()
    services.catalogue.close()


@pytest.fixture
def request_context(home: Home) -> Iterator[None]:
    """What is needed to write addresses: the site of an archive that holds nothing."""
    services = open_services(home)
    with create_app(services, base_url=None, trusted_hosts=["localhost"]).test_request_context():
        yield
    services.catalogue.close()
