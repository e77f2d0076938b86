"""The article's text on a page: its paragraphs, without what surrounds them.

trafilatura finds it; a lost paragraph is worse than a stray line, so what it finds is
held against the page's own paragraphs and its JSON-LD, and the fuller one is kept.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence

import trafilatura
from lxml import etree

from archive.readers.markup import SILENT, SPACED, Event, beside, lines
from archive.readers.names import key_of

_SPACES = re.compile(r"[^\S\n]+")
_FOUND_BLOCKS = frozenset(
    (  # noqa: SIM905
        "p head item list quote code table row cell graphic div"
    ).split()
)


MOST_ELEMENTS = 50_000
"""Elements, or eight times as many attributes; a page with more is read block by block,
because time and memory would not be bounded."""

_SHORT = 200
_LOST = 3
_PARAGRAPH = 60


def main_text(root: etree._Element, *, body: str = "") -> str:
    """The article's paragraphs, separated by an empty line; empty where there is no text.

    `body` is the text as the page's JSON-LD gives it.
    """
    found = _by_trafilatura(root)
    spare = _paragraphs(body)
    if _length(spare) > 1.5 * _length(found) + 200 and _holds(spare, found):
        found = spare
    if _length(found) < _SHORT and _length(whole := list(lines(_walk(root)))) > 3 * _length(found):
        found = whole
    elif _length(said := _said(root)) > _LOST * _length(found):
        found = said
    return "\n\n".join(found)


def _holds(whole: Sequence[str], part: Sequence[str]) -> bool:
    """Whether most of what a reader sees is in what the page gives out as its text."""
    text = key_of(" ".join(whole))
    held = sum(len(paragraph) for paragraph in part if key_of(paragraph) in text)
    return 2 * held >= _length(part)


def without_headline(text: str, title: str | None) -> str:
    """The text without its first paragraph where that is the headline."""
    first, _, rest = text.partition("\n\n")
    return rest if title and key_of(first) == key_of(title) else text


def _by_trafilatura(root: etree._Element) -> list[str]:
    size = 0
    for element in root.iter():
        size += 1 + len(element.attrib) // 8
        if size > MOST_ELEMENTS:
            return []
    try:
        document = trafilatura.bare_extraction(
            copy.deepcopy(root), with_metadata=False, include_comments=False
        )
    except Exception:  # a library's failure on hostile mark-up must not lose the page
        return []
    body = getattr(document, "body", None)
    if body is None:
        return []
    return list(lines(_walk(body), _FOUND_BLOCKS, frozenset()))


def _said(root: etree._Element) -> list[str]:
    return [
        text
        for element in root.iter("p")
        if not beside(_around(element))
        and len(text := " ".join(lines(_walk(element), SPACED, SILENT))) >= _PARAGRAPH
    ]


def _around(element: etree._Element) -> Iterator[tuple[str, str]]:
    node: etree._Element | None = element
    while node is not None:
        marks = (node.get(name) for name in ("class", "id", "data-testid"))
        yield str(node.tag), " ".join(filter(None, marks)).lower()
        node = node.getparent()


def _walk(root: etree._Element) -> Iterator[Event]:
    for event, node in etree.iterwalk(root, events=("start", "end")):
        yield event, str(node.tag)
        text = node.text if event == "start" else node.tail if node is not root else None
        if text:
            yield "text", text


def _paragraphs(text: str) -> list[str]:
    return [tidy for part in re.split(r"\n\s*\n|\r\n", text) if (tidy := _tidy(part))]


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return " ".join(line for line in lines if line)


def _length(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))
