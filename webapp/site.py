"""What the site knows of itself: where it is, and what time it is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from flask import current_app, request

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def site_address() -> str:
    """The site's absolute address without a slash at the end: its public one, else the one
    that this request names."""
    public: str | None = current_app.extensions["pressmark_base_url"]
    return public or request.url_root.rstrip("/")


def now() -> datetime:
    """The time of this request, in UTC."""
    return cast(Clock, current_app.extensions["pressmark_clock"])()
