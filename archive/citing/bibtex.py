"""Citations as BibTeX, for BibTeX (Patashnik, BibTeXing, 1988) and biblatex, in UTF-8.

Written here: the libraries that write BibTeX escape a brace as `\\{`, which BibTeX counts as
a brace, so that a title could end its field; and they spell letters as LaTeX commands.
"""

from __future__ import annotations

import re
import unicodedata

from archive.citing.citation import ARCHIVE, Citation
from archive.citing.names import Name

_ESCAPES = str.maketrans(
    {character: f"\\{character}" for character in "%&$#_"}
    | {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_IN_ADDRESS = str.maketrans({character: f"%{ord(character):02X}" for character in "{}\\ "})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EDTF = re.compile(r"[\dX?~%/.-]+\Z", re.ASCII)


def bibtex(citation: Citation) -> str:
    """One entry: `@article` where an outlet is stated, else `@misc`.

    `year` and `month` are there only where they are stated; `date` is EDTF, which biblatex
    reads with its qualifiers and intervals.
    """
    issued = citation.issued
    parts = issued.parts if issued else ()
    day = issued.text.partition("T")[0] if issued else ""
    fields = [
        ("author", " and ".join(map(_author, citation.authors))),
        ("title", citation.title and f"{{{_escaped(citation.title)}}}"),
        ("journal", _escaped(citation.outlet)),
        ("year", f"{parts[0]:04}" if parts else ""),
        ("date", day if _EDTF.match(day) else ""),
        ("language", _escaped(citation.language)),
        ("url", citation.permalink.translate(_IN_ADDRESS)),
        ("urldate", citation.accessed.isoformat()),
        ("annote", _escaped(". ".join((f"{ARCHIVE} {citation.id}", *citation.remarks)))),
    ]
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields if value]
    if len(parts) > 1:
        lines.append(f"  month = {_MONTHS[parts[1] - 1]},\n")
    kind = "article" if citation.outlet else "misc"
    return f"@{kind}{{{_key(citation)},\n{''.join(lines)}}}\n\n"


def _key(citation: Citation) -> str:
    """Author or outlet, year, id: for people to tell entries apart, unique by the id."""
    who = citation.outlet
    if citation.authors:
        first = citation.authors[0]
        who = first.family or first.full.split()[-1]
    year = "".join(f"{part:04}" for part in citation.issued.parts[:1]) if citation.issued else ""
    return "-".join(part for part in (_ascii(who)[:32] + year, _ascii(citation.id)) if part)


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).lower()
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def _author(name: Name) -> str:
    """Family name first; what nobody told apart is held together by braces."""
    parts = [_escaped(part) for part in (name.family, name.given) if part]
    if not parts or any("and" in part.lower().split() for part in parts):
        return f"{{{_escaped(name.inverted)}}}"
    return ", ".join(parts)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
