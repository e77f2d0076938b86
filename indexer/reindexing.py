"""Building a generation anew beside the one that answers, and going back to the one before.

What a reindex has committed when it is killed is in the generation that it staged; the next
one goes on from there.  At every moment one whole generation answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive.catalogue import changes, records
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from indexer import generations
from indexer.comparing import compare
from indexer.engine import GenerationUnreadable
from indexer.filling import Progress, drain, fill


def reindex(
    home: Home, catalogue: Catalogue, progress: Progress | None = None, *, fresh: bool = False
) -> int:
    """Build a new generation from the catalogue and let it answer; how many records it holds.

    Goes on with one that was interrupted, unless it is to be `fresh`.  The old one answers,
    and goes on learning, until the new one is complete, has caught up, its files were read
    again and it was compared with the catalogue.  Raises `ArchiveTrouble` if another reindex
    is running, the disk refuses or the two differ; then the old one answers as before.
    """
    with disk_told(home), generations.locked(home, "reindex", wait=False) as mine:
        if not mine:
            raise ArchiveTrouble("Another reindex is running; wait until it has ended.")
        if fresh:
            discard_unfinished(home)
        return build(home, catalogue, progress)


def build(home: Home, catalogue: Catalogue, progress: Progress | None = None) -> int:
    """As `reindex`; the reindex lock is held."""
    with catalogue.reading() as connection:
        position = changes.newest(connection)
        mark = changes.mark(connection, position)
        wanted = list(records.standing_ids(connection))
    name = _unfinished(home, catalogue) or generations.stage(home, position, mark)
    held = set(generations.open_named(home, name).searcher().ids())
    rest = [record_id for record_id in wanted if record_id not in held]

    def show(done: int, _total: int) -> None:
        if progress:
            progress(len(wanted) - len(rest) + done, len(wanted))

    fill(home, catalogue, name, rest, show)
    drain(home, catalogue, name)
    with generations.locked(home, "update", wait=True):
        drain(home, catalogue, name)
        count = _verified(home, catalogue, name)
        generations.promote(home, name)
    return count


def roll_back(home: Home, catalogue: Catalogue) -> int:
    """Let the generation before the one that answers answer again; how many records it holds.

    First it learns every change made since, and is held against the catalogue.  The one that
    answered is kept, so that this can be undone the same way.  Raises `ArchiveTrouble`; then
    nothing has changed.
    """
    with disk_told(home), generations.locked(home, "reindex", wait=False) as mine:
        if not mine:
            raise ArchiveTrouble("A reindex is running; wait until it has ended.")
        with generations.locked(home, "update", wait=True):
            name = generations.previous_name(home)
            if name is None:
                raise ArchiveTrouble("No index from before is kept; there is none to go back to.")
            if generations.read_state(home, name).rules != generations.rules_in_force():
                raise ArchiveTrouble(
                    "The index from before was made by another version of the program and cannot "
                    "learn what has changed since; it is not put to use."
                )
            if not is_of(home, catalogue, name):
                raise ArchiveTrouble("The index from before was made from another catalogue.")
            drain(home, catalogue, name)
            count = _verified(home, catalogue, name)
            generations.exchange(home)
    return count


def discard_unfinished(home: Home) -> None:
    """Remove what an interrupted reindex left; the reindex lock is held."""
    for name in generations.unfinished_names(home):
        generations.discard(home, name)


def is_of(home: Home, catalogue: Catalogue, name: str) -> bool:
    """Whether the generation was made from this very catalogue."""
    state = generations.read_state(home, name)
    with catalogue.reading() as connection:
        return changes.mark(connection, state.position) == state.mark


@contextmanager
def disk_told(home: Home) -> Iterator[None]:
    """Within the block trouble with the disk is told in a sentence."""
    try:
        yield
    except OSError as error:
        raise ArchiveTrouble(
            f"The index in {home.index} cannot be written: {error.strerror}. Put that right "
            "and run “pressmark update”; the archive itself is unharmed."
        ) from error


def _unfinished(home: Home, catalogue: Catalogue) -> str | None:
    """The generation that a reindex staged and did not finish, if it can be gone on with."""
    chosen = None
    for name in generations.unfinished_names(home):
        good = (
            chosen is None
            and generations.read_state(home, name).rules == generations.rules_in_force()
            and is_of(home, catalogue, name)
            and not generations.damaged(home, name)
        )
        if good:
            chosen = name
        else:
            generations.discard(home, name)
    return chosen


def _verified(home: Home, catalogue: Catalogue, name: str) -> int:
    """How many records the generation holds; they are those of the catalogue.

    One that is not what it should be is discarded, unless it answered before.
    """
    try:
        found = generations.damaged(home, name)
        if found:
            raise ArchiveTrouble(
                f"The new index is damaged on the disk ({found[0]}); it was not put to use. "
                "Check the disk and run “pressmark reindex” again."
            )
        differences = compare(home, catalogue, name, every=False)
        if differences:
            raise ArchiveTrouble(
                f"The new index holds {differences.held} records, of which "
                f"{len(differences.ids)} are not what the catalogue has; it was not put to use. "
                "Run “pressmark reindex” again."
            )
    except (ArchiveTrouble, GenerationUnreadable):
        if name != generations.previous_name(home):
            generations.discard(home, name)
        raise
    return differences.held
