"""The plain-text reader: a title line, a byline, credits and dates as captures write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from archive.readers import key_for, language, republication
from archive.readers.byline import (
    BYLINE_LEAD,
    UPDATED,
    byline_beside_date,
    clauses_of,
    dated,
    is_date_line,
)
from archive.readers.charset import decode, without_controls
from archive.readers.conclusion import conclude
from archive.readers.dates import find_date, month_named
from archive.readers.weekdays import weekday_named
from archive.reading import TEXT_LIMIT, Source
from archive.record import Extract, Statement

KEY = key_for("text")

TITLE_LONGEST = 250
"""Characters; a longer first line is no title."""

HEAD_LINES = 25
"""Lines with text at the beginning in which title, byline and date are looked for."""


def read(source: Source) -> Extract:
    """Read plain text.  The text is the file's own, line ends as \\n, nothing else left out."""
    decoded = decode(source.content)
    text = without_controls(decoded.text)
    if not text.strip():
        told = (*decoded.warnings, "Text not extracted: the file has no text.")
        return Extract(KEY, None, warnings=told, charset=decoded.charset)
    found = extract_of(text, source, KEY, warnings=decoded.warnings)
    return replace(found, charset=decoded.charset)


def extract_of(
    text: str,
    source: Source,
    key: str,
    *,
    before: Sequence[Statement] = (),
    after: Sequence[Statement] = (),
    apart: Sequence[Statement] = (),
    warnings: Sequence[str] = (),
) -> Extract:
    """The extract of a text, whatever its file's format: what its lines state, and what the file
    states of itself, which goes `before` that or `after` it; what it states `apart` is evidence
    from which nothing is concluded.

    When what this concludes changes, all readers that use it go up a version."""
    lines = [line.strip() for line in text[:TEXT_LIMIT].split("\n")]
    detected = language.detect_language(text)
    tags = (detected,) if detected else ("en",)
    statements = [*before, *_statements([line for line in lines if line], tags), *after]
    if detected:
        statements.append(Statement("language", detected, "detected"))
    description, basis = conclude(statements, address=source.url, captured=source.captured)
    return Extract(
        key,
        text[:TEXT_LIMIT],
        description,
        basis,
        tuple(dict.fromkeys((*statements, *apart))),
        tuple(warnings),
        len(text) > TEXT_LIMIT,
    )


