"""What a query should find and mark, worked out a second time from the documented rules.

It shares no code with the analyser, the parser, the lowering or the matcher: words come from
uniseg (UAX #29), stems from snowballstemmer, all else is written plainly here.
"""

from __future__ import annotations

import csv
import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, pairwise, product
from pathlib import Path

import snowballstemmer
from babel import Locale, UnknownLocaleError
from uniseg.wordbreak import words as segments

from tests.marks.asked import (
    And,
    AnyWords,
    Asked,
    Dated,
    Exact,
    In,
    Leaf,
    Near,
    Not,
    Operand,
    Or,
    Pattern,
    Phrase,
    Places,
    Similar,
    Starts,
    Value,
    ValueLike,
    Word,
)

LONGEST = 200
MOST_NAMES = 17
MOST_ADDED = 128
MOST_MARKED = 5_000

Range = tuple[int, int]

# Letters ------------------------------------------------------------------------------

_LISTED = {
    "ə": "e", "ǝ": "e", "ɛ": "e", "ı": "i", "ɨ": "i", "ł": "l", "ø": "o", "ɔ": "o", "đ": "d",
    "ð": "d", "ɖ": "d", "ɗ": "d", "ɓ": "b", "ħ": "h", "ŧ": "t", "ŋ": "n", "ƙ": "k", "ĸ": "k",
    "ƴ": "y", "ʉ": "u", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss",
}  # fmt: skip
_APOSTROPHES = "\u2018\u2019\u02bb\u02bc"
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8]"
)


@cache
def folded(word: str) -> str:
    """Without case, marks on Latin letters, and what else people leave out."""
    text = word
    for _ in range(2):
        text = _UNSEEN.sub("", unicodedata.normalize("NFKD", text).casefold())
    made = ""
    latin = False
    for letter in unicodedata.normalize("NFKD", text):
        if unicodedata.category(letter) == "Mn":
            if not latin:
                made += letter
            continue
        latin = "LATIN" in unicodedata.name(letter, "")
        made += "'" if letter in _APOSTROPHES else _LISTED.get(letter, letter)
    return unicodedata.normalize("NFC", made)[:LONGEST].strip("'")


@cache
def as_written(word: str) -> str:
    """With its case and marks, without what nobody sees."""
    text = _UNSEEN.sub("", word)
    for apostrophe in _APOSTROPHES:
        text = text.replace(apostrophe, "'")
    return unicodedata.normalize("NFC", text)[:LONGEST].strip("'")


@cache
def stemmer(language: str | None) -> Callable[[str], str] | None:
    primary = (language or "").partition("-")[0].lower()
    if not primary:
        return None
    try:
        name = (Locale.parse(primary).english_name or "").partition(" ")[0].lower()
    except (UnknownLocaleError, ValueError):
        return None
    if name not in snowballstemmer.algorithms():
        return None
    made: Callable[[str], str] = snowballstemmer.stemmer(name).stemWord
    return made


@cache
def stemmed(word: str, language: str | None) -> str:
    stem = stemmer(language)
    return word if stem is None or word.isdecimal() else stem(word) or word


# Words --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """The words of a title or a body."""

    ranges: tuple[Range, ...]
    surface: tuple[str, ...]
    stem: tuple[str, ...]
    exact: tuple[str, ...]
    places: Mapping[str, Mapping[str, Sequence[int]]]


def word_ranges(text: str) -> Iterator[Range]:
    """UAX #29, and what the analyser's documentation says beyond it."""
    start = 0
    for segment in segments(text):
        at = start
        for piece in re.split("(\u202f)", segment):
            begin, end = at, at + len(piece)
            at = end
            # Joining punctuation at the edges, with the marks that hang on it.
            if text[begin - 1 : begin] == "\u202f" or _joins(text[begin : begin + 1]):
                while begin < end and (_joins(text[begin]) or _hangs(text[begin])):
                    begin += 1
            kept = end
            for place in range(end - 1, begin - 1, -1):
                if _joins(text[place]) or text[place] == "'":
                    kept = place
                elif not _hangs(text[place]):
                    break
            if any(unicodedata.category(each)[0] in "LN" for each in text[begin:kept]):
                yield begin, kept
        start += len(segment)


