"""The headline of a page among its titles, without the name of the site."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from archive.readers.names import key_of
from archive.record import Statement

_SEPARATOR = re.compile(r"\s+[-–—|·•:«»/~]{1,2}\s+|\s*[|｜]\s*|\s+::\s+")
_UNSEEN = re.compile("[\u00ad\u200b\ufeff]")
_SPACES = re.compile(r"\s+")
_KICKER_END = re.compile(r"\s*[:|–—•]\s+|\s+-\s+")
_WORDS = re.compile(r"\w+")
_STATED = frozenset(("json-ld headline", "meta og:title"))
_WEIGHTS = {
    "json-ld headline": 3,
    "meta og:title": 3,
    "h1": 3,
    "title": 1,
    "meta twitter:title": 1,
}
_BIBLIOGRAPHIC = frozenset(("citation_title", "dc.title", "dcterms.title"))
_HEADING = 3
_SENTENCE = 5
_NAME = 3
_SHORTEST = 9
"""Letters; a shorter text is no headline that another title could end in."""


def clean_title(raw: str) -> str:
    """A title on one line, entities resolved, without the places where a line may break."""
    text = html.unescape(re.sub(r"</?[a-zA-Z][^>]{0,200}>", "", html.unescape(raw)))
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


def parts_of(title: str) -> list[str]:
    """What stands between the separators of a title."""
    return [part.strip() for part in _SEPARATOR.split(title) if part.strip()]


def without_site(title: str, site_names: Sequence[str], headlines: Sequence[str] = ()) -> str:
    """The title without the site's name before or after a separator.

    A part is dropped when it is one of `site_names`, or when what remains is one of
    `headlines` (what the page shows as its headline).
    """
    sites = {key_of(name) for name in site_names} - {""}
    shown = {key_of(line) for line in headlines if len(key_of(line)) > 8}
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(title))
        for cut in reversed(cuts):
            head, tail = title[: cut.start()].strip(), title[cut.end() :].strip()
            if not head or not tail:
                continue
            if _is_site(tail, sites) or key_of(head) in shown:
                title = head
                break
        else:
            for cut in cuts[:1]:
                head, tail = title[: cut.start()].strip(), title[cut.end() :].strip()
                if head and tail and key_of(head) in sites:
                    title = tail
            break
    return title


def _is_site(part: str, sites: set[str]) -> bool:
    key = key_of(part)
    return key in sites or any(
        len(site) > 3 and (key.startswith(site) or key.endswith(site)) and len(key) < len(site) + 16
        for site in sites
    )


def headline_of(stated: Sequence[Statement], sites: Sequence[str]) -> Statement | None:
    """The statement that gives the headline best, its value without the site's name.

    Titles weigh by where they stand and by how often they agree; where no heading is shown as
    the first, a lesser one that says a title speaks for it; and who says "Kicker: headline"
    speaks for the headline.  `sites` are the names of the site.  Pure.
    """
    headlines = [clean_title(said.value) for said in stated if said.where == "h1"]
    own = {key_of(name) for name in sites}
    firm = _stated_alike(stated)
    found: dict[str, str] = {}
    for said in _agreeing(stated):
        title = clean_title(said.value)
        value = without_site(title, sites, () if key_of(title) in firm else headlines)
        if value and key_of(value) not in own:
            found.setdefault(said.where, value)
    headings = [key_of(found.pop(where)) for where in ("h2", "h3") if where in found]
    page = found.get("title")
    if page and not any(where in _STATED or where.startswith("meta") for where in found):
        shown = _shown(page, [line for line in headlines if key_of(line) not in own])
        where = "h1" if shown else "title"
        if not shown and not headlines:
            shown, where = _longest_part(page, stated) or (None, where)
        return Statement("title", shown or _without_tail(page), where)
    raw = next((clean_title(said.value) for said in stated if said.where == "title"), "")
    _without_ends(found, raw)
    votes: Counter[str] = Counter()
    for where, value in found.items():
        votes[key_of(value)] += 0 if where == "h1" and _is_alone(value, found) else _weight(where)
    for heading in headings if "h1" not in found else ():
        spoken = max((key for key in votes if key in heading), key=len, default=None)
        if spoken:
            votes[spoken] += _HEADING
    _without_kickers(found, votes)
    best = max(votes.values(), default=0)
    return next(
        (Statement("title", value, where) for where, value in found.items()
         if votes[key_of(value)] == best),
        None,
    )  # fmt: skip


def _weight(where: str) -> int:
    dublin_core = where.lower().replace(":", ".").removeprefix("meta ")
    return _WEIGHTS.get(where, 3 if dublin_core in _BIBLIOGRAPHIC else 0)


def _stated_alike(stated: Sequence[Statement]) -> set[str]:
    """The title that JSON-LD and Open Graph state alike: no part of it is the site's."""
    said = {place: {key_of(clean_title(one.value)) for one in stated if one.where == place}
            for place in _STATED}  # fmt: skip
    return set.intersection(*said.values())


