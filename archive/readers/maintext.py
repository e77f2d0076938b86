"""The article's text on a page: its paragraphs, without what surrounds them.

trafilatura finds it; a lost paragraph is worse than a stray line, so what it finds is
held against the page's own paragraphs and its JSON-LD, and the fuller one is kept.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence

import trafilatura
from lxml import etree

from archive.readers.markup import blocks
from archive.readers.names import key_of

_SPACES = re.compile(r"[^\S\n]+")
_FOUND_BLOCKS = frozenset("p head item list quote code table row cell graphic div".split())
_SILENT = frozenset(
    "script style noscript template svg head iframe object button select option input textarea"
    " nav footer".split()
)


def main_text(root: etree._Element, *, body: str = "") -> str:
    """The article's paragraphs, separated by an empty line; empty where there is no text.

    `body` is the text as the page's JSON-LD gives it.
    """
    found = _by_trafilatura(root)
    spare = _paragraphs(body)
    if _length(spare) > 1.5 * _length(found) + 200:
        found = spare
    if _length(found) < 200:
        whole = blocks(root)
        if _length(whole) > 3 * _length(found):
            found = whole
    return "\n\n".join(found)


def without_headline(text: str, title: str | None) -> str:
    """The text without its first paragraph where that is the headline."""
    first, _, rest = text.partition("\n\n")
    return rest if title and key_of(first) == key_of(title) else text


def _by_trafilatura(root: etree._Element) -> list[str]:
    try:
        document = trafilatura.bare_extraction(
            copy.deepcopy(root), with_metadata=False, include_comments=False, favor_recall=True
        )
    except Exception:  # a library's failure on hostile mark-up must not lose the page
        return []
    body = getattr(document, "body", None)
    if body is None:
        return []
    return blocks(body, _FOUND_BLOCKS, frozenset())


def _paragraphs(text: str) -> list[str]:
    return [tidy for part in re.split(r"\n\s*\n|\r\n", text) if (tidy := _tidy(part))]


def _tidy(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return " ".join(line for line in lines if line)


def _length(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))
