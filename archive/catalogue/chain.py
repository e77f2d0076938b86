"""Chained revisions: each entry's digest covers its content and the digest before it."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(content: Any) -> str:
    """JSON in one form only: sorted keys, no spare white space, no escapes for letters."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(content: str, previous: str | None) -> str:
    """SHA-256, as 64 hex digits, over the previous entry's digest (or nothing) and the content."""
    return hashlib.sha256(f"{previous or ''}\n{content}".encode()).hexdigest()
