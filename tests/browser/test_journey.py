"""The reader's way through the site, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.waiting import until

if TYPE_CHECKING:
    from conftest import Site
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

_IN_VIEW = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
}"""
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def comes_into_view(page: Page, selector: str) -> None:
    page.locator(selector).wait_for()
    until(page, _IN_VIEW, selector)


def test_from_a_search_by_a_facet_and_a_snippet_to_the_stored_original(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("bridge")
    page.get_by_role("button", name="Search").click()
    facet = page.get_by_role("group", name="Outlet")
    facet.get_by_role("checkbox", name="The Quay Courier 1 record").check()
    page.get_by_role("button", name="Apply").click()
    assert page.get_by_role("status").inner_text() == "1 record"
    assert page.url.endswith("/?q=bridge&outlet=The+Quay+Courier")
    assert facet.get_by_role("checkbox", name="The Quay Courier").is_checked()

    page.locator("a.snippet", has_text="joint commission").click()
    passage = page.locator("#passage")
    assert passage.evaluate("element => element.tagName") == "MARK"
    assert passage.inner_text() == "bridge"
    comes_into_view(page, "#passage")
    assert page.evaluate("scrollY") > 0
    assert page.locator(".text mark").count() == 2

    page.get_by_role("link", name="Next hit").click()
    comes_into_view(page, "#hit-2 mark")
    page.get_by_role("link", name="Previous hit").click()
    comes_into_view(page, "#hit-1 mark")

    page.get_by_role("link", name="Open the original as received").click()
    assert page.locator("h1").inner_text() == "Sluice logs do not exist, board tells fishermen"
    page.go_back()
    page.get_by_role("link", name="Back to the search").click()
    assert page.get_by_role("searchbox").input_value() == "bridge"
    assert facet.get_by_role("checkbox", name="The Quay Courier").is_checked()


def test_a_hostile_original_is_shown_and_does_nothing(context: BrowserContext, site: Site) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("response", lambda response: asked.append(response.url))
    page.goto(f"/r/{site.archive.ids['hostile.html']}")
    assert "Minister withdraws transcript" in page.title()
    page.wait_for_load_state("networkidle")
    asked.clear()
    page.get_by_role("link", name="Open the original as received").click()
    page.wait_for_load_state("networkidle")
    page.locator("#go").click()
    page.wait_for_timeout(200)
    assert page.title() == "Ferry"
    assert "acted" not in page.locator("body").inner_text().replace("title='acted'", "")
    answered = {url for url in asked if not url.startswith(f"{site.address}/static/")}
    assert {url.rpartition("/")[2] for url in answered} == {site.archive.digests["hostile.html"]}


def test_hostile_text_does_not_run_in_the_pages(page: Page, site: Site) -> None:
    for path in ("/", "/?q=ferry", f"/r/{site.archive.ids['hostile.html']}?q=said"):
        page.goto(path)
        assert page.title() != "acted"
        assert page.locator("img, script:not([src])").count() == 0


@pytest.mark.parametrize("width", [320, 390, 768])
def test_no_page_scrolls_sideways(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    ids = site.archive.ids
    for path in (
        "/",
        "/?q=bridge&outlet=The+Quay+Courier&from=2024&to=2024",
        "/?q=%22open",
        "/?q=" + "x" * 300,
        "/?from=2025-02-30",
        "/help",
        "/about",
        "/nothing",
        "/grid?q=bridge",
        "/names?q=bridge",
        *(f"/r/{ids[name]}?q=bridge" for name in ("logs.html", "hostile.html", "closed.html")),
        f"/r/{ids['noise.bin']}",
    ):
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        assert not page.evaluate(_TOO_WIDE), path


@pytest.mark.parametrize("width", [390, 1280])
def test_long_words_are_broken(page: Page, long_words: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    (record_id,) = long_words.archive.ids.values()
    chosen = f"outlet={'outlet' * 40}&stance={'t' * 200}:critical"
    for path in (f"/?{chosen}", f"/?q=zeppelin&{chosen}", "/help", f"/r/{record_id}?q=bridge"):
        page.goto(long_words.address + path)
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        assert not page.evaluate(_TOO_WIDE), path


def test_on_a_narrow_page_the_facets_are_folded_and_can_be_opened(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?q=bridge")
    box = page.get_by_role("checkbox", name="The Quay Courier")
    assert not box.is_visible()
    page.get_by_text("Narrow the search").click()
    box.check()
    page.get_by_role("button", name="Apply").click()
    assert page.get_by_role("status").inner_text() == "1 record"


def test_a_facet_heading_folds_its_values(page: Page) -> None:
    page.goto("/?q=bridge")
    heading = page.get_by_role("button", name="Outlet")
    box = page.get_by_role("checkbox", name="The Quay Courier")
    assert heading.get_attribute("aria-expanded") == "true"
    heading.press("Enter")
    assert heading.get_attribute("aria-expanded") == "false"
    assert not box.is_visible()
    heading.press("Enter")
    assert box.is_visible()


def test_the_whole_way_can_be_gone_by_keyboard(page: Page) -> None:
    page.goto("/?q=bridge")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    wanted = {"q", "from", "to"}
    seen: list[str] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        tag = page.evaluate(
            "(e => e.id || e.getAttribute('class') || e.name || e.textContent.trim())"
            "(document.activeElement)"
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"no focus is seen on {tag}"
        seen.append(tag)
        if tag == "snippet":
            break
    assert wanted <= set(seen)
    assert "outlet" in seen
    page.keyboard.press("Enter")
    page.wait_for_url("**#passage")
    comes_into_view(page, "#passage")


@pytest.mark.parametrize("width", [390, 1280])
def test_all_of_it_works_without_script(browser: Browser, site: Site, width: int) -> None:
    context = browser.new_context(
        base_url=site.address, java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto("/?q=bridge")
    if width < 600:
        page.get_by_text("Narrow the search").click()
    page.get_by_role("checkbox", name="The Quay Courier").check()
    page.get_by_role("button", name="Apply").click()
    assert page.get_by_role("status").inner_text() == "1 record"
    page.locator("a.snippet").first.click()
    assert page.locator("#passage").is_visible()
    assert page.get_by_role("link", name="Next hit").is_visible()
    context.close()


def test_targets_are_large_enough_to_touch(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/?q=bridge", f"/r/{site.archive.ids['logs.html']}?q=bridge"):
        page.goto(path)
        small = page.locator(
            "button:visible, input:not([type=hidden]):not([type=checkbox]):visible, "
            "nav a:visible, .snippet:visible, .choice:visible, .constraints a:visible, "
            "a.original:visible, .reading-head a:visible, a.other:visible, .take a:visible"
        ).evaluate_all("all => all.filter(e => e.getBoundingClientRect().height < 43.5).length")
        assert small == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Page, site: Site, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    reading = f"/r/{site.archive.ids['logs.html']}?q=bridge"
    for path in ("/?q=bridge&not_language=ru", "/?q=%22", reading, "/help", "/grid?q=bridge"):
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        assert page.evaluate(_WEAK) == []


_WEAK = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push([walk.currentNode.data.trim(), ratio]);
  }
  return weak;
}"""
