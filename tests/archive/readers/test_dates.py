from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.readers.dates import parse_date


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("2031-03-09T23:30:00-05:00", "2031-03-09"),
        ("2031-03-09", "2031-03-09"),
        ("20310309T081500Z", "2031-03-09"),
        ("March 9th, 2031", "2031-03-09"),
        ("Sunday, 9 March 2031 at 14:05 EST", "2031-03-09"),
        ("Published: 9 Mar 2031 | 4:32 pm", "2031-03-09"),
        ("9. März 2031, 18:12 Uhr", "2031-03-09"),
        ("le 9 août 2031 à 14h40", "2031-08-09"),
        ("Miércoles 20 de noviembre de 2030", "2030-11-20"),
        ("9 марта 2031 г.", "2031-03-09"),
        ("9 Mart 2031", "2031-03-09"),
        ("9 fevral 2031-ci il", "2031-02-09"),
        ("9 Şubat 2031 Pazar", "2031-02-09"),
        ("9 Մարտի, 2031", "2031-03-09"),
        ("2031年3月9日", "2031-03-09"),
        ("2031년 3월 9일", "2031-03-09"),
        ("९ मार्च २०३१", "2031-03-09"),
        ("09.03.2031", "2031-03-09"),
        ("20310309081500", "2031-03-09"),
        ("2031-03-09T24:00:00+05:00", "2031-03-09"),
        ("18.09.24", "2024-09-18"),
        ("25/03/2031", "2031-03-25"),
        ("March 2031", "2031-03"),
        ("2031", "2031"),
        ("11 พฤษภาคม 2574", "2031-05-11"),
    ],
)
def test_dates_are_read_with_the_precision_stated(written: str, stated: str) -> None:
    assert parse_date(written) == stated


DATELINES = [
    line.split("\t")
    for line in Path(__file__).with_name("datelines.tsv").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(("language", "written", "stated"), DATELINES)
def test_datelines_of_eight_languages_are_read(language: str, written: str, stated: str) -> None:
    assert parse_date(written, languages=[language]) == stated


def test_an_old_year_is_read_where_it_is_written_in_full() -> None:
    assert parse_date("0099-01-01T00:00:00") == "0099-01-01"


def test_a_compact_timestamp_is_read() -> None:
    assert parse_date("310309 122212") == "2031-03-09"


@pytest.mark.parametrize(
    "written",
    ["", "Friday", "yesterday", "3 hours ago", "2031-02-30", "31 April 2031", "32.01.2031",
     "The bridge", "12:45", "20311309", "20310230T081500Z", "https://example.org/", "May",
     "9 March"],
)  # fmt: skip
def test_what_states_no_possible_date_is_none(written: str) -> None:
    assert parse_date(written) is None


def test_an_ambiguous_date_is_decided_by_the_language() -> None:
    assert parse_date("03/04/2031", languages=["en-US"]) == "2031-03-04"
    assert parse_date("03/04/2031", languages=["en-GB"]) == "2031-04-03"
    assert parse_date("03/04/2031", languages=["fr"]) == "2031-04-03"


def test_an_undecided_date_is_the_interval_of_its_readings() -> None:
    assert parse_date("03/04/2031") == "2031-03-04/2031-04-03"
    assert parse_date("03/04/2031", languages=["en"]) == "2031-03-04/2031-04-03"


def test_a_month_name_means_what_the_language_says() -> None:
    assert parse_date("13. listopada 2031", languages=["hr"]) == "2031-10-13"
    assert parse_date("13. listopadu 2031", languages=["cs"]) == "2031-11-13"


def test_a_relative_date_needs_a_now() -> None:
    now = datetime(2031, 3, 9, 12)
    assert parse_date("yesterday", languages=["en"], now=now) == "2031-03-08"


@pytest.mark.parametrize(
    ("written", "language", "stated"),
    [("вчера", "ru", "2031-03-08"), ("hier", "fr", "2031-03-08"), ("dünən", "az", "2031-03-08"),
     ("vor 2 Tagen", "de", "2031-03-07"), ("8 March", "en", "2031-03-08")],
)  # fmt: skip
def test_a_date_stated_in_part_is_completed_from_now(
    written: str, language: str, stated: str
) -> None:
    now = datetime(2031, 3, 9, 12)
    assert parse_date(written, languages=[language], now=now) == stated
    assert parse_date(written, languages=[language]) is None


@pytest.mark.parametrize(
    ("written", "language", "stated"),
    [("Friday", "en", "2031-03-07"), ("Sonntag, 14:05", "de", "2031-03-09"),
     ("вторник", "ru", "2031-03-04"), ("ven. 18:23", "fr", "2031-03-07")],
)  # fmt: skip
def test_a_weekday_is_the_last_one_before_now(
    written: str, language: str, stated: str | None
) -> None:
    now = datetime(2031, 3, 9, 12)
    assert parse_date(written, languages=[language], now=now) == stated
    assert parse_date(written, languages=[language]) is None


@pytest.mark.parametrize("written", ["14:05", "4pm", "Sep", "October", "10h36m", "10h am"])
def test_a_clock_or_a_month_is_no_day_even_where_now_is_known(written: str) -> None:
    assert parse_date(written, languages=["en"], now=datetime(2031, 3, 9, 12)) is None


def test_of_two_readings_one_after_now_is_none() -> None:
    assert parse_date("03/04/2031", now=datetime(2031, 3, 20)) == "2031-03-04"
    assert parse_date("03/04/2031", now=datetime(2031, 5, 1)) == "2031-03-04/2031-04-03"


@given(st.text(max_size=80))
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert parse_date(text, languages=["en"]) is None or text.strip()


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_an_iso_day_is_itself(day: date) -> None:
    assert parse_date(str(day)) == str(day)
