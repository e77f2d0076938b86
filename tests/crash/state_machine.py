"""An archive beside a plain model of it: whatever is done to it, killed or not, they agree.

As a script: `python -m tests.crash.state_machine RUNS STEPS`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from archive import amending, ingest
from archive.authority import Authority
from archive.backup import back_up
from archive.catalogue import authorities, records
from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.decision import Kind
from archive.founding import begin_archive
from archive.home import Home
from archive.journal import find_reach, write_journal
from archive.originals import Originals
from archive.record import ARCHIVIST, Statement
from archive.restore import restore
from archive.submission import from_bytes
from archive.values import described
from indexer import generations
from indexer.audience import Audience
from indexer.checking import check_index
from indexer.reindexing import reindex, roll_back
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import update
from tests.crash.dying import killed

NAMES = ("osprey", "kestrel", "plover", "dunlin", "bittern")
TITLES = ("lantern", "anchor", "rudder")
OUTLETS = ("Quay Courier", "Weir Gazette")
MOMENTS = st.integers(1, 60)


@dataclass(frozen=True)
class Known:
    """What the model knows of a document: what its record is called, by its only word."""

    id: str
    title: str
    outlet: str
    withdrawn: bool = False


@dataclass(frozen=True)
class Model:
    """What the archive should hold: documents by their only word, and whether the second outlet
    is only another name of the first."""

    known: Mapping[str, Known] = field(default_factory=dict)
    merged: bool = False

    def told(self, name: str, known: Known) -> Model:
        return replace(self, known={**self.known, name: known})

    @property
    def shown(self) -> dict[str, Known]:
        return {name: known for name, known in self.known.items() if not known.withdrawn}

    def of_the_first_outlet(self) -> int:
        outlets = OUTLETS if self.merged else OUTLETS[:1]
        return sum(known.outlet in outlets for known in self.shown.values())


def _now() -> datetime:
    return datetime.now(UTC)


class ArchiveBesideAModel(RuleBasedStateMachine):
    """Every step is done to the archive and to `model`."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.home = begin_archive(self.folder / "home-0")[0]
        self.homes = 0
        self.model = Model()
        self.backed_up: Model | None = None
        self.open()

    def open(self) -> None:
        self.catalogue = open_catalogue(self.home)
        self.service = SearchService(self.home, self.catalogue)

    def teardown(self) -> None:
        checked = check_index(self.home, self.catalogue)
        assert (checked.faults, checked.behind) == ((), 0)
        write_journal(self.home, self.catalogue)
        assert check_catalogue(self.home).faults == ()
        self.catalogue.close()
        shutil.rmtree(self.folder)

    @rule(
        name=st.sampled_from(NAMES),
        title=st.sampled_from(TITLES),
        outlet=st.sampled_from(OUTLETS),
    )
    def add(self, name: str, title: str, outlet: str) -> None:
        said = (Statement("title", title, "manifest"), Statement("publisher", outlet, "manifest"))
        given = from_bytes(name.encode(), f"{name}.txt", name, said, described(said))
        originals = Originals(self.home)
        (outcome,) = ingest.add([given], self.catalogue, originals, agent="a", now=_now)
        known = self.model.known.get(name)
        if known is None:
            assert outcome.kind is Kind.ADDED
            self.model = self.model.told(name, Known(outcome.record_id or "", title, outlet))
        elif (known.title, known.outlet) == (title, outlet):
            assert outcome.kind in (Kind.HELD, Kind.NOTED)
        else:
            assert outcome.kind is Kind.PENDING

    @rule(
        name=st.sampled_from(NAMES),
        title=st.sampled_from(TITLES),
        outlet=st.sampled_from(OUTLETS),
        moment=MOMENTS,
    )
    def add_and_die(self, name: str, title: str, outlet: str, moment: int) -> None:
        articles = self.folder / "articles.csv"
        (self.folder / f"{name}.txt").write_text(name)
        articles.write_text(f"file,title,outlet\n{name}.txt,{title},{outlet}\n")
        killed(moment, self.home.root, "add", "--manifest", articles)
        update(self.home, self.catalogue)
        if name not in self.model.known and (ids := self.ids(name)):
            self.model = self.model.told(name, Known(*ids, title, outlet))

    @precondition(lambda self: self.model.known)
    @rule(data=st.data(), title=st.sampled_from(TITLES))
    def amend(self, data: st.DataObject, title: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.known)))
        known = self.model.known[name]
        with self.catalogue.reading() as connection:
            record = records.get(connection, known.id)
        assert record is not None
        change = amending.describing([Statement("title", title, ARCHIVIST)])
        with pytest.raises(amending.StaleEdit):
            self.changed(known, change, based_on=record.revision - 1)
        self.changed(known, change, based_on=record.revision)
        self.model = self.model.told(name, replace(known, title=title))

    @precondition(lambda self: self.model.known)
    @rule(data=st.data())
    def withdraw_or_reinstate(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.known)))
        known = self.model.known[name]
        change = amending.reinstating() if known.withdrawn else amending.withdrawing("why not")
        self.changed(known, change, based_on=None)
        self.model = self.model.told(name, replace(known, withdrawn=not known.withdrawn))

    def changed(self, known: Known, change: amending.Change, *, based_on: int | None) -> None:
        amending.amend(
            self.catalogue, known.id, change, based_on=based_on, at=_now(), agent="a", reason="r"
        )

    @rule()
    def merge_or_part_the_outlets(self) -> None:
        self.model = replace(self.model, merged=not self.model.merged)
        first, second = OUTLETS
        variants = (second,) if self.model.merged else ()
        with self.catalogue.writing() as connection:
            outlet = Authority("outlet", "quay", first, variants)
            authorities.put(connection, [outlet], at=_now(), agent="a")

    @rule(moment=MOMENTS)
    def update_and_die(self, moment: int) -> None:
        killed(moment, self.home.root, "update")

    @rule(moment=MOMENTS)
    def reindex_and_die(self, moment: int) -> None:
        killed(moment, self.home.root, "reindex")

    @rule()
    def reindex(self) -> None:
        assert reindex(self.home, self.catalogue) == len(self.model.shown)

    @precondition(lambda self: generations.previous_name(self.home) is not None)
    @rule()
    def roll_back(self) -> None:
        assert roll_back(self.home, self.catalogue) == len(self.model.shown)

    @rule()
    def lose_the_index(self) -> None:
        shutil.rmtree(self.home.index)
        self.home.index.mkdir()

    @rule()
    def back_up(self) -> None:
        back_up(self.home, self.catalogue, self.folder / "backups", at=_now(), agent="a")
        self.backed_up = self.model

    @precondition(lambda self: self.backed_up is not None)
    @rule()
    def restore_elsewhere(self) -> None:
        assert self.backed_up is not None
        self.catalogue.close()
        self.homes += 1
        self.model = self.backed_up
        root = self.folder / f"home-{self.homes}"
        self.home = self.restored(self.folder / "backups", root)

    @rule()
    def lose_the_catalogue(self) -> None:
        write_journal(self.home, self.catalogue)
        self.catalogue.close()
        for path in self.home.root.glob("catalogue.sqlite*"):
            path.unlink()
        if find_reach(self.home).position:
            self.home = self.restored(None, self.home.root)
        else:  # there is nothing to restore from, and nothing was lost
            begin_archive(self.home.root)
            self.open()

    def restored(self, source: Path | None, root: Path) -> Home:
        found = restore(source, root, at=_now(), agent="a")
        assert found.lacking == ()
        self.home = found.home
        self.open()
        return found.home

    @invariant()
    def they_agree(self) -> None:
        update(self.home, self.catalogue)
        assert len(self.ids("")) == len(self.model.shown)
        for name, known in self.model.known.items():
            expected = () if known.withdrawn else (known.id,)
            assert self.ids(f"{name} title:{known.title}") == expected
        named = self.ids(f'outlet:"{OUTLETS[0]}"')
        assert len(named) == self.model.of_the_first_outlet()

    def ids(self, q: str) -> tuple[str, ...]:
        return self.service.ids(SearchState(q=q), audience=Audience.STAFF, limit=100)[1]


def run(runs: int, steps: int, *, always_the_same: bool = False) -> None:
    """Raises AssertionError with the steps that lead to a divergence; as they were found, for
    to look for fewer that do would take very long."""
    run_state_machine_as_test(
        ArchiveBesideAModel,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=always_the_same,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


if __name__ == "__main__":
    runs, steps = int(sys.argv[1]), int(sys.argv[2])
    for done in range(10, runs + 10, 10):
        run(min(10, runs - done + 10), steps)
        sys.stdout.write(f"{min(done, runs)} of {runs} runs of {steps} steps: no divergence\n")
        sys.stdout.flush()
