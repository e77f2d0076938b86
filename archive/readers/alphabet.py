"""Which charset undeclared bytes are in, told by the alphabets of languages.

A right reading spells words with the letters of one language, capitals where words begin;
a wrong one mixes alphabets or puts signs and capitals into words.
Source: the alphabets, and the WHATWG Encoding Standard for windows-1252 as the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from archive.readers.language import likeliest_language

_SAMPLE = 1_000_000
_WORDS = 4_000
_TEXT = 4_000
_FOREIGN = 0.75
"""Share of bytes past ASCII in such words above which a script is not the Latin one."""
_FITS = 0.8
_FREQUENT = 0.5
_NEAR = 0.03
_STATED = 0.06
_TAG = re.compile(rb"<[^<>]*>")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_PUNCTUATION = frozenset("«»„“”‘’‚‹›–—…•·\xa0€£§©®°™¿¡№")

# Language, its charsets, its letters past ASCII: all of one alphabet count alike.
_LATIN = """
en cp1252 éèêëïîñçôöüàáæœ
fr cp1252 àâæçéèêëîïôœùûüÿ
de cp1252 äöüß
es cp1252 áéíñóúü
pt cp1252 áàâãçéêíóôõú
it cp1252 àèéìíîòóùú
nl cp1252 áäéëíïóöúü
sv cp1252 åäöé
da cp1252 åæøé
nb cp1252 åæøéòôó
fi cp1252 åäöšž
is cp1252 áðéíóúýþæö
ca cp1252 àçéèíïóòúü
sq cp1252 çë
tr cp1254 çğıöşüâîûİ
pl cp1250,iso8859_2 ąćęłńóśźż
cs cp1250,iso8859_2 áčďéěíňóřšťúůýž
sk cp1250,iso8859_2 áäčďéíĺľňóôŕšťúýž
hu cp1250,iso8859_2 áéíóöőúüű
ro cp1250,iso8859_2 ăâîşţ
hr cp1250,iso8859_2 čćđšž
sl cp1250,iso8859_2 čšž
lt cp1257 ąčęėįšųūž
lv cp1257 āčēģīķļņšūž
et cp1257 äõöüšž
"""

# Language, its charsets, its letters: the most frequent first.
_OTHER = """
ru cp1251,koi8_r,cp866,iso8859_5,mac_cyrillic оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё
uk cp1251,koi8_u,iso8859_5 оанівитерскдлупмязьбгчйхжїцшюєщфґ
be cp1251,iso8859_5 анірыеостлкяудмпвзцьбгьчйўхжшюфэёщ
bg cp1251,iso8859_5 аоеитнрсвлкдпмзгъубячщжшцхюйфь
sr cp1251,iso8859_5 аоиенртсујкдвпмлгзбчшцћжњљхђџф
el cp1253,iso8859_7 αοιετσνηυρπκςμλάωίδόγέχήθφύβξώζψϊϋΐΰ
he cp1255 יוהלארתבשמנםדעקפחגזטכסצןףךץ
ar cp1256 الينمرتبوةعدسفهكقحجأشصطخىذزضغإئثءظؤآ
fa cp1256 اینردهمتوسبشکزگلخقفعجآپحچطصضذئثغظژ
"""


@dataclass(frozen=True, slots=True)
class _Tongue:
    language: str
    charsets: tuple[str, ...]
    letters: str


@dataclass(frozen=True, slots=True)
class _Reading:
    language: str
    charset: str
    fit: float
    text: str


def likely_charset(content: bytes, language: str | None = None) -> str | None:
    """The charset in which the words are best spelled; None where none spells them well.

    `language` (a primary subtag) is what a page says of itself, and decides near ties, as
    else the language does that the text seems to be in; then windows-1252 goes first.
    """
    plain = _TAG.sub(b" ", content[:_SAMPLE])
    words = [found[0] for found, _ in zip(_WORD.finditer(plain), range(_WORDS), strict=False)]
    if not words:
        return None
    written = b" ".join(words)
    letters = len(written) - len(words) + 1
    foreign = sum(byte >= 0x80 for byte in written)
    signs = not any(map(str.isalpha, written.decode("cp1252", "replace")))
    latin = signs or foreign <= _FOREIGN * letters
    readings = sorted(_readings(written, latin, language), key=lambda one: -one.fit)
    if not readings or readings[0].fit < (_FITS if latin else _FREQUENT):
        return None
    near = [one for one in readings if one.fit >= readings[0].fit - _NEAR]
    if latin and len({one.text for one in near}) > 1:
        return _nearest(near, plain)
    return near[0].charset


def _readings(written: bytes, latin: bool, language: str | None) -> Iterator[_Reading]:
    texts: dict[str, str] = {}
    for tongue in _tongues(latin):
        for charset in tongue.charsets:
            text = texts.setdefault(charset, written.decode(charset, "replace"))
            fit = _fit(text, tongue.letters, ranked=not latin)
            fit += _STATED * (tongue.language == language and fit > _FREQUENT)
            yield _Reading(tongue.language, charset, fit, text)


def _fit(text: str, letters: str, *, ranked: bool) -> float:
    total = value = 0.0
    rank = {letter: at for at, letter in enumerate(letters)}
    before = " "
    for character in text:
        inside, capitals = before.isalpha(), before.isupper()
        before = character
        if character.isascii() or (character in _PUNCTUATION and not inside):
            continue
        if character in "’‘—–”»…\xa0":
            continue
        total += 1
        at = rank.get(character.lower() if character not in rank else character)
        if at is not None and (capitals or not inside or not character.isupper()):
            value += 1 - at / len(letters) if ranked else 1
    return value / total if total else 1.0


def _nearest(near: list[_Reading], plain: bytes) -> str:
    best = near[0].charset
    known = 0.0
    for charset in dict.fromkeys(one.charset for one in near):
        language, probability = likeliest_language(plain.decode(charset, "replace")[:_TEXT])
        spoken = {one.language for one in near if one.charset == charset}
        if language in spoken and probability > known:
            best, known = charset, probability
    return best


@lru_cache(maxsize=2)
def _tongues(latin: bool) -> tuple[_Tongue, ...]:
    rows = (line.split() for line in (_LATIN if latin else _OTHER).strip().splitlines())
    return tuple(_Tongue(name, tuple(charsets.split(",")), spelt) for name, charsets, spelt in rows)
