from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.edtf import BadDate, date_in_words, parse_edtf


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024-09-18", date(2024, 9, 18), date(2024, 9, 18)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2025?", date(2025, 1, 1), date(2025, 12, 31)),
        ("2021~", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021-03%", date(2021, 3, 1), date(2021, 3, 31)),
        ("2024-09-18T23:30:00-05:00", date(2024, 9, 18), date(2024, 9, 18)),
        ("2023-11/2024-02", date(2023, 11, 1), date(2024, 2, 29)),
        ("1984~/2004-06", date(1984, 1, 1), date(2004, 6, 30)),
        ("199X", date(1990, 1, 1), date(1999, 12, 31)),
        ("2004-21", date(2004, 3, 1), date(2004, 5, 31)),
        ("[2024-01,2024-02]", date(2024, 1, 1), date(2024, 2, 29)),
    ],
)
def test_a_date_has_strict_bounds(text: str, earliest: date, latest: date) -> None:
    parsed = parse_edtf(text)
    assert (parsed.earliest, parsed.latest) == (earliest, latest)


def test_an_open_end_has_no_latest_day_but_what_is_known_of_it() -> None:
    parsed = parse_edtf("2024-08/..")
    assert (parsed.earliest, parsed.latest) == (date(2024, 8, 1), None)
    assert (parsed.oldest, parsed.newest) == (date(2024, 8, 1), date(2024, 8, 31))


def test_an_open_beginning_has_no_earliest_day() -> None:
    parsed = parse_edtf("../2024-08-05")
    assert (parsed.earliest, parsed.latest) == (None, date(2024, 8, 5))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025-02-29", "there is no date 2025-02-29 in the calendar"),
        ("2024-13", "there is no date 2024-13 in the calendar"),
        ("2024-02-30?", "there is no date 2024-02-30 in the calendar"),
        ("{2024-02-30}", "there is no date 2024-02-30 in the calendar"),
        ("0000", "there is no date 0000 in the calendar"),
        ("2024/2023", "the interval 2024/2023 ends before it begins"),
        ("../..", "the interval ../.. has neither a beginning nor an end"),
        ("x" * 101, "a date of 101 characters is too long"),
    ],
)
def test_the_impossible_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(BadDate, match=f"^{reason.replace('.', '[.]')}$"):
        parse_edtf(text)


@pytest.mark.parametrize(
    "text", ["", " ", "yesterday", "2024-9-1", "18.09.2024", "2024-W10", "٢٠٢٤"]
)
def test_what_is_not_edtf_is_refused(text: str) -> None:
    with pytest.raises(BadDate):
        parse_edtf(text)


@given(st.text(alphabet="0123456789-/.?~%XYTZ[]{}, ", max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        parsed = parse_edtf(text)
    except BadDate:
        return
    assert parsed.oldest <= parsed.newest
    assert parsed.earliest is None or parsed.latest is None or parsed.earliest <= parsed.latest


@given(st.dates(min_value=date(1, 1, 1)))
def test_every_day_of_the_calendar_is_its_own_bounds(day: date) -> None:
    parsed = parse_edtf(day.isoformat())
    assert (parsed.earliest, parsed.latest) == (day, day)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2024-09-18", "18 September 2024"),
        ("2024-09", "September 2024"),
        ("2024", "2024"),
        ("2025?", "2025 (uncertain)"),
        ("2021~", "about 2021"),
        ("2021%", "about 2021 (uncertain)"),
        ("2024-08/..", "August 2024 or later"),
        ("../2024-08-05", "5 August 2024 or earlier"),
        ("2023-11/2024-02", "November 2023 to February 2024"),
        ("2004-22", "summer 2004"),
        ("2024-09-18T23:30:00-05:00", "18 September 2024"),
        ("199X", "199X"),
        ("not a date", "not a date"),
    ],
)
def test_a_date_reads_with_its_precision(text: str, words: str) -> None:
    assert date_in_words(text) == words
