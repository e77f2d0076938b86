"""The plain-text reader: a title line, a byline, credits and dates as captures write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.readers import language, republication
from archive.readers.byline import BYLINE_LEAD, UPDATED, is_date_line
from archive.readers.charset import decode, without_controls
from archive.readers.conclusion import conclude
from archive.readers.dates import find_date
from archive.reading import TEXT_LIMIT, Source
from archive.record import Extract, Statement

KEY = "text/1"

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
    lines = [line.strip() for line in text[:TEXT_LIMIT].split("\n")]
    detected = language.detect_language(text)
    tags = (detected,) if detected else ("en",)
    statements = list(_statements([line for line in lines if line], tags))
    if detected:
        statements.append(Statement("language", detected, "detected"))
    description, basis = conclude(statements, address=source.url)
    return Extract(
        KEY,
        text[:TEXT_LIMIT],
        description,
        basis,
        tuple(dict.fromkeys(statements)),
        decoded.warnings,
        len(text) > TEXT_LIMIT,
        decoded.charset,
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
_YEAR = re.compile(r"\d{4}|\d{2}\.\d{2}\.\d{2}\b")
_SENTENCE_END = re.compile(r"[.!…]['\"”’»)]*$")
_DATE_LINE = 60
_RESTATED = 0.6
_CAPTION = re.compile(
    r"^\W*(?:photo|picture|image|caption|file photo|foto|bild|banner|фото|լուսանկար)\w*\s*[:/—–-]"
    r"|\b(?:file photo|archive photo|getty images|photo by|photo:|ap photo|courtesy photo)\b"
    r"|/\s*(?:reuters|afp|ap|epa|dpa|tass|getty|wikimedia)\W*$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]+")


def _statements(lines: Sequence[str], languages: Sequence[str]) -> Iterator[Statement]:
    title_at = _title_at(lines)
    title = lines[title_at] if title_at is not None else None
    if title is not None:
        yield Statement("title", title, "title line")
    head = lines[:HEAD_LINES]
    for at, line in enumerate(head):
        if at != title_at and len(line) <= 300 and BYLINE_LEAD.match(line) and not _prose(line):
            yield Statement("creator", line, "byline")
            break
    for line in (*head, *lines[-HEAD_LINES:]):
        photo = _PHOTO.match(line)
        if photo and not _prose(line):
            yield Statement("contributor", f"{photo['name']} (photographer)", "photo credit")
    for line in lines[-8:]:
        helped = _CONTRIBUTED.match(line)
        if helped:
            yield Statement("contributor", f"{helped['names']} (reporter)", "credit line")
    for line in dict.fromkeys((*head, *lines[-4:])):
        if len(line) > _DATE_LINE or not _YEAR.search(line) or line == title:
            continue
        if UPDATED.search(line):
            yield Statement("modified", line, "date line")
        elif is_date_line(line) and find_date(line, languages=languages):
            yield Statement("issued", line, "date line")
    yield from republication.notices(lines)


def _title_at(lines: Sequence[str]) -> int | None:
    for at, line in enumerate(lines[:6]):
        words = line.split()
        if line.casefold().strip(" :|-") in _LABELS:
            continue
        following = next(iter(lines[at + 1 : at + 2]), "")
        if len(words) < 2 or len(line) > TITLE_LONGEST or _sentence(line):
            return None
        return None if _caption(line, following) else at
    return None


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