_LABELS = frozenset(
    (  # noqa: SIM905
        "article articles news story stories report reports opinion analysis feature features"
        " interview commentary comment editorial investigation investigations politics world"
        " europe business sport sports culture society video blog press release press-release"
        " statement statements media home breaking exclusive latest artikel nachrichten meinung"
        " politik analyse kommentar actualités actualité opinión noticias noticia artículo"
        " notizie artigo notícias новости новость статья мнение политика xəbər xəbərlər məqalə"
        " haber haberler makale siyasət նորություններ հոդված"
    ).split()
)
_PHOTO = re.compile(
    r"^(?:banner|photos?(?:\s+(?:credit|by|courtesy))?|photographs?(?:\s+by)?|pictures?|images?(?:\s+credit)?|cover(?:\s+(?:photo|image))?|header(?:\s+(?:photo|image))?|foto(?:s|ğraf)?|bild|crédit\s+photo|фото|şəkil|լուսանկարը?)"
    r"(?:\s*[:՝]|\s+by)\s*(?P<name>\S.{1,80})$",
    re.I,
)
_CONTRIBUTED = re.compile(
    r"^(?P<names>[^.]{3,120}?)\s+contributed\s+(?:reporting|to\s+th(?:is|e)\s+\w+)", re.I
)
_STAMP = re.compile(
    r"\W*(?:(?:strictly|private\s+and|top)\s+)?"
    r"(?:not\s+for\s+(?:circulation|publication|distribution|release)"
    r"|(?:for\s+)?(?:immediate|internal|official)\s+(?:release|use(?:\s+only)?)|draft|confidential"
    r"|restricted|classified|secret|embargoed(?:\s+until.{1,40})?|unpublished"
    r"|vertraulich|entwurf|nur\s+für\s+den\s+dienstgebrauch|sperrfrist.{0,40}|confidentiel(?:le)?|brouillon"
    r"|ne\s+pas\s+diffuser|confidencial|borrador|riservato|bozza|poufne|gizli|taslak|məxfi"
    r"|конфиденциально|черновик|проект|секретно|для\s+служебного\s+пользования|не\s+для\s+печати"
    r"|գաղտնի)(?:\s+(?:only|copy|version|draft|draft\s+\d+|\d+))?\W*",
    re.IGNORECASE,
)
_MEMO = re.compile(
    r"(?:to|from|subject|re|date|cc|an|von|betreff|à|de|objet|para|asunto|кому|от\s+кого|тема|копия"
    r"|kime|kimden|konu|kimə|kimdən|mövzu)\s*:\s",
    re.IGNORECASE,
)
_ISSUE = re.compile(
    r"\W*(?:no|nr|núm|num|n|vol|issue|number|numero|numéro|número|ausgabe|heft|jahrgang|band|выпуск|номер"
    r"|sayı|say|№)\s*[.°º:]?\s*\d{1,5}\s*(?:$|[–—,;:/|·(.-])",
    re.IGNORECASE,
)
_IMPRINT = re.compile(
    r"(?:published(?:\s+by|\s+in|\s*:)|veröffentlicht\s+(?:von|in)|erschienen\s+in|publiée?\s+(?:par|dans)"
    r"|parue?\s+dans|publicad[oa]\s+(?:por|en|em)|pubblicat[oa]\s+(?:da|su)|опубликовано\s*:"
    r"|opublikowane?\s+(?:przez|w))\s+(?P<name>[^,.:;()\d]{2,60}?)"
    r"(?:(?:,\s*|\s+)(?:on\s+|in\s+|am\s+|im\s+|le\s+|el\s+|il\s+|em\s+)?(?P<date>(?:\w+\.?\s+)?\d[^;()]{3,30}"
    r"|\w+\s+\d{4}))?\.?",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"(?P<place>[^\W\d_a-z][^.!?:;\d]{1,60}?)\s*[,–—-]\s+"
    r"(?P<date>\d{1,2}\.?(?:st|nd|rd|th)?\s+\w+\.?\s+\d{4}|\w+\s+\d{1,2}(?:st|nd|rd|th)?,\s+\d{4}"
    r"|\d{1,2}\.\d{1,2}\.\d{4})\.?"
)
_LABELLED_TITLE = re.compile(
    r"(?:title|headline|titel|überschrift|titre|título|titolo|заголовок|başlıq|başlık|վերնագիր)"
    r"\s*[:：]\s*(?P<title>\S.{2,250})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:(?:url|link|adresse?|address|source)\s*:\s*)?https?://\S+", re.IGNORECASE
)
_LABELLED_LINES = 8
_OF = frozenset(("of", "from", "on", "the", "vom", "am", "den", "du", "le", "de", "del", "от", "г"))
_YEAR = re.compile(r"\d{4}|\d{2}\.\d{2}\.\d{2}\b")
_SENTENCE_END = re.compile(r"[.!…]['\"”’»)]*$")
_DATE_LINE = 60
_IMPRINT_LINE = 120
_DATELINE_LONGEST = 100
_TAIL_LINES = 4
_RESTATED = 0.6
_CAPTION = re.compile(
    r"^\W*(?:photo|picture|image|caption|file photo|foto|bild|banner|фото|լուսանկար)\w*\s*[:/—–-]"
    r"|\b(?:file photo|archive photo|getty images|photo by|photo:|ap photo|courtesy photo)\b"
    r"|/\s*(?:reuters|afp|ap|epa|dpa|tass|getty|wikimedia)\W*$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]+")


