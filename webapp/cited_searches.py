"""A search that was cited, and what has changed since."""

from __future__ import annotations

from archive.catalogue import records, saved_searches
from archive.catalogue.saved_searches import SavedSearch
from indexer.audience import exists, visible
from indexer.cited_search import LIMIT, CitedSearch, Since, compare, from_content
from indexer.fields import FIELDS
from indexer.state import SearchState
from webapp.services import Services
from webapp.visitor import audience


def found(site: Services, digest: str) -> tuple[SavedSearch, CitedSearch] | None:
    """The search with this digest, or that its beginning tells from any other, if it exists
    for who is asking."""
    with site.catalogue.reading() as connection:
        saved = saved_searches.get(connection, digest)
    cited = from_content(saved.content) if saved else None
    return (saved, cited) if saved and cited and cited.exists_for(audience()) else None


def asked(cited: CitedSearch) -> SearchState:
    """The search, to be asked again."""
    return cited.state([field.name for field in FIELDS])


def since(site: Services, cited: CitedSearch) -> Since:
    """What has changed since.  Raises as `SearchService.search` does."""
    total, ids = site.search.ids(asked(cited), audience=cited.audience, limit=LIMIT)
    missing = set(cited.ids).difference(ids)
    levels = visible(audience())
    with site.catalogue.reading() as connection:
        held = records.many(connection, missing)
    there = {id for id, record in held.items() if exists(record, levels)}
    return compare(cited, total, ids, lambda id: id not in there)
