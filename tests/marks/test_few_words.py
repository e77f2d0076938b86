"""Texts of few words, in which everything overlaps, matched twice: no index, no pages."""

from __future__ import annotations

import datetime
from collections import Counter
from random import Random

import pytest

from archive.authority import Authority as Held
from indexer.analysis import text_terms, words_of
from indexer.document import IndexDocument
from indexer.engine import SearchRequest
from indexer.equivalents import names_of
from indexer.fields import QUERY_FIELDS
from indexer.matching import find_matches
from indexer.query.lower import lower
from indexer.query.parse import parse_query
from indexer.reasons import Answered, reasons
from tests.contracts.brute_force import BruteForceSearcher
from tests.marks import second_matcher
from tests.marks.asked import typed
from tests.marks.generating import Generator, Stock
from tests.marks.second_matcher import Authority, Names, Planning, Record, marks, matching

WORDS = (
    "alpha", "gamma", "delta", "Alpha", "alphas", "Betta", "gamma's", "delta’s", "dana's", "eveny",
    "Bêtta", "betta-gamma", "alpha betta", "gammas", "alpho",
)  # fmt: skip
SETS = (
    ("place", ("Alpha", "Betta gamma"), ("delta",)),
    ("person", ("gamma", "Alpha betta", "delta delta"), ()),
    ("organisation", ("Dana's", "Eveny"), ("Alpha betta gamma",)),
)
LANGUAGES = ("en", "fr")
ADDED = datetime.date(2026, 1, 15)


def record_of(random: Random) -> Record:
    def text(least: int, most: int) -> str:
        return " ".join(random.choices(WORDS, k=random.randint(least, most)))

    language = random.choice((*LANGUAGES, None))
    values = {"language": (language,)} if language else {}
    return Record(
        "r", text(0, 4), text(1, 16), language, "2021-03-05", None, ADDED, values, values
    ).read()


def document_of(record: Record) -> IndexDocument:
    terms: dict[str, tuple[str, ...]] = {}
    for field, text in (("title", record.title), ("body", record.body)):
        made = text_terms(text, record.language)
        terms |= {field: made.surface, f"{field}_stem": made.stems, f"{field}_exact": made.exact}
    language = (record.language,) if record.language else ()
    terms["language_words"] = ("|", *language, "|") if language else ()
    day = datetime.date(2021, 3, 5).toordinal()
    return IndexDocument("r", terms, {"language": language}, day, day, day, day, "open")


@pytest.mark.parametrize("seed", range(2))
def test_hits_marks_and_reasons_are_those_of_a_second_matcher(seed: int) -> None:
    random = Random(seed)
    names = Names([Authority(kind, "A / B", more, some) for kind, some, more in SETS])
    held = names_of(Held(kind, f"set-{kind}", "A / B", more, some) for kind, some, more in SETS)
    stock = Stock(
        [record_of(random) for _ in range(20)],
        sorted(" ".join(name) for name in names.sets),
        (("language", "en"), ("language", "fr")),
        ("2021-03-04", "2021-03-05", "2021-03-06"),
    )
    generator = Generator(stock, random)
    matched = 0
    for _ in range(120):
        asked = generator.query()
        text, places = typed(asked)
        plan = Planning(places, names, text).planned(asked)
        lowered = lower(parse_query(text, fields=QUERY_FIELDS), languages=LANGUAGES, names=held)
        answered: Answered = {}
        for record in random.sample(stock.records, 5):
            document = document_of(record)
            wanted = matching(plan, record, LANGUAGES)
            request = SearchRequest(lowered.node, limit=1)
            total = BruteForceSearcher((document,)).search(request).total
            assert (text, record, total) == (text, record, int(wanted is not None))
            matched += total
            title, body = words_of(record.title), words_of(record.body)
            found = find_matches(lowered.node, document, title=title, body=body)
            for side, got in (("title", found.title), ("body", found.body)):
                shown = [(match.start, match.end) for match in got]
                assert (text, record, shown) == (text, record, marks(wanted or (), record, side))
            told = Counter[tuple[str, str]]()
            for reason in reasons(
                found,
                lowered,
                title=record.title,
                body=record.body,
                language=record.language,
                answered=answered,
            ):
                told[reason.typed, reason.way.value] += reason.count
            why = second_matcher.reasons(wanted or (), plan, record, LANGUAGES)
            assert (text, record, told) == (text, record, why)
    assert matched > 100
