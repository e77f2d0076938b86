"""An archive beside a plain model of it: whatever is done to it, killed or not, they agree.

As a script: `python -m tests.crash.state_machine RUNS STEPS`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from archive import ingest
from archive.backup import back_up
from archive.catalogue.database import open_catalogue
from archive.checking import check_catalogue
from archive.decision import Kind
from archive.founding import begin_archive
from archive.home import Home
from archive.journal import find_reach, write_journal
from archive.originals import Originals
from archive.record import Statement
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
MOMENTS = st.integers(1, 60)


class ArchiveBesideAModel(RuleBasedStateMachine):
    """`titles` is the model: what each document that was added is called, by its only word."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.home = begin_archive(self.folder / "home-0")[0]
        self.homes = 0
        self.titles: dict[str, str] = {}
        self.backed_up: dict[str, str] | None = None
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

    def receive(self, name: str, title: str) -> Kind:
        said = (Statement("title", title, "manifest"),)
        given = from_bytes(name.encode(), f"{name}.txt", name, said, described(said))
        (outcome,) = ingest.add(
            [given], self.catalogue, Originals(self.home), agent="a", now=lambda: datetime.now(UTC)
        )
        return outcome.kind

    @rule(name=st.sampled_from(NAMES), title=st.sampled_from(TITLES))
    def add_or_amend(self, name: str, title: str) -> None:
        kind = self.receive(name, title)
        if name not in self.titles:
            assert kind is Kind.ADDED
            self.titles[name] = title
        else:
            same = self.titles[name] == title
            assert kind is (Kind.HELD if same else Kind.PENDING)

    @rule(name=st.sampled_from(NAMES), title=st.sampled_from(TITLES), moment=MOMENTS)
    def add_and_die(self, name: str, title: str, moment: int) -> None:
        articles = self.folder / "articles.csv"
        (self.folder / f"{name}.txt").write_text(name)
        articles.write_text(f"file,title\n{name}.txt,{title}\n")
        killed(moment, self.home.root, "add", "--manifest", articles)
        update(self.home, self.catalogue)
        if name not in self.titles and self.found(name):
            self.titles[name] = title

    @rule(moment=MOMENTS)
    def update_and_die(self, moment: int) -> None:
        killed(moment, self.home.root, "update")

    @rule(moment=MOMENTS)
    def reindex_and_die(self, moment: int) -> None:
        killed(moment, self.home.root, "reindex")

    @rule()
    def reindex(self) -> None:
        assert reindex(self.home, self.catalogue) == len(self.titles)

    @precondition(lambda self: generations.previous_name(self.home) is not None)
    @rule()
    def roll_back(self) -> None:
        assert roll_back(self.home, self.catalogue) == len(self.titles)

    @rule()
    def lose_the_index(self) -> None:
        shutil.rmtree(self.home.index)
        self.home.index.mkdir()

    @rule()
    def back_up(self) -> None:
        at = datetime.now(UTC)
        back_up(self.home, self.catalogue, self.folder / "backups", at=at, agent="a")
        self.backed_up = dict(self.titles)

    @precondition(lambda self: self.backed_up is not None)
    @rule()
    def restore_elsewhere(self) -> None:
        assert self.backed_up is not None
        self.catalogue.close()
        self.homes += 1
        self.titles = dict(self.backed_up)
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
        found = restore(source, root, at=datetime.now(UTC), agent="a")
        assert found.lacking == ()
        self.home = found.home
        self.open()
        return found.home

    @invariant()
    def they_agree(self) -> None:
        update(self.home, self.catalogue)
        assert self.found("") == len(self.titles)
        for name, title in self.titles.items():
            assert self.found(name) == 1
            assert self.found(f"{name} title:{title}") == 1

    def found(self, q: str) -> int:
        return self.service.total(SearchState(q=q), audience=Audience.STAFF)


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
    run(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(f"{sys.argv[1]} runs of {sys.argv[2]} steps: no divergence\n")
