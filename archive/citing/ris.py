"""Citations as RIS (Research Information Systems; the tags as EndNote and Zotero read them).

Written here: `rispy` numbers every record, ends its lines with LF and lets a newline in a
value begin a field, so all that would be left to it is to put a tag before a value.
"""

from __future__ import annotations

from archive.citing.citation import ARCHIVE, Citation
from archive.citing.dating import Dating


def ris(citation: Citation) -> str:
    """One record with CRLF line ends and an empty line after it."""
    fields = [
        ("TY", "NEWS"),
        ("ID", citation.id),
        ("TI", citation.title),
        *(("AU", name.inverted) for name in citation.authors),
        ("T2", citation.outlet),
        ("PB", citation.outlet),
        *(_date(citation.issued) if citation.issued else ()),
        ("LA", citation.language),
        ("UR", citation.permalink),
        ("Y2", f"{citation.accessed:%Y/%m/%d}/"),
        ("DB", ARCHIVE),
        ("AN", citation.id),
        *(("N1", remark) for remark in citation.remarks),
    ]
    lines = [f"{tag}  - {value}" for tag, value in fields if value]
    return "\r\n".join((*lines, "ER  - ", "", ""))


def _date(issued: Dating) -> tuple[tuple[str, str], ...]:
    """`DA` is YYYY/MM/DD/other information; what is not known stays empty."""
    year, month, day = (*(f"{part:02}" for part in issued.parts), "", "", "")[:3]
    year = year and f"{int(year):04}"
    return ("PY", year), ("DA", f"{year}/{month}/{day}/{'' if issued.exact else issued.words}")
