"""How the index stands: which generation answers, what it has yet to learn, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from archive.catalogue import changes
from archive.catalogue.database import Catalogue
from archive.errors import ArchiveTrouble
from archive.home import Home
from archive.journal import journal_lag
from indexer import generations
from indexer.engine import GenerationUnreadable
from indexer.worker import is_at_work


@dataclass(frozen=True, slots=True)
class Standing:
    """`records` in the generation that answers, None if none does; how many changes the index
    and how many entries the journal has yet to take in (None: unknown); whether another one is
    kept to go back to, and one is unfinished; whether the index is `sound`: it answers and learns.
    `notices` are what a librarian should know and do, in sentences."""

    records: int | None
    behind: int
    journal_lag: int | None
    previous: bool
    unfinished: bool
    worker: bool
    sound: bool
    notices: tuple[str, ...]


def standing(home: Home, catalogue: Catalogue) -> Standing:
    """How the index stands now.  Raises `ArchiveTrouble` if the catalogue does not answer."""
    notices = []
    records, position = None, 0
    try:
        generations.read_pointer(home)
        name = generations.current_name(home)
        if name is None:
            notices.append("There is no index yet. “pressmark update” builds it.")
        else:
            records = generations.open_named(home, name).searcher().count()
            state = generations.read_state(home, name)
            position = state.position
            if not state.rules:
                notices.append("The index is damaged. “pressmark index check --repair” mends it.")
            elif state.rules != generations.rules_in_force():
                notices.append(
                    "Reindex needed: the index was made by another version of the program. It "
                    "goes on answering and does not learn what is added."
                )
    except GenerationUnreadable as error:
        notices.append(str(error))
    sound = not notices
    with catalogue.reading() as connection:
        behind = changes.newest(connection) - position
    try:
        lag = journal_lag(home, catalogue)
    except ArchiveTrouble as error:
        lag = None
        notices.append(str(error))
    worker = is_at_work(home)
    if not worker:
        notices.append("No worker is running; “pressmark serve” and “pressmark worker” start one.")
    return Standing(
        records=records,
        behind=behind,
        journal_lag=lag,
        previous=generations.previous_name(home) is not None,
        unfinished=bool(generations.unfinished_names(home)),
        worker=worker,
        sound=sound,
        notices=tuple(notices),
    )
