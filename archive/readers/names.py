"""From a byline as written to the names of persons, and what the others did."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from archive.readers.dates import month_named
from archive.record import Contributor

LONGEST = 90
_LONGEST_RAW = 5_000
"""Characters; a longer text is not a name."""


@dataclass(frozen=True, slots=True)
class Credits:
    """Authors, and contributors with their roles, in the order written."""

    authors: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()


AUTHOR_WORDS = (
    "szerzők?|kirjoittaja|toimittaja|skribent|συντάκτης|συγγραφέας|penulis|avtor|piše|tác\\s+giả|लेखक"
    "|ავტორი|بقلم|كتبت?|كاتب|نویسنده|نوشته|מאת|작성자|作者|撰文|记者|記者|文"
)
"""Words for the author before a colon, besides those of the languages that are read best."""

_TAGS = re.compile(r"<[^>]{0,300}>")
_ADDRESS = re.compile(r"https?://\S*|www\.\S+|\S+@\S+\.\w+", re.I)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_LEAD = re.compile(
    r"""^\W*(?:
      (?:(?:an?\s+)?
        (?:article|analysis|report|story|text|texte?o?|words?|written|reported|posted
         |published|submitted|contributed|exclusive|opinion)\s+)?by\b\s*:?
    | (?:autho?r(?:s|e|es|in|en)?|aut(?:eur|ore|or)(?:e?s)?
        |autor(?:in|en|es|ka|zy)?|verfasser(?:in)?|yazar|yazan|müəllif(?:lər)?
        |автор(?:ы|и)?|հեղինակ(?:ներ)?|texte?|texto|testo|writer|words|reporter|journalist|tekst
        |redaktor|byline|skrevet\s+av|von|por|par|vom|AUTHOR_WORDS)\s*[:：՝]
    | (?:بقلم|كتبت?|מאת|نوشته|γράφ(?:ει|ουν)\s+(?:ο|η|οι)|(?:本报|本報)?(?:记者|記者))\s+(?=\S)
    | (?:veröffentlicht\s+|verfasst\s+|geschrieben\s+|gepostet\s+|ein\s+\w+\s+
        |(?:pressemitteilung|kommentar|interview|reportage|analyse|gastbeitrag|essay|bericht)\s+)?
        (?:von|vom|par|por|door|przez|fra|från|pubblicato\s+da|scritto\s+da|escrito\s+por
        |publié\s+par|publicado\s+por)\s+(?!de[rnm]\b)(?=\S)
    )\s*""".replace("AUTHOR_WORDS", AUTHOR_WORDS),
    re.X | re.I,
)
_GLUED = re.compile(r"^By(?=[A-ZÀ-Þ][^\W\d_A-ZÀ-Þ]+\s)")
"""A "By" that only the page's styles keep from the name."""
_UNSEEN = re.compile("[\u00ad\u200b\ufeff]")
_LEAD_WORD = re.compile(r"^\W*(?:di|da|de|na|od|af|av|a\s+cura\s+di)\s+(?=\S)", re.I)
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"\b(?:{words})\b\s*(?:by|von|par|por|di|:|—|–|-)?\s*:?\s*", re.I))
    for role, words in (
        (
            "editor",
            r"edited\s+by|editing\s+by|editors?\s*:|redigiert\s+von|redaktion\s*:|édité\s+par"
            r"|editado\s+por|a\s+cura\s+di|под\s+редакцией|редактор\s*:|redaktor\s*:",
        ),
        (
            "photographer",
            r"photo(?:s|graph|graphs|graphy|graphie|graphies)?(?:\s+(?:credit|courtesy(?:\s+of)?))?\s*(?:by|de|:|/)"
            r"|photographed\s+by|foto(?:s|grafie|grafía|grafia)?\s*(?:von|di|de|:|/)|pictures?\s*(?:by|:)|images?\s*(?:by|:)"
            r"|banner\s*:|фото\s*:|լուսանկար(?:ը)?\s*[:՝]|fotoğraf(?:lar)?\s*:|foto\s+di",
        ),
        ("illustrator", r"illustrat(?:ions?|ed|or)\s*(?:by|:)|illustrationen?\s*(?:von|:)"),
        (
            "translator",
            r"translated\s+by|übersetzt\s+von|übersetzung\s*:|traduit\s+par|traducido\s+por|перев(?:ёл|ела|од)\s*:",
        ),
        (
            "reporter",
            r"additional\s+reporting\s+by|reporting\s+by|with\s+contributions?\s+(?:by|from)",
        ),
        ("video", r"videos?\s*(?:by|:)"),
    )
)
_ROLE_AFTER = re.compile(
    r"\s*\((editor|photographer|photos?|fotos?|photographs?|photographie|illustrator|translator"
    r"|reporter|video)\)\s*$",
    re.IGNORECASE,
)
_ROLE_WORDS = {"photo": "photographer", "foto": "photographer", "photograph": "photographer",
               "photographie": "photographer"}  # fmt: skip
