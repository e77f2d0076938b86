"""Every engine that must pass the contract suite."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from indexer.engines.whoosh_generation import create
from tests.contracts.asking import TERMS, VALUES, Make
from tests.contracts.brute_force import BruteForceGeneration


@pytest.fixture(params=["brute force", "whoosh"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    numbers = itertools.count()
    if request.param == "whoosh":
        return lambda: create(tmp_path / str(next(numbers)), TERMS, VALUES)
    return lambda: BruteForceGeneration(TERMS, VALUES)
