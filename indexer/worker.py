"""The worker: drains the change log while the site runs, so that what is added is found."""

from __future__ import annotations

import logging
from collections.abc import Callable

from archive.catalogue.database import open_catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from indexer.update import behind, update

_log = logging.getLogger("pressmark.worker")

PAUSE = 0.25
"""Seconds between two looks at the change log."""


def work(home: Home, wait: Callable[[float], bool]) -> None:
    """Drain the change log again and again until `wait`, given seconds, returns True.

    Trouble is logged once when it begins, and tried again: the site goes on answering from
    what is indexed.
    """
    catalogue = open_catalogue(home)
    told = ""
    while True:
        try:
            if behind(home, catalogue):
                update(home, catalogue)
            told = ""
        except (ArchiveTrouble, OSError) as error:
            if str(error) != told:
                _log.error("%s", error)
                told = str(error)
        if wait(PAUSE):
            catalogue.close()
            return
