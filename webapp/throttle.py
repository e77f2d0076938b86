"""How often one visitor may have something done, or try a password."""

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
"""How often each network may have the archive keep something."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """Counts what is done under each key, in the memory of this process.  Threads may share it.

    `limits` are those of the package limits, separated by semicolons.
    """

    limits: str = LIMITS
    _limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )

    def wait(self, key: str) -> int:
        """0, and it is counted; or the seconds after which to ask again."""
        seconds = self.due(key)
        if not seconds:
            self.count(key)
        return seconds

    def due(self, key: str) -> int:
        """The seconds after which to ask again; 0 is at once."""
        for limit in parse_many(self.limits):
            if not self._limiter.test(limit, key):
                ends = self._limiter.get_window_stats(limit, key).reset_time
                return max(1, math.ceil(ends - time.time()))
        return 0

    def count(self, key: str) -> None:
        """Count it once."""
        for limit in parse_many(self.limits):
            self._limiter.hit(limit, key)

    def forget(self, key: str) -> None:
        """Begin to count anew."""
        for limit in parse_many(self.limits):
            self._limiter.clear(limit, key)


def throttle() -> None:
    """Count this request for its visitor.  Raises `TooManyRequests`."""
    counts = cast(Throttle, current_app.extensions["pressmark_throttle"])
    if seconds := counts.wait(network(request.remote_addr)):
        raise TooManyRequests(retry_after=seconds)


def network(address: str | None) -> str:
    """Whose address it is, as far as can be told: an IPv6 one stands for its network of 64 bits."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
