"""What a reader of the page sees round its headline: headline, byline and date line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bs4 import Tag
from bs4.element import PreformattedString

from archive.readers.dates import find_date
from archive.readers.elements import (
    around,
    attribute,
    blocks,
    descendants,
    elsewhere,
    marks_of,
    text_before,
    text_of,
    within,
)
from archive.readers.headline import parts_of
from archive.readers.markup import Page, one_line
from archive.readers.names import AUTHOR_WORDS, key_of, looks_like_name
from archive.record import Statement

NAME_LINE = "name line"
"""Where an author was found whom nothing marks but that a name stands beside the date."""

ACCOUNT = "account"
"""Where a name of the site was found that it bears on another service."""

HOLDER = "copyright line"
"""Where a holder of rights was found whom the host names too."""

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
    r"^\W{0,3}(?:(?:[Bb]y|[Vv]on|Par|Por|Di|Af|Av|Door|Przez"
    r"|(?:Written|Words|Text|Story|Report|Reported|Posted|Submitted|Contributed)\s+by)(?![^\W\d_A-ZÀ-ÞА-Я])"
    r"|(?:BY|VON|PAR|POR)(?!\w)|(?:BYLINE|[Bb]yline)\s*:|Texte?\s*:|Autor(?:in|en)?\s*:"
    r"|Authors?\s*:|Auteure?\s*:|Autore\s*:|Автор(?:ы)?\s*[:—]|Müəllif\s*:|Yazar\s*:"
    r"|Yazan\s*:|Հեղինակ\s*[՝:])\s*(?=\S)"
)
"""How a line begins that names the author."""

_LOWER_LEAD = re.compile(r"(?:di|von|par|por|door|av|af|przez|od|de)\s+(?=\S)")
"""How a line of nothing but names begins in the languages that write "by" small."""

_WRITTEN_BY = re.compile(
    r"^\W{0,3}(?:(?:written|posted|submitted)\s+by\s|(?:authors?|autor(?:in|en|es)?|verfasser(?:in)?"
    r"|auteure?s?|autore|autrice|автор(?:ы|и)?|müəllif(?:lər)?|yazar(?:lar)?|հեղինակ(?:ներ)?"
    rf"|{AUTHOR_WORDS})\s*[:：՝])\s*(?=\S)",
    re.IGNORECASE,
)

_NAMED = re.compile(r"(?:作者|撰文|记者|記者)\s*[:：]\s*([^\s:：,，。|/)）]{2,12})")
"""Who wrote it, in a line that states more: Chinese and Japanese leave no space before it."""

_SAID_BESIDE = re.compile(
    r"(?:作者|撰文|记者|記者|来源|來源|编辑|編輯|责编|責編)\s*[:：]\s*[^\s:：,，。|/)）]{2,12}"
)
"""What such a line says beside the date: who wrote it, where it is from, who edited it."""

UPDATED = re.compile(
    r"updat|modif|aktuali|^\W*stand\b|geändert|actualis|actualiz|aggiornat|atualiz|обновл|изменен|güncel|yenilən"
    r"|bijgewerkt|oppdater|opdater|uppdater|zaktualiz|թարմաց|revis|last[- ]edited|更新|수정|оновлен"
    r"|tarkist|päivitetty|aktualizov|módosít",
    re.IGNORECASE,
)
"""Words that make a date one of modification."""

PUBLISHED = re.compile(
    r"^(?:mis\s+en\s+ligne|paru|publicera[dt]|publiceret|publisert|julkaistu|gepubliceerd|publicat|online\s+seit|(?:first\s+)?published|posted|date|datum|veröffentlicht|publié|publicado|pubblicato|erschienen|veröffentlichung|опубликовано|дата|tarix|tarih|yayın\w*)\b\s*(?:on|at|am|le|el|il)?\s*[:—–-]?\s*",
    re.I,
)
"""How a line begins that states the date of publication."""

_PUBLISHED_WORD = re.compile(
    r"\b(?:(?:first|originally)\s+)?(?:published|posted|mis\s+en\s+ligne|publiée?|parue?|veröffentlicht"
    r"|erschienen|publicad[oa]|pubblicat[oa]|gepubliceerd|publicera[dt]|publiceret|publisert"
    r"|julkaistu|publicat|opublikowano|опубликовано|опубліковано|yayın\w*)\b",
    re.IGNORECASE,
)
"""Words with which a clause about publication begins, in a line that tells of an update first."""

_PUBLISHED_ON = re.compile(
    r"\b(?:(?:published|posted)\s+(?:on|at)|(?:publiée?|paru(?:e)?|mis(?:e)?\s+en\s+ligne)\s+le"
    r"|(?:veröffentlicht|erschienen)\s+am|publicad[oa]\s+e[lm]|pubblicato\s+il|gepubliceerd\s+op"
    r"|publicera[dt]|publiceret|publisert|julkaistu|publicat\s+(?:la|pe)|data\s+publikacji|опубликовано|опубліковано|giriş\s+tarihi|yayın(?:lanma)?\s+tarihi)\b",
    re.IGNORECASE,
)
"""Words in a longer line after which the date of publication stands."""

_OTHER_STORIES = re.compile(
    r"(?<![a-z])(?:related|most-?_?read|recommend\w*|trending|more-?_?stories)(?![a-z])"
    r"|(?<![a-z])(?:most-?_?)?popular|(?<![a-z])sidebar"
)
_KICKER = re.compile(r"(?<![a-z])(?:kicker|overline|topline|eyebrow|label)(?![a-z])")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_PROSE = re.compile(r".{60,}[.!?…]['\"”’»)]*")
_WORDS = re.compile(r"[^\W\d_]+")
_HOME = re.compile(r"(?:https?://[^/?#]+)?(?:\.?/(?:index\.\w+)?)?", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?:@|https?://(?:www\.|m\.|[a-z]{2}-[a-z]{2}\.)?(?:twitter|x|facebook|instagram|threads|youtube|tiktok)\."
    r"(?:com|net)/(?:@|c/|user/)?)([A-Za-z][\w-]{1,40})/?(?:[?#].*)?$"
)
_CRUMBS = frozenset(("nav", "li"))
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
    r"/(?:authors?|autor(?:en|es|a|e)?|auteurs?|autori|byline|journalistes?|journalists?|journalist(?:en|i)"
    r"|writers?|redaktion|redakteure?|person(?:en)?|profile?s?|contributors?|reporter|periodistas?)/(?:[^/?#]+/)*[^/?#]+/?(?:[?#].*)?$",
    re.IGNORECASE,
)
_PARTED = re.compile(r"\s*[|·•]\s*|\s+[–—]\s+")
_AMONG = re.compile(r"\s*,\s*|\s+(?:and|und|et|y|e|и|və|ve|և|&)\s+")
_FOUR_DIGITS = re.compile(r"\d{4}|\d\d?\.\d\d?\.\d\d\b")
_LATEST = "2100"
"""A line with a later date is none about dates: in "Mar 2714 min" a space was lost."""
_ANCHORS = " ¶🔗"
"""What a heading ends in that can be linked to."""
_RIGHTS = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)
_NAME_OF_HOLDER = r"([^\W\d_][^.,;:|©()\d]{1,60}?)"
_HOLDER = re.compile(
    rf"(?:©|\(c\)|copyright)(?:\s|©|\(c\)|copyright|by|\d{{4}}|[-–,])*{_NAME_OF_HOLDER}\s*"
    rf"(?:[.,;:|(–—-]|\d{{4}}|\s(?:all\s+rights|alle\s+rechte|tous\s+droits)|$)"
    rf"|^{_NAME_OF_HOLDER}\s*(?:©|\(c\))",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"\(?[^\W\d_a-z][^.!?:;\d]{1,60}?[\s,–—-]+"
    r"(\d{1,2}\.?(?:st|nd|rd|th)?\s+\w+\.?\s+\d{4}|\w+\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|\d{1,2}\.\d{1,2}\.\d{4})\)?\.?\s*(?:/[^/\n]{2,40}/|\([^()\n]{2,40}\))?\s*[-–—:]"
)
_TIMES = 6
_BELOW = 4
_CLAUSE = 40
_SIGNS = " :,;|·(–—-"
_AROUND_CLAUSES = " |·-–—,(["
_DATE_LINE = 90
_BYLINE = 120
_TAGS = frozenset(
    (  # noqa: SIM905
        "div span p a address li section strong em td cite header ul h2 h3 h4 h5 h6 small b time"
    ).split()
)


def headlines(page: Page, stated: Sequence[str] = ()) -> Iterator[Statement]:
    """The page's headlines, likeliest first, and its title.

    A heading that leads home is the site's name, one in a trail of links is no headline
    (`trail`), and a lesser one (h2, h3) counts where it says one of `stated` or is the longest
    part of the page's title.
    """
    firsts: list[Tag] = []
    others: list[Tag] = []
    keys = [key for key in map(key_of, stated) if len(key) > 8]
    longest = key_of(max(parts_of(_title(page)), key=len, default=""))
    headings = (tag for tag in page.tags if tag.name in ("h1", "h2", "h3"))
    for tag in islice(headings, 2 * MOST):
        named = "headline" in attribute(tag, "itemprop").lower()
        inside = any(node.name in ("article", "main") for node in tag.parents)
        if tag.name == "h1" or named:
            (firsts if named or inside else others).append(tag)
        elif _says(text_of(tag), keys, longest) and not elsewhere(tag):
            others.append(tag)
    for tag in (*firsts, *others):
        text = _heading_text(tag).rstrip(_ANCHORS)
        if text and len(text) <= HEADLINE and not _leads_home(tag, text):
            trail = any(node.name in _CRUMBS for node in islice(tag.parents, 4))
            yield Statement("title", text, "trail" if trail else tag.name)
    text = _title(page)
    if text and len(text) <= HEADLINE:
        yield Statement("title", text, "title")


def _heading_text(heading: Tag) -> str:
    """The text of a heading, a blank after the kicker that an element at its beginning is."""
    text = text_of(heading)
    for tag in descendants(heading):
        kicker = text_of(tag) if _KICKER.search(marks_of(tag)) else ""
        if kicker and text.startswith(kicker):
            return f"{kicker} {text.removeprefix(kicker).lstrip()}".rstrip()
    return text


def _says(heading: str, stated: Collection[str], longest: str) -> bool:
    key = key_of(heading)
    return key == longest != "" or any(title in key for title in stated)


def site_names(page: Page) -> Iterator[Statement]:
    """What the page calls the way home, where its title says the same: the site's name."""
    title = _title(page)
    parts = {key_of(part) for part in parts_of(title)}
    whole = key_of(title)
    for link in islice((tag for tag in page.tags if tag.name == "a"), 10 * MOST):
        if not _is_home(link):
            continue
        pictures = [attribute(image, "alt") for image in descendants(link) if image.name == "img"]
        for name in (text_of(link), *pictures):
            key = key_of(name)
            if 2 < len(key) < len(whole) and (
                key in parts or whole.endswith(key) or whole.startswith(key)
            ):
                yield Statement("publisher", name, "home link")