def _joins(character: str) -> bool:
    return character != "" and unicodedata.category(character) == "Pc"


def _hangs(character: str) -> bool:
    """Combining marks, what is not seen, and shades of skin."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Sk")


def words_in(text: str) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in word_ranges(text))


def folded_words(text: str) -> tuple[str, ...]:
    return tuple(word for each in words_in(text) if (word := folded(each)))


def written_words(text: str) -> tuple[str, ...]:
    return tuple(as_written(each) for each in words_in(text) if folded(each))


def text_of(text: str, language: str | None) -> Text:
    ranges = tuple(r for r in word_ranges(text) if folded(text[slice(*r)]))
    surface = tuple(folded(text[slice(*r)]) for r in ranges)
    stem = tuple(stemmed(word, language) for word in surface)
    exact = tuple(as_written(text[slice(*r)]) for r in ranges)
    places = {"surface": _places(surface), "stem": _places(stem), "exact": _places(exact)}
    return Text(ranges, surface, stem, exact, places)


def _places(words: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        found.setdefault(word, []).append(place)
    return found


# Names --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Authority:
    kind: str
    heading: str
    variants: tuple[str, ...]
    equivalents: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        return (self.heading, *self.variants, *self.equivalents)


def read_authorities(paths: Iterable[Path]) -> list[Authority]:
    found = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                variants, equivalents = (
                    tuple(
                        part.strip() for part in (row.get(column) or "").split(";") if part.strip()
                    )
                    for column in ("variants", "equivalents")
                )
                found.append(Authority(row["kind"], row["heading"], variants, equivalents))
    return found


@dataclass(frozen=True)
class Named:
    """A name that was typed, and the names that stand for the same."""

    typed: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]
    possessive: bool

    @property
    def set(self) -> frozenset[tuple[str, ...]]:
        return frozenset((self.typed, *self.others))


class Names:
    """The names that are sought together, by their folded words."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        self.sets: dict[tuple[str, ...], list[tuple[tuple[str, ...], ...]]] = {}
        for each in authorities:
            if each.kind not in ("person", "organisation", "place") or not each.equivalents:
                continue
            heading = [] if " / " in each.heading else [each.heading]
            names = (folded_words(n) for n in (*each.equivalents, *heading, *each.variants))
            one = tuple(islice(dict.fromkeys(filter(None, names)), MOST_NAMES))
            for name in one:
                self.sets.setdefault(name, []).append(one)
        self.longest = max(map(len, self.sets), default=0)

    def named(self, words: tuple[str, ...]) -> Named | None:
        for possessive in (False, True):
            name = words
            if possessive:
                if not words or not words[-1].endswith("'s"):
                    return None
                name = (*words[:-1], words[-1][:-2])
            if len(self.sets.get(name, ())) == 1:
                (one,) = self.sets[name]
                return Named(name, tuple(n for n in one if n != name), possessive)
        return None

    def parts(self, words: tuple[str, ...]) -> list[Named | str]:
        """The words, longest names from the left taken together."""
        if not words:
            return []
        for count in range(min(self.longest, len(words)), 0, -1):
            if found := self.named(words[:count]):
                return [found, *self.parts(words[count:])]
        return [words[0], *self.parts(words[1:])]


# Queries ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """The piece of the query as typed, and the words of it, as written."""

    start: int
    typed: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Seek:
    """Words sought in the texts of `sides`, `how` they are compared."""

    sides: tuple[str, ...]
    how: str  # stem, surface, run, exact, starts, pattern, similar
    words: tuple[str, ...]
    source: Source
    slop: int = 0
    edits: int = 0
    another_name: bool = False


