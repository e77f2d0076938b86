import pytest
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


@pytest.mark.parametrize(
    ("text", "codec", "charset"),
    [
        ("Où est l'été à Orléans déjà", "cp1252", "cp1252"),
        ("Une forêt brûlée près du quai", "cp1252", "cp1252"),
        ("Größere Schäden an der Brücke, heißt es", "cp1252", "cp1252"),
        ("Mañana se abrirá el puente según el alcalde", "cp1252", "cp1252"),
        ("A ponte não abrirá amanhã; a população está à espera", "cp1252", "cp1252"),
        ("Işıklar söndü, yağmur başladı ve gemi karşıya geçemedi", "cp1254", "cp1254"),
        ("Żółta łódź płynie w dół rzeki, lecz nikt nie wie dokąd", "cp1250", "cp1250"),
        ("Żółta łódź płynie w dół rzeki, lecz nikt nie wie dokąd", "iso8859-2", "iso8859-2"),
        ("Паром не ходит", "cp1251", "cp1251"),
        ("Паром не ходит", "koi8-r", "koi8-r"),
        ("Το πλοίο δεν φεύγει σήμερα", "cp1253", "cp1253"),
        ("The pier’s “repair” — again", "cp1252", "cp1252"),
    ],
)
def test_a_sentence_is_read_in_the_charset_of_its_alphabet(
    text: str, codec: str, charset: str
) -> None:
    assert (decode(text.encode(codec)).text, decode(text.encode(codec)).charset) == (text, charset)
    page = b'<html><meta charset="utf-8"><p class="x">' + text.encode(codec)
    assert decode(page, markup=True).text.endswith(text)


def test_the_language_that_a_page_states_decides_between_alphabets() -> None:
    page = b'<html lang="tr"><meta charset="utf-8"><p>' + "Şehrin ışığı".encode("cp1254")
    assert decode(page, markup=True).text.endswith("Şehrin ışığı")


def test_utf_8_wins_over_a_declared_single_byte_charset() -> None:
    text = "Мост через реку снова открыт"
    decoded = decode(f'<meta charset="windows-1251"><p>{text}</p>'.encode(), markup=True)
    assert text in decoded.text