def publishers(page: Page) -> Iterator[Statement]:
    """Whom the page's body names as the publisher, in microdata or in RDFa."""
    for tag in page.tags:
        if tag.name != "meta" and "publisher" in _named(tag).split():
            name = _inner(tag, "name") or text_of(tag)
            if name and len(name) <= LONGEST:
                yield Statement("publisher", name, "itemprop publisher")
                return


def holders(page: Page, labels: Collection[str]) -> Iterator[Statement]:
    """Who holds the rights by a line of the page, if a host's label is in the name."""
    for text in page.soup.find_all(string=_RIGHTS, limit=MOST):
        if isinstance(text, PreformattedString) or text.parent is None:
            continue
        line = text_of(text.parent)
        if not line:
            continue
        found = _holder(one_line(text)) or _holder(line)
        name = (found[1] or found[2]).strip() if found else ""
        key = key_of(name)
        if any(len(label) > 3 and label in key for label in labels):
            yield Statement("publisher", name, HOLDER)
            return


def _holder(line: str) -> re.Match[str] | None:
    # No more is looked at than a line of rights is long: to seek takes the square of it.
    sign = _RIGHTS.search(line)
    start = sign.start() if sign and sign.end() > LONGEST else 0
    return _HOLDER.search(line, start, start + LONGEST)