@dataclass(frozen=True)
class Together:
    parts: tuple[Plan, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Plan, ...]


@dataclass(frozen=True)
class Without:
    part: Plan


@dataclass(frozen=True)
class Nearby:
    parts: tuple[Plan, ...]
    distances: tuple[int, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Test:
    """What is asked of a record beside its text."""

    passes: Callable[[Record], bool]


Plan = Seek | Together | Either | Without | Nearby | Test

_BOTH = ("title", "body")


class Planning:
    """From what is asked to what is sought."""

    def __init__(self, places: Places, names: Names, typed: str) -> None:
        self.places = places
        self.names = names
        self.typed = typed
        self.added = 0
        self.sought: set[frozenset[tuple[str, ...]]] | None = None
        self.noted: set[frozenset[tuple[str, ...]]] = set()
        self.excluding = False

    def planned(self, asked: Asked) -> Plan:
        """The plan, in which a set of names that is sought is excluded by one name alone."""
        trial = Planning(self.places, self.names, self.typed)
        trial.plan(asked)
        self.sought = trial.noted
        return self.plan(asked)

    def plan(self, asked: Asked) -> Plan:
        match asked:
            case And(parts, signs):
                return Together(tuple(self.together(parts, signs)))
            case Or(parts) | AnyWords(parts):
                return Either(tuple(map(self.plan, parts)))
            case Not(part):
                if self.sought is None:
                    return Test(bool)
                before, self.excluding = self.excluding, True
                without = Without(self.plan(part))
                self.excluding = before
                return without
            case Near(parts, distances):
                return Nearby(tuple(map(self.plan, parts)), distances)
            case Dated(text):
                return Test(lambda record: dated(record, text))
            case Value(field, text, whole):
                return Test(lambda record: valued(record, field, text, whole=whole))
            case ValueLike(field, like):
                return Test(lambda record: valued_like(record, field, like))
            case In(field, operand):
                return self.operand(operand, asked, (field,))
            case _:
                return self.operand(asked, asked, _BOTH)

    def together(self, parts: Sequence[Asked], signs: Sequence[str]) -> Iterator[Plan]:
        """Words with only space between them may be a name."""
        at = 0
        while at < len(parts):
            end = at
            while end < len(parts) and end - at < self.names.longest:
                part = parts[end]
                if not isinstance(part, Word) or (end > at and signs[end - 1].strip()):
                    break
                end += 1
            for stop in range(end, at + 1, -1):
                run = [part for part in parts[at:stop] if isinstance(part, Word)]
                words = tuple(w for each in run for w in folded_words(each.text))
                if named := self.names.named(words):
                    yield self.name(run, named)
                    at = stop
                    break
            else:
                yield self.plan(parts[at])
                at += 1

    def name(self, run: Sequence[Word], named: Named) -> Plan:
        typed = Together(tuple(self.own(each, each, _BOTH) for each in run))
        start, end = self.places[run[0]], self.places[run[-1]] + len(run[-1].typed)
        text = self.typed[start:end]
        source = Source(start, text, written_words(text))
        return Either((typed, *self.others(named, source, _BOTH)))

    def operand(self, operand: Operand, place: Leaf, sides: tuple[str, ...]) -> Plan:
        match operand:
            case Word(text) | Phrase(text):
                return self.with_names(operand, place, sides)
            case Exact(text, slop=slop):
                source = self.source(place, text)
                return Seek(sides, "exact", written_words(text), source, slop=slop)
            case Starts(text):
                return Seek(sides, "starts", folded_words(text), self.source(place, text))
            case Pattern(pieces):
                words = tuple(folded(piece) for piece in pieces)
                return Seek(sides, "pattern", words, self.source(place, operand.typed))
            case Similar():
                return self.similar(operand, place, sides)

    def similar(self, operand: Similar, place: Leaf, sides: tuple[str, ...]) -> Plan:
        seeks = []
        for word in words_in(operand.text):
            known = folded(word)
            edits = edits_that_suit(known) if operand.edits is None else operand.edits
            source = self.source(place, word)
            seeks.append(Seek(sides, "similar", (known,), source, edits=edits))
        if len(seeks) == 1:
            return seeks[0]
        return Nearby(tuple(seeks), (0,) * (len(seeks) - 1), ordered=True)

    def own(self, operand: Word | Phrase, place: Leaf, sides: tuple[str, ...]) -> Seek:
        words, source = folded_words(operand.text), self.source(place, operand.text)
        if isinstance(operand, Phrase):
            return Seek(sides, "surface", words, source, slop=operand.slop)
        return Seek(sides, "stem" if len(words) == 1 else "run", words, source)

    def with_names(self, operand: Word | Phrase, place: Leaf, sides: tuple[str, ...]) -> Plan:
        own = self.own(operand, place, sides)
        parts = self.names.parts(own.words)
        if any(isinstance(part, Named) and self.means_the_name(part) for part in parts):
            return own
        if len(parts) == 1 and isinstance(parts[0], Named):
            return Either((own, *self.others(parts[0], own.source, sides)))
        choices = [_choices(part) if isinstance(part, Named) else [(part,)] for part in parts]
        # The names that stand first in the phrase change first.
        every = product(*reversed(choices))
        phrases = [
            tuple(word for choice in reversed(each) for word in choice)
            for each in islice(every, MOST_NAMES)
        ][1:]
        if not self.admits(len(phrases)):
            return own
        self.noted |= {part.set for part in parts if isinstance(part, Named)}
        others = (
            Seek(sides, "surface", words, own.source, slop=own.slop, another_name=True)
            for words in phrases
        )
        return Either((own, *others))

    def others(self, named: Named, source: Source, sides: tuple[str, ...]) -> list[Seek]:
        names = [named.typed, *named.others] if named.possessive else [*named.others]
        if self.means_the_name(named) or not self.admits(len(names)):
            return []
        self.noted.add(named.set)
        return [
            Seek(sides, "stem" if len(name) == 1 else "run", name, source, another_name=True)
            for name in names
        ]

    def means_the_name(self, named: Named) -> bool:
        return self.excluding and self.sought is not None and named.set in self.sought

    def admits(self, count: int) -> bool:
        if self.added + count > MOST_ADDED:
            return False
        self.added += count
        return True

    def source(self, place: Leaf, text: str) -> Source:
        return Source(self.places[place], place.typed, written_words(text))


def _choices(named: Named) -> list[tuple[str, ...]]:
    every = [named.typed, *named.others]
    return [(*name[:-1], name[-1] + "'s") for name in every] if named.possessive else every


# Records ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """A record as its catalogue describes it: texts, values as stated, dates."""

    id: str
    title: str
    body: str
    language: str | None
    issued: str | None
    captured: str | None
    added: datetime.date
    values: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)

    def read(self) -> Record:
        """The same with its words looked up."""
        self.texts["title"] = text_of(self.title, self.language)
        self.texts["body"] = text_of(self.body, self.language)
        return self


