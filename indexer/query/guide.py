"""How to search, as data: the help page and the documentation are made of it.

Every sign of the language has a row whose example is a query that uses it; limits are those
that are checked.
"""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale

from indexer.analysis import STEMMED_LANGUAGES
from indexer.query.budget import (
    DEEPEST,
    LONGEST_QUERY,
    MOST_OPERATORS,
    MOST_WORDS,
    MOST_WORDS_SOUGHT,
)
from indexer.query.syntax import (
    Absent,
    And,
    Dated,
    Exact,
    Fielded,
    Fuzzy,
    Near,
    Not,
    Or,
    Pattern,
    Quoted,
    Starts,
    Word,
)
from indexer.query.terms import EXPANSION_LIMIT
from indexer.query.tokens import FARTHEST, FEWEST_LITERALS, MOST_EDITS


@dataclass(frozen=True, slots=True)
class Row:
    """A `form` of the language, what it finds, an `example`, and its `limit` if it has one.

    `node` is what the example comes to in the syntax tree.
    """

    form: str
    meaning: str
    example: str
    node: type
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows about one thing."""

    title: str
    rows: tuple[Row, ...]


GUIDE = (
    Section(
        "Words",
        (
            Row("word", "the word in any of its forms, such as plurals", "bridge", Word),
            Row("two words", "both words, wherever they stand", "bridge water", And),
            Row(
                "one AND other",
                "both as well; operators are written in capitals",
                "bridge AND water",
                And,
            ),
            Row("one OR other", "at least one of the two", "bridge OR ferry", Or),
            Row("-word", "what does not have the word", "bridge -water", Not),
            Row("NOT word", "what does not have the word", "bridge NOT water", Not),
            Row(
                "( )",
                "what belongs together",
                "(bridge OR ferry) water",
                Or,
                f"{DEEPEST} within each other",
            ),
            Row(
                "any: words",
                "at least one of the words; everything after “any:” is a word and no sign",
                "any: bridge ferry water",
                Or,
            ),
        ),
    ),
    Section(
        "Phrases and nearness",
        (
            Row(
                '"two words"',
                "the words one after the other, in exactly these forms; curly and angle "
                "quotation marks do as well",
                '"night boat"',
                Quoted,
            ),
            Row("one-other", "the same for words joined by a hyphen", "Haut-Marais", Word),
            Row(
                '"two words"~5',
                "the words in this order, with at most five others between one and the next",
                '"boat Ousma"~5',
                Quoted,
                f"{FARTHEST} at most",
            ),
            Row(
                "one NEAR/5 other",
                "both, in either order, with at most five words between them; words, phrases, "
                "alternatives in parentheses, and more in a row",
                "bridge NEAR/5 (water OR river)",
                Near,
                f"{FARTHEST} at most; without a number, NEAR is a word",
            ),
        ),
    ),
    Section(
        "Spellings",
        (
            Row(
                "begin*",
                "every word that begins so",
                "govern*",
                Starts,
                f"{FEWEST_LITERALS} letters at least, {EXPANSION_LIMIT} different words at most",
            ),
            Row(
                "be*in",
                "every word with anything or nothing in place of *",
                "gov*ment",
                Pattern,
                f"{FEWEST_LITERALS} letters before the first *, {EXPANSION_LIMIT} different "
                "words at most",
            ),
            Row(
                "word~",
                "similar spellings: one letter added, left out or replaced in a word of three "
                "to five letters, two in a longer one",
                "Tikobrod~",
                Fuzzy,
                f"{EXPANSION_LIMIT} different words at most",
            ),
            Row("word~1", "so many letters", "Tikhobrot~1", Fuzzy, f"{MOST_EDITS} at most"),
            Row(
                "=Word",
                "the word as it is written here, with its capitals and marks",
                "=Tihobród",
                Exact,
            ),
            Row('="Two words"', "the phrase as it is written here", '="Bel Orme"', Exact),
        ),
    ),
    Section(
        "Fields",
        (
            Row("title:word", "the word in the title", "title:bridge", Fielded),
            Row("body:word", "the word in the text", 'body:"three people"', Fielded),
            Row("outlet:name", "what an outlet published", "outlet:courier", Fielded),
            Row(
                'author:"first last"',
                "what an author wrote; a part of the name will do, and all the spellings of it "
                "that are known",
                'author:"hester quillane"',
                Fielded,
            ),
            Row("stance:position", "who takes a position", "stance:critical", Fielded),
            Row("stance:target:position", "and to what", "stance:icrc:critical", Fielded),
            Row("language:code", "what is in a language", "language:en", Fielded),
            Row("collection:name", "what is in a collection", "collection:crossing", Fielded),
            Row(
                "field:=value",
                "exactly this value, as it is listed beside the results",
                'outlet:="The Casterne Courier"',
                Fielded,
            ),
            Row("field:none", "where nobody stated it", "author:none", Absent),
        ),
    ),
    Section(
        "Dates",
        (
            Row("date:year", "what may be dated in a year", "date:2024", Dated),
            Row("date:year-month", "in a month", "date:2024-09", Dated),
            Row("date:year-month-day", "on a day", "date:2024-09-18", Dated),
            Row(
                "date:first..last",
                "from one date up to another; either may be left out",
                "date:2024-09..2025-03",
                Dated,
            ),
            Row("date:none", "what has no date", "date:none", Absent),
        ),
    ),
)
"""The query language, form by form."""

LIMITS = (
    f"A query has at most {LONGEST_QUERY:,} characters and {MOST_WORDS} words, of which the "
    f"{MOST_WORDS_SOUGHT} rarest are sought.",
    f"Operators, fields, phrases, wildcards, fuzzy and exact words are {MOST_OPERATORS} "
    "together at most.",
)
"""What a query may cost, in sentences."""


def stemmed_languages() -> tuple[str, ...]:
    """The English names, ascending, of the languages in which a word is found in all its
    forms; in every other one it is found in the form that is typed."""
    names = {Locale(tag).get_display_name("en") for tag in STEMMED_LANGUAGES}
    return tuple(sorted(name for name in names if name))