def _statements(lines: Sequence[str], languages: Sequence[str]) -> Iterator[Statement]:
    labels = takewhile(lambda line: not _prose(line), lines[:_LABELLED_LINES])
    labelled = next(filter(None, map(_LABELLED_TITLE.fullmatch, labels)), None)
    title_at = lines.index(labelled[0]) if labelled else _title_at(lines, languages)
    title = lines[title_at] if title_at is not None else None
    if labelled:
        yield Statement("title", labelled["title"], "label")
    elif title is not None:
        yield Statement("title", title, "title line")
    head = lines[:HEAD_LINES]
    for at, line in enumerate(head):
        if at != title_at and len(line) <= 300 and BYLINE_LEAD.match(line) and not _prose(line):
            yield Statement("creator", line, "byline")
            break
        if at != title_at and (named := byline_beside_date(line, languages)):
            yield Statement("creator", named, "byline")
            break
    for line in (*head, *lines[-HEAD_LINES:]):
        photo = _PHOTO.match(line)
        if photo and not _prose(line):
            yield Statement("contributor", photo["name"], "photo credit")
    for line in lines[-8:]:
        helped = _CONTRIBUTED.match(line)
        if helped:
            yield Statement("contributor", helped["names"], "credit line")
    for line in dict.fromkeys((*head, *lines[-_TAIL_LINES:])):
        imprint = _IMPRINT.fullmatch(line) if len(line) <= _IMPRINT_LINE else None
        if imprint and _is_imprint(imprint["name"], imprint["date"], languages):
            yield Statement("publisher", imprint["name"], "imprint")
            if imprint["date"]:
                yield Statement("issued", imprint["date"], "imprint")
    for line in _datelines(lines, title_at):
        found = _dateline(line)
        if found and find_date(found["date"], languages=languages):
            yield Statement("issued", found["date"], "dateline")
    for line in dict.fromkeys((*head, *lines[-_TAIL_LINES:])):
        if len(line) > _DATE_LINE or not _YEAR.search(line) or line == title:
            continue
        if clauses_of(line) and is_date_line(line):
            yield from dated(line, languages)
        elif UPDATED.search(line):
            yield Statement("modified", line, "date line")
        elif is_date_line(line) and find_date(line, languages=languages):
            yield Statement("issued", line, "date line")
    yield from republication.notices(lines)


def _is_imprint(name: str, date: str | None, languages: Sequence[str]) -> bool:
    """Whether "Published by NAME, DATE" names a publisher: a name, and a date or nothing."""
    if date and not find_date(date, languages=languages):
        return False
    words = _WORDS.findall(name)
    tags = ("en", *languages)
    named = all(
        not month_named(word, languages) and weekday_named(word, tags) is None for word in words
    )
    return bool(words) and named and name[0].isupper() and not any(map(str.isdigit, name))


def _dateline(line: str) -> re.Match[str] | None:
    """A place and a date on a line of their own."""
    found = _DATELINE.fullmatch(line)
    if not found:
        return None
    words = _WORDS.findall(found["place"])
    capitalised = [word for word in words if not word[0].islower()]
    return found if len(words) - len(capitalised) <= len(capitalised) // 2 else None


def _datelines(lines: Sequence[str], title_at: int | None) -> Iterator[str]:
    # Only above the first prose: below, such a line is a picture's caption.
    for at, line in enumerate(lines[:HEAD_LINES]):
        if _prose(line):
            return
        if at != title_at and len(line) <= _DATELINE_LONGEST:
            yield line


def _title_at(lines: Sequence[str], languages: Sequence[str]) -> int | None:
    for at, line in enumerate(lines[:6]):
        words = line.split()
        following = next(iter(lines[at + 1 : at + 2]), "")
        if (
            all(word.strip(":|-") in _LABELS for word in line.casefold().split())
            or _STAMP.fullmatch(line)
            or _ADDRESS.fullmatch(line)
            or (at and _ISSUE.match(line))
            or _only_date(line, languages)
            or (line.isupper() and _ISSUE.match(following))
        ):
            continue
        if _MEMO.match(line):
            return None
        if len(words) < 2 or len(line) > TITLE_LONGEST or _sentence(line):
            return None
        return None if _caption(line, following) else at
    return None


def _only_date(line: str, languages: Sequence[str]) -> bool:
    day = find_date(line, languages=languages) if len(line) <= _DATE_LINE else None
    if not day or len(day) < len("2031-03-09"):
        return False
    said = (word.casefold() for word in _WORDS.findall(line))
    tags = ("en", *languages)
    beside = [word for word in said if word not in _LABELS and word not in _OF]
    return sum(weekday_named(word, tags) is None for word in beside) <= 1


def _sentence(line: str) -> bool:
    return line.endswith((".", ";", ",", ":")) and len(line.split()) > 7


def _caption(line: str, following: str) -> bool:
    """Whether a line is a picture's caption or the text that stands in for a picture.

    Captures keep both, one after the other and in almost the same words; a headline is
    not said again at once in other words.
    """
    if _CAPTION.search(line):
        return True
    words, again = _content(line), _content(following)
    same = len(words & again)
    restated = bool(words) and same >= _RESTATED * len(words) and len(again) <= 2 * len(words)
    return restated and words != again and bool(_SENTENCE_END.search(following))


def _content(line: str) -> set[str]:
    return {word for word in _WORDS.findall(line.casefold()) if len(word) > 3}


def _prose(line: str) -> bool:
    return bool(_SENTENCE_END.search(line)) and len(line) > 80
