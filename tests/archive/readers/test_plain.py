import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.readers import read
from archive.reading import Source
from archive.record import Contributor, Extract

BODY = (
    "Ferries between Velograd and Port Amsa stopped after the harbour master found cracks in the"
    " northern pier, and buses will run in the meantime for season ticket holders."
)


def text(*lines: str) -> Extract:
    return read(Source("\n".join(lines).encode(), "capture.txt"))


def test_the_first_line_is_the_title() -> None:
    extract = text("Pier closed at Port Amsa", "", BODY)
    assert extract.description.title == "Pier closed at Port Amsa"
    assert extract.basis["title"] == "title line"


def test_a_label_above_the_title_is_skipped() -> None:
    assert text("Article", "", "Pier closed at Port Amsa", BODY).description.title == (
        "Pier closed at Port Amsa"
    )


def test_a_caption_said_again_in_other_words_is_no_title() -> None:
    extract = text(
        "Workers inspecting the cracked pier at Port Amsa harbour",
        "Workers have been inspecting a cracked pier in the harbour at Port Amsa.",
        BODY,
    )
    assert extract.description.title is None


def test_a_sentence_is_no_title() -> None:
    assert text(BODY, BODY).description.title is None


def test_the_byline_yields_authors_and_the_editor() -> None:
    described = text(
        "Pier closed", "By Eda Soral, Edited by Pia Lund, head of desk at the Velan Herald", BODY
    ).description
    assert described.creator == ("Eda Soral",)
    assert described.contributor == (Contributor("Pia Lund", "editor"),)


def test_a_photo_credit_is_a_contributor_and_no_author() -> None:
    described = text("Pier closed at Port Amsa", "Banner: Jan Orlik", BODY).description
    assert described.creator == ()
    assert described.contributor == (Contributor("Jan Orlik", "photographer"),)


def test_a_date_on_a_line_of_its_own_is_the_date_of_publication() -> None:
    assert text("Pier closed", "March 9th, 2031", BODY).description.issued == "2031-03-09"
    assert text("Pier closed", "Published: 9 March 2031", BODY).description.issued == "2031-03-09"


def test_a_date_in_prose_or_of_an_update_is_not() -> None:
    prose = text("Pier closed", "The pier was opened on 3 May 2019.", BODY).description
    assert prose.issued is None
    updated = text("Pier closed", "Updated: 11 March 2031", BODY).description
    assert (updated.issued, updated.modified) == (None, "2031-03-11")


def test_a_notice_at_the_end_names_the_source_and_no_outlet() -> None:
    described = text(
        "Pier closed", BODY, "(This post is republished from Amsa Courier.)"
    ).description
    assert described.source == "Amsa Courier"
    assert described.publisher is None


def test_contributed_reporting_is_a_contributor() -> None:
    described = text("Pier closed", BODY, "Jan Orlik contributed reporting.").description
    assert described.contributor == (Contributor("Jan Orlik", "reporter"),)


def test_the_text_is_the_file_with_line_ends_normalised() -> None:
    extract = read(Source("\ufeffPier\r\nclosed\rnow\x00\t!".encode(), "x.txt"))
    assert extract.text == "Pier\nclosed\nnow\t!"


def test_text_past_the_limit_is_cut() -> None:
    extract = read(Source(b"Harbour news.\n" * 800_000, "x.txt"))
    assert extract.cut
    assert extract.text is not None
    assert len(extract.text) == 10_000_000


def test_the_language_is_detected() -> None:
    extract = text("Körpü bağlandı", "Limandakı körpü üç həftə müddətinə bağlı qalacaq. " * 6)
    assert extract.description.language == "az"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("The harbour authority closed the old bridge for three weeks after the storm.", "en"),
        ("Die Hafenbehörde schloss die alte Brücke nach dem Sturm für drei Wochen.", "de"),
        ("Bridge closed after storm.", None),
    ],
)
def test_a_brief_has_a_language_and_a_few_words_have_none(words: str, language: str | None) -> None:
    assert read(Source(words.encode(), "x.txt")).description.language == language


@given(st.text(max_size=300))
def test_no_text_raises(content: str) -> None:
    extract = read(Source(content.encode("utf-8", "surrogatepass"), "x.txt"))
    assert "failed" not in " ".join(extract.warnings)


