"""Chained revisions: each entry's digest covers its content and the digest before it."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(content: Any) -> str:
    """JSON in one form only: sorted keys, no spare white space, no escapes for letters."""
    return _ENCODER.encode(content)


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Made once: `json.dumps` would make one for each call."""


def link(content: str, previous: str | None) -> str:
    """SHA-256, as 64 hex digits, over the previous entry's digest (or nothing) and the content."""
    return hashlib.sha256(f"{previous or ''}\n{content}".encode()).hexdigest()
