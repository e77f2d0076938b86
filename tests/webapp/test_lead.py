from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.record import Access, Description, Record
from indexer.answer import Hit, Passage
from webapp.lead import without_repeated_title


def hit(title: str | None, *passages: Passage) -> Hit:
    added = datetime(2026, 1, 15, tzinfo=UTC)
    record = Record("abc", 1, added, Description(title=title), {}, (), 1)
    return Hit(record, 0.0, title, (), None, (), None, (), Access.OPEN, passages, 0)


@pytest.mark.parametrize(
    ("title", "text", "lead"),
    [
        ("The weir is shut", "The weir is shut\n\nSince Monday.", "Since Monday."),
        (
            "The weir is shut",
            "THE WEIR  is\nshut\nThe weir is shut\nSince Monday.",
            "Since Monday.",
        ),
        ("The weir is shut", "Menu\nNews\n\nThe weir is shut\n\nSince Monday.", "Since Monday."),
        (
            "The weir is shut",
            "They say:\nThe weir is shut by now.",
            "They say:\nThe weir is shut by now.",
        ),
        ("The weir is shut.", "The weir is shut. Since Monday.", "Since Monday."),
        ("The weir is shut", "The weir is shut. Since Monday.", "Since Monday."),
        ("The weir", "The weir is shut since Monday.", "The weir is shut since Monday."),
        ("The weir", "The weirs\n\nAll of them.", "The weirs\n\nAll of them."),
        ("Weir (shut)*", "Weir (shut)*\nSince Monday.", "Since Monday."),
        (None, "The weir is shut.", "The weir is shut."),
        (" ", "The weir is shut.", "The weir is shut."),
    ],
)
def test_a_lead_does_not_say_the_title_again(title: str | None, text: str, lead: str) -> None:
    (found,) = without_repeated_title(hit(title, Passage(7, 7 + len(text), text, ()))).passages
    assert found.text == lead
    assert (found.start, found.end) == (7 + len(text) - len(lead), 7 + len(text))


def test_a_lead_that_is_nothing_but_the_title_is_left_out() -> None:
    assert without_repeated_title(hit("The weir", Passage(0, 8, "The weir", ()))).passages == ()


def test_what_a_query_matches_is_shown_as_it_stands() -> None:
    found = hit("The weir", Passage(0, 15, "The weir\n\nToday", ((4, 8),)))
    assert without_repeated_title(found) == found
