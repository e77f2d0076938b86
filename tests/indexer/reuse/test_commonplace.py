from __future__ import annotations

import pytest

from archive.authority import Authority
from indexer.function_words import JOINING_WORDS
from indexer.reuse.commonplace import commonplace_words

FERRY = Authority(
    kind="organisation",
    id="ferry-guild",
    heading="Ferry Guild",
    variants=("Guilde des passeurs", "Guild.Example"),
    equivalents=("Paromçular Gildiyası",),
)


def test_every_word_of_every_name_of_an_authority_is_commonplace() -> None:
    found = commonplace_words([FERRY]) - JOINING_WORDS
    assert found == {
        "ferry", "guild", "guilde", "passeurs", "guild.example", "example", "paromcular",
        "gildiyasi",
    }  # fmt: skip


@pytest.mark.parametrize(
    "word",
    ["the", "of", "and", "des", "sur", "из", "чтобы", "zum", "weil", "del", "ve", "ucun", "icin",
     "համար", "եւ"],
)  # fmt: skip
def test_articles_prepositions_and_conjunctions_are_listed_as_they_are_folded(word: str) -> None:
    assert word in JOINING_WORDS


@pytest.mark.parametrize("word", ["is", "not", "he", "said", "very", "это", "ist", "est"])
def test_verbs_pronouns_and_adverbs_are_not(word: str) -> None:
    assert word not in JOINING_WORDS
