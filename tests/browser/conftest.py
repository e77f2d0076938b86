"""Chromium, and the site served for it by the real command."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.home import Home
from tests.quayside import Archive, build, command, look_at
from tests.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
CORPUS = Path(__file__).resolve().parents[2] / "corpus"
_REQUIRED = os.environ.get("PRESSMARK_REQUIRE_BROWSER") == "1"


@dataclass(frozen=True)
class Site:
    """The site as it is served, and what its archive holds."""

    address: str
    archive: Archive


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if _REQUIRED:
            pytest.fail(f"there is no Chromium at {CHROMIUM}, and browser tests are required")
        pytest.skip(f"there is no Chromium at {CHROMIUM}; the site was not tried in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    assert browser.is_connected()
    folder = tmp_path_factory.mktemp("browser")
    archive = build(folder / "home", folder / "sources")
    with served(archive.home.root) as running:
        yield Site(running.address, archive)


@pytest.fixture(scope="session")
def long_words(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An archive in which nothing can be broken between words."""
    assert browser.is_connected()
    folder = tmp_path_factory.mktemp("long")
    sources, root = folder / "sources", folder / "home"
    sources.mkdir()
    (sources / f"{'n' * 150}.txt").write_text(f"{'w' * 900} bridge\n", encoding="utf-8")
    columns = ("title", "outlet", "author", "collection", "contributor", "source", "rights", "note")
    row = {each: each * 40 for each in columns}
    row |= {"file": f"{'n' * 150}.txt", "stance": f"{'t' * 200}:critical", "date": "2024"}
    with (sources / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, row)
        writer.writeheader()
        writer.writerow(row)
    assert command(root, "init") == 0
    assert command(root, "add", sources, "--manifest", sources / "manifest.csv") == 0
    with served(root) as running:
        yield Site(running.address, look_at(Home(root)))


@pytest.fixture(scope="session")
def sample_address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample archive is served."""
    assert browser.is_connected()
    root = tmp_path_factory.mktemp("sample") / "home"
    assert command(root, "init") == 0
    assert command(root, "add", "--manifest", CORPUS / "manifest.csv") == 0
    with served(root) as running:
        yield running.address


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which no error of script, policy or resource goes unnoticed."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    yield page
    assert [each for each in errors if "status of 4" not in each] == []
