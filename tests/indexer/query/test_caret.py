from indexer.query.errors import QueryError


def caret(text: str, position: int, length: int, width: int = 72) -> list[str]:
    error = QueryError("It is wrong.", position=position, length=length, advice="Mend it.")
    return error.caret(text, width).split("\n")


def test_an_error_reads_as_message_and_advice() -> None:
    error = QueryError("It is wrong.", position=0, length=1, advice="Mend it.")
    assert str(error) == "It is wrong. Mend it."


def test_the_caret_stands_under_the_place() -> None:
    assert caret("ferry AND", 6, 3) == ["ferry AND", "      ^^^"]


def test_a_long_query_is_cut_around_the_place() -> None:
    line, under = caret("x" * 50 + "HERE" + "y" * 50, 50, 4, width=20)
    assert line == "…xxxxxxHEREyyyyyyyyyy…"
    assert under == "       ^^^^"


def test_wide_letters_take_two_columns_and_marks_none() -> None:
    assert caret('新聞 "x', 3, 1) == ['新聞 "x', "     ^"]
    assert caret('e\u0301 "x', 3, 1) == ['e\u0301 "x', "  ^"]


def test_control_characters_show_as_spaces() -> None:
    assert caret('a\x1b[31m\n"', 7, 1) == ['a [31m "', "       ^"]


def test_a_place_at_the_end_has_a_caret_too() -> None:
    assert caret("", 0, 1) == ["", "^"]
    assert caret("ab", 2, 1) == ["ab", "  ^"]
