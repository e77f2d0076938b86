"""From bytes to characters: which charset a text is in, and what was wrong with what it said.

Labels mean what the WHATWG Encoding Standard says they mean (`latin1` is windows-1252).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

from archive.readers.alphabet import likely_charset

DECLARATION_WINDOW = 16_384
"""Bytes at the start of a page in which a declared charset is looked for."""

_SAMPLE = 200_000
_TOLERATED = 0.02

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WHATWG = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_ALIASES = {
    "x-sjis": "shift_jis",
    "windows-31j": "shift_jis",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-mac-cyrillic": "mac_cyrillic",
    "ks_c_5601-1987": "euc_kr",
    "windows-949": "euc_kr",
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
}
_LIKELY = [
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *(
        "cp866",
        "cp874",
        "cp932",
        "cp949",
        "big5hkscs",
        "euc_jp",
        "gb18030",
        "iso8859_2",
        "iso8859_5",
    ),
    *("koi8_r", "koi8_u", "mac_cyrillic", "utf_8"),
]
_DECLARED = re.compile(
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([a-zA-Z0-9_:.()-]{2,40})"""
    rb"""|^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([a-zA-Z0-9_:.()-]{2,40})""",
    re.IGNORECASE,
)


_LANGUAGE = re.compile(
    rb"""<html\b[^>]{0,400}?\blang\s*=\s*["']?([a-zA-Z]{2,3})\b""", re.IGNORECASE
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters, the charset they were read in, and sentences about what was amiss."""

    text: str
    charset: str
    warnings: tuple[str, ...] = ()


def codec_of(label: str) -> str | None:
    """The codec that a charset label stands for on the web; None for an unknown label.

    Source: WHATWG Encoding Standard, names and labels.
    """
    name = label.strip().lower()
    try:
        codec = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    if not getattr(codec, "_is_text_encoding", True):
        return None
    return _WHATWG.get(codec.name, codec.name)


def declared_charset(content: bytes) -> str | None:
    """The charset label in a page's own mark-up, as written; None where it has none."""
    found = _DECLARED.search(content[:DECLARATION_WINDOW])
    return (found[1] or found[2]).decode("ascii") if found else None


def decode(content: bytes, *, markup: bool = False) -> Decoded:
    """Decode by byte order mark, then declaration (of mark-up), then UTF-8, then likelihood.

    Never raises: bytes that fit no charset become U+FFFD, and a warning says so.  A byte
    order mark is not part of the text.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _tolerant(content[len(mark) :], name, ())
    label = declared_charset(content) if markup else None
    if label is None:
        return _undeclared(content, ())
    codec = codec_of(label)
    if codec is None:
        return _undeclared(content, (f"The page declares an unknown charset, “{label}”.",))
    return _declared(content, label, codec)


def without_controls(text: str) -> str:
    r"""The text with line ends as \n and without control characters other than \n and \t."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text)


def _declared(content: bytes, label: str, codec: str) -> Decoded:
    if codec == "utf-8":
        decoded = _tolerant(content, codec, ())
        lost = decoded.text.count("\ufffd")
        if lost and lost > _TOLERATED * max(_foreign(decoded.text[:_SAMPLE]), 1):
            told = f"The page declares {label} but is not: read as {{charset}} instead."
            return _guessed(content, told)
        return decoded
    if not content.isascii() and _is_utf8(content):
        told = f"The page declares {label} but is in UTF-8: read as UTF-8."
        return Decoded(content.decode("utf-8", "replace"), "utf-8", (told,))
    return _tolerant(content, codec, ())


def _undeclared(content: bytes, warnings: tuple[str, ...]) -> Decoded:
    for name, nul_at in (("utf-16-le", 1), ("utf-16-be", 0)):
        sample = content[: _SAMPLE // 10]
        if sample[nul_at::2].count(0) > len(sample) // 4 > sample[1 - nul_at :: 2].count(0):
            return _tolerant(content, name, warnings)
    if _is_utf8(content):
        return Decoded(content.decode("utf-8"), "utf-8", warnings)
    if content.decode("utf-8", "replace").count("\ufffd") <= _TOLERATED * _multibyte(content):
        return _tolerant(content, "utf-8", warnings)
    guess = _guessed(content, "No charset is declared: read as {charset}, which is a guess.")
    return Decoded(guess.text, guess.charset, warnings + guess.warnings)


def _foreign(text: str) -> int:
    return sum(1 for character in text if character > "\x7f")


def _multibyte(content: bytes) -> int:
    return sum(1 for byte in content[:_SAMPLE] if byte >= 0xC0)


def _guessed(content: bytes, told: str) -> Decoded:
    stated = _LANGUAGE.search(content[:DECLARATION_WINDOW])
    charset = likely_charset(content, stated[1].decode("ascii").lower() if stated else None)
    if charset is not None:
        charset = codec_of(charset) or charset
    else:
        best = charset_normalizer.from_bytes(content[:_SAMPLE], cp_isolation=_LIKELY).best()
        charset = (best and codec_of(best.encoding)) or "cp1252"
    return _tolerant(content, charset, (told.format(charset=charset),))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _tolerant(content: bytes, codec: str, warnings: tuple[str, ...]) -> Decoded:
    text = content.decode(codec, "replace")
    lost = text.count("\ufffd")
    if lost:
        told = f"{lost} places could not be read as {codec} and are marked \ufffd."
        warnings = (*warnings, told)
    return Decoded(text.removeprefix("\ufeff"), codec, warnings)
