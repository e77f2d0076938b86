from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.codings import agreements, codings_of
from archive.record import Coding, Description, Record, Stance

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
LONG = {"s": "supportive", "n": "neutral", "c": "critical", "m": "mixed"}


def coded(target: str, **given: str) -> list[tuple[Record, Coding]]:
    """Codings written as a row of letters for each coder, a column for each record."""
    return [
        (
            Record(f"r{place}", 1, AT, Description(), {}, (), None),
            Coding(Stance(target, LONG[letter]), coder, AT, "tone"),
        )
        for coder, row in given.items()
        for place, letter in enumerate(row)
        if letter != "."
    ]


def test_agreement_is_krippendorffs_alpha_by_hand() -> None:
    (found,) = agreements(coded("icrc", ana="ssscc", ben="ssccn"))
    # Ten values: s five times, c four, n once; in two of five records the coders differ.
    # Observed: 4/10.  Expected: 1 - (5*4 + 4*3 + 1*0)/(10*9) = 58/90.
    assert found.alpha == pytest.approx(1 - (4 / 10) / (58 / 90))
    assert (found.coders, found.records, found.shared) == (2, 5, 5)
    assert found.positions == {"supportive": 5, "critical": 4, "neutral": 1}


def test_agreement_as_in_the_literature_with_values_missing() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four
    observers, twelve units, nominal, values missing: alpha is .743."""
    # The five values of the example stand for five positions here.
    of = {"1": "supportive", "2": "neutral", "3": "critical", "4": "mixed", "5": "other"}
    table = {
        "A": "1 2 3 3 2 1 4 1 2 . . .",
        "B": "1 2 3 3 2 2 4 1 2 5 . 3",
        "C": ". 3 3 3 2 3 4 2 2 5 1 .",
        "D": "1 2 3 3 2 4 4 1 2 5 1 .",
    }
    given = [
        (
            Record(f"r{place}", 1, AT, Description(), {}, (), None),
            Coding(Stance("t", of[value]), coder, AT, ""),
        )
        for coder, row in table.items()
        for place, value in enumerate(row.split())
        if value != "."
    ]
    (found,) = agreements(given)
    assert found.alpha == pytest.approx(0.743, abs=0.0005)
    assert (found.coders, found.records, found.shared) == (4, 12, 11)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"ana": "scn"}, "only one person coded it"),
        ({"ana": "sc..", "ben": "..sc"}, "no record was coded by two persons"),
        ({"ana": "ss", "ben": "ssc"}, "all took the same position"),
    ],
)
def test_where_agreement_is_not_computable_the_reason_is_told(
    given: dict[str, str], reason: str
) -> None:
    (found,) = agreements(coded("icrc", **given))
    assert found.alpha is None
    assert reason in found.reason


def test_targets_are_told_apart_and_several_positions_are_their_combination() -> None:
    found = agreements([*coded("b", ana="s", ben="s"), *coded("a", ana="c"), *coded("a", ana="s")])
    assert [(each.target, each.positions) for each in found] == [
        ("a", {"critical+supportive": 1}),
        ("b", {"supportive": 2}),
    ]


def test_what_was_stated_with_the_document_is_a_coding_by_who_added_it() -> None:
    critical = Stance("icrc", "critical")
    own = Coding(critical, "ben", AT, "tone")
    held = Record("r", 1, AT, Description(stance=(critical,)), {}, (), None, codings=(own,))
    assert codings_of(held, "ana") == (Coding(critical, "ana", AT, ""), own)
