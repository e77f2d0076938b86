from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import docx
import pytest

from archive.readers import media_type_of, read
from archive.readers.sniffing import DOCX
from archive.reading import Source
from archive.record import Statement


def ferry(**properties: str) -> bytes:
    """A document with a title, a byline, a paragraph and a table."""
    document = docx.Document()
    document.core_properties.author = ""
    document.core_properties.created = datetime(2019, 1, 1, tzinfo=UTC)
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    document.add_paragraph("Harbour notices")
    document.add_paragraph("The ferry stopped", style="Title")
    document.add_paragraph("By Ana Ruiz")
    document.add_paragraph("Nobody crossed the\triver on Monday.")
    table = document.add_table(rows=2, cols=2)
    for place, word in enumerate(("Quay", "Boats", "Old Quay", "none")):
        table.cell(place // 2, place % 2).text = word
    document.add_paragraph("That was all.")
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_paragraphs_and_tables_are_the_text() -> None:
    found = read(Source(ferry(), "ferry.docx"))
    assert found.reader == "docx/3"
    assert found.text == (
        "Harbour notices\n\nThe ferry stopped\n\nBy Ana Ruiz\n\n"
        "Nobody crossed the\triver on Monday.\n\n"
        "Quay \tBoats \t\n\nOld Quay \tnone \t\n\nThat was all."
    )
    assert found.description.title == "The ferry stopped"
    assert found.basis["title"] == "title style"
    assert found.description.creator == ("Ana Ruiz",)


def test_core_properties_are_stated_and_the_files_dates_conclude_nothing() -> None:
    found = read(Source(ferry(author="Bo Lind", subject="Ferries"), "ferry.docx"))
    stated = found.statements
    assert Statement("creator", "Bo Lind", "core properties") in stated
    assert Statement("subject", "Ferries", "core properties") in stated
    assert Statement("issued", "2019-01-01T00:00:00Z", "core properties") in stated
    assert found.description.issued is None
    assert found.description.creator == ("Ana Ruiz",)


def test_what_was_deleted_is_not_read_and_what_was_inserted_is() -> None:
    changed = {
        b"<w:t>That was all.</w:t>": b'<w:t xml:space="preserve">That </w:t></w:r>'
        b'<w:ins w:id="1" w:author="b"><w:r><w:t>really </w:t></w:r></w:ins>'
        b'<w:del w:id="2" w:author="b"><w:r><w:delText>maybe </w:delText></w:r></w:del>'
        b"<w:r><w:t>was all.</w:t>",
    }
    found = read(Source(rewritten(ferry(), changed), "ferry.docx"))
    assert (found.text or "").endswith("\n\nThat really was all.")


def rewritten(document: bytes, changes: dict[bytes, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(kept, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            for before, after in changes.items():
                if entry.filename == "word/document.xml":
                    assert before in content
                    content = content.replace(before, after)
            new.writestr(entry, content)
    return kept.getvalue()


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04", ferry()[:2000], b"PK\x05\x06" + b"\0" * 18], ids=str
)
def test_a_damaged_document_is_told(content: bytes) -> None:
    found = read(Source(content, "ferry.docx"))
    assert (found.reader, found.text) == ("docx/3", None)
    assert found.warnings == ("Text not extracted: the DOCX document is damaged.",)


def test_a_document_without_words_is_told() -> None:
    kept = io.BytesIO()
    docx.Document().save(kept)
    found = read(Source(kept.getvalue(), "empty.docx"))
    assert found.warnings == ("Text not extracted: the document has no text.",)


def test_a_document_is_known_whatever_its_name() -> None:
    assert media_type_of(ferry(), "download") == DOCX
