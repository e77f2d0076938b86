"""How often one visitor may have the archive keep something."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from typing import cast

from flask import current_app, request
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

LIMITS = "30/minute; 300/day"
"""For each address, an IPv6 one standing for its network of 64 bits."""

_ITEMS = parse_many(LIMITS)


@dataclass(frozen=True, slots=True)
class Throttle:
    """Counts what each address asks for, in the memory of this process.  Threads may share it."""

    _limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )

    def wait(self, address: str | None) -> int:
        """0, and the request is counted; or the seconds after which to ask again."""
        visitor = _visitor(address)
        for item in _ITEMS:
            if not self._limiter.test(item, visitor):
                ends = self._limiter.get_window_stats(item, visitor).reset_time
                return max(1, math.ceil(ends - time.time()))
        for item in _ITEMS:
            self._limiter.hit(item, visitor)
        return 0


def throttle() -> None:
    """Count this request for its visitor.  Raises `TooManyRequests`."""
    counts = cast(Throttle, current_app.extensions["pressmark_throttle"])
    if seconds := counts.wait(request.remote_addr):
        raise TooManyRequests(retry_after=seconds)


def _visitor(address: str | None) -> str:
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
