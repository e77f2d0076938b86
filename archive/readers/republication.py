"""Notices that an article was first published elsewhere: by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.record import Statement

LONGEST = 500
"""Characters; a notice is a short paragraph."""

_THIS = (
    r"(?:th(?:is|e)\s+(?:article|story|piece|post|report|interview|text|essay"
    r"|column|op-?ed|commentary|analysis|investigation|feature)\b.{0,60}?"
    r"|an?\s+(?:version|earlier\s+version|longer\s+version|shorter\s+version)"
    r"\s+of\s+th(?:is|e)\s+\w+\b.{0,40}?)?"
)
_NOTICES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^{_THIS}\b(?:originally|first|initially)\s+(?:published|appeared|ran|posted|reported|printed)\s+(?:as\s+.{{0,80}}?\s+)?(?:(?:here\s+)?(?:by|on|in|at|with)\s+)(?P<name>.+)",
        rf"^{_THIS}\b(?:originally|first)\s+(?:published|printed)\s*:\s*(?P<name>.+)",
        rf"^{_THIS}\b(?:published|appeared)\s+(?:originally|first)\s+(?:by|on|in|at)\s+(?P<name>.+)",
        rf"^{_THIS}\b(?:re-?published|re-?posted|reprinted|reproduced|cross-?posted|syndicated|reposted|taken)\s+(?:here\s+)?(?:courtesy\s+of|(?:with|by)\s+(?:the\s+)?(?:kind\s+)?permission\s+(?:from|of|by)|(?:under\s+.{{0,60}}?\s+)?(?:from|by|with))\s+(?P<name>.+)",
        r"^(?:dieser|der|dieses|das|diese|die)\s+(?:artikel|beitrag|text|interview|kommentar|reportage|recherche|geschichte)\b.{0,40}?(?:erschien|ist|wurde)\s+(?:.{0,30}?\b)?(?:zuerst|ursprünglich|zunächst)\s+(?:.{0,20}?\b)?(?:bei|auf|in|im|von|beim)\s+(?P<name>.+)",
        r"^(?:zuerst|ursprünglich|zunächst)\s+(?:erschienen|veröffentlicht)\s+(?:bei|auf|in|im|von|beim)\s+(?P<name>.+)",
        r"^(?:zuerst|ursprünglich|zunächst)\s+(?:erschienen|veröffentlicht)\s*:\s*(?P<name>.+)",
        r"^(?:initialement|d['’]abord|originellement)\s+(?:publiée?|parue?)\s*:\s*(?P<name>.+)",
        r"^(?:впервые|первоначально|изначально)\s+опубликован\w*\s*:\s*(?P<name>.+)",
        r"^(?:übernommen|nachdruck)\s+(?:von|aus)\s+(?P<name>.+)",
        r"^(?:(?:cet|cette|le|la|ce)\s+(?:article|texte|tribune|enquête|entretien|billet)\b.{0,60}?)?(?:initialement|d['’]abord|originellement|à\s+l['’]origine)\s*(?:été\s+)?(?:publiée?|parue?)\s+(?:à\s+l['’]origine\s+)?(?:par|sur|dans|chez)\s+(?P<name>.+)",
        r"^(?:cet|cette|le|la|ce)\s+(?:article|texte|tribune|enquête|entretien|billet)\b.{0,40}?(?:publiée?|parue?)\s+(?:initialement|d['’]abord|originellement|à\s+l['’]origine)\s+(?:par|sur|dans|chez)\s+(?P<name>.+)",
        r"^(?:(?:cet|cette|le|la|ce)\s+(?:article|texte)\b.{0,20}?)?(?:republiée?|repris|reproduit)\s+(?:à\s+partir\s+)?(?:de|du|depuis|par)\s+(?P<name>.+)",
        r"^(?:(?:este|esta|el|la)\s+(?:artículo|texto|nota|reportaje|entrevista)\b.{0,40}?)?(?:(?:se\s+)?public(?:ado|ada|ó)\s+(?:originalmente|originariamente|por\s+primera\s+vez)|(?:originalmente|originariamente)\s+(?:fue\s+)?public(?:ado|ada))\s+(?:en|por)\s+(?P<name>.+)",
        r"^(?:(?:este|esta)\s+\w+\b.{0,30}?)?(?:republicad[oa]|reproducid[oa])\s+(?:de|desde|con\s+permiso\s+de)\s+(?P<name>.+)",
        r"^(?:(?:este|esta|o|a)\s+(?:artigo|texto|matéria|reportagem)\b.{0,40}?)?(?:publicad[oa]\s+originalmente|originalmente\s+publicad[oa])\s+(?:em|no|na|por|pelo|pela)\s+(?P<name>.+)",
        r"^(?:quest[oa]\s+\w+\b.{0,40}?)?(?:pubblicat[oa]\s+(?:originariamente|originalmente|inizialmente|per\s+la\s+prima\s+volta)|(?:originariamente|originalmente)\s+pubblicat[oa]|ripubblicat[oa])\s+(?:su|da|in|dal|dalla|sul|sulla)\s+(?P<name>.+)",
        r"^(?:(?:эт[аоу]\w*|данн\w+|стать\w+|материал|текст)\b.{0,40}?)?(?:впервые|первоначально|изначально|ранее)\s+(?:\w+\s+)?опубликован\w*\s+(?:на\s+сайте\s+|в\s+издании\s+|изданием\s+|в\s+|на\s+)?(?P<name>.+)",
        r"^(?:(?:стать\w+|материал|текст)\b.{0,20}?)?(?:перепечат\w+|перепубликован\w*|републик\w+)\s+(?:из|с|с\s+сайта|с\s+разрешения)\s+(?P<name>.+)",
        r"^(?:(?:ц\w+|стаття|матеріал)\b.{0,40}?)?(?:вперше|спочатку)\s+(?:\w+\s+)?опублікован\w*\s+(?:на\s+сайті\s+|у\s+виданні\s+|в\s+|на\s+|у\s+)?(?P<name>.+)",
        r"^(?:bu\s+(?:məqalə|yazı|material|reportaj)\b\s*)?(?:ilk\s+dəfə|ilk\s+olaraq|ilkin\s+olaraq|orijinalı)\s+(?P<name>.+?)(?:['’-]?(?:da|də)|\s+(?:saytında|tərəfindən|nəşrində))\s+(?:dərc|yayımlan|çap|nəşr)\w*.*",
        r"^(?:bu\s+(?:makale|yazı|haber|röportaj)\b\s*)?(?:ilk\s+olarak|ilk\s+kez|orijinali)\s+(?P<name>.+?)(?:['’]?(?:da|de|ta|te)|\s+(?:sitesinde|tarafından))\s+yayı[mn]lan\w*.*",
        r"^(?:(?:(?:այս|սույն)\s+)?(?:հոդված\w*|նյութ\w*)\s+)?(?:առաջին\s+անգամ|սկզբնապես|ի\s+սկզբանե)\s+հրապարակվել\s+է\s+(?P<name>.+?)(?:[-֊]?(?:ում)|\s+կայքում|\s+կողմից)(?:\W.*)?$",
        r"^(?:dit\s+(?:artikel|stuk|verhaal)\b.{0,30}?)?(?:oorspronkelijk|eerder|eerst)\s+(?:gepubliceerd|verschenen)\s+(?:op|in|bij|door)\s+(?P<name>.+)",
        r"^(?:(?:denne|den|artikel\w*|saken)\b.{0,40}?)?(?:ursprungligen|opprinnelig|oprindeligt?|först|først)\s+(?:publi[sc]er\w+|bragt)\s+(?:i|på|av|hos|af)\s+(?P<name>.+)",
        r"^(?:(?:ten|artykuł|tekst)\b.{0,40}?)?pierwotnie\s+(?:opublikowan\w+|ukazał\w*)\s+(?:się\s+)?(?:na\s+łamach|na|w|przez)\s+(?P<name>.+)",
    )
)
_ARTICLE = re.compile(r"^(?:the|der|die|das|dem|den|le|la|les|el|los|las|il)\s+")
_BRACKETS = " \t\n()[]{}*_—–-•"
_END = re.compile(
    r"(?:[.!?](?=\s|$|[)\]”\"])(?<!\bSt\.)(?<!\bU\.)|[;\n)\]]|,?\s+(?:on\s+(?=\d|[A-Z][a-z]+ \d"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"|under\s+|and\s+(?:is|was|has|it)\s+|as\s+part\s+|with\s+(?:the\s+)?(?:kind\s+)?permission|here\b"
    r"|in\s+(?=\d{4}|[A-Z][a-z]+ \d{4})"
    r"|where\s+|which\s+|through\s+|via\s+|am\s+(?=\d)|le\s+(?=\d)|el\s+(?=\d)"
    r"|vom\s+(?=\d)|unter\s+|sous\s+|bajo\s+|sob\s+|as\s+[“\"‘])|,\s+)"
)
_NOT_A_NAME = re.compile(
    r"^(?:\d|(?:on\s+)?(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|this\b|that\b|its?\b|our\b|their\b|his\b|her\b|an?\s)",
    re.I,
)


def notices(paragraphs: Sequence[str]) -> Iterator[Statement]:
    """Republication notices in an article's first and last paragraphs, exactly as found."""
    near = list(dict.fromkeys((*paragraphs[-6:][::-1], *paragraphs[:4])))
    for paragraph in near:
        if republished_from(paragraph):
            yield Statement("source", paragraph.strip(), "republication notice")


def republished_from(paragraph: str) -> str | None:
    """The publisher that a notice names as the first one; None where it is no such notice."""
    text = " ".join(paragraph.split()).strip(_BRACKETS)
    if not 10 <= len(text) <= LONGEST:
        return None
    sentences = [text, *re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-ÞА-ЯԱ-Ֆ])", text)[1:]]
    for sentence in sentences:
        for pattern in _NOTICES:
            found = pattern.match(sentence)
            name = _name(found["name"]) if found else None
            if name:
                return name
    return None


def _name(rest: str) -> str | None:
    rest = rest.strip(" \"“”«»„‘’'")
    end = _END.search(rest)
    name = (rest[: end.start()] if end else rest).strip(" \"“”«»„‘’'.,:;")
    if not 2 <= len(name) <= 80 or len(name.split()) > 9 or _NOT_A_NAME.match(name):
        return None
    name = _ARTICLE.sub("", name)
    if not name or not (name[0].isupper() or "." in name or not name[0].isascii()):
        return None
    return name
