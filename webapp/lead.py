"""What a record found without a search shows of its text: not its title again."""

from __future__ import annotations

import re
from dataclasses import replace

from indexer.answer import Hit, Passage

_LINE_END = r"[^\S\n]*(?:\n\s*|\Z)"
_ENDS = (".", "!", "?", "…")


def without_repeated_title(hit: Hit) -> Hit:
    """The hit; if the one passage that stands for its text has the title in it, only what
    comes after the title there.

    A title stands on lines of its own, with whatever a page has above it, or is the first
    sentence.  Passages that show what a query matches stay as they are.
    """
    if not hit.title or not hit.title.strip() or any(passage.marks for passage in hit.passages):
        return hit
    leads = tuple(_without(hit.title, passage) for passage in hit.passages[:1])
    return replace(hit, passages=tuple(lead for lead in leads if lead.text))


def _without(title: str, passage: Passage) -> Passage:
    words = r"\s+".join(map(re.escape, title.split()))
    # Words that go on in the same sentence are not the title over again.
    after = r"\s+" if title.rstrip().endswith(_ENDS) else r"[.!?…]\s+"
    lines = rf"^[^\S\n]*(?:{words}{_LINE_END})+"
    found = re.search(lines, passage.text, re.IGNORECASE | re.MULTILINE)
    found = found or re.match(words + after, passage.text, re.IGNORECASE)
    if not found:
        return passage
    return replace(passage, start=passage.start + found.end(), text=passage.text[found.end() :])
