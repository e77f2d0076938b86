"""Cite this search: keeping what it finds now."""

from __future__ import annotations

from datetime import datetime

from archive.catalogue import saved_searches
from archive.catalogue.database import Catalogue
from archive.catalogue.saved_searches import SavedSearch
from indexer.audience import Audience
from indexer.cited_search import LIMIT, as_content, cite
from indexer.search import SearchService
from indexer.state import SearchState


def keep(
    service: SearchService,
    catalogue: Catalogue,
    state: SearchState,
    *,
    audience: Audience,
    at: datetime,
) -> SavedSearch:
    """Keep what the search finds now; `saved.at` is `at` unless just that was cited before.

    Raises as `SearchService.search` does; then nothing was kept.
    """
    position = service.position()
    total, ids = service.ids(state, audience=audience, limit=LIMIT)
    cited = cite(state, position=position, audience=audience, total=total, ids=ids)
    with catalogue.writing() as connection:
        digest = saved_searches.put(connection, as_content(cited), at=at)
        saved = saved_searches.get(connection, digest)
    assert saved is not None
    return saved
