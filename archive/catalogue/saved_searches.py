"""Searches that were cited, each kept once: what was asked and what was found then."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from archive.catalogue import schema
from archive.catalogue.chain import canonical

_DIGEST = re.compile(r"[0-9a-f]{16,64}\Z")


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """The content that was kept, under its digest, and when it was cited first."""

    digest: str
    at: datetime
    content: Mapping[str, Any]


def put(connection: Connection, content: Mapping[str, Any], *, at: datetime) -> str:
    """Keep a search; its digest, the SHA-256 of its canonical JSON as 64 hex digits.

    The same content is kept once, with the time at which it was cited first.  Its text must
    be encodable as UTF-8.
    """
    table = schema.saved_search
    written = canonical(content)
    digest = hashlib.sha256(written.encode()).hexdigest()
    if not connection.execute(select(table.c.digest).where(table.c.digest == digest)).first():
        connection.execute(
            insert(table), {"digest": digest, "at": at.isoformat(), "content": written}
        )
    return digest


def get(connection: Connection, digest: str) -> SavedSearch | None:
    """The search with this digest, or with the only digest that begins so.

    None for fewer than 16 hex digits, and where no digest or more than one begins so.
    """
    if not _DIGEST.match(digest):
        return None
    table = schema.saved_search
    among = table.c.digest.between(digest, digest + "g")
    found = connection.execute(select(table).where(among).limit(2)).all()
    if len(found) != 1:
        return None
    row = found[0]
    return SavedSearch(row.digest, datetime.fromisoformat(row.at), json.loads(row.content))
