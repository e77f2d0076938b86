import unicodedata
from itertools import pairwise

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from uniseg.wordbreak import words as uax29

from indexer.analysis import (
    BLANK,
    LONGEST,
    blanked,
    fold,
    name_words,
    stem,
    terms_of,
    text_terms,
    value_terms,
    words_of,
    written,
)

# Letters, digits, marks and joining signs of every kind that the word rules tell apart.
MIXED = st.text(
    alphabet="abZéŁıßжйИΣςבא012٣'\".:,;·’‘_‿ -\n&(ʼカター漢字ひกา한글"
    "\u0301\u0306\u00ad\u200d\u202f",
    max_size=12,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Two words, three.", ("two", "words", "three")),
        ("Korrin-Vale", ("korrin", "vale")),
        ("don't", ("don't",)),
        ("don’t", ("don't",)),
        ("‘quoted’ rock ’n’ roll", ("quoted", "rock", "n", "roll")),
        ("3.14 1,000 2031-05-09", ("3.14", "1,000", "2031", "05", "09")),
        ("U.N. example.org", ("u.n", "example.org")),
        ("_lead_ snake_case", ("lead", "snake_case")),
        ("10\u202f000 «\u202fmot\u202f»", ("10", "000", "mot")),
        ("新聞を読む", ("新", "聞", "を", "読", "む")),
        ("カタカナ", ("カタカナ",)),
        ("한국 신문", ("한국", "신문")),
        ('צה"ל', ('צה"ל',)),
        ("H₂O m²", ("h", "2", "o", "m", "2")),
        ("— … ₼ 🗞", ()),
        ("", ()),
    ],
)
def test_words_are_those_of_the_unicode_standard(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text).surface == words


@given(MIXED)
def test_word_boundaries_agree_with_an_independent_implementation(text: str) -> None:
    # Where we differ: the narrow no-break space, and a joiner between a letter and a
    # pictograph (WB3c), which no word has.
    text = text.replace("\u200d", "").replace("\u202f", "")
    joiner = r"(?:\p{WB=ExtendNumLet}[\p{WB=Extend}\p{WB=Format}]*+)++"
    expected = []
    for segment in uax29(text):
        core = regex.sub(rf"\A{joiner}|{joiner}\Z", "", segment)
        core = regex.sub(r"(?<=\p{WB=Hebrew_Letter}\p{M}*)'\p{M}*\Z", "", core)
        if regex.search(r"[\p{L}\p{N}]", core) and fold(core):
            expected.append(fold(core))
    assert list(words_of(text).surface) == expected


@given(MIXED | st.text(max_size=30))
def test_each_word_is_the_fold_of_its_range_in_the_text(text: str) -> None:
    words = words_of(text)
    ranges = list(zip(words.starts, words.ends, strict=True))
    assert [fold(text[start:end]) for start, end in ranges] == list(words.surface)
    assert all(start < end for start, end in ranges)
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))