def _is_alone(heading: str, found: Mapping[str, str]) -> bool:
    """Whether a heading has hardly a word in common with any other title of the page."""
    words = _words(heading)
    others = [_words(value) for where, value in found.items() if where != "h1"]
    return bool(others) and all(4 * len(words & other) < len(words) for other in others)


def _without_ends(found: dict[str, str], page: str) -> None:
    """Leave off a heading the site's name after a title: a part of the page's title as well."""
    heading, parts = key_of(found.get("h1", "")), {key_of(part) for part in parts_of(page)}
    for where, value in found.items():
        stated = where.startswith("meta") and len(key_of(value)) >= _SHORTEST
        if stated and heading.removeprefix(key_of(value)) in parts - {heading}:
            found["h1"] = value
            return


def _without_tail(page: str) -> str:
    """A page's only title without a short last part after a sentence: the site's name."""
    *_, last = parts_of(page)
    head = page[: page.rfind(last)].rstrip(" |–—-·•:»/") if last != page else ""
    return head if len(head.split()) >= _SENTENCE and len(last.split()) <= _NAME else page


def _longest_part(page: str, stated: Sequence[Statement]) -> tuple[str, str] | None:
    """The lesser heading that a page's title ends in, if that is its longest part, and where it
    stands: `Site » Archive » Headline`."""
    parts = parts_of(page)
    longest = max(parts, key=len, default="")
    headings = (said for said in stated if said.where in ("h2", "h3") and parts[-1:] == [longest])
    found = (said for said in headings if key_of(said.value) == key_of(longest))
    return next(((clean_title(said.value), said.where) for said in found), None)


def _shown(page: str, headlines: Sequence[str]) -> str | None:
    """The longest headline in a page's title, if it is half of it or more."""
    within = [line for line in headlines if key_of(line) in key_of(page)]
    longest = max(within, key=len, default=None)
    return longest if longest and 2 * len(longest) >= len(page) else None


def _agreeing(stated: Sequence[Statement]) -> list[Statement]:
    """The statements, of several first headings one that something else says before the others."""
    others = {key_of(clean_title(said.value)) for said in stated if said.where != "h1"}

    def alone(said: Statement) -> bool:
        return said.where == "h1" and key_of(clean_title(said.value)) not in others

    return sorted(stated, key=alone)


def _without_kickers(found: dict[str, str], votes: Counter[str]) -> None:
    """Give the votes for "Kicker: headline" to the headline.

    It must be stated by itself, or be what two titles end in after different kickers.
    """
    ends = {where: dict(_ends(value)) for where, value in found.items()}
    for one, other in combinations([where for where in found if where in {*_STATED, "h1"}], 2):
        for headline in ends[one].keys() & ends[other].keys():
            kickers = [_words(ends[where][headline]) for where in (one, other)]
            if not kickers[0] & kickers[1]:
                votes[key_of(headline)] = votes[key_of(found[one])] + votes[key_of(found[other])]
                found[one] = headline
    stated = {value for where, value in found.items() if where in _STATED}
    for headline, longer in product(sorted(stated), sorted(set(found.values()))):
        if headline in dict(_ends(longer)):
            votes[key_of(headline)] += votes[key_of(longer)]


def _ends(title: str) -> Iterator[tuple[str, str]]:
    """What may be the headline in a title, and the kicker before it."""
    for sign in _KICKER_END.finditer(title):
        kicker, headline = title[: sign.start()], title[sign.end() :]
        if kicker and len(key_of(headline)) >= _SHORTEST:
            yield headline, kicker


def _words(text: str) -> set[str]:
    return set(_WORDS.findall(text.casefold()))
