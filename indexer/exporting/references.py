"""Records and results of a search as references, under the preferred headings."""

from __future__ import annotations

from datetime import date

from archive.citing.citation import Citation, citation_of
from archive.citing.formats import ReferenceFormat
from archive.citing.names import name_told
from archive.record import Record
from indexer.exporting.export import Written
from indexer.fields import FIELD
from indexer.headings import Headings
from indexer.links import record_path


def cited_record(record: Record, headings: Headings, *, base_url: str, accessed: date) -> Citation:
    """What is cited of a record; `base_url` makes its permalink absolute, '' leaves a path."""
    authors = FIELD["author"].values(record, headings)
    return citation_of(
        record,
        permalink=base_url + record_path(record.id),
        accessed=accessed,
        outlet=next(iter(FIELD["outlet"].values(record, headings)), None),
        authors=[name_told(name, headings.spellings("person", name)) for name in authors],
    )


def references(format: ReferenceFormat) -> Written:
    """What writes hits as references in this format."""
    return lambda hits, export: format.written(
        cited_record(
            hit.record, export.headings, base_url=export.base_url, accessed=export.accessed
        )
        for hit in hits
    )
