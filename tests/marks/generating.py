"""Queries over every operator, made of words that stand in an archive."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

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
    Similar,
    Starts,
    Value,
    ValueLike,
    Word,
)
from tests.marks.second_matcher import Record, folded_words, words_in

_TYPABLE = re.compile(r"[^\s\"“”„‟＂«»‹›‘()*=:~+\-][^\s\"“”„‟＂«»‹›()*=:~]*\Z")
_SIGN = re.compile(r"AND|OR|NOT|NEAR/[0-9]+|none", re.IGNORECASE)
_QUOTING = re.compile(r"[\"“”„‟＂«»‹›]")
_MARKS = ('""', "“”", "«»", "„“")
_LETTERS = "aeiostnrl"


@dataclass(frozen=True)
class Stock:
    """What queries are made of: `records` with their words, `names` that have equivalents,
    `values` by field, and `dates`."""

    records: Sequence[Record]
    names: Sequence[str]
    values: Sequence[tuple[str, str]]
    dates: Sequence[str]


class Generator:
    """Makes queries, the same ones for the same seed."""

    def __init__(self, stock: Stock, random: Random) -> None:
        self.stock = stock
        self.random = random
        self.record = stock.records[0]

    def query(self) -> Asked:
        """A query of one to several parts, most of them from the same record."""
        self.record = self.random.choice(self.stock.records)
        if self.random.random() < 0.05:
            return AnyWords(tuple(self.word() for _ in range(self.random.randint(1, 5))))
        return self.expression(self.random.choice((0, 1, 1, 2)))

    def expression(self, depth: int) -> Asked:
        if depth == 0:
            return self.near() if self.random.random() < 0.12 else self.leaf()
        roll = self.random.random()
        parts = [self.expression(depth - 1) for _ in range(self.random.choice((2, 2, 3)))]
        if roll < 0.4:
            return self.all_of(parts)
        if roll < 0.6:
            return Or(tuple(parts))
        if roll < 0.75:
            out = Not(self.expression(depth - 1), self.random.choice(("-", "NOT ")))
            return self.all_of([parts[0], out])
        if roll < 0.85:
            # A name of several words, typed without quotation marks, among others.
            return self.all_of([*map(Word, self.name().split()), *parts[:1]])
        if roll < 0.95:
            other = self.dated() if self.random.random() < 0.5 else self.value()
            return self.all_of([parts[0], other])
        return Or((parts[0], self.all_of([self.value(), parts[1]])))

    def all_of(self, parts: Sequence[Asked]) -> Asked:
        signs = tuple(self.random.choice((" ", " ", "  ", " AND ")) for _ in parts[1:])
        return And(tuple(parts), signs)

    def near(self) -> Asked:
        parts: list[Asked] = []
        words = self.stretch(self.random.randint(4, 14))
        for _ in range(self.random.choice((2, 2, 3))):
            if self.random.random() < 0.15:
                parts.append(Or((self.operand(), Word(self.random.choice(words)))))
            elif self.random.random() < 0.2:
                parts.append(self.operand())
            else:
                parts.append(Word(self.random.choice(words)))
        distances = tuple(self.random.randint(0, 12) for _ in parts[1:])
        return Near(tuple(map(_one_word, parts)), distances)

    def leaf(self) -> Leaf:
        if self.random.random() < 0.15:
            return In(self.random.choice(("title", "body")), self.operand())
        return self.operand()

    def operand(self) -> Operand:
        kinds: Sequence[Callable[[], Operand]] = (
            self.word, self.word, self.word, self.compound, self.phrase, self.phrase,
            self.starts, self.pattern, self.similar, self.exact, self.exact_phrase,
            self.named, self.named_phrase,
        )  # fmt: skip
        return self.random.choice(kinds)()

    def word(self) -> Word:
        word = self.random.choice(self.stretch(1))
        change = self.random.random()
        return Word(word.upper() if change < 0.1 else word.lower() if change < 0.5 else word)

    def compound(self) -> Word:
        """What stands between two spaces of a text, hyphens and all."""
        for _ in range(200):
            runs = self.text().split()
            joined = [run for run in runs if re.search(r"\w[-/.,'’]\w", run) and _plain(run)]
            if joined:
                return Word(self.random.choice(joined))
        return self.word()

    def phrase(self) -> Phrase:
        slop = self.random.choice((0, 0, 0, 1, 3, 8))
        return Phrase(self.words_of_phrase(slop), slop, self.random.choice(_MARKS))

    def words_of_phrase(self, slop: int) -> str:
        words = self.stretch(self.random.randint(2, 4) + slop)
        count = self.random.randint(2, 4)
        if slop and len(words) > count:
            kept = sorted(self.random.sample(range(len(words)), count))
            words = [words[place] for place in kept]
        return " ".join(words)

    def starts(self) -> Operand:
        word = folded_words(self.word().text)[0]
        return Starts(word[: self.random.randint(4, 7)]) if _bare(word) else Word(word)

    def pattern(self) -> Operand:
        word = folded_words(self.word().text)[0]
        if len(word) < 5 or not _bare(word):
            return self.word()
        first = self.random.randint(2, 4)
        last = self.random.randint(first, len(word) - 1)
        if sum(map(str.isalnum, word[:first])) < 2:
            return self.word()  # too little before the first *
        if self.random.random() < 0.2 and last - first >= 2:
            middle = self.random.randint(first + 1, last - 1)
            return Pattern((word[:first], word[middle : middle + 1], word[last:]))
        return Pattern((word[:first], word[last:]))

    def similar(self) -> Operand:
        word = self.word().text
        if len(folded_words(word)[0]) < 5 or not _bare(folded_words(word)[0]):
            return Word(word)
        at = self.random.randrange(1, len(word))
        letter = self.random.choice((*_LETTERS, ""))
        changed = word[:at] + letter + word[at + self.random.randint(0, 1) :]
        if not all(len(each) > 2 for each in folded_words(changed)):
            return Word(word)
        return Similar(changed, self.random.choice((None, None, 1, 2)))

    def exact(self) -> Exact:
        return Exact(self.word().text if self.random.random() < 0.3 else self.stretch(1)[0])

    def exact_phrase(self) -> Exact:
        slop = self.random.choice((0, 0, 2))
        return Exact(self.words_of_phrase(slop), quoted=True, slop=slop)

    def named(self) -> Operand:
        name = self.name()
        if self.random.random() < 0.2:
            name += self.random.choice(("'s", "’s"))
        return Word(name) if _plain(name) else Phrase(name)

    def named_phrase(self) -> Phrase:
        words = [self.name(), *self.stretch(self.random.randint(1, 2))]
        return Phrase(" ".join(words), self.random.choice((0, 0, 2)))

    def name(self) -> str:
        name = self.random.choice(self.stock.names)
        return name.lower() if self.random.random() < 0.3 else name

    def value(self) -> Value | ValueLike:
        field, value = self.random.choice(self.stock.values)
        roll = self.random.random()
        if roll < 0.15:
            return Value(field, None)
        if roll < 0.3:
            return Value(field, value, whole=True)
        words = value.split()
        begin = words_in(value)[0]
        if roll < 0.4 and len(begin) > 3 and _bare(begin) and field != "stance":
            return ValueLike(field, Starts(begin[:3]))
        if roll < 0.5 and len(begin) > 5 and _bare(begin) and field != "stance":
            return ValueLike(field, Similar(begin[:2] + begin[3:]))
        if roll < 0.8 and len(words) > 1 and field != "stance":
            at = self.random.randrange(len(words))
            value = " ".join(words[at : at + 2])
        return Value(field, value)

    def dated(self) -> Dated:
        one, other = sorted(self.random.sample(self.stock.dates, 2))
        if self.random.random() < 0.1:
            return Dated(None)
        return Dated(self.random.choice((one, one[:7], one[:4], f"{one}..{other}", f"{one}..")))

    def stretch(self, count: int) -> list[str]:
        """Some words that stand one after the other, and can be typed."""
        for _ in range(1000):
            text = self.text()
            words = self._words(text)
            if len(words) < count:
                continue
            at = self.random.randrange(len(words) - count + 1)
            found = list(words[at : at + count])
            if all(map(_plain, found)):
                return found
        raise AssertionError(f"no {count} words in a row")

    def text(self) -> str:
        elsewhere = self.random.random() < 0.2
        record = self.random.choice(self.stock.records) if elsewhere else self.record
        text = record.title if record.title and self.random.random() < 0.25 else record.body
        # From somewhere in it: the words of all of a long text are not needed.
        at = self.random.randrange(max(1, len(text) - 600))
        while at and not text[at - 1].isspace():
            at -= 1
        return text[at : at + 600]

    def _words(self, text: str) -> Sequence[str]:
        return words_in(text[: text.rfind(" ") + 1] or text)


def _one_word(part: Asked) -> Asked:
    """NEAR takes no run of several words with ~."""
    match part:
        case Similar(text) if len(folded_words(text)) != 1:
            return Word(text)
        case Or(parts):
            return Or(tuple(map(_one_word, parts)))
    return part


def _plain(text: str) -> bool:
    """Whether it can be typed as a word."""
    return (
        bool(_TYPABLE.match(text))
        and not _SIGN.fullmatch(text)
        and not _QUOTING.search(text)
        and bool(folded_words(text))
    )


def _bare(word: str) -> bool:
    return _plain(word) and len(words_in(word)) == 1 and len(word) >= 3
