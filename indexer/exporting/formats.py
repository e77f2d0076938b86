"""The formats in which all results of a search can be taken along."""

from __future__ import annotations

from dataclasses import dataclass

from archive.citing.formats import REFERENCE_FORMATS
from indexer.exporting.export import Written
from indexer.exporting.lines import json_lines
from indexer.exporting.references import references
from indexer.exporting.table import csv_lines


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name in addresses and options, how a reader calls it, its media type and
    extension, and what writes it, to be encoded as UTF-8."""

    name: str
    label: str
    media_type: str
    extension: str
    written: Written


FORMATS: tuple[Format, ...] = (
    Format("csv", "CSV", "text/csv", "csv", csv_lines),
    Format("jsonl", "JSON Lines", "application/jsonl", "jsonl", json_lines),
    *(
        Format(each.name, each.label, each.media_type, each.extension, references(each))
        for each in REFERENCE_FORMATS
    ),
)
