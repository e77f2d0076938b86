"""Fixity: whether every original is still what its digest says.

Each check is a PREMIS event, committed with the batch it was made in.  A run that was
killed goes on with what it had not checked yet, if it is begun again within a day.

Of those that are due, a day's share is a ninetieth of all originals, oldest check first,
and whatever would otherwise become older than ninety days; an original counts as checked
when it is received.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path

from archive.catalogue import events
from archive.catalogue import originals as catalogued
from archive.catalogue.database import Catalogue
from archive.catalogue.originals import Held
from archive.copying import NotTheBytes, examine
from archive.home import Home
from archive.originals import Originals

DAYS = 90
"""Within so many days every original is checked, if what is due is checked every day."""

Progress = Callable[[int, int], None]

_BATCH = 64
_BATCH_BYTES = 64_000_000
_LOOK = 5000
_STALE = timedelta(days=1)


def check_all(
    home: Home,
    catalogue: Catalogue,
    *,
    agent: str,
    now: Callable[[], datetime],
    progress: Progress | None = None,
) -> int:
    """Check every original; how many were.

    Goes on with a run that was interrupted less than a day ago.  Raises `ArchiveTrouble`.
    """
    began = _began(home, now())
    with catalogue.reading() as connection:
        total = catalogued.count(connection)
    done = 0
    while True:
        with catalogue.reading() as connection:
            wanted = catalogued.unchecked(connection, began, limit=_LOOK)
        if not wanted:
            break
        # Never before the run began, even if the clock is set back: it would not end.
        for count in _check(home, catalogue, wanted, agent, lambda: max(now(), began)):
            done += count
            if progress:
                progress(done, total)
    _marker(home).unlink(missing_ok=True)
    return done


def check_due(
    home: Home,
    catalogue: Catalogue,
    *,
    agent: str,
    now: Callable[[], datetime],
    progress: Progress | None = None,
) -> int:
    """Check the originals whose turn has come; how many were.  Raises `ArchiveTrouble`."""
    at = now()
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    with catalogue.reading() as connection:
        share = ceil(catalogued.count(connection) / DAYS) - catalogued.checks(connection, midnight)
        overdue = catalogued.overdue(connection, at - timedelta(days=DAYS - 1))
        wanted = catalogued.seen_before(connection, midnight, limit=max(share, overdue, 0))
    done = 0
    for count in _check(home, catalogue, wanted, agent, now):
        done += count
        if progress:
            progress(done, len(wanted))
    return done


def _check(
    home: Home,
    catalogue: Catalogue,
    wanted: Sequence[Held],
    agent: str,
    now: Callable[[], datetime],
) -> Iterator[int]:
    """Check originals and commit what was found, in batches; yields the size of each."""
    for batch in _batches(wanted):
        found = [(held.digest, _wrong(home, held.digest)) for held in batch]
        with catalogue.writing() as connection:
            for digest, wrong in found:
                events.log(
                    connection,
                    events.FIXITY_CHECK,
                    at=now(),
                    agent=agent,
                    detail=wrong or f"SHA-256 {digest}",
                    outcome="failure" if wrong else "success",
                    digest=digest,
                )
        yield len(batch)


def _batches(wanted: Sequence[Held]) -> Iterator[list[Held]]:
    batch: list[Held] = []
    for held in wanted:
        batch.append(held)
        if len(batch) == _BATCH or sum(each.size for each in batch) >= _BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _wrong(home: Home, digest: str) -> str | None:
    try:
        examine(Originals(home).path(digest), digest)
    except NotTheBytes as error:
        return str(error)
    return None


def _began(home: Home, at: datetime) -> datetime:
    """When the run began that this one goes on with, or is."""
    marker = _marker(home)
    try:
        began = datetime.fromisoformat(marker.read_text(encoding="ascii"))
        if at - _STALE < began <= at:
            return began
    except (FileNotFoundError, ValueError, TypeError):
        pass
    # Torn by a crash it is no date, and the run begins anew: nothing is lost but time.
    marker.write_text(at.isoformat(), encoding="ascii")
    return at


def _marker(home: Home) -> Path:
    return home.scratch / "fixity-began"
