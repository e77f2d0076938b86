from __future__ import annotations

from indexer.answer import Reason, Way
from webapp.why import Account, accounts


def test_reasons_are_told_for_each_thing_that_was_typed() -> None:
    told = accounts(
        (
            Reason("boats", Way.LITERAL, ("boats", "Boats"), 3),
            Reason("boats", Way.STEM, ("boat",), 2, "en"),
            Reason("Quay End", Way.EQUIVALENCE, ("Old Quay",), 1),
        )
    )
    assert told == (
        (
            "boats",
            (Account("as written", (), 3), Account("in another form (English)", ("boat",), 2)),
        ),
        ("Quay End", (Account("by another name", ("Old Quay",), 1),)),
    )
    assert accounts(()) == ()
