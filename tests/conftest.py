"""Real archives in temporary folders, for every test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from archive.catalogue.database import Catalogue, open_catalogue
from archive.founding import begin_archive
from archive.home import Home
from webapp.cli import run

# How long an example takes depends on the machine; no test is about that.
settings.register_profile("pressmark", deadline=None)
settings.load_profile("pressmark")

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> Callable[[], datetime]:
    return lambda: NOW


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return begin_archive(tmp_path / "home")[0]


@pytest.fixture
def catalogue(home: Home) -> Iterator[Catalogue]:
    catalogue = open_catalogue(home)
    yield catalogue
    catalogue.close()


@dataclass(frozen=True)
class Result:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Pressmark:
    """The command, run as a person runs it but in this process, against one archive."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capture = capture

    def __call__(self, *arguments: str | Path, **environment: str) -> Result:
        self._capture.readouterr()
        words = [str(each) for each in arguments]
        status = run(words, {"PRESSMARK_HOME": str(self.root), **environment})
        captured = self._capture.readouterr()
        return Result(status, captured.out, captured.err)


@pytest.fixture
def pressmark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Pressmark:
    """The command with an archive begun."""
    command = Pressmark(tmp_path / "home", capsys)
    assert command("init").status == 0
    return command