def described(
    values: Mapping[str, tuple[str, ...]], authorities: Iterable[Authority]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The values under their headings, and every spelling by which each may be found."""
    kinds = {"outlet": "outlet", "author": "person"}
    authorities = list(authorities)
    headed: dict[str, tuple[str, ...]] = {}
    spelled: dict[str, tuple[str, ...]] = {}
    for name, stated in values.items():
        headings, spellings = [], []
        for value in stated:
            known = [
                each
                for each in authorities
                if each.kind == kinds.get(name)
                and name_words(value) in {name_words(n) for n in each.every}
            ]
            heading = known[0].heading if len(known) == 1 else value
            again = [a for a in authorities if a.kind == kinds.get(name)]
            again = [a for a in again if name_words(heading) in {name_words(n) for n in a.every}]
            headings.append(heading)
            spellings += [heading, *(again[0].every if len(again) == 1 else ())]
        headed[name], spelled[name] = tuple(dict.fromkeys(headings)), tuple(spellings)
    return headed, spelled


def name_words(value: str) -> tuple[str, ...]:
    parts = (part for word in words_in(value) for part in re.split("[.:]", word))
    return tuple(word for part in parts if (word := folded(part)))


def valued(record: Record, field: str, text: str | None, *, whole: bool) -> bool:
    values = record.values.get(field, ())
    if text is None:
        return not values
    if whole:
        return text.strip() in values
    if field == "stance":
        halves = [[v, *v.rsplit(":", 1)] for v in values]
        wanted = tuple(map(name_words, text.split(":")))
        return any(tuple(map(name_words, each.split(":"))) == wanted for v in halves for each in v)
    wanted_words = name_words(text)
    return any(
        words[at : at + len(wanted_words)] == wanted_words
        for words in map(name_words, record.spellings.get(field, ()))
        for at in range(len(words))
    )


def valued_like(record: Record, field: str, operand: Starts | Similar) -> bool:
    words = {w for each in record.spellings.get(field, ()) for w in name_words(each)}
    (wanted,) = name_words(operand.text)
    if isinstance(operand, Starts):
        return any(word.startswith(wanted) for word in words)
    return any(within(word, wanted, edits_that_suit(wanted)) for word in words)


def dated(record: Record, text: str | None) -> bool:
    if text is None:
        return not record.issued
    if not record.issued:
        return False
    first, last = bounds(record.issued)
    if last is None:
        received = bounds(record.captured)[1] if record.captured else record.added
        known = first or datetime.date.min
        last = max(received or record.added, known_end(record.issued), known)
    head, dots, tail = text.partition("..")
    wanted_first = bounds(head)[0] if head else None
    wanted_last = bounds(tail if dots else head)[1] if (tail or not dots) else None
    return (wanted_last is None or first is None or first <= wanted_last) and (
        wanted_first is None or last >= wanted_first
    )


def known_end(issued: str) -> datetime.date:
    """The last day that is known of an interval with an open end."""
    return bounds(issued.partition("/")[0])[1] or datetime.date.min


def bounds(date: str) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and the last day of an EDTF year, month, day or interval; None if open."""
    if "/" in date:
        head, _, tail = date.partition("/")
        return (
            None if head in ("", "..") else bounds(head)[0],
            None if tail in ("", "..") else bounds(tail)[1],
        )
    numbers = [int(part) for part in date.rstrip("?~%").split("-")]
    match numbers:
        case [year]:
            return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        case [year, season] if season > 12:
            raise ValueError(f"a season: {date}")
        case [year, month]:
            after = datetime.date(year + month // 12, month % 12 + 1, 1)
            return datetime.date(year, month, 1), after - datetime.timedelta(1)
        case [year, month, day]:
            return datetime.date(year, month, day), datetime.date(year, month, day)
    raise ValueError(date)


# Matching -----------------------------------------------------------------------------

Occurrence = tuple[str, int, int, Seek]
"""A side, the first and the last word, and what they answer."""


def matching(plan: Plan, record: Record, languages: Sequence[str]) -> set[Occurrence] | None:
    """What in the record answers the plan; None if the record does not match."""
    match plan:
        case Seek(sides=sides):
            return {o for side in sides for o in occurrences(plan, record, side, languages)} or None
        case Together(parts):
            every = [matching(part, record, languages) for part in parts]
            if any(found is None for found in every):
                return None
            return {o for found in every for o in found or ()}
        case Either(parts):
            tried = [matching(part, record, languages) for part in parts]
            some = [found for found in tried if found is not None]
            return {o for found in some for o in found} if some else None
        case Without(part):
            return set() if matching(part, record, languages) is None else None
        case Nearby():
            chains = (chained(plan, record, side, languages) for side in _BOTH)
            return {o for chain in chains for o in chain} or None
        case Test(passes):
            return set() if passes(record) else None


def occurrences(
    seek: Seek, record: Record, side: str, languages: Sequence[str]
) -> Iterator[Occurrence]:
    text = record.texts[side]
    for first, last in _found(seek, text, languages):
        yield side, first, last, seek


def _found(seek: Seek, text: Text, languages: Sequence[str]) -> Iterator[Range]:
    if seek.how == "run":
        last = seek.words[-1]
        for ending in (last, f"{last}'s") if last.isascii() and last.isalpha() else (last,):
            yield from phrases(text.places["surface"], (*seek.words[:-1], ending), 0)
        return
    if seek.how in ("surface", "exact"):
        yield from phrases(text.places[seek.how], seek.words, seek.slop)
        return
    if seek.how == "stem":
        (word,) = seek.words
        wanted = {word, *(stemmed(word, each) for each in languages)}
        kept = wanted & text.places["stem"].keys()
        how = "stem"
    else:
        tests: dict[str, Callable[[str], bool]] = {
            "starts": lambda word: word.startswith(seek.words[0]),
            "pattern": lambda word: made_of(word, seek.words),
            "similar": lambda word: within(word, seek.words[0], seek.edits),
        }
        how = "surface"
        kept = set(filter(tests[seek.how], text.places[how]))
    for word in kept:
        for place in text.places[how][word]:
            yield place, place


def edits_that_suit(word: str) -> int:
    return 0 if len(word) <= 2 else 1 if len(word) <= 5 else 2


def made_of(word: str, pieces: Sequence[str]) -> bool:
    return bool(re.fullmatch(".*".join(map(re.escape, pieces)), word, re.DOTALL))


def within(one: str, other: str, edits: int) -> bool:
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    if abs(len(one) - len(other)) > edits:
        return False
    if not one or not other:
        return True
    return edits > 0 and (
        within(one[1:], other, edits - 1)
        or within(one, other[1:], edits - 1)
        or within(one[1:], other[1:], edits - 1)
    )


def phrases(places: Mapping[str, Sequence[int]], words: Sequence[str], slop: int) -> set[Range]:
    """The stretches from the first word to the last that hold no shorter one."""
    wanted = [set(places.get(word, ())) for word in words]
    every = set()
    for start in wanted[0]:
        ends = {start}
        for following in wanted[1:]:
            ends = {n for e in ends for n in range(e + 1, e + 2 + slop) if n in following}
        every |= {(start, end) for end in ends}
    if slop == 0:
        return every
    return {
        (start, end)
        for start, end in every
        if not any(
            (s, e) != (start, end) and (s, e) in every
            for s in range(start, end + 1)
            for e in range(s, end + 1)
        )
    }


def chained(near: Nearby, record: Record, side: str, languages: Sequence[str]) -> set[Occurrence]:
    """The occurrences that are part of a whole chain."""
    parts = []
    for part in near.parts:
        seeks = list(_seeks(part))
        there = (occurrences(s, record, side, languages) for s in seeks if side in s.sides)
        parts.append({occurrence for each in there for occurrence in each})
    links = []
    for (one, other), distance in zip(pairwise(parts), near.distances, strict=True):
        links.append(linked(one, other, distance, ordered=near.ordered))
    from_left = [parts[0]]
    for pairs in links:
        from_left.append({b for a, b in pairs if a in from_left[-1]})
    kept = from_left[-1]
    chain = set(kept)
    for number in range(len(links) - 1, -1, -1):
        kept = {a for a, b in links[number] if b in kept and a in from_left[number]}
        chain |= kept
    return chain


def linked(
    one: set[Occurrence], other: set[Occurrence], distance: int, *, ordered: bool
) -> set[tuple[Occurrence, Occurrence]]:
    """The pairs with at most so many words between them."""
    begins: dict[int, list[Occurrence]] = {}
    ends: dict[int, list[Occurrence]] = {}
    for each in other:
        begins.setdefault(each[1], []).append(each)
        ends.setdefault(each[2], []).append(each)
    pairs = set()
    for each in one:
        for between in range(distance + 1):
            pairs |= {(each, after) for after in begins.get(each[2] + 1 + between, ())}
            if not ordered:
                pairs |= {(each, before) for before in ends.get(each[1] - 1 - between, ())}
    return pairs


def _seeks(plan: Plan) -> Iterator[Seek]:
    match plan:
        case Seek():
            yield plan
        case Either(parts):
            for part in parts:
                yield from _seeks(part)
        case _:
            raise AssertionError(plan)


# What is shown ------------------------------------------------------------------------


def marks(found: Iterable[Occurrence], record: Record, side: str) -> list[Range]:
    """The ranges to mark, overlapping ones as one."""
    ranges = record.texts[side].ranges
    made: list[Range] = []
    for first, last in sorted({(first, last) for at, first, last, _ in found if at == side}):
        start, end = ranges[first][0], ranges[last][1]
        if made and start < made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((start, end))
    return made


_CLOSEST = ("literal", "folding", "stem", "wildcard", "fuzziness", "equivalence")


def reasons(
    found: Iterable[Occurrence], plan: Plan, record: Record, languages: Sequence[str]
) -> Counter[tuple[str, str]]:
    """How many places answer each piece that was typed, each in the closest way.

    What is sought in the same way for two pieces is told for both.
    """
    wanted = list(sought(plan))
    best: dict[tuple[str, str, int, int], int] = {}
    for side, first, last, seek in found:
        text = record.texts[side]
        there = text.exact[first : last + 1]
        words = there if seek.how == "exact" else text.surface[first : last + 1]
        for each in wanted:
            if side in each.sides and _alike(seek, each, words, text.stem[first], languages):
                key = (each.source.typed, side, first, last)
                way = _CLOSEST.index(_way(each, there))
                best[key] = min(best.get(key, way), way)
    return Counter((typed, _CLOSEST[way]) for (typed, *_), way in best.items())


def sought(plan: Plan) -> Iterator[Seek]:
    """Everything that is sought, not what is excluded."""
    match plan:
        case Seek():
            yield plan
        case Together(parts) | Either(parts) | Nearby(parts):
            for part in parts:
                yield from sought(part)
        case _:
            return


def _alike(
    one: Seek, other: Seek, words: tuple[str, ...], stem: str, languages: Sequence[str]
) -> bool:
    """Whether two pieces of a query found the same by seeking the same."""
    if one.how == other.how == "stem":
        return all(
            stem in {*seek.words, *(stemmed(w, e) for w in seek.words for e in languages)}
            for seek in (one, other)
        )
    if one.how in ("surface", "run", "exact") and len(words) > 1 and one.slop == other.slop == 0:
        kinds = {seek.how.replace("run", "surface") for seek in (one, other)}
        return len(kinds) == 1 and all(words in _phrases_of(seek) for seek in (one, other))
    slops = {seek.slop for seek in (one, other) if len(seek.words) > 1}
    same = (one.how, one.words, one.edits) == (other.how, other.words, other.edits)
    return same and len(slops) < 2


def _phrases_of(seek: Seek) -> set[tuple[str, ...]]:
    *before, last = seek.words
    possessive = seek.how == "run" and last.isascii() and last.isalpha()
    return {seek.words, *([(*before, f"{last}'s")] if possessive else [])}


def _way(seek: Seek, there: Sequence[str]) -> str:
    if seek.another_name:
        return "equivalence"
    if seek.how in ("starts", "pattern"):
        return "wildcard"
    if _in_order([w.lower() for w in seek.source.words], [w.lower() for w in there]):
        return "literal"
    if _in_order([*map(folded, seek.source.words)], [*map(folded, there)]):
        return "folding"
    return "fuzziness" if seek.how == "similar" else "stem"


def _in_order(words: Sequence[str], there: Sequence[str]) -> bool:
    at = 0
    for each in there:
        at += at < len(words) and each == words[at]
    return at == len(words)
