"""The results of a search as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from archive.formulas import defused
from indexer.answer import Hit
from indexer.exporting.export import Export
from indexer.presenting import passage_href

COLUMNS = (
    "id", "title", "outlet", "authors", "date", "stance", "language", "collection", "url",
    "permalink", "access", "snippet", "snippet_start", "snippet_end", "snippet_link",
)  # fmt: skip
"""The columns: several values in a cell are separated by `; `, the date is EDTF, the offsets
of the first snippet count code points of the record's text, the end excluded."""

_BYTE_ORDER_MARK = "\ufeff"


def csv_lines(hits: Iterable[Hit], export: Export) -> Iterator[str]:
    """A header and a line for each hit.

    It begins with a byte order mark, without which spreadsheets misread UTF-8.  No cell can
    act as a formula.
    """
    yield _BYTE_ORDER_MARK + _line(COLUMNS)
    for hit in hits:
        yield _line(_cells(hit, export))


def _cells(hit: Hit, export: Export) -> tuple[str, ...]:
    held = hit.record.description
    cells: list[str | None] = [
        hit.record.id,
        hit.title,
        hit.outlet,
        "; ".join(hit.authors),
        hit.date,
        "; ".join(hit.stances),
        held.language,
        "; ".join(held.collection),
        held.url,
        export.permalink(hit),
        hit.access.value,
    ]
    for passage in hit.passages[:1]:
        link = export.base_url + passage_href(hit, passage, export.state)
        cells += [passage.text, str(passage.start), str(passage.end), link]
    cells += [None] * (len(COLUMNS) - len(cells))
    return tuple(defused(cell or "") for cell in cells)


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
