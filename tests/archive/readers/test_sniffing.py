import gzip
import random

import pytest

from archive.readers import READERS, media_type_of, read
from archive.reading import Reader, Source


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (b"<!DOCTYPE html><html>", "a", "text/html"),
        (b"  <!-- saved --><html lang=en>", "a.txt", "text/html"),
        (b"\xef\xbb\xbf<html>", "a.html", "text/html"),
        (b"Words <p>and a paragraph</p>", "a.html", "text/html"),
        (b"Just words", "a.html", "text/plain"),
        (b"Just words", "a", "text/plain"),
        ("Слова".encode("cp1251"), "a.txt", "text/plain"),
        ("Words of UTF-16".encode("utf-16"), "a.txt", "text/plain"),
        (b"%PDF-1.7 ...", "a.txt", "application/pdf"),
        (b"PK\x03\x04", "a.docx",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zipPK\x03\x04", "download",
         "application/epub+zip"),
        (b"PK\x03\x04", "a.bin", "application/zip"),
        (b"From: Ana <a@b.example>\r\nSubject: Boats\r\nMessage-ID: <1@b.example>\r\n\r\nHello.",
         "download", "message/rfc822"),
        (b"From: the board\nTo: all\nDate: 5 March 2021\nSubject: Boats\n\nHello.", "memo.txt",
         "text/plain"),
        (b"From a@b.example Fri Mar  5 10:00:00 2021\nFrom: Ana <a@b.example>\n\nHello.", "inbox",
         "application/mbox"),
        (b"From Anna at 10:00 we heard:\nNote: nothing.", "a.txt", "text/plain"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n", "a.warc", "application/warc"),
        (gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\n"), "a.gz", "application/warc"),
        (gzip.compress(b"Just words"), "a.gz", "application/gzip"),
        (b"\x00\x01\x02\x03" * 50, "a.txt", "application/octet-stream"),
        (random.Random(7).randbytes(5000), "a.html", "application/octet-stream"),
    ],
)  # fmt: skip
def test_the_bytes_say_what_a_file_is(content: bytes, name: str, media_type: str) -> None:
    assert media_type_of(content, name) == media_type


def test_what_no_reader_takes_has_no_text_and_says_why() -> None:
    noise = read(Source(random.Random(7).randbytes(5000), "a.html"))
    assert noise.text is None
    assert noise.warnings == ("Text not extracted: no reader for binary data.",)
    old = read(Source(b"\xd0\xcf\x11\xe0" * 100, "a.doc"))
    assert old.text is None
    assert old.warnings == ("Text not extracted: no reader for application/x-ole-storage.",)


def test_an_empty_file_has_no_text() -> None:
    assert read(Source(b"", "a.txt")).text is None


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_extracts_are_keyed_by_the_row_of_their_reader(reader: Reader) -> None:
    assert reader.read(Source(b"A gate.", "gate")).reader == reader.key
