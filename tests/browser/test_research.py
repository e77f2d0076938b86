"""Dates, exclusion, the grid, the hits and the original, in Chromium."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from indexer.analysis import fold
from tests.waiting import until

if TYPE_CHECKING:
    from conftest import Site
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

_FOCUSED = "document.activeElement.querySelector('title').textContent"


def total(page: Page) -> str:
    return page.get_by_role("status").inner_text().split()[0]


def test_a_bar_is_reached_and_chosen_by_keyboard(page: Page) -> None:
    page.goto("/?q=bridge")
    page.get_by_role("textbox", name="To", exact=True).focus()
    page.keyboard.press("Tab")
    first = page.evaluate(_FOCUSED)
    page.keyboard.press("ArrowRight")
    second = page.evaluate(_FOCUSED)
    assert second != first
    page.keyboard.press("Home")
    assert page.evaluate(_FOCUSED) == first
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "The same as a table"
    page.get_by_role("link", name=second).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**from=*")
    counted = re.search(r": (\d+) record", second)
    assert counted
    assert total(page) == counted[1]
    page.get_by_role("link", name="Zoom out: All years").click()
    page.wait_for_url("**/?q=bridge")


def test_certain_and_possible_are_told_apart_by_more_than_colour(page: Page) -> None:
    page.goto("/")
    fills = page.evaluate("""() => ["certain", "possible"].map(
      name => getComputedStyle(document.querySelector(`.bar .${name}`)).fill)""")
    assert fills[0].startswith("rgb")
    assert "#hatch" in fills[1]
    assert page.locator(".key").is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_value_is_left_out_and_taken_in_again(browser: Browser, site: Site, script: bool) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=script)
    page = context.new_page()
    page.goto("/?q=bridge")
    before = total(page)
    page.get_by_role("link", name="Leave out: The Quay Courier").press("Enter")
    page.wait_for_url("**not_outlet=The+Quay+Courier")
    assert int(total(page)) == int(before) - 1
    assert page.locator(".left-out").inner_text().startswith("The Quay Courier left out")
    page.get_by_role("group", name="Language").get_by_role("checkbox", name="English").check()
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**language=en**")
    assert "not_outlet=The+Quay+Courier" in page.url
    page.get_by_role("link", name="Take in again: The Quay Courier").click()
    page.wait_for_url("**/?q=bridge&language=en")
    context.close()


def test_what_is_changed_can_be_applied_wherever_the_page_is_scrolled_to(page: Page) -> None:
    page.goto("/?q=bridge")
    apply = page.get_by_role("button", name="Apply")
    assert page.locator(".apply.changed").count() == 0
    page.get_by_role("checkbox", name="The Quay Courier").check()
    box = apply.bounding_box()
    assert box
    assert 0 <= box["y"] <= 900


def test_a_cell_of_the_grid_becomes_a_constraint(page: Page) -> None:
    page.goto("/?q=bridge")
    page.get_by_role("link", name="Compare outlets and stances").click()
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader", name="critical").is_visible()
    cell = table.get_by_role("link", name="1 record (The Quay Courier, critical)")
    cell.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**stance=board%3Acritical**")
    assert total(page) == "1"
    page.go_back()
    page.get_by_label("Towards", exact=True).select_option("commission")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**target=commission")
    assert table.get_by_role("cell", name="nothing found").first.is_visible()


def test_the_grid_scrolls_by_itself_on_a_narrow_page(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/grid?q=bridge")
    region = page.locator(".scroll")
    region.focus()
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.scroll').scrollLeft > 0")
    head = page.locator("tbody th").first.bounding_box()
    assert head
    assert head["x"] >= 0


def test_hits_are_stepped_through_with_two_keys(page: Page, site: Site) -> None:
    page.goto(f"/r/{site.archive.ids['logs.html']}?q=bridge")
    page.keyboard.press("n")
    assert "#" not in page.url  # only with the focus in the text (WCAG 2.1.4)
    page.get_by_role("link", name="First hit").focus()
    for key, at in (("n", "hit-1"), ("n", "hit-2"), ("n", "hit-2"), ("p", "hit-1")):
        page.keyboard.press(key)
        until(page, "at => location.hash === `#${at}`", at)
    until(
        page,
        """() => {
      const box = document.querySelector("#hit-1 mark").getBoundingClientRect();
      return box.top >= 0 && box.bottom <= innerHeight;
    }""",
    )


def test_the_original_opens_at_the_passage(page: Page) -> None:
    page.goto("/?q=mandate&outlet=The+Quay+Courier")
    page.locator("a.snippet").first.click()
    page.get_by_role("link", name="This passage in the original").click()
    page.wait_for_url("**/original/**")
    until(page, "scrollY > 0")
    assert page.evaluate("location.hash") == ""  # the browser took the directive
    seen = page.evaluate("""() => {
      const paragraphs = [...document.querySelectorAll("p")];
      const box = paragraphs.find(p => p.textContent.includes("mandate")).getBoundingClientRect();
      return box.top >= 0 && box.bottom <= innerHeight;
    }""")
    assert seen


def test_values_beyond_the_first_are_found_and_ticked_on_a_page_of_their_own(
    page: Page, sample_address: str
) -> None:
    page.goto(f"{sample_address}/")
    facet = page.get_by_role("group", name="Author")
    facet.get_by_role("checkbox").first.check()
    ticked = facet.locator(".choice:has(:checked) .says").inner_text()
    facet.get_by_role("button", name="more, A–Z").click()
    page.wait_for_url("**/values/author?**")
    names = page.locator(".choices .says").all_inner_texts()
    assert names[:-1] == sorted(names[:-1], key=fold)
    assert page.locator(".choice:has(:checked) .says").all_inner_texts() == [ticked]
    page.get_by_label("Only those with").fill(names[-2].upper())
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name=names[-2]).check()
    page.get_by_role("button", name="Show these records").click()
    page.wait_for_url("**/?author=**")
    assert facet.locator(".choice:has(:checked)").count() == 2


def test_all_bars_and_cells_are_there_without_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    name = page.locator(".histogram a title").last.text_content() or ""
    page.get_by_role("link", name=name).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**from=*")
    assert f": {total(page)} record" in name
    page.goto("/?q=bridge")
    page.get_by_text("The same as a table").click()
    page.locator("table.dates a").first.click()
    page.wait_for_url("**from=*")
    page.goto("/grid?q=bridge")
    page.locator("a.tally").first.click()
    page.wait_for_url("**/?q=bridge&**")
    context.close()
