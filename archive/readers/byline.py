"""What a reader of the page sees round its headline: headline, byline and date line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml import etree

from archive.readers.dates import find_date
from archive.readers.markup import BLOCKS, blocks, elements, elsewhere, marks_of, text_of
from archive.readers.names import key_of, looks_like_name
from archive.record import Statement

LONGEST = 200
"""Characters; a longer passage is no byline and no date line."""

HEADLINE = 1_000
"""Characters; a longer text is no headline."""

MOST = 50
"""Places of one kind that are looked at."""

DATE_WORDS = 5
"""Words in a line that states a date and little else."""

NEAR = 12
"""Blocks of text before and after the headline that count as standing near it."""

BYLINE_LEAD = re.compile(
    r"^\W{0,3}(?:[Bb]y|BY|[Vv]on|VON|Par|PAR|Por|POR|Di|Af|Av|Door|Przez|(?:Written|Words|Text|Story|Report"
    r"|Reported)\s+by|Texte?\s*:|Autor(?:in|en)?\s*:|Authors?\s*:|Auteure?\s*:|Autore\s*:"
    r"|Автор(?:ы)?\s*[:—]|Müəllif\s*:|Yazar\s*:|Yazan\s*:|Հեղինակ\s*[՝:])\s*(?=\S)"
)
"""How a line begins that names the author."""

UPDATED = re.compile(
    r"updat|modif|aktuali|geändert|actualis|actualiz|aggiornat|atualiz|обновл|изменен|güncel|yenilən"
    r"|bijgewerkt|oppdater|opdater|uppdater|zaktualiz|թարմաց|revis|last[- ]edited|更新|수정|оновлен"
    r"|tarkist|päivitetty|aktualizov|módosít",
    re.IGNORECASE,
)
"""Words that make a date one of modification."""

PUBLISHED = re.compile(
    r"^(?:mis\s+en\s+ligne|paru|online\s+seit|(?:first\s+)?published|posted|date|datum|veröffentlicht|publié|publicado|pubblicato|erschienen|опубликовано|дата|tarix|tarih|yayın\w*)\b\s*(?:on|at|am|le|el|il)?\s*[:—–-]?\s*",
    re.I,
)
"""How a line begins that states the date of publication."""

_WORDS = re.compile(r"[^\W\d_]+")
_HOME = frozenset(("/", "./", "/index.html", "/index.php"))
_AUTHOR_MARK = re.compile(
    r"(?<![a-z])(?:by-?line|author|autor|auteur|autore|verfasser|writer|skribent|journalist"
    r"|redacteur|writtenby|written-by|credits?|signature)(?:s|e?n?|name|_?name|-name|info)?(?![a-z])"
)
_DATE_MARK = re.compile(
    r"(?<![a-z])(?:pub(?:lish(?:ed)?)?-?(?:date|time|on)?|date-?(?:line|time|published|publication"
    r"|posted)?|datum|fecha|posted(?:-on)?|timestamp|time-?stamp|publi(?:cation|kation)s?-?dat\w*"
    r"|entry-date|meta-?date|article-?date|post-?date|created|tarih|data)(?![a-z])"
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|a|e)?|auteurs?|autori|byline|journalists?|journalist(?:en|es|i)"
    r"|writers?|redaktion|redakteure?|person(?:en)?|profiles?|contributors?|reporter)/(?:[^/?#]+/)*[^/?#]+/?(?:[?#].*)?$",
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile(r"\d{4}|\d\d?\.\d\d?\.\d\d\b")
_TIMES = 6
_DATE_LINE = 90
_BYLINE = 120
_TAGS = (  # noqa: SIM905
    "div span p a address li section strong em td cite header ul h2 h3 h4 h5 h6 small b time"
).split()


def headlines(root: etree._Element) -> Iterator[Statement]:
    """The page's headlines, likeliest first, and its title."""
    firsts: list[etree._Element] = []
    others: list[etree._Element] = []
    for element in islice(root.iter("h1", "h2"), MOST):
        named = "headline" in (element.get("itemprop") or "").lower()
        if element.tag == "h1" or named:
            within = next(element.iterancestors("article", "main"), None) is not None
            (firsts if named or within else others).append(element)
    for element in (*firsts, *others):
        text = text_of(element)
        if text and len(text) <= HEADLINE:
            yield Statement("title", text, str(element.tag))
    for element in root.iter("title"):
        text = text_of(element)
        if text and len(text) <= HEADLINE:
            yield Statement("title", text, "title")
        break


def site_names(root: etree._Element) -> Iterator[Statement]:
    """What the page calls the way home, where its title says the same: the site's name."""
    title = key_of(next((text_of(element) for element in root.iter("title")), ""))
    for link in islice(root.iter("a"), 10 * MOST):
        home = (link.get("href") or "").strip() in _HOME or (link.get("rel") or "") == "home"
        if not home:
            continue
        pictures = [image.get("alt") or "" for image in link.iter("img")]
        for name in (text_of(link), *pictures):
            key = key_of(name)
            if 2 < len(key) < len(title) and (title.endswith(key) or title.startswith(key)):
                yield Statement("publisher", name, "home link")


def authors(root: etree._Element) -> Iterator[Statement]:
    """What stands where bylines stand, as found, likeliest first."""
    for where, xpath in (
        ("itemprop author", "//*[contains(@itemprop, 'author') or contains(@itemprop, 'creator')]"),
        ("rel author", "//*[contains(concat(' ', @rel, ' '), ' author ')]"),
    ):
        parent: etree._Element | None = None
        for element in elements(root, xpath)[:MOST]:
            if element.tag in ("link", "meta") and where == "rel author":
                continue
            if elsewhere(element) or any(other is parent for other in element.iterancestors()):
                continue
            value = _inner(element, "name") or element.get("content") or text_of(element)
            if value and len(value) <= LONGEST:
                parent = element
                yield Statement("creator", value, where)
    yield from _author_links(root)
    yield from _marked_bylines(root)


