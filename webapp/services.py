"""What the pages ask, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from archive.catalogue.database import Catalogue, open_catalogue
from archive.home import Home
from archive.originals import Originals
from indexer.audience import Audience
from indexer.search import SearchService


@dataclass(frozen=True, slots=True)
class Services:
    """One archive, open for reading: its catalogue, its originals, its search, and to whom
    it is shown."""

    catalogue: Catalogue
    originals: Originals
    search: SearchService
    audience: Audience = Audience.READER


def open_services(home: Home, audience: Audience = Audience.READER) -> Services:
    """Open an existing archive.  Raises `ArchiveTrouble`."""
    catalogue = open_catalogue(home)
    return Services(catalogue, Originals(home), SearchService(home, catalogue), audience)


def services() -> Services:
    """The archive that the site in this request shows."""
    return cast(Services, current_app.extensions["pressmark"])
