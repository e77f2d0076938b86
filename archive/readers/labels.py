"""What a page labels: "Author", "Date" or "Published" as a word by itself, and its value beside it.

Lists of definitions, tables and lines with a label in bold are read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import Tag

from archive.readers.elements import elsewhere, text_of
from archive.readers.markup import BLOCKS, Page, one_line
from archive.record import Statement

WHERE = "label"
"""Where a value was found that a label stands before."""

_LONGEST = 30
_VALUE = 120
_MOST = 20
_SIGNS = " \t:：՝,|–—-"
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (property_, re.compile(rf"(?:{words})\s*[:：՝]?", re.IGNORECASE))
    for property_, words in (
        (
            "creator",
            r"authors?|author\(s\)|written\s+by|reporter|journalist"
            r"|autor(?:in|en|innen|es|a|e)?|autor(?:in)?\s*/\s*(?:in|autor(?:in)?)|verfasser(?:in)?"
            r"|auteure?s?|autor[ea]s?|autore|autrice|auteur|автор(?:ы)?|müəllif(?:lər)?"
            r"|yazar(?:lar)?|հեղինակ(?:ներ)?|forfatter|författare|skribent|autorzy",
        ),
        (
            "issued",
            r"date|published(?:\s+on)?|publication\s+date|date\s+published|posted(?:\s+on)?"
            r"|datum|veröffentlicht(?:\s+am)?|veröffentlichung|erschienen(?:\s+am)?"
            r"|publiée?(?:\s+le)?|paru(?:\s+le)?|date\s+de\s+publication"
            r"|publicado(?:\s+el)?|fecha|pubblicato(?:\s+il)?|data|дата|опубликовано|tarix|tarih"
            r"|dərc\s+olunub|yayın(?:lanma)?\s+tarihi|հրապարակվել\s+է|ամսաթիվ|dato|publicerad",
        ),
        (
            "modified",
            r"(?:last\s+)?(?:updated|modified|revised)(?:\s+on)?|aktualisiert(?:\s+am)?|stand"
            r"|mise?\s+à\s+jour(?:\s+le)?|actualizado(?:\s+el)?|aggiornato(?:\s+il)?|обновлено"
            r"|yenilənib|güncelleme(?:\s+tarihi)?",
        ),
    )
)
_TAGS = frozenset(
    (  # noqa: SIM905
        "strong b em i dt th td span label h3 h4 h5 h6 small div p"
    ).split()
)


def labelled(page: Page) -> Iterator[Statement]:
    """Authors and dates that a label of its own element names, as found."""
    count = 0
    for tag in page.tags:
        label = tag.string if tag.name in _TAGS and len(tag.contents) == 1 else None
        if label is None or not 1 < len(label) <= _LONGEST:
            continue
        words = " ".join(label.split())
        property_ = next((name for name, word in _LABELS if word.fullmatch(words)), None)
        if property_ is None or elsewhere(tag):
            continue
        value = _beside(tag)
        if value and value[0].isalnum() and not value[0].islower():
            yield Statement(property_, value, WHERE)
            count += 1
            if count >= _MOST:
                return


def _beside(label: Tag) -> str:
    """What stands after a label: up to the next line or label, else in the next element."""
    said: list[str] = []
    for node in islice(label.next_siblings, 10):
        if isinstance(node, Tag) and (node.name in BLOCKS or node.name in ("br", label.name)):
            break
        said.append(text_of(node) if isinstance(node, Tag) else str(node))
    value = one_line(" ".join(said)).strip(_SIGNS)
    if not value:
        parent = label.parent
        alone = parent is not None and text_of(parent) == text_of(label)
        after = (parent if alone and parent is not None else label).find_next_sibling()
        value = text_of(after).strip(_SIGNS) if after is not None else ""
    return value if len(value) <= _VALUE else ""
