from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from archive.catalogue import saved_searches
from archive.catalogue.database import Catalogue

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 1, 13, tzinfo=UTC)


def test_a_search_is_kept_once_with_the_day_it_was_first_cited(catalogue: Catalogue) -> None:
    with catalogue.writing() as connection:
        digest = saved_searches.put(connection, {"total": 1, "ids": ["ə"]}, at=MONDAY)
        again = saved_searches.put(connection, {"ids": ["ə"], "total": 1}, at=TUESDAY)
        other = saved_searches.put(connection, {"ids": ["ə"], "total": 2}, at=TUESDAY)
    assert digest == again == hashlib.sha256('{"ids":["ə"],"total":1}'.encode()).hexdigest()
    assert other != digest
    with catalogue.reading() as connection:
        held = saved_searches.get(connection, digest)
    assert held == saved_searches.SavedSearch(digest, MONDAY, {"ids": ["ə"], "total": 1})


def test_a_search_is_found_by_the_beginning_of_its_digest(catalogue: Catalogue) -> None:
    with catalogue.writing() as connection:
        digest = saved_searches.put(connection, {}, at=MONDAY)
    with catalogue.reading() as connection:
        held = saved_searches.get(connection, digest)
        assert held is not None
        assert saved_searches.get(connection, digest[:16]) == held
        assert saved_searches.get(connection, digest[:63]) == held
        for none in ("", digest[:15], digest + "0", "%" * 16, "f" * 16, digest[:16] + "\n"):
            assert saved_searches.get(connection, none) is None
