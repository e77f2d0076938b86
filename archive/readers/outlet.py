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

OFTEN = 3
"""Times that a page must write its host's label as a name for it to count as one."""

_DOMAIN = re.compile(r"^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}$", re.IGNORECASE)
_LEGAL = re.compile(
    r"\s*,?\s+(?:GmbH(?:\s*&\s*Co\.?\s*(?:KG|OHG))?|AG|KG|Ltd\.?|Limited|Inc\.?|LLC|PLC|S\.?A\.?"
    r"|S\.?L\.?U?\.?|SAS|B\.?V\.?|AS|A/S|AB|Oy|S\.?p\.?A\.?|ООО|MMC)$"
)
_COMPANY = re.compile(r"\b(?:publishing|group|media|verlag|medien|holding|gruppe|groupe)\b", re.I)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights|rights reserved|alle rechte|版权", re.I)
_BRACKETED = re.compile(r"\s*\([^()]{1,40}\)$")
_PARTS = re.compile(r"\s+[-–—|·•:]\s+|\s*\|\s*")
_SECOND_LEVEL = frozenset(
    (  # noqa: SIM905
        "co com org net gov ac edu gob gouv or ne go"
    ).split()
)
_COMMON = frozenset(
    (  # noqa: SIM905
        "news info today press report media times post online live radio web blog express"
        " journal world daily daily-news nachrichten zeitung noticias wordpress blogspot medium"
        " substack"
    ).split()
)
_WEIGHTS = {"meta og:site_name": 30, "json-ld publisher": 29, "meta application-name": 3}
_LESSER = 2
_OWN = 15
_BARE = 100


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

    Names weigh by where they stand and by how often they agree; a lesser one gains by being
    the host's own label; a bare host name loses to any proper name, and company forms and
    brackets fall off.
    """
    label = key_of(label_of(address))
    votes: Counter[str] = Counter()
    heard: set[tuple[str, str]] = set()
    first: dict[str, Statement] = {}
    for statement in stated:
        value = _name(statement.value, label)
        if value is None:
            continue
        key = key_of(value)
        weight = _WEIGHTS.get(statement.where, _LESSER)
        if key == label and weight <= _OWN:
            weight += _OWN
        if _COMPANY.search(value):
            weight -= _OWN + 1
        voice = (statement.where.partition(" ")[0], key)
        if voice[0] != "json-ld" or voice not in heard:
            votes[key] += weight
        heard.add(voice)
        if key not in first:
            votes[key] -= _BARE * bool(_DOMAIN.match(value))
            first[key] = Statement("publisher", value, statement.where)
    if not votes:
        return None
    best = max(votes.values())
    return next(first[key] for key in first if votes[key] == best)


def own_name(markup: str, address: str | None) -> str | None:
    """The host's label as the page itself writes it, as a name: `kleinezeitung` in words.

    None where it does not do so often enough, or where it adds the domain more often.
    """
    label = label_of(address)
    if len(key_of(label)) < 4 or label in _COMMON:
        return None
    letters = [re.escape(letter) for letter in key_of(label)]
    spelled = r"[\s-]?".join(letters)
    for plain, marked in (("o", "ö"), ("a", "ä"), ("u", "ü")):
        spelled = spelled.replace(rf"{plain}[\s-]?e", rf"(?:{plain}[\s-]?e|{marked})")
    pattern = re.compile(
        rf"(?<![\w./@#-])({spelled})(?![\w@/-])(\.[a-z]{{2,12}}\b)?", re.IGNORECASE
    )
    names: Counter[str] = Counter()
    domains = 0
    for found in pattern.finditer(markup):
        if found[2]:
            domains += 1
        elif found[1][0].isupper():
            names[" ".join(found[1].split())] += 1
    if not names:
        return None
    name, _ = names.most_common(1)[0]
    total = sum(names.values())
    return name if total >= OFTEN and total >= domains else None


def is_bare(name: str) -> bool:
    """Whether a name is only the name of a host: `example.org`."""
    return bool(_DOMAIN.match(name))


def _name(raw: str, label: str) -> str | None:
    text = clean_title(raw)
    if not 1 < len(text) <= 2 * LONGEST or _COPYRIGHT.search(text) or text.startswith("http"):
        return None
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    own = [part for part in parts if label and key_of(part) == label]
    whole = own[0] if own else parts[0] if len(parts) > 1 and len(text) > 30 else text
    name = _BRACKETED.sub("", _LEGAL.sub("", whole)).strip(" ,|-–—")
    return name if 1 < len(name) <= LONGEST and any(map(str.isalnum, name)) else None