def accounts(page: Page, labels: Collection[str]) -> Iterator[Statement]:
    """The site's names on other services that are, or end in or begin with, a host's label."""
    names: dict[str, None] = {}
    for tag in page.tags:
        address = attribute(tag, "href") if tag.name == "a" else ""
        if tag.name == "meta":
            name = attribute(tag, "name") or attribute(tag, "property")
            if name in ("twitter:site", "article:publisher"):
                address = attribute(tag, "content")
        if not address or len(address) > LONGEST:
            continue
        found = _ACCOUNT.match(address.strip())
        key = key_of(found[1]) if found else ""
        if found and any(key.startswith(label) or key.endswith(label) for label in labels):
            names.setdefault(found[1])
    for name in names:
        yield Statement("publisher", name, ACCOUNT)


def authors(page: Page) -> Iterator[Statement]:
    """What stands where bylines stand, as found, likeliest first: below the headline."""
    tags = _from_headline(page)
    stated = [
        tag
        for tag in tags
        if ("itemprop" in tag.attrs or ("property" in tag.attrs and tag.name != "meta"))
        and any(name in _named(tag) for name in ("author", "creator"))
    ]
    linked = [
        tag
        for tag in tags
        if tag.name not in ("link", "meta") and "author" in attribute(tag, "rel").split()
    ]
    for where, said in (("itemprop author", stated), ("rel author", linked)):
        parent: Tag | None = None
        for tag in said[:MOST]:
            if elsewhere(tag) or (parent is not None and within(tag, parent)):
                continue
            value = _inner(tag, "name") or attribute(tag, "content") or text_of(tag)
            if value and len(value) <= LONGEST:
                parent = tag
                yield Statement("creator", value, where)
    yield from _author_links(tags)
    yield from _marked_bylines(tags)


