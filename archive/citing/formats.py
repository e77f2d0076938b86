"""The formats of references that can be taken along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archive.citing.bibtex import bibtex
from archive.citing.citation import Citation
from archive.citing.csl import csl_json
from archive.citing.ris import ris


@dataclass(frozen=True, slots=True)
class ReferenceFormat:
    """A format: its name in addresses, how a reader calls it, its media type and extension.

    `written` makes the pieces of one file of any number of citations, in UTF-8.
    """

    name: str
    label: str
    media_type: str
    extension: str
    written: Callable[[Iterable[Citation]], Iterator[str]]


def _each(one: Callable[[Citation], str]) -> Callable[[Iterable[Citation]], Iterator[str]]:
    return lambda citations: map(one, citations)


def _csl_array(citations: Iterable[Citation]) -> Iterator[str]:
    before = "[\n"
    for citation in citations:
        yield before + csl_json(citation)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


REFERENCE_FORMATS: tuple[ReferenceFormat, ...] = (
    ReferenceFormat("ris", "RIS", "application/x-research-info-systems", "ris", _each(ris)),
    ReferenceFormat("bibtex", "BibTeX", "application/x-bibtex", "bib", _each(bibtex)),
    ReferenceFormat(
        "csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json", _csl_array
    ),
)
