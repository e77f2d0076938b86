"""The PDF reader: the text of each page, and what the document says of itself.

A form feed on a line of its own parts the pages, so that a place in the text names its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing

import pypdfium2

from archive.readers import key_for
from archive.readers.charset import without_controls
from archive.readers.plain import extract_of
from archive.reading import TEXT_LIMIT, Source
from archive.record import Extract, Statement

KEY = key_for("pdf")

PAGE_BREAK = "\n\f\n"

_INFO = {
    "Title": "title",
    "Author": "creator",
    "Subject": "subject",
    "Keywords": "subject",
    "CreationDate": "issued",
    "ModDate": "modified",
}
_HYPHEN = re.compile("[\u00ad\ufffe\x02]\n?")
_NO_TITLE = re.compile(
    r"(?:microsoft \w+ - |untitled|unbenannt|sans titre|без имени)"
    r"|\.(?:docx?|indd|qxd|qxp|pdf|rtf|odt|html?|txt|pptx?|xlsx?|pages)\s*$",
    re.IGNORECASE,
)
"""What programs write into a title that nobody gave."""


def read(source: Source) -> Extract:
    """Read a PDF.  A document that cannot be opened, and one of pictures only, has no text."""
    try:
        document = pypdfium2.PdfDocument(source.content)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).casefold()
        why = "the PDF is locked with a password" if locked else "the PDF is damaged"
        return Extract(KEY, None, warnings=(f"Text not extracted: {why}.",))
    with closing(document):
        stated = list(_stated(document.get_metadata_dict(skip_empty=True)))
        count = len(document)
        pages, unread = _pages(document)
    text = PAGE_BREAK.join(pages)
    warnings = [f"Page {number} could not be read." for number in unread]
    if not text.strip():
        pictures = f"its {count} pages have no text, only pictures"
        why = "the PDF is damaged" if unread or not count else pictures
        warnings.append(f"Text not extracted: {why}.")
        return Extract(KEY, None, statements=tuple(stated), warnings=tuple(warnings))
    titles = [said for said in stated if said.property == "title"]
    given = [said for said in titles if " " in said.value and not _NO_TITLE.search(said.value)]
    return extract_of(
        text,
        source,
        KEY,
        before=given,
        after=[said for said in stated if said.property == "creator"],
        apart=stated,
        warnings=warnings,
    )


def _pages(document: pypdfium2.PdfDocument) -> tuple[list[str], list[int]]:
    """The pages' texts, as far as an extract keeps them, and the numbers of those that cannot
    be read."""
    pages: list[str] = []
    unread: list[int] = []
    length = 0
    for number in range(1, len(document) + 1):
        try:
            with closing(document[number - 1]) as page, closing(page.get_textpage()) as on_it:
                text = on_it.get_text_range()
        except pypdfium2.PdfiumError:
            unread.append(number)
            text = ""
        # A hyphen that only breaks a word at a line's end is told apart by the library.
        pages.append(without_controls(_HYPHEN.sub("", text.replace("\r\n", "\n"))).strip())
        length += len(pages[-1]) + len(PAGE_BREAK)
        if length > TEXT_LIMIT:
            break
    return pages, unread


def _stated(info: Mapping[str, str]) -> Iterator[Statement]:
    # The dates are those of the file: evidence, from which no date of publication follows.
    for name, of in _INFO.items():
        if value := info.get(name, "").strip():
            yield Statement(of, value, f"document info {name}")
