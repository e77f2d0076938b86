"""Citations as a line of text for a footnote or a list of references."""

from __future__ import annotations

from archive.citing.citation import ARCHIVE, Citation
from archive.edtf import date_in_words

_INNER_QUOTES = str.maketrans("“”„", "‘’‚")


def prose(citation: Citation) -> str:
    """Author. “Title”. Outlet, date. Address of the page. Archive, permalink (accessed day).

    What is not stated is said to be so in square brackets, and a title that an archivist
    supplied keeps its own.  Quotation marks within the title become single ones: what
    stands after the closing one is not the title's.
    """
    authors = "; ".join(name.full for name in citation.authors) or "[no author stated]"
    date = citation.issued.words if citation.issued else "[no date stated]"
    accessed = date_in_words(citation.accessed.isoformat())
    sentences = (
        authors,
        _title(citation.title),
        f"{citation.outlet or '[no outlet stated]'}, {date}",
        citation.published_at,
        f"{ARCHIVE}, {citation.permalink} (accessed {accessed})",
    )
    return " ".join(f"{each}." for each in sentences if each)


def _title(title: str) -> str:
    if not title:
        return "[no title stated]"
    if title[0] == "[" and title[-1] == "]":
        return title
    return f"“{title.translate(_INNER_QUOTES)}”"
