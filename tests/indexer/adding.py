"""Adding invented documents, and asking how many are found."""

from __future__ import annotations

from datetime import UTC, datetime

from archive import ingest
from archive.catalogue.database import Catalogue
from archive.home import Home
from archive.originals import Originals
from archive.record import Statement
from archive.submission import from_bytes
from archive.values import described
from indexer.audience import Audience
from indexer.search import SearchService
from indexer.state import SearchState

AT = datetime(2026, 1, 15, tzinfo=UTC)


def add(home: Home, catalogue: Catalogue, *texts: str, title: str = "", at: datetime = AT) -> None:
    """Add a document for each text; what is said of it comes from a manifest."""
    said = [("publisher", "The Ledger"), ("language", "en"), ("title", title)]
    statements = tuple(Statement(name, value, "manifest") for name, value in said if value)
    given = [
        from_bytes(text.encode(), f"{n}.txt", f"{n}.txt", statements, described(statements))
        for n, text in enumerate(texts)
    ]
    store = Originals(home)
    outcomes = ingest.add(given, catalogue, store, agent="a", now=lambda: at)
    assert all(outcome.good for outcome in outcomes)


def total(service: SearchService, q: str = "") -> int:
    """How many records the query finds."""
    return service.search(SearchState(q=q), audience=Audience.STAFF, limit=1).total
