"""The DOCX reader: the text of a word processor's document, and its core properties."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

from archive.readers import key_for
from archive.readers.charset import without_controls
from archive.readers.plain import HEAD_LINES, extract_of
from archive.reading import TEXT_LIMIT, Source
from archive.record import Extract, Statement

if TYPE_CHECKING:
    from docx.document import Document

KEY = key_for("docx")

_PARAGRAPH, _TEXT = qn("w:p"), qn("w:t")
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_CELL, _ROW = qn("w:tc"), qn("w:tr")
# What was deleted or moved away, and what stands in for a drawing that is there as well.
_LEFT_OUT = {
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_TITLES = {"Title": "title style", "Heading 1": "heading"}


def read(source: Source) -> Extract:
    """Read a DOCX document (ISO/IEC 29500).  What cannot be opened has no text."""
    try:
        document = docx.Document(io.BytesIO(source.content))
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError):
        told = "Text not extracted: the DOCX document is damaged."
        return Extract(KEY, None, warnings=(told,))
    stated = list(_core_properties(document))
    text = without_controls(_text_of(document)).strip()
    if not text:
        told = "Text not extracted: the document has no text."
        return Extract(KEY, None, statements=tuple(stated), warnings=(told,))
    titles = [said for said in stated if said.property == "title"]
    authors = [said for said in stated if said.property == "creator"]
    return extract_of(
        text, source, KEY, before=[*_titles(document), *titles], after=authors, apart=stated
    )


def _text_of(document: Document) -> str:
    """The paragraphs, with blank lines between; a table's rows are lines, its cells have tabs
    between."""
    pieces: list[str] = []
    length = depth = 0
    walk = etree.iterwalk(document.element.body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start" and tag in _LEFT_OUT:
            walk.skip_subtree()
        elif event == "start":
            piece = element.text or "" if tag == _TEXT else _SIGNS.get(tag, "")
            pieces.append(piece)
            length += len(piece)
            depth += tag == _ROW
        elif tag == _ROW:
            depth -= 1
            pieces.append("\n" if depth else "\n\n")
        elif tag in (_PARAGRAPH, _CELL):
            within = " " if tag == _PARAGRAPH else "\t"
            pieces.append(within if depth else "\n\n" * (tag == _PARAGRAPH))
        if length > TEXT_LIMIT:
            break
    return "".join(pieces)


def _titles(document: Document) -> Iterator[Statement]:
    for element in islice(document.element.body.iter(_PARAGRAPH), HEAD_LINES):
        paragraph = Paragraph(element, document)
        style = paragraph.style.name if paragraph.style else None
        if style in _TITLES and (value := paragraph.text.strip()):
            yield Statement("title", value, _TITLES[style])


def _core_properties(document: Document) -> Iterator[Statement]:
    # As they are written: the library would make times of dates, and raise where it cannot.
    said = document.core_properties
    values = {
        "title": said.title,
        "creator": said.author,
        "subject": said.subject,
        "language": said.language,
        "issued": said._element.findtext(qn("dcterms:created")),
        "modified": said._element.findtext(qn("dcterms:modified")),
    }
    for name, value in values.items():
        if value and value.strip():
            yield Statement(name, value.strip(), "core properties")
