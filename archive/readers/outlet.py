"""The outlet's name among the names that a page gives its site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from unicodedata import combining, normalize
from urllib.parse import urlsplit

from archive.readers.byline import ACCOUNT, HOLDER
from archive.readers.headline import clean_title, parts_of
from archive.readers.names import key_of
from archive.record import Statement

LONGEST = 80
"""Characters; a longer text is no name."""

OFTEN = 3
"""Times that a page must write its host's label as a name for it to count as one."""

_DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}/?$", re.IGNORECASE)
_LEGAL = re.compile(
    r"\s*,?\s+(?:GmbH(?:\s*&\s*Co\.?\s*(?:KG|OHG))?|AG|KG|Ltd\.?|Limited|Inc\.?|LLC|PLC|S\.?A\.?"
    r"|S\.?L\.?U?\.?|SAS|B\.?V\.?|AS|A/S|AB|Oy|S\.?p\.?A\.?|ООО|MMC)$"
)
_COMPANY = re.compile(r"\b(?:publishing|group|media|verlag|medien|holding|gruppe|groupe)\b", re.I)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|all rights|rights reserved|alle rechte|版权", re.I)
_BRACKETED = re.compile(r"\s*\([^()]{1,40}\)$")
_PARTS = re.compile(r"\s+[-–—|·•:]\s+|\s*\|\s*")
_COPIED = re.compile(r"/\d{14}(?:[a-z]{2}_)?/(https?://.+)")
_SIGN = re.compile(r"[-–—|｜·•:：»«/~_]")
_SIGNS = re.compile(r"^[\W_]+|[\s|｜·•:：»«/~_–—-]+$")
_UNDERSCORE = re.compile(r"\s*_+\s*(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
"""What stands between the parts of a title in Chinese."""
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
_FRONT_PAGES = frozenset(
    (  # noqa: SIM905
        "home homepage index start startseite hauptseite accueil inicio início главная"
        " anasayfa website"
    ).split()
)
"""What a front page is called, which some sites give as their name."""
_SERVICES = frozenset(
    ("blogger", "ghost", "livejournal", "medium", "substack", "tumblr", "wordpress")
)
"""What others publish on; a page names the service it was made with, which is no outlet beside
one that it names as well."""

_WEIGHTS = {
    "meta og:site_name": 30,
    "json-ld publisher": 29,
    "itemprop publisher": 29,
    "meta application-name": 3,
    "meta copyright": -200,
    "json-ld copyrightHolder": -200,
}
"""What a place weighs that names the site; a holder of rights is the outlet only by default."""

PAGE_TEXT = "page text"
"""Where an outlet was found that only its host and the page's words name."""

_ARTICLES = frozenset(
    (  # noqa: SIM905
        "the der die das le la les el los las il lo gli i o os as het de"
    ).split()
)
_LESSER = 2
_OWN = 15
_BARE = 100
_COMPANY_COST = 28
"""What the name of a company weighs less: it counts where hardly anything else names the outlet."""


def label_of(address: str | None) -> str:
    """The registered label of an address' host: `example` of `https://news.example.co.uk/x`; of
    a copy in a web archive that of the address which it is a copy of."""
    copied = _COPIED.search(address or "")
    try:
        host = urlsplit(copied[1] if copied else address or "").hostname or ""
    except ValueError:
        return ""
    labels = host.removeprefix("www.").split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return labels[-1] if labels else ""


def outlet_of(stated: Sequence[Statement], address: str | None) -> Statement | None:
    """The statement that names the outlet best, its value normalised; None where none does.

    Names weigh by where they stand and by how often they agree; a lesser one gains by being
    the host's own label; a bare host name counts for the name that it spells and loses to any
    other, as does a service on which others publish; an abbreviation and a form without article
    count for the full one, several departments for the house that they begin with; company forms
    and brackets fall off.
    """
    label = _plain(label_of(address))
    accounts = [said.value for said in stated if said.where == ACCOUNT]
    named = [said for said in stated if said.where not in (ACCOUNT, HOLDER)]
    spelled = [said for said in stated if said.where == ACCOUNT and _plain(said.value) == label]
    values = [(said, value) for said in named or spelled if (value := _name(said.value, label))]
    values = [(said, _with_label(value, label, accounts) or value) for said, value in values]
    hosted = all(
        is_bare(name) or _host_in(name, label) or _WEIGHTS.get(said.where, 0) < 0
        for said, name in values
    )
    own = _spelled(label, values) or (_account(values, spelled, accounts) if hosted else None)
    departments = _departments(label, [name for _, name in values])
    votes: Counter[str] = Counter()
    heard: set[tuple[str, str]] = set()
    first: dict[str, Statement] = {}
    for statement, stated_value in sorted(values, key=lambda pair: _late(pair[0].where)):
        host = _host_in(stated_value, label)
        value = own or host if host else stated_value
        value = own if own and value in departments else value
        key = _plain(value)
        weight = _WEIGHTS.get(statement.where, _LESSER)
        if weight < 0 and key in first:
            continue
        if key == label and (weight <= _OWN or host) and statement.property == "publisher":
            weight += _OWN
        if _COMPANY.search(value) or (key != label and _LEGAL.search(statement.value)):
            weight -= _COMPANY_COST
        voice = (statement.where.partition(" ")[0], key)
        if voice[0] != "json-ld" or voice not in heard:
            votes[key] += weight
        heard.add(voice)
        if key not in first:
            votes[key] -= _BARE * (is_bare(value) or key in _SERVICES)
            first[key] = Statement("publisher", value, statement.where)
    if not votes:
        return None
    for key in list(first):
        full = _full(first[key].value, [said.value for said in first.values()])
        if full:
            votes[_plain(full)] += max(0, votes[key])
            votes[key] = 0
    best = max(votes.values())
    return next(first[key] for key in first if votes[key] == best)


def _late(where: str) -> tuple[bool, bool]:
    """Where a name is heard after others: what names the outlet by default takes no votes away."""
    return _WEIGHTS.get(where, 0) < 0, where == PAGE_TEXT


def _departments(label: str, names: Sequence[str]) -> frozenset[str]:
    """The names that are the host's label and another word, where there are several such."""
    begun = {name for name in names if " " in name and _plain(name.split()[0]) == label}
    return frozenset(begun) if len(set(map(_plain, begun))) > 1 else frozenset()


def _account(
    values: Sequence[tuple[Statement, str]], spelled: Sequence[Statement], accounts: Sequence[str]
) -> str | None:
    """How an account writes the host's label; None where another has the whole host's name."""
    whole = {key_of(name) for _, name in values} & {key_of(account) for account in accounts}
    return None if whole else next((said.value for said in spelled), None)


def names_in_titles(titles: Sequence[Statement], address: str | None) -> Iterator[Statement]:
    """What stands between the separators of the page's titles and is the host's label in words."""
    label = _plain(label_of(address))
    for title in titles:
        for part in parts_of(clean_title(title.value))[:10]:
            if label and _plain(part) == label:
                yield Statement("title", part, title.where)


def outlet_by_default(stated: Sequence[Statement], titles: Sequence[Statement]) -> Statement | None:
    """What names the outlet where nothing else does: the holder of rights whom the host names too,
    else what the page's title adds to the longer headline, at the other end.  None where neither
    is there."""
    holder = next((said for said in stated if said.where == HOLDER), None)
    if holder:
        return holder
    headlines = [clean_title(said.value) for said in titles if said.where == "h1"]
    pages = [clean_title(said.value) for said in titles if said.where == "title"]
    for title, headline in product(pages, headlines):
        before, shown, after = title.partition(headline)
        rest = "" if before and after else _SIGNS.sub("", before or after)
        parts = [part for whole in parts_of(rest) for part in _UNDERSCORE.split(whole)]
        name = (parts or [""])[0 if before else -1]
        parted = shown and _SIGN.search(before[-2:] + after[:2])
        if parted and 1 < len(name) < min(len(headline), LONGEST // 2):
            return Statement("publisher", name, "title")
    return None


def _with_label(name: str, label: str, accounts: Sequence[str]) -> str | None:
    """A name with the host's label before it, where an account has both: `Wire Facts`."""
    key = label + _plain(name)
    both = next((one for one in accounts if label and key_of(one) == key), None)
    return f"{both[: len(label)]} {name}" if both else None


def _plain(name: str) -> str:
    """What two spellings of a name have in common, with and without accents."""
    return key_of("".join(c for c in normalize("NFKD", name) if not combining(c)))


def _host_in(name: str, label: str) -> str | None:
    """The host's own name in a name of two words at most: `example.org`, `Editors example.org`."""
    hosts = (word for word in name.split() if is_bare(word) and len(name.split()) < 3)
    return next((host for host in hosts if _plain(label_of(f"//{host}/")) == label), None)


def _spelled(label: str, values: Sequence[tuple[Statement, str]]) -> str | None:
    """The host's label as the page writes it: among the words of a name, else in its text; of
    several spellings the first with the most marks, for scripts and addresses leave them off."""
    words = [word for _, name in values for word in name.split() if not is_bare(word)]
    texts = [name for said, name in values if said.where == PAGE_TEXT]
    alike = [name for name in (*words, *texts) if label and _plain(name) == label]
    return max(alike, key=_marks, default=None)


def _marks(name: str) -> int:
    """How many marks stand on the letters of a name: one in `Libération`."""
    return sum(map(bool, map(combining, normalize("NFKD", name))))


def _full(name: str, others: Sequence[str]) -> str | None:
    """The other name that a name abbreviates, or leaves the article off; None where none is."""
    for other in others:
        words = re.split(r"[\s-]+", other)
        if len(words) < 2:
            continue
        if words[0].casefold() in _ARTICLES and _plain(other.partition(" ")[2]) == _plain(name):
            return other
        short = name.isupper() and 1 < len(name) < 6 and name not in words
        if short and _abbreviates(name.casefold(), words):
            return other
    return None


def _abbreviates(letters: str, words: Sequence[str]) -> bool:
    """Whether letters stand in words in their order, each word's first among them."""
    text = " ".join(words).casefold()
    initials = [word[0] for word in text.split() if word]
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    rest = iter(letters)
    return letters[0] == initials[0] and all(initial in rest for initial in initials)


def own_name(markup: str, address: str | None) -> str | None:
    """The host's label as the page itself writes it, as a name: `kleinezeitung` in words.

    None where it does not do so often enough, or where it adds the domain more often.
    """
    label = label_of(address)
    short = len(key_of(label)) < 4
    if len(key_of(label)) < 2 or label in _COMMON:
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
        elif found[1].isupper() if short else found[1][0].isupper():
            names[" ".join(found[1].split())] += 1
    if not names:
        return None
    name, _ = names.most_common(1)[0]
    total = sum(names.values())
    return name if total >= OFTEN and total >= domains else None


def is_bare(name: str) -> bool:
    """Whether a name is only the name of a host: `example.org`."""
    return bool(_DOMAIN.match(name.strip()))


def _name(raw: str, label: str) -> str | None:
    text = clean_title(raw)
    if not 1 < len(text) <= 2 * LONGEST or _COPYRIGHT.search(text) or text.startswith("http"):
        return None
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    own = [part for part in parts if label and _plain(part) == label]
    whole = own[0] if own else parts[0] if len(parts) > 1 and len(text) > 30 else text
    name = _BRACKETED.sub("", _LEGAL.sub("", whole)).strip(" ,|-–—")
    if name.casefold() in _FRONT_PAGES:
        return None
    return name if 1 < len(name) <= LONGEST and any(map(str.isalnum, name)) else None
