"""The outlet's name among the names that a page gives its site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from archive.readers.headline import clean_title
from archive.readers.names import key_of
from archive.record import Statement

LONGEST = 80
"""Characters; a longer text is no name."""

_HOST = re.compile(r"^(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)*)\.([a-z]{2,12})/?$", re.I)
_LEGAL = re.compile(
    r"\s*,?\s+(?:GmbH(?:\s*&\s*Co\.?\s*(?:KG|OHG))?|AG|KG|Ltd\.?|Limited|Inc\.?|LLC|PLC|S\.?A\.?|S\.?L\.?U?\.?|SAS|B\.?V\.?|AS|A/S|AB|Oy|S\.?p\.?A\.?|ООО|MMC)$"
)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights|rights reserved|alle rechte|版权", re.I)
_PARTS = re.compile(r"\s+[-–—|·•:]\s+|\s*\|\s*")
_SECOND_LEVEL = frozenset("co com org net gov ac edu gob gouv or ne go".split())
_WEIGHTS = {
    "meta og:site_name": 30,
    "json-ld publisher": 29,
    "json-ld newsmediaorganization": 8,
    "json-ld website": 9,
    "meta application-name": 9,
    "meta publisher": 6,
    "meta dc.publisher": 6,
}
_OTHERS = 3


def label_of(address: str | None) -> str:
    """The registered label of an address' host: `example` of `https://news.example.co.uk/x`."""
    try:
        host = urlsplit(address or "").hostname or ""
    except ValueError:
        return ""
    labels = host.removeprefix("www.").split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""


def outlet_of(stated: Sequence[Statement], address: str | None) -> Statement | None:
    """The statement that names the outlet best, its value normalised; None where none does.

    Names weigh by where they stand and by how often they agree; one that equals the host's
    own label wins, a bare host name loses to any proper name, and company forms fall off.
    """
    label = key_of(label_of(address))
    votes: Counter[str] = Counter()
    first: dict[str, Statement] = {}
    for statement in stated:
        for value in _names(statement.value, label):
            key = key_of(value)
            weight = _WEIGHTS.get(statement.where.lower().replace("meta og:", "meta og:"), _OTHERS)
            if _HOST.match(value):
                weight -= 100
            elif label and key == label:
                weight += 40
            votes[key] = max(votes[key], votes[key] + weight) if weight > 0 else votes.get(key) or weight
            first.setdefault(key, Statement("publisher", value, statement.where))
    if not votes:
        return None
    best = max(votes.values())
    return next(first[key] for key in first if votes[key] == best)


def _names(raw: str, label: str) -> list[str]:
    text = clean_title(raw)
    if not 1 < len(text) <= 2 * LONGEST or _COPYRIGHT.search(text) or text.startswith("http"):
        return []
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    own = [part for part in parts if label and key_of(part) == label]
    whole = own[0] if own else parts[0] if len(parts) > 1 and len(text) > 40 else text
    name = _LEGAL.sub("", whole).strip(" ,|-–—")
    return [name] if 1 < len(name) <= LONGEST and any(map(str.isalnum, name)) else []
