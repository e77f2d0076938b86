"""The desk in Chromium: reviewing by keyboard, without a script, and two at one record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from archive.account import Role
from archive.catalogue import accounts
from archive.catalogue.database import open_catalogue
from archive.home import Home
from archive.password import hashed
from tests.quayside import command
from tests.serving import served

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

PASSWORD = "seven quiet herons at noon"
TEXT = "Osprey sinks\n\nBy Hester Quillane\n\nThe ferry sank. Please give. Nobody rang the bell."


@pytest.fixture
def address(browser: Browser, tmp_path: Path) -> Iterator[str]:
    """Where an archive with one record is served, at which two archivists can sign in."""
    assert browser.is_connected()
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    root = tmp_path / "home"
    assert command(root, "init") == 0
    assert command(root, "add", tmp_path / "a.txt") == 0
    catalogue = open_catalogue(Home(root))
    with catalogue.writing() as connection:
        for name in ("ana", "ben"):
            at = datetime.now(UTC)
            accounts.add(connection, name, Role.ARCHIVIST, hashed(PASSWORD), at=at, agent="tests")
    catalogue.close()
    with served(root) as running:
        yield running.address


def signed_in(browser: Browser, address: str, name: str, *, script: bool = True) -> BrowserContext:
    context = browser.new_context(base_url=address, java_script_enabled=script)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/sign-in?next=/desk")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")
    page.close()
    return context


def asked(page: Page) -> list[str]:
    return page.locator(".asks bdi").all_inner_texts()


def test_the_queue_is_worked_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "ana").new_page()
    page.goto("/desk")
    missing = ["No outlet is stated.", "No date is stated."]
    new = "The author “Hester Quillane” is in no authority."
    assert asked(page) == [*missing, new]
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("The Ledger")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?done=*")
    assert asked(page) == ["No date is stated.", new, "The outlet “The Ledger” is in no authority."]
    page.keyboard.press("a")
    expect(page.locator(".asks")).to_have_count(2)
    assert page.get_by_role("status").inner_text().startswith("1 answer kept: accepted.")
    page.keyboard.press("u")
    page.wait_for_url("**/desk?undone=1")
    assert asked(page)[0] == "No date is stated."
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.get_by_label("Those that are chosen").get_by_role("button", name="Accept").press("Enter")
    page.wait_for_url("**/desk?done=*")
    assert asked(page) == ["No date is stated."]


def test_the_letters_can_be_turned_off(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "ana").new_page()
    page.goto("/desk")
    page.get_by_role("button", name="Turn these keys off").press("Enter")
    for _ in range(2):
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.className") == "keys-off"
        page.reload()
        page.get_by_role("button", name="Turn these keys on").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.className") == "question"
    page.keyboard.press("r")
    assert page.locator("#keys-say").inner_text() == "This question has no such answer."


def test_nothing_that_has_the_focus_is_hidden_below_what_stays_in_sight(
    browser: Browser, address: str
) -> None:
    page = signed_in(browser, address, "ana").new_page()
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto("/desk")
    for _ in range(page.locator(".card :is(a, button, input:not([type=hidden]))").count() + 12):
        page.keyboard.press("Tab")
        hidden = page.evaluate("""() => {
          const it = document.activeElement, bar = document.querySelector(".bulk");
          const [a, b] = [it.getBoundingClientRect(), bar.getBoundingClientRect()];
          return it.closest(".card") !== null && a.bottom > b.top && a.top >= b.top;
        }""")
        assert not hidden, page.evaluate("document.activeElement.outerHTML")


def test_a_passage_chosen_in_the_text_is_left_out(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "ana").new_page()
    page.goto("/desk")
    page.locator(".card h2 a").click()
    page.wait_for_url("**/r/*")  # until its script, which looks at what is chosen, has run
    page.evaluate("""() => {
      const last = [...document.querySelectorAll("#text p")].at(-1);
      const words = document.createTreeWalker(last, NodeFilter.SHOW_TEXT).nextNode();
      const at = words.data.indexOf("Please give.");
      document.getSelection().setBaseAndExtent(words, at, words, at + 12);
    }""")
    page.get_by_role("link", name="Leave a passage out").click()
    page.wait_for_url("**quote=*")
    assert page.get_by_label("Its words").input_value() == "Please give."
    page.locator("#why").fill("an appeal")
    page.get_by_role("button", name="Leave it out").click()
    page.wait_for_url("**saved=on")
    assert page.locator("#left-out q").inner_text() == "Please give."


def test_without_a_script_two_who_edit_one_record_do_not_overwrite_each_other(
    browser: Browser, address: str
) -> None:
    pages = []
    for name in ("ana", "ben"):
        page = signed_in(browser, address, name, script=False).new_page()
        page.goto("/desk")
        page.get_by_role("link", name="Describe").first.click()
        pages.append(page)
    ana, ben = pages
    ana.get_by_label("Outlet").fill("The Ledger")
    ana.get_by_role("button", name="Save").click()
    assert ana.get_by_role("status").inner_text() == "Kept as revision 2."
    ben.get_by_label("Outlet").fill("The Lantern")
    ben.get_by_role("button", name="Save").click()
    assert "is at revision 2 now" in ben.get_by_role("alert").inner_text()
    assert ben.locator(".versions td").all_inner_texts() == ["The Ledger", "The Lantern"]
    ben.get_by_role("button", name="Save").click()
    assert ben.get_by_role("status").inner_text() == "Kept as revision 3."


def test_without_a_script_a_table_is_imported_as_it_was_shown(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page = signed_in(browser, address, "ana", script=False).new_page()
    page.goto("/desk/authorities")
    table = tmp_path / "quays.csv"
    table.write_bytes('\ufeffkind,id,heading,note\nplace,quay,"Quay, the",\'=x'.encode())
    page.get_by_label("A CSV file of authorities").set_input_files(table)
    page.get_by_role("button", name="Show what changes").click()
    told = page.get_by_role("status").inner_text()
    assert told.endswith("quays.csv: 1 authority read, 1 of them new or different.")
    page.get_by_role("button", name="Import as shown: 1 authority").click()
    assert page.get_by_role("status").inner_text().startswith("1 new or changed.")
    page.get_by_role("link", name="Quay, the").click()
    assert page.get_by_label("Note").input_value() == "=x"
