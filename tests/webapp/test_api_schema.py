"""The API is what its OpenAPI document says: schemathesis asks what the document allows, and
what it does not, and holds every answer against it."""

from __future__ import annotations

from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import EngineFinished, NonFatalError, ScenarioFinished

from tests.quayside import Archive
from webapp.app import create_app
from webapp.services import Services

CONFIG = {
    "hooks": str(Path(__file__).with_name("api_formats.py")),
    "seed": 1,
    "generation": {"max-examples": 20, "deterministic": True, "database": "none"},
    "phases": {"stateful": {"generation": {"max-examples": 10}}},
}


@pytest.fixture
def site(services: Services) -> Flask:
    return create_app(services, base_url=None, trusted_hosts=["localhost"])


def test_schemathesis_finds_nothing(site: Flask, quayside: Archive) -> None:
    kept = site.test_client().post("/api/v1/searches", json={"q": "bridge"}).json
    assert kept
    digests = st.sampled_from([kept["digest"], kept["digest"][:32], "0" * 64])
    ids = st.sampled_from([*quayside.ids.values(), "nothing"])
    schemathesis.openapi.format("pressmark-id", ids)
    schemathesis.openapi.format("pressmark-digest", digests)
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", site, config=SchemathesisConfig.from_dict(CONFIG)
    )
    schema.validate()
    asked, found = 0, []
    for event in from_schema(schema).execute():
        match event:
            case ScenarioFinished():
                asked += len(event.recorder.cases)
                found += [
                    f"{event.phase.value}: {check.name}: {check.failure_info.code_sample} → "
                    f"{check.failure_info.failure}"
                    for checks in event.recorder.checks.values()
                    for check in checks
                    if check.status is Status.FAILURE and check.failure_info
                ]
            case NonFatalError():
                found.append(f"{event.label}: {event.info.format()}")
            case EngineFinished():
                found += [str(each) for each in event.failures]
            case _:
                pass
    assert found == []
    assert asked > 500