@pytest.mark.parametrize(
    "line",
    [
        "Published by The Amsa Courier, 18 May 2032",
        "Published: The Amsa Courier, 18 May 2032",
        "Published by The Amsa Courier on 18 May 2032.",
    ],
)
def test_an_imprint_names_the_outlet_and_the_date(line: str) -> None:
    for lines in ((line, BODY), (BODY, line)):
        described = text("Pier closed at Port Amsa", *lines).description
        assert (described.publisher, described.issued) == ("The Amsa Courier", "2032-05-18")


def test_a_day_of_the_week_or_prose_is_no_imprint() -> None:
    assert (
        text("Pier closed", "Published: Monday, 9 March 2031", BODY).description.publisher is None
    )
    prose = "Published by the harbour company in May as a report"
    assert text("Pier closed", prose, BODY).description.publisher is None


def test_a_masthead_with_an_issue_line_is_no_title() -> None:
    described = text("AMSA HARBOUR NOTES", "No. 4 – Autumn", "The pier is closed", BODY).description
    assert described.title == "The pier is closed"
    assert text("THE PIER IS CLOSED", BODY).description.title == "THE PIER IS CLOSED"


@pytest.mark.parametrize("stamp", ["NOT FOR CIRCULATION", "DRAFT", "Strictly confidential"])
def test_a_stamp_is_no_title(stamp: str) -> None:
    assert text(stamp, "Pier closed at Port Amsa", BODY).description.title == (
        "Pier closed at Port Amsa"
    )
    assert text(stamp, "To: all keepers", "From: the board", BODY).description.title is None


def test_a_date_or_a_label_with_one_is_no_title_and_is_the_date() -> None:
    for lines in (
        ("9 March 2031",),
        ("Statement, 9 March 2031",),
        ("Press release", "9 March 2031"),
    ):
        described = text(*lines, "Pier closed at Port Amsa", BODY).description
        assert (described.title, described.issued) == ("Pier closed at Port Amsa", "2031-03-09")


def test_a_place_and_a_date_on_a_line_above_the_prose_are_a_dateline() -> None:
    line = "Harbour Office, Old Pier, Port Amsa/Amsaport, 9 March 2031"
    assert text("Pier closed", line, BODY).description.issued == "2031-03-09"
    assert text("Pier closed", BODY, line, BODY).description.issued is None
    assert text("Pier closed", "Port Amsa, 9 March 2031", BODY).description.creator == ()


@pytest.mark.parametrize(
    "line",
    [
        "Updated 11 March 2031 | Published 9 March 2031",
        "Published 9 March 2031, updated 11 March 2031",
    ],
)
def test_a_line_with_both_dates_gives_both(line: str) -> None:
    described = text("Pier closed at last", line, BODY).description
    assert (described.issued, described.modified) == ("2031-03-09", "2031-03-11")


def test_a_line_with_a_date_and_a_byline_gives_both() -> None:
    described = text("Pier closed at last", "9 March 2031 | By Eda Soral", BODY).description
    assert (described.creator, described.issued) == (("Eda Soral",), "2031-03-09")


def test_labels_name_the_title_the_author_and_the_date_in_any_order() -> None:
    for lines in (
        ("Title: Pier closed at last", "Author: Eda Soral", "Date: 9 March 2031"),
        ("URL: https://herald.example/pier", "HEADLINE: Pier closed at last",
         "BYLINE: Eda Soral", "Date: 9 March 2031"),
        ("Date: 9 March 2031", "Byline: Eda Soral", "Headline: Pier closed at last"),
    ):  # fmt: skip
        extract = text(*lines, BODY)
        described = extract.description
        assert described.title == "Pier closed at last"
        assert (described.creator, described.issued) == (("Eda Soral",), "2031-03-09")
        assert extract.basis["title"] == "label"


def test_a_label_below_the_first_prose_names_no_title() -> None:
    described = text("Pier closed at last", BODY, "Title: A history of piers").description
    assert described.title == "Pier closed at last"


def test_an_address_is_no_title() -> None:
    described = text("URL: https://herald.example/pier", "Pier closed at last", BODY).description
    assert described.title == "Pier closed at last"