_ASIDE = re.compile(
    r"\((?:images?|photos?|pictures?|fotos?|bild|source|quelle|avec|with|mit|con)\b[^()]{0,200}\)",
    re.I,
)
_DATE_START = re.compile(r"(?<!\S)\d{1,4}(?:st|nd|rd|th)?(?=[\s.,:/-]|$)")
_BEFORE_DATE = frozenset(
    (  # noqa: SIM905
        "am on le el vom den um at il em in den the der posted published updated veröffentlicht"
        " | - – — monday tuesday wednesday thursday friday saturday sunday montag dienstag"
        " mittwoch donnerstag freitag samstag sonntag mon tue wed thu fri sat sun"
    ).split()
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·\n\t،、]|\s+/\s+|(?<=[^\W\d_]{4})/(?=[A-ZÀ-Þ]\w+\s)|,?\s+(?:and|AND|und|UND|et|ET|Y|och|og|ja|ve|və|и|и|և|і|y)\s+|\s+&\s+|\s+e\s+(?=[A-Z]))\s*"
)
_PARTICLES = frozenset(
    (  # noqa: SIM905
        "de da do dos das di du del della dello la le el al bin ibn ben von van vom zu zum zur"
        " der den det ter ten te y e i und of the af av ap d l o v"
    ).split()
)
_TITLE_WORDS = re.compile(
    r"\b(?:correspondent|reporter|editor|editora?|redakteur(?:in)?|redaktør|redaktor|journalist(?:e|in)?|journaliste|periodista"
    r"|columnist|contributor|writer|producer|analyst|bureau|chief|senior|director|fellow|professor"
    r"|manager|head\s+of|staff\s+writer|freelance|special\s+to|krit(?:ic|iker)|korrespondent(?:in)?|correspondant|photographer"
    r"|fotograf|freier|autorin|редактор|корреспондент|журналист|editorial|assistant|associate|volontär(?:in)?|reporterin)\b",
    re.I,
)
_NOT_NAMES = re.compile(
    r"^(?:(?:follow|more|view|show|read|see|about|all|zeige|alle|mehr|voir|ver|follow\s+author)\s.*|@.*"
    r"|(?:last\s+)?(?:updated|published|posted|modified).*|(?:sources?|quelle|fuente|fonte)\s*:.*"
    r"|\d+\s+\w+|by|von|par|author|authors?|autor|staff|admin|administrator|super\s?user|editor|editors|redaktion|redazione|unknown|none|null|undefined"
    r"|n/?a|anonymous|user|webmaster|root|guest|test|newsroom|news\s+desk|web\s+desk|wordpress|share|facebook|twitter)$",
    re.I,
)
_TRAIL = re.compile(
    r"\s*(?:\((?:[^()]{0,60})\)|\s[-–—]\s.*|\s+(?:updated|published|posted|last\s+updated|aktualisiert|veröffentlicht|published\s+on)\b.*"
    r"|\s?/\s?[A-Z][A-Z-]{1,5}|\s+(?:for|special\s+to)\s+(?:the\s+)?[A-Z].*|\s+(?:in|aus)\s+[A-ZÄÖÜ]\w+)$",
)


_TITLE_AFTER = re.compile(
    r"(?<=\S)\s*(?:선임|수습|인턴|객원|전문)?(?:기자|특파원)$|(?<=\S)\s+(?:记者|記者)$"
)
"""What stands behind a name where a reporter is called so: `김민수 기자`."""
_TWICE = re.compile(r"^(\S+(?:\s\S+){1,3})\s+\1$")