def _from_headline(page: Page) -> Sequence[Tag]:
    """The page's elements from its headline on, then those before it."""
    at = next((i for i, tag in enumerate(page.tags) if tag.name == "h1" and not elsewhere(tag)), 0)
    return (*page.tags[at:], *page.tags[:at])


def dates(page: Page, languages: Sequence[str]) -> Iterator[Statement]:
    """Dates of publication and modification in the page's body, as found, likeliest first."""
    stating = [tag for tag in page.tags if "itemprop" in tag.attrs or "property" in tag.attrs]
    for name, property_ in (
        ("datePublished", "issued"),
        ("dateModified", "modified"),
        ("dateCreated", "issued"),
        ("dc:created", "issued"),
    ):
        stated = (tag for tag in stating if name in _named(tag))
        for tag in islice(stated, MOST):
            value = attribute(tag, "content") or attribute(tag, "datetime") or text_of(tag)
            if value and tag.name != "meta":
                yield Statement(property_, value, f"itemprop {name}")
    times = [tag for tag in _from_headline(page) if tag.name == "time"][:MOST]
    for tag in times:
        if tag.has_attr("pubdate"):
            value = attribute(tag, "datetime") or text_of(tag)
            yield Statement("issued", value, "time pubdate")
    for tag in [tag for tag in times if not elsewhere(tag)][:_TIMES]:
        text = text_of(tag)
        value = attribute(tag, "datetime") or text
        around = f"{text} {marks_of(tag)} {_before(tag)}"
        if value:
            yield Statement("modified" if UPDATED.search(around) else "issued", value, "time")
    yield from _marked_dates(page, languages)


def without_others(page: Page, headline: str | None) -> tuple[Page, frozenset[int]]:
    """The page without the elements of other stories, and the `id()` of each of these: what an
    <aside> holds, and what is called related, most read, popular and the like.

    A block with the headline in it, or with the page's main part, is none of other stories."""
    headings = [tag for tag in page.tags if tag.name in ("h1", "h2", "h3", "main")]
    own = [tag for tag in headings if tag.name == "main" or text_of(tag) == headline]
    kept = {id(node) for tag in sorted(own, key=lambda tag: tag.name)[:1] for node in around(tag)}
    apart: set[int] = set()
    for tag in page.tags:
        other = tag.name == "aside" or _OTHER_STORIES.search(marks_of(tag))
        inside = tag.parent is not None and id(tag.parent) in apart
        if inside or (other and id(tag) not in kept and tag.name not in ("html", "body")):
            apart.add(id(tag))
    tags = tuple(tag for tag in page.tags if id(tag) not in apart)
    return replace(page, tags=tags), frozenset(apart)


