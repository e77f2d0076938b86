"""Structured logs: a JSON object a line on stderr.

What is logged never quotes a query or a document; who logs sees to that.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The id of the request that is being answered."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON: when (UTC), how grave, from whom, what, for which request,
    and the `facts` that it carries."""

    def format(self, record: logging.LogRecord) -> str:
        data: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if request := REQUEST.get():
            data["request"] = request
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            data |= facts
        return json.dumps(data, ensure_ascii=False)


def log_as_json() -> None:
    """Write the logs of this process as JSON lines to stderr, from here on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
