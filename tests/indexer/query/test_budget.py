import pytest

from indexer.query.budget import within_budget
from indexer.query.errors import QueryError
from indexer.query.parse import parse_query
from indexer.query.syntax import And, FieldKind, Not, Or, Query, Word

FIELDS: dict[str, FieldKind] = {"title": "text", "outlet": "value"}


def parsed(text: str, *, any_words: bool = False) -> Query:
    return parse_query(text, fields=FIELDS, any_words=any_words)


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parsed(text)
    return caught.value


def numbered(count: int) -> str:
    return " ".join(f"w{number}" for number in range(count))


def by_number(word: str) -> int:
    return int(word[1:]) if word[1:].isdigit() else 0


def texts(query: Query) -> list[str]:
    assert isinstance(query.root, And | Or)
    return [part.text for part in query.root.parts if isinstance(part, Word)]


def test_a_query_of_4096_characters_is_read_and_a_longer_one_refused() -> None:
    parsed("x" * 4096)
    error = refused("x" * 4097)
    assert "4,096" in error.message
    assert error.position == 4096


def test_100_000_characters_are_refused() -> None:
    assert "100,000 characters" in refused('("' * 50_000).message


def test_400_words_are_read_and_401_refused() -> None:
    parsed(" ".join("a" * 400))
    assert "400 words" in refused(" ".join("a" * 401)).message
    assert "400 words" in refused("-".join("a" * 401)).message


def test_32_operators_phrases_fields_and_wildcards_together_are_allowed() -> None:
    allowed = "a AND " * 8 + '"b c" ' * 8 + "de* " * 8 + "title:f " * 8
    parsed(allowed)
    error = refused(allowed + "-g")
    assert "32 operators" in error.message
    assert error.position == len(allowed)


def test_a_wildcard_counts_for_each_gap_and_a_fuzzy_run_for_each_word() -> None:
    parsed("ab" + "*c" * 32)
    assert "32 operators" in refused("ab" + "*c" * 33).message
    parsed("-".join("a" * 32) + "~")
    assert "32 operators" in refused("-".join("a" * 33) + "~").message
    assert "32 operators" in refused("title:" + "-".join("a" * 33) + "~").message


def test_words_of_a_hyphenated_word_are_no_phrase_in_this_sense() -> None:
    parsed("a-b " * 100)


def test_parentheses_may_stand_ten_deep() -> None:
    parsed("(" * 10 + "a" + ")" * 10)
    error = refused("(" * 11 + "a" + ")" * 11)
    assert error.position == 10
    refused("(" * 4000)
    refused("NOT " * 1000 + "a")
    refused("-(" * 2000)


def test_64_words_are_all_sought() -> None:
    query = parsed(numbered(64))
    assert within_budget(query, by_number) is query


def test_beyond_64_words_the_rarest_are_sought_and_the_others_named() -> None:
    query = within_budget(parsed(numbered(70)), by_number)
    assert texts(query) == [f"w{number}" for number in range(64)]
    assert query.dropped == ("w64", "w65", "w66", "w67", "w68", "w69")


def test_a_word_typed_often_counts_once() -> None:
    query = parsed(f"{numbered(64)} w1 w1 W1")
    assert within_budget(query, by_number) is query


def test_of_any_words_those_that_stand_nowhere_go_first() -> None:
    text = f"{numbered(64)} w64"
    assert within_budget(parsed(text), by_number).dropped == ("w64",)
    assert within_budget(parsed(text, any_words=True), by_number).dropped == ("w0",)


def test_a_word_of_several_words_counts_them_all_and_goes_as_a_whole() -> None:
    query = within_budget(parsed(f"{numbered(63)} w90-w91"), by_number)
    assert query.dropped == ("w90-w91",)
    assert len(texts(query)) == 63


def test_words_that_exclude_or_stand_in_a_field_are_never_dropped() -> None:
    query = within_budget(parsed(f"-w900 title:w901 {numbered(66)}"), by_number)
    assert query.dropped == ("w64", "w65")
    assert isinstance(query.root, And)
    assert isinstance(query.root.parts[0], Not)


def test_a_branch_whose_words_are_all_dropped_disappears() -> None:
    query = within_budget(parsed(f"(w900 OR w901) {numbered(64)}"), by_number)
    assert query.dropped == ("w900", "w901")
    assert len(texts(query)) == 64
