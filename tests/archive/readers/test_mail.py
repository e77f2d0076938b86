from __future__ import annotations

from email.message import EmailMessage

import pytest

from archive.readers import read
from archive.reading import Source
from archive.record import Statement


def message(**headers: str) -> EmailMessage:
    """A message with a subject, a sender and a date."""
    said = {
        "From": "Ana Ruiz <ana@ledger.example>",
        "To": "desk@ledger.example",
        "Subject": "The ferry stopped",
        "Date": "Fri, 05 Mar 2021 23:30:00 +0100",
        "Message-ID": "<1@ledger.example>",
    }
    new = EmailMessage()
    for name, value in {**said, **headers}.items():
        new[name] = value
    return new


def test_the_headers_are_stated_and_the_plain_text_is_the_text() -> None:
    mail = message(Subject="The ferry to Šibenik stopped")
    mail.set_content("Nobody crossed the river on Monday.\n")
    mail.add_alternative("<p>Not <b>this</b> one.</p>", subtype="html")
    found = read(Source(mail.as_bytes(), "ferry.eml"))
    assert found.reader == "mail/3"
    assert found.text == "Nobody crossed the river on Monday.\n"
    assert found.description.title == "The ferry to Šibenik stopped"
    assert found.description.creator == ("Ana Ruiz",)
    assert found.description.issued == "2021-03-05"
    assert found.basis == {
        "title": "header Subject", "issued": "header Date", "creator": "header From",
    }  # fmt: skip
    assert Statement("issued", "Fri, 05 Mar 2021 23:30:00 +0100", "header Date") in found.statements


def test_a_message_of_html_is_read_as_a_page() -> None:
    mail = message()
    mail.set_content(
        "<html><body><h1>Nobody crossed</h1><p>The river was high on Monday, said the "
        "board of the town of Säby, and the boat stayed at the quay all day.</p></body></html>",
        subtype="html", charset="iso-8859-1",
    )  # fmt: skip
    found = read(Source(mail.as_bytes(), "ferry.eml"))
    assert "the town of Säby, and the boat" in (found.text or "")
    assert found.description.title == "The ferry stopped"
    assert found.description.creator == ("Ana Ruiz",)


def test_a_sender_without_a_name_is_nobody() -> None:
    mail = message(From="desk@ledger.example")
    mail.set_content("Nobody crossed the river on Monday.\n")
    assert read(Source(mail.as_bytes(), "ferry.eml")).description.creator == ()


def test_text_in_no_declared_charset_is_guessed_and_an_unknown_one_is_survived() -> None:
    for label in ("", "; charset=klingon-8"):
        content = (
            f"From: Ana <a@b.example>\nMIME-Version: 1.0\nSubject: Säby\n"
            f"Content-Type: text/plain{label}\nContent-Transfer-Encoding: 8bit\n\n"
            "The boat to Säby stayed at the quay.\n"
        ).encode()
        found = read(Source(content, "a.eml"))
        assert found.text == "The boat to Säby stayed at the quay.\n"


@pytest.mark.parametrize(
    "content",
    [
        b"From: a\nMIME-Version: 1.0\nContent-Type: image/png\n\n\x89PNG",
        b"From: a\nMIME-Version: 1.0\nSubject: nothing\n\n\n",
        b"From: =?utf-8?q?=ff?= <\nDate: ,,,\nMIME-Version: 1.0\nContent-Type: ;;\n\n",
    ],
)
def test_a_message_without_text_says_so(content: bytes) -> None:
    found = read(Source(content, "a.eml"))
    assert found.text is None
    assert found.warnings == ("Text not extracted: the message has no text.",)
