"""Signing in and out in a browser, by keyboard and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import argon2
import pytest
from playwright.sync_api import Browser, Page, expect

from archive.account import Role
from archive.catalogue import accounts
from archive.catalogue.database import open_catalogue
from tests.browser.conftest import Site
from webapp.site import utc_now

pytestmark = pytest.mark.browser

NAME, PASSWORD = "Hester Quillane", "nine barges at low water"
HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture(scope="module")
def account(site: Site) -> None:
    catalogue = open_catalogue(site.archive.home)
    with catalogue.writing() as connection:
        accounts.add(connection, NAME, Role.LIBRARIAN, HASH, at=utc_now(), agent="tests")
    catalogue.close()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def narrow(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a telephone, with JavaScript and without."""
    context = browser.new_context(
        base_url=site.address,
        viewport={"width": 390, "height": 844},
        java_script_enabled=request.param,
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


@pytest.mark.usefixtures("account")
def test_a_person_signs_in_goes_on_and_signs_out_by_keyboard(narrow: Page) -> None:
    page = narrow
    page.goto("/jobs")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("Name").focus()
    page.keyboard.type(NAME.upper())
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no account with this name")
    expect(page.get_by_label("Name")).to_have_value(NAME.upper())
    page.get_by_label("Password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    nav = page.get_by_role("navigation", name="Site")
    expect(nav.get_by_role("link", name="Desk")).to_be_visible()
    expect(nav.get_by_role("link", name=f"Your account: {NAME}")).to_be_visible()
    for box in (each.bounding_box() for each in nav.get_by_role("listitem").all()):
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    nav.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(nav.get_by_role("link", name="Sign in")).to_be_visible()
    expect(nav.get_by_role("link", name="Desk")).to_have_count(0)
    page.goto("/jobs")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