def dates(root: etree._Element, languages: Sequence[str]) -> Iterator[Statement]:
    """Dates of publication and modification in the page's body, as found, likeliest first."""
    for name, property_ in (
        ("datePublished", "issued"),
        ("dateModified", "modified"),
        ("dateCreated", "issued"),
    ):
        for element in elements(root, f"//*[contains(@itemprop, '{name}')]")[:MOST]:
            value = element.get("content") or element.get("datetime") or text_of(element)
            if value and element.tag != "meta":
                yield Statement(property_, value, f"itemprop {name}")
    for element in elements(root, "//time[@pubdate]"):
        yield Statement("issued", element.get("datetime") or text_of(element), "time pubdate")
    times = [element for element in islice(root.iter("time"), MOST) if not elsewhere(element)]
    for element in times[:_TIMES]:
        text = text_of(element)
        value = element.get("datetime") or text
        around = f"{text} {marks_of(element)} {_before(element)}"
        if value:
            yield Statement("modified" if UPDATED.search(around) else "issued", value, "time")
    yield from _marked_dates(root, languages)


def lines_near(
    root: etree._Element, headline: str | None, languages: Sequence[str]
) -> Iterator[Statement]:
    """Bylines and dates that stand by themselves near the headline, though nothing marks them."""
    lines = blocks(root, BLOCKS | {"br"})
    at = next((i for i, line in enumerate(lines) if headline and headline in line), None)
    if at is None:
        return
    near = [*lines[at + 1 : at + 1 + NEAR], *lines[max(0, at - NEAR // 2) : at][::-1]]
    for line in near:
        if len(line) <= _BYLINE and BYLINE_LEAD.match(line) and not line.endswith("."):
            yield Statement("creator", line, "byline")
            break
    for line in near:
        if is_date_line(line):
            yield from dated(line, languages)


def is_date_line(line: str) -> bool:
    """Whether a line can be a date and little else: a weekday, an hour, a place, a byline."""
    words = _WORDS.findall(PUBLISHED.sub("", line))
    allowed = DATE_WORDS + 3 * bool(BYLINE_LEAD.match(line))
    return len(words) <= (allowed if not line.endswith((".", "!", "?")) else DATE_WORDS - 2)


def dated(line: str, languages: Sequence[str], marks: str = "") -> Iterator[Statement]:
    """The dates of a line that is about dates: of publication, of modification."""
    if not 5 < len(line) <= _DATE_LINE or not _FOUR_DIGITS.search(line):
        return
    updated = UPDATED.search(line)
    first = line[: updated.start()] if updated else line
    if updated and _FOUR_DIGITS.search(first):
        yield Statement("issued", first.strip(" |·-–—,(["), "date line")
        yield Statement("modified", line[updated.start() :], "date line")
    elif find_date(line, languages=languages):
        late = updated or UPDATED.search(marks)
        yield Statement("modified" if late else "issued", line, "date line")


def _author_links(root: etree._Element) -> Iterator[Statement]:
    first: etree._Element | None = None
    for element in root.iter("a"):
        if not _AUTHOR_PAGE.search(element.get("href") or "") or elsewhere(element):
            continue
        text = text_of(element)
        if not 3 < len(text) < 60 or not looks_like_name(text) or " " not in text:
            continue
        if first is None or _neighbours(element, first):
            first = first if first is not None else element
            yield Statement("creator", text, "author link")


def _neighbours(one: etree._Element, other: etree._Element) -> bool:
    near = [node for node in (other.getparent(), _grandparent(other)) if node is not None]
    return any(node is above for node in near for above in (one.getparent(), _grandparent(one)))


def _grandparent(element: etree._Element) -> etree._Element | None:
    parent = element.getparent()
    return parent.getparent() if parent is not None else None


def _marked_bylines(root: etree._Element) -> Iterator[Statement]:
    first: etree._Element | None = None
    count = 0
    for element in root.iter(*_TAGS):
        marks = marks_of(element)
        if not marks or not _AUTHOR_MARK.search(marks):
            continue
        if first is not None:
            inside = any(ancestor is first for ancestor in element.iterancestors())
            if inside or element.getparent() is not first.getparent():
                continue
        if elsewhere(element):
            continue
        text = text_of(element)
        if not 2 < len(text) <= LONGEST:
            continue
        first = first if first is not None else element
        count += 1
        if count > MOST:
            return
        links = [text_of(link) for link in element.iter("a")]
        named = [link for link in links if 3 < len(link) < 60 and 1 < len(link.split()) < 6]
        for value in named or [text]:
            yield Statement("creator", value, "byline")


def _marked_dates(root: etree._Element, languages: Sequence[str]) -> Iterator[Statement]:
    count = 0
    for element in root.iter(*_TAGS):
        marks = marks_of(element)
        if not marks or not _DATE_MARK.search(marks) or elsewhere(element):
            continue
        found: Sequence[Statement] = tuple(dated(text_of(element), languages, marks))
        yield from found
        count += bool(found)
        if count >= 5:
            return


def _before(element: etree._Element) -> str:
    previous = element.getprevious()
    if previous is not None:
        return (previous.tail or "") + (text_of(previous) if len(previous) == 0 else "")
    parent = element.getparent()
    return (parent.text or "")[-60:] if parent is not None else ""


def _inner(element: etree._Element, name: str) -> str | None:
    for inner in element.iterdescendants():
        if inner.get("itemprop") == name:
            return inner.get("content") or text_of(inner)
    return None