@given(MIXED | st.text(max_size=30))
def test_composed_and_decomposed_text_have_the_same_words(text: str) -> None:
    composed = words_of(unicodedata.normalize("NFC", text)).surface
    assert words_of(unicodedata.normalize("NFD", text)).surface == composed


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Xankəndi", "XANKENDI"),
        ("Ağdərə", "agdere"),
        ("İstanbul", "istanbul"),
        ("Iğdır", "igdir"),
        ("Łódź", "lodz"),
        ("Tromsø", "tromso"),
        ("Đorđe", "dorde"),
        ("Straße", "STRASSE"),
        ("Ærøskøbing", "aeroskobing"),
        ("cœur", "coeur"),
        ("Þór", "thor"),
        ("Ħamrun", "hamrun"),
        ("naïve", "nai\u0308ve"),
        ("co\u00adop", "coop"),
        ("ﬁnal", "final"),
        ("ＡＢＣ", "abc"),
        ("l’été", "l'ete"),
        ("oʻzbek", "o'zbek"),
        ("ΟΔΟΣ", "οδος"),
    ],
)
def test_a_word_is_found_under_the_letters_that_people_type(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


@pytest.mark.parametrize(("one", "other"), [("й", "и"), ("ё", "е"), ("և", "ե"), ("ή", "η")])
def test_letters_of_other_scripts_keep_their_marks(one: str, other: str) -> None:
    assert fold(one) != fold(other)
    assert fold(unicodedata.normalize("NFD", one)) == fold(one)


@given(st.text(max_size=12))
@example("ʼ")
@example("\u0130\u0307")
@example("ﷺ")
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


def test_a_long_word_is_cut_and_so_is_found_by_itself() -> None:
    assert words_of("ə" * 5000).surface == ("e" * LONGEST,)
    assert words_of("x" * 5000).surface == ("x" * LONGEST,)


def test_a_run_of_marks_is_folded_at_once() -> None:
    assert words_of("a" + "\u0301\u0327" * 200_000).surface == ("a",)


def test_stems_join_the_forms_of_a_word_in_a_language_that_has_a_stemmer() -> None:
    assert stem("reported", "en") == stem("reporting", "en-GB") == "report"
    assert stem("берега", "ru") == stem("берегу", "ru")
    assert stem("qəzetlər", "az") == "qəzetlər"
    assert stem("reported", None) == "reported"


@given(st.text(alphabet="aeiosnrtldəıøéçşüßщийλόγος'", min_size=1, max_size=12))
def test_a_word_typed_without_marks_has_the_stem_of_the_marked_one(word: str) -> None:
    bare = fold(word)
    for language in ("en", "tr", "fr", "pl", "ru", "el"):
        assert stem(fold(word), language) == stem(fold(bare), language)


def test_stems_stand_at_the_positions_of_their_words() -> None:
    terms = text_terms("Two reports — came.", "en")
    assert terms.surface == ("two", "reports", "came")
    assert terms.stems == ("two", "report", "came")
    assert text_terms("Two reports", "xx").stems == ("two", "reports")


def test_exact_forms_keep_case_and_marks_and_lose_what_cannot_be_seen() -> None:
    assert text_terms("‘Xankəndi’s’ — CO\u00adOP, naive\u0301", "en").exact == (
        "Xankəndi's",
        "COOP",
        "naivé",
    )
    assert written("x" * 5000) == "x" * LONGEST
    assert written("ə" * 5000) == "ə" * LONGEST


@given(MIXED | st.text(max_size=30))
def test_index_terms_are_the_words_with_offsets(text: str) -> None:
    terms = text_terms(text, "en")
    words = words_of(text)
    assert terms.surface == words.surface
    assert len(terms.stems) == len(terms.exact) == len(terms.surface)
    assert all(terms.exact)
    assert terms_of(words, text, "en") == terms


@given(MIXED | st.text(max_size=30))
def test_composed_and_decomposed_text_have_the_same_exact_forms(text: str) -> None:
    composed = text_terms(unicodedata.normalize("NFC", text), None).exact
    assert text_terms(unicodedata.normalize("NFD", text), None).exact == composed


def test_a_name_is_split_at_full_stops_and_colons_too() -> None:
    assert name_words("Harbour.Ko") == ("harbour", "ko")
    assert name_words("The Old-Quay Courier") == ("the", "old", "quay", "courier")
    assert name_words("a:b") == ("a", "b")
    assert name_words("…") == ()


def test_values_are_kept_apart_and_so_are_the_halves_of_a_code() -> None:
    assert value_terms(["harbour-board:critical", "ferry:mixed"]) == (
        "|", "harbour", "board", ":", "critical", "|", "ferry", ":", "mixed", "|",
    )  # fmt: skip
    assert value_terms(["Courier: evening edition"]) == ("|", "courier", "evening", "edition", "|")
    assert value_terms(["12:30", "a:1"]) == ("|", "12", ":", "30", "|", "a", ":", "1", "|")
    assert value_terms([]) == ()


@given(st.text(max_size=20))
def test_no_word_is_one_of_the_separating_terms(text: str) -> None:
    assert not {"|", ":"} & set(words_of(text).surface)
    assert not {"|", ":"} & set(name_words(text))


def test_words_that_are_blanked_keep_their_positions() -> None:
    text = "The gates were shut. Help the paper! Boats lay idle."
    words = words_of(text)
    terms = blanked(text_terms(text, "en"), words, [(21, 36)])
    assert terms.surface == ("the", "gates", "were", "shut", *(BLANK,) * 3, "boats", "lay", "idle")
    assert terms.stems == ("the", "gate", "were", "shut", *(BLANK,) * 3, "boat", "lay", "idl")
    assert terms.exact == ("The", "gates", "were", "shut", *(BLANK,) * 3, "Boats", "lay", "idle")
    assert words.standing_in(21, 36) == (4, 7)


def test_a_word_that_is_blanked_in_part_is_blanked() -> None:
    text = "one two three"
    terms = blanked(text_terms(text, None), words_of(text), [(2, 5), (7, 8)])
    assert terms.surface == (BLANK, BLANK, "three")


@given(st.text(max_size=5), st.integers(0, 2))
def test_no_word_comes_to_a_blank_by_two_edits(text: str, edits: int) -> None:
    for word in words_of(text).surface:
        assert Levenshtein.distance(word, BLANK) > edits