def lines_near(
    page: Page,
    headline: str | None,
    text: str,
    languages: Sequence[str],
    apart: Collection[int] = (),
) -> Iterator[Statement]:
    """Bylines and dates that stand by themselves near the headline, though nothing marks them.

    Failing them, dates stand above the text.  None are taken from elements whose `id()` is among
    those `apart`, nor from below a heading of something else that follows the article.
    """
    lines = blocks(page.soup, apart)
    at = _line_of(headline, lines) if headline else None
    if at is None:
        yield from _named_authors(lines[: 4 * NEAR])
        yield from _dates_above(lines, text, languages)
        return
    lines = lines[: _end_of_article(page, lines, at)]
    foreign = [text_of(tag) for tag in page.tags if tag.name == "time" and elsewhere(tag)]
    near = [*lines[at + 1 : at + 1 + NEAR], *lines[max(0, at - NEAR // 2) : at][::-1]]
    near = [line for line in near if not any(time and time in line for time in foreign)]
    for line in near:
        named = byline_beside_date(line, languages)
        if named:
            yield Statement("creator", named, "byline")
            break
        lead = _LOWER_LEAD.match(line)
        by_names = lead and is_only_names(line[lead.end() :])
        led = BYLINE_LEAD.match(line) and not line.endswith(".")
        if len(line) <= _BYLINE and (led or by_names):
            yield Statement("creator", line, "byline")
            break
    else:
        below = lines[at + 1 : at + 2 + _BELOW]
        for one, other, after in zip(below, below[1:], below[2:], strict=False):
            line, beside = (one, other) if is_only_names(one) else (other, one)
            # A name below a date is the author's only where the article follows it.
            placed = is_only_names(line) and (line is one or len(after) > _BYLINE)
            if placed and is_date_line(beside) and any(dated(beside, languages)):
                yield Statement("creator", line, NAME_LINE)
                break
        else:
            yield from _named_among(below, languages)
            yield from _named_authors(lines)
    yield from _dates_in(near, languages)
    yield from _dates_above(lines, text, languages)


def _end_of_article(page: Page, lines: Sequence[str], at: int) -> int:
    """The line of the first heading below prose with no prose below it, or behind the last line.

    What such a heading stands above are other stories; a heading above prose is the article's."""
    headings = {text_of(tag) for tag in page.tags if tag.name in _HEADINGS} - {lines[at]}
    begun = False
    for i, line in enumerate(lines[at + 1 :], start=at + 1):
        if begun and line in headings and not any(map(_PROSE.fullmatch, lines[i + 1 : i + 2])):
            told = BYLINE_LEAD.match(line) or _FOUR_DIGITS.search(line) or is_only_names(line)
            if not told:
                return i
        # Where the headline is said again the article begins again: above stood its picture.
        begun = line != lines[at] and (begun or bool(_PROSE.fullmatch(line)))
    return len(lines)


def byline_beside_date(line: str, languages: Sequence[str]) -> str | None:
    """The byline in a line that says more, a date as a rule: `9 March 2031 | By Jo Doe`."""
    named = _NAMED.search(line) if len(line) <= LONGEST else None
    if named:
        return named[1]
    parts = _PARTED.split(line) if len(line) <= _BYLINE else []
    bylines = [part for part in parts[1:] if BYLINE_LEAD.match(part) or _WRITTEN_BY.match(part)]
    dates = [part for part in parts if part not in bylines and any(dated(part, languages))]
    return bylines[0] if bylines and dates else None


def _named_among(lines: Sequence[str], languages: Sequence[str]) -> Iterator[Statement]:
    """The names in a line that has a date as well: `9 March 2031 · 2 min · Jo Doe`."""
    for line in lines:
        parts = _PARTED.split(line) if len(line) <= _BYLINE else []
        others = [part for part in parts if not any(dated(part, languages))]
        names = [part for part in others if is_only_names(part)]
        if len(names) == 1 and len(others) < len(parts):
            yield Statement("creator", names[0], NAME_LINE)
            return


def dateline(text: str, languages: Sequence[str]) -> Iterator[Statement]:
    """The date before a text's first sentence, behind a place: `VELOGRAD, March 9, 2031 -`."""
    found = _DATELINE.match(text)
    if found and len(find_date(found[1], languages=languages) or "") >= len("2031-03-09"):
        yield Statement("issued", found[1], "dateline")


def _named_authors(lines: Sequence[str]) -> Iterator[Statement]:
    """The first line that says who wrote it, and nothing else: "Author: Jo Doe"."""
    for line in lines:
        lead = _WRITTEN_BY.match(line)
        if lead and is_only_names(line[lead.end() :].strip(), led=True):
            yield Statement("creator", line, "byline")
            return


def _line_of(headline: str, lines: Sequence[str]) -> int | None:
    """The line that holds the headline, or the last of those that make it together."""
    for at, line in enumerate(lines):
        if headline in line:
            return at
    key = key_of(headline)
    for at, line in enumerate(lines):
        begun = key_of(line)
        if begun == key:
            return at
        for end in range(at + 1, min(at + 4, len(lines))):
            if not begun or not key.startswith(begun):
                break
            begun += key_of(lines[end])
            if begun == key:
                return end
    return None


def _dates_above(lines: Sequence[str], text: str, languages: Sequence[str]) -> Iterator[Statement]:
    first = text.partition("\n\n")[0]
    at = next((i for i, line in enumerate(lines) if first and line.startswith(first)), -1)
    yield from _dates_in(lines[max(0, at - NEAR // 2) : at + 1][::-1], languages)


def _dates_in(lines: Sequence[str], languages: Sequence[str]) -> Iterator[Statement]:
    for line in lines:
        if is_date_line(line):
            yield from dated(line, languages)
        elif byline_beside_date(line, languages) and not BYLINE_LEAD.match(line):
            for part in filter(is_date_line, _PARTED.split(line)):
                yield from dated(part, languages)
        elif len(line) <= LONGEST and (said := _PUBLISHED_ON.search(line)):
            clause = UPDATED.split(line[said.end() :])[0][:_CLAUSE].strip(_SIGNS)
            if len(find_date(clause, languages=languages) or "") >= len("2031-03-09"):
                yield Statement("issued", clause, "date line")


def is_only_names(line: str, *, led: bool = False) -> bool:
    """Whether a line can be names of persons and nothing else: two to four words each, with
    capitals; or one, in any script, where the line is `led` by a word for the author."""
    names = _AMONG.split(line)
    return len(line) <= _BYLINE and all(
        2 - led <= len(name.split()) <= 4
        and not name.startswith("The ")
        and (name[0].isupper() or (led and not name[0].islower()))
        and all(unicodedata.category(sign)[0] in "LMZ" for sign in name)
        and looks_like_name(name)
        for name in names
    )


def is_date_line(line: str) -> bool:
    """Whether a line can be a date and little else: a weekday, an hour, a place, a byline."""
    clauses = clauses_of(line)
    if clauses and line.endswith(clauses[0]):
        return all(map(is_date_line, clauses))
    words = _WORDS.findall(_SAID_BESIDE.sub("", PUBLISHED.sub("", line)))
    allowed = DATE_WORDS + 3 * bool(BYLINE_LEAD.match(line))
    return len(words) <= (allowed if not line.endswith((".", "!", "?")) else DATE_WORDS - 2)


def clauses_of(line: str) -> tuple[str, str] | None:
    """What a line with the dates of both says of publication, and of modification."""
    updated = UPDATED.search(line)
    if not updated:
        return None
    first = line[: updated.start()]
    if _FOUR_DIGITS.search(first):
        return first.strip(_AROUND_CLAUSES), line[updated.start() :]
    published = _PUBLISHED_WORD.search(line, updated.end())
    if not published or not _FOUR_DIGITS.search(published.string, published.end()):
        return None
    second = line[updated.start() : published.start()].strip(_AROUND_CLAUSES + ".")
    return (line[published.start() :], second) if _FOUR_DIGITS.search(second) else None


def dated(line: str, languages: Sequence[str], marks: str = "") -> Iterator[Statement]:
    """The dates of a line that is about dates: of publication, of modification."""
    if not 5 < len(line) <= _DATE_LINE or not _FOUR_DIGITS.search(line):
        return
    clauses = clauses_of(line)
    if clauses:
        yield Statement("issued", clauses[0], "date line")
        yield Statement("modified", clauses[1], "date line")
    elif _states_date(line, languages):
        late = UPDATED.search(line) or UPDATED.search(marks)
        yield Statement("modified" if late else "issued", line, "date line")


def _states_date(line: str, languages: Sequence[str]) -> bool:
    """Whether a line states a day, or a month or a year by itself; "Election 2031" does not."""
    date = find_date(line, languages=languages)
    if not date or date > _LATEST:
        return False
    words = _WORDS.findall(PUBLISHED.sub("", line))
    return len(date) >= len("2031-03-09") or len(words) <= date.count("-")


def _is_home(link: Tag) -> bool:
    href = attribute(link, "href").strip()
    return attribute(link, "rel") == "home" or bool(href and _HOME.fullmatch(href))


def _leads_home(heading: Tag, text: str) -> bool:
    links = [tag for tag in (heading.parent, *descendants(heading)) if tag and tag.name == "a"]
    return any(_is_home(link) and text_of(link) == text for link in links)


def _title(page: Page) -> str:
    return next((text_of(tag) for tag in page.tags if tag.name == "title"), "")


def _author_links(tags: Sequence[Tag]) -> Iterator[Statement]:
    first: Tag | None = None
    for tag in tags:
        if tag.name != "a" or not _AUTHOR_PAGE.search(attribute(tag, "href")) or elsewhere(tag):
            continue
        text = text_of(tag)
        if not 3 < len(text) < 60 or not looks_like_name(text) or " " not in text:
            continue
        if first is None or _neighbours(tag, first):
            first = first if first is not None else tag
            yield Statement("creator", text, "author link")


def _neighbours(one: Tag, other: Tag) -> bool:
    near = list(islice(other.parents, 2))
    return any(node is above for node in near for above in islice(one.parents, 2))


def _marked_bylines(tags: Sequence[Tag]) -> Iterator[Statement]:
    first: Tag | None = None
    count = 0
    for tag in tags:
        marks = marks_of(tag) if tag.name in _TAGS else ""
        if not marks or not _AUTHOR_MARK.search(marks):
            continue
        if first is not None and (within(tag, first) or tag.parent is not first.parent):
            continue
        if elsewhere(tag):
            continue
        text = text_of(tag)
        if not 2 < len(text) <= LONGEST:
            continue
        first = first if first is not None else tag
        count += 1
        if count > MOST:
            return
        listed = [text_of(row) for row in descendants(tag) if row.name == "li"]
        text = ", ".join(listed) if tag.name == "ul" and listed else text
        links = [text_of(link) for link in descendants(tag) if link.name == "a"]
        named = [link for link in links if 3 < len(link) < 60 and 1 < len(link.split()) < 6]
        for value in named or [text]:
            yield Statement("creator", value, "byline")


def _marked_dates(page: Page, languages: Sequence[str]) -> Iterator[Statement]:
    count = 0
    for tag in page.tags:
        marks = marks_of(tag) if tag.name in _TAGS else ""
        if not marks or not _DATE_MARK.search(marks) or elsewhere(tag):
            continue
        found: Sequence[Statement] = tuple(dated(text_of(tag), languages, marks))
        yield from found
        count += bool(found)
        if count >= 5:
            return


def _named(tag: Tag) -> str:
    """The property of schema.org that an element states, in microdata or in RDFa."""
    return attribute(tag, "itemprop") or attribute(tag, "property").removeprefix("schema:")


def _before(tag: Tag) -> str:
    return text_before(tag)[-60:]


def _inner(tag: Tag, name: str) -> str:
    for inner in descendants(tag):
        if _named(inner) == name:
            return attribute(inner, "content") or text_of(inner)
    return ""
