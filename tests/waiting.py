"""Waiting for something to be true in a browser's page, for the tests that look at pages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LONGEST = 30.0
_STEP = 50  # milliseconds


def until(page: Page, question: str, of: str | None = None) -> None:
    """Wait until a JavaScript expression, or a function of one argument, is true in the page.

    Asked anew from outside each time: Playwright's own `wait_for_function` evaluates it within
    the page, which the site's Content-Security-Policy forbids whenever it is not true at once.
    """
    end = time.monotonic() + _LONGEST
    while not page.evaluate(question, of):
        assert time.monotonic() < end, f"it did not come true: {question}"
        page.wait_for_timeout(_STEP)
