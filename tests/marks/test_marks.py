"""The sample archive, asked generated queries on every path and matched a second time."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from archive.home import Home
from indexer.analysis import words_of
from tests.marks.asked import And, Not, Or, Phrase, Word, typed
from tests.marks.comparing import Comparing, stock_of
from tests.marks.generating import Generator
from tests.marks.second_matcher import folded, read_authorities, text_of
from tests.quayside import command

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
AUTHORITIES = sorted((CORPUS / "authorities").glob("*.csv"))


@pytest.fixture(scope="module")
def comparing(tmp_path_factory: pytest.TempPathFactory) -> Comparing:
    root = tmp_path_factory.mktemp("sample") / "home"
    assert command(root, "init") == 0
    assert command(root, "authorities", "import", *AUTHORITIES) == 0
    assert command(root, "add", "--manifest", CORPUS / "manifest.csv") == 0
    made = Comparing(Home(root), read_authorities(AUTHORITIES))
    made.take(made.every)
    return made


@pytest.mark.parametrize("seed", range(2))
def test_every_path_marks_what_a_second_matcher_finds(comparing: Comparing, seed: int) -> None:
    chosen = Random(seed)
    generator = Generator(stock_of(comparing), chosen)
    before = comparing.tally.queries
    for number in range(40):
        comparing.compare(generator.query(), equivalents=number % 10 != 0, paths=number % 8 == 0)
    assert comparing.tally.differences == []
    assert comparing.tally.queries - before >= 35


def test_a_tree_is_typed_with_the_parentheses_that_it_needs() -> None:
    tree = And((Or((Word("a"), Word("b"))), Not(Phrase("c d", 2))), (" ",))
    assert typed(tree)[0] == '(a OR b) -"c d"~2'


TEXT = (
    "Xankəndi’s _ferry_ «Ørsted» naïve co\u0301operate; die Straße \u00adhy\u00adphen d’accord "
    "U.S.A. 3,14 1\u202f000 المراقبون 難民營 ภาษา Тихоброд й צה\"ל o'clock İstanbul ½ x² カタカナ"
)


def test_the_two_readings_of_a_text_agree() -> None:
    ours, second = words_of(TEXT), text_of(TEXT, None)
    assert ours.surface == second.surface
    assert [*zip(ours.starts, ours.ends, strict=True)] == [*second.ranges]
    assert folded("Xankəndi") == "xankendi"
