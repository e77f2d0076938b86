from hypothesis import given
from hypothesis import strategies as st

from archive.readers.charset import codec_of, decode, without_controls


def test_a_byte_order_mark_decides_and_is_not_text() -> None:
    decoded = decode("\ufeffQaratəpə".encode())
    assert (decoded.text, decoded.charset, decoded.warnings) == ("Qaratəpə", "utf-8", ())


def test_utf_16_is_read_with_and_without_a_mark() -> None:
    assert decode("\ufeffThe bridge".encode("utf-16-le")).text == "The bridge"
    assert decode("The bridge is open".encode("utf-16-be")).text == "The bridge is open"


def test_web_labels_mean_what_browsers_make_of_them() -> None:
    assert codec_of("latin1") == "cp1252"
    assert codec_of("GB2312") == "gb18030"
    assert codec_of("UTF8") == "utf-8"
    assert codec_of("klingon") is None
    assert codec_of("base64") is None


def test_a_declared_charset_is_used() -> None:
    page = '<meta charset="windows-1251"><p>Мост открыт</p>'.encode("cp1251")
    decoded = decode(page, markup=True)
    assert "Мост открыт" in decoded.text
    assert (decoded.charset, decoded.warnings) == ("cp1251", ())


def test_a_wrong_declaration_is_noticed_and_told() -> None:
    page = '<meta charset="iso-8859-1"><p>Körpünün açılışı</p>'.encode()
    decoded = decode(page, markup=True)
    assert "Körpünün açılışı" in decoded.text
    assert decoded.charset == "utf-8"
    assert decoded.warnings == ("The page declares iso-8859-1 but is in UTF-8: read as UTF-8.",)


def test_a_page_that_is_not_the_utf_8_it_declares_is_read_by_likelihood() -> None:
    text = "Мост через реку Велу снова открыт для всех жителей города. " * 8
    decoded = decode(f'<meta charset="utf-8"><p>{text}</p>'.encode("cp1251"), markup=True)
    assert "Мост через реку" in decoded.text
    assert decoded.charset == "cp1251"
    assert len(decoded.warnings) == 1


def test_bytes_that_fit_no_charset_are_marked_and_told() -> None:
    decoded = decode("Мост открыт ".encode() * 50 + b"\xff")
    assert decoded.charset == "utf-8"
    assert decoded.text.endswith("\ufffd")
    assert len(decoded.warnings) == 1


def test_line_ends_are_normalised_and_controls_left_out() -> None:
    assert without_controls("a\r\nb\rc\td\x00\x07e") == "a\nb\nc\tde"


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_decode(content: bytes, markup: bool) -> None:
    assert isinstance(decode(content, markup=markup).text, str)