def credits_of(raw: str, *, visible: bool = False) -> Credits:
    """The people in one author statement: authors clean, the others with their role.

    "By" and the like, job titles, places, addresses and markers are left out; what is no
    name is left out.  `visible` is true of a line that a reader sees, where "Di" or "Av"
    means "by" and is no part of a name.  Pure.
    """
    if len(raw) > _LONGEST_RAW:
        return Credits()
    text = _UNSEEN.sub("", html.unescape(_TAGS.sub(" ", raw))).replace("\xa0", " ")
    if _ADDRESS.fullmatch(text.strip()):
        return Credits()
    text = _EMAIL.sub(" ", text)
    text = _ADDRESS.sub(" ", text)
    text = re.sub(r"[ \r\f\v]+", " ", text).strip()
    if not text or len(text) > 1000:
        return Credits()
    contributors: list[Contributor] = []
    text = _ASIDE.sub(" ", text)
    text, others = _without_roles(text)
    contributors.extend(others)
    authors: list[str] = []
    text = _without_date(text)
    text = _LEAD.sub("", _GLUED.sub("", text), count=1)
    if visible:
        text = _LEAD_WORD.sub("", text, count=1)
    for part in _parts(text):
        part, role = without_role(part)
        name = _clean(part)
        if name is None:
            continue
        if role:
            contributors.append(Contributor(name, role))
        elif name not in authors:
            authors.append(name)
    return Credits(tuple(authors), tuple(dict.fromkeys(contributors)))


def looks_like_name(text: str) -> bool:
    """Whether a text, taken from a page's visible words, is written as names are.

    Capitalised words and particles, in scripts that have capitals; five words at most.
    """
    words = text.split()
    if not words or len(words) > 5:
        return False
    return all(
        not word[0].islower() or word.casefold().strip(".'’") in _PARTICLES or len(words) == 1
        for word in words
    )


def key_of(name: str) -> str:
    """What two spellings of a name have in common: letters and digits, case folded."""
    return _OTHERS.sub("", name.casefold())


_OTHERS = re.compile(r"[\W_]+")


def without_role(name: str) -> tuple[str, str | None]:
    """A name and the role in parentheses after it: `Jo Doe (editor)`."""
    found = _ROLE_AFTER.search(name)
    if not found:
        return name, None
    word = found[1].lower()
    return name[: found.start()].strip(), _ROLE_WORDS.get(word.rstrip("s"), word)


def _without_date(text: str) -> str:
    found = _DATE_START.search(text)
    if not found or found.start() < 4:
        return text
    words = text[: found.start()].rstrip(" ,|·-–—(").split()
    while words and (
        words[-1].casefold().strip(".,") in _BEFORE_DATE or month_named(words[-1].strip(".,"))
    ):
        words.pop()
    return " ".join(words)


def _without_roles(text: str) -> tuple[str, list[Contributor]]:
    contributors: list[Contributor] = []
    marks: list[tuple[int, int, str]] = []
    for role, pattern in _ROLES:
        marks.extend((found.start(), found.end(), role) for found in pattern.finditer(text))
    if not marks:
        return text, contributors
    marks.sort()
    for index, (_, end, role) in enumerate(marks):
        stop = marks[index + 1][0] if index + 1 < len(marks) else len(text)
        clause = re.split(r"[,;|\n(]", text[end:stop])[0]
        for part in _SPLIT.split(clause):
            name = _clean(part)
            if name:
                contributors.append(Contributor(name, role))
    return text[: marks[0][0]], contributors


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    for piece in _SPLIT.split(text):
        if not piece:
            continue
        commas = [part.strip() for part in piece.split(",") if part.strip()]
        if len(commas) == 2 and _inverted(*commas):
            commas = [f"{commas[1]} {commas[0]}"]
        kept: list[str] = []
        for part in commas:
            if kept and (_TITLE_WORDS.search(part) or _place_after(part, kept[-1])):
                continue
            kept.append(part)
        parts.extend(kept)
    return parts


def _inverted(surname: str, given: str) -> bool:
    """Whether two parts are a surname and what goes before it: `Doe, Jo`, `Jong, Michiel de`."""
    particles = given.split()[1:]
    return len(surname.split()) == 1 and all(word in _PARTICLES for word in particles)


def _place_after(part: str, previous: str) -> bool:
    whole = len(previous.split()) > 1 or "." in previous
    return whole and len(part.split()) == 1 and part[:1].isupper()


def _clean(part: str) -> str | None:
    name = part.strip()
    if _NOT_NAMES.match(name):
        return None
    name = _LEAD.sub("", name, count=1) if len(name.split()) > 1 else name
    for _ in range(3):
        shorter = _TRAIL.sub("", name)
        if shorter == name or (" for " in name and " " not in shorter):
            break
        name = shorter
    name = _TITLE_AFTER.sub("", name)
    name = _TWICE.sub(r"\1", name.removeprefix("©").strip())
    name = name.strip(' \t\n,;:|•·–—-*_"“”„«»()[]<>@')
    if not name or len(name) > LONGEST or len(name.split()) > 8:
        return None
    if _NOT_NAMES.match(name) or not any(character.isalpha() for character in name):
        return None
    if any(character.isdigit() for character in name) and not re.search(r"[^\W\d]{2}", name):
        return None
    return name
