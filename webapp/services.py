"""What the pages ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from archive.catalogue.database import Catalogue, open_catalogue
from archive.home import Home
from archive.originals import Originals
from indexer.search import SearchService


@dataclass(frozen=True, slots=True)
class Services:
    """One archive, open: its catalogue, its originals, its search."""

    catalogue: Catalogue
    originals: Originals
    search: SearchService


def open_services(home: Home) -> Services:
    """Open an existing archive.  Raises `ArchiveTrouble`."""
    catalogue = open_catalogue(home)
    return Services(catalogue, Originals(home), SearchService(home, catalogue))


def services() -> Services:
    """The archive that the site in this request shows."""
    return cast(Services, current_app.extensions["pressmark"])
