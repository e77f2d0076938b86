"""What every export of a search has to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from indexer.answer import Hit
from indexer.headings import Headings
from indexer.links import record_path
from indexer.state import SearchState


@dataclass(frozen=True, slots=True)
class Export:
    """The search that is exported, where the archive is ('' leaves paths), the day, and the
    headings that tell family names."""

    state: SearchState
    base_url: str
    accessed: date
    headings: Headings = field(default_factory=Headings)

    def permalink(self, hit: Hit) -> str:
        """The record's own address, without the search."""
        return self.base_url + record_path(hit.record.id)


Written = Callable[[Iterable[Hit], Export], Iterator[str]]
"""Makes the pieces of a file, one hit after the other; holds no more than one of them."""
