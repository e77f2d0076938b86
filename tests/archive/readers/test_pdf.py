"""PDF files, written here by hand: a few objects are a document."""

from __future__ import annotations

import zlib

from archive.readers import read
from archive.reading import Source
from archive.record import Statement


def pdf(*pages: tuple[str, ...], info: str = "", deflated: bool = False) -> bytes:
    """A PDF with a page for each group of lines; `info` is its document information dictionary."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 "
               b"/BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]  # fmt: skip
    kids = []
    for lines in pages:
        drawn = b"BT /F1 12 Tf 14 TL 72 760 Td "
        drawn += b" ".join(b"(" + line.encode("cp1252") + b") Tj T*" for line in lines) + b" ET"
        extra = b""
        if deflated:
            drawn, extra = zlib.compress(drawn), b" /Filter /FlateDecode"
        objects.append(
            b"<< /Length %d%s >>\nstream\n" % (len(drawn), extra) + drawn + b"\nendstream"
        )
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [" + references + b"] /Count %d >>" % len(kids)
    objects.append(b"<< " + info.encode() + b" >>")
    written, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
        + b"startxref\n%d\n%%%%EOF\n" % len(written)
    )


FERRY = (
    ("The ferry stopped", "By Ana Ruiz", "5 March 2021", "Nobody crossed the river on Monday."),
    ("On Tuesday it was no better.",),
)


def test_the_pages_of_a_pdf_are_told_apart() -> None:
    found = read(Source(pdf(*FERRY), "ferry.pdf"))
    assert found.reader == "pdf/3"
    first, second = (found.text or "").split("\n\f\n")
    assert first.split("\n") == list(FERRY[0])
    assert second == "On Tuesday it was no better."
    assert found.description.title == "The ferry stopped"
    assert found.description.creator == ("Ana Ruiz",)
    assert found.description.issued == "2021-03-05"


def test_what_a_pdf_says_of_itself_is_stated_and_its_dates_conclude_nothing() -> None:
    info = "/Title (A night on the quay) /Author (Bo Lind) /CreationDate (D:20190101120000Z)"
    found = read(Source(pdf(("Words without a heading, said on the quay.",), info=info), "q.pdf"))
    assert Statement("title", "A night on the quay", "document info Title") in found.statements
    assert (
        Statement("issued", "D:20190101120000Z", "document info CreationDate") in found.statements
    )
    assert found.description.title == "A night on the quay"
    assert found.description.creator == ("Bo Lind",)
    assert found.description.issued is None


def test_a_title_that_a_program_wrote_gives_way_to_the_lines() -> None:
    found = read(Source(pdf(*FERRY, info="/Title (Microsoft Word - ferry_v2.doc)"), "f.pdf"))
    assert found.description.title == "The ferry stopped"
    assert any(said.value == "Microsoft Word - ferry_v2.doc" for said in found.statements)


def test_a_pdf_of_pictures_has_no_text_and_says_so() -> None:
    found = read(Source(pdf((), ()), "scan.pdf"))
    assert (found.reader, found.text) == ("pdf/3", None)
    assert found.warnings == ("Text not extracted: its 2 pages have no text, only pictures.",)


def test_a_damaged_pdf_is_told() -> None:
    found = read(Source(b"%PDF-1.7\n" + b"\x00\xff" * 200, "broken.pdf"))
    assert found.warnings == ("Text not extracted: the PDF is damaged.",)
