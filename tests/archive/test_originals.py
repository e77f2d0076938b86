from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from archive.errors import ArchiveTrouble
from archive.home import Home
from archive.originals import SIZE_LIMIT, Originals, Refused, fingerprint_of, opened

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_bytes_are_kept_under_their_sha_256_and_come_back_as_they_were(home: Home) -> None:
    originals = Originals(home)
    kept = originals.keep(io.BytesIO(b"abc"))
    assert (kept.digest, kept.size) == (ABC, 3)
    assert originals.path(ABC) == home.originals / "sha256" / "ba" / "78" / ABC
    with originals.open(ABC) as stream:
        assert stream.read() == b"abc"


def test_an_original_is_read_only_and_nothing_else_is_left_behind(home: Home) -> None:
    originals = Originals(home)
    originals.keep(io.BytesIO(b"abc"))
    assert originals.path(ABC).stat().st_mode & 0o777 == 0o444
    assert list(home.scratch.iterdir()) == []


def test_the_same_bytes_are_one_original(home: Home) -> None:
    originals = Originals(home)
    originals.keep(io.BytesIO(b"abc"))
    inode = originals.path(ABC).stat().st_ino
    originals.keep(io.BytesIO(b"abc"))
    assert originals.path(ABC).stat().st_ino == inode
    assert len([p for p in home.originals.rglob("*") if p.is_file()]) == 1


def test_an_empty_file_is_refused_and_leaves_nothing(home: Home) -> None:
    with pytest.raises(Refused, match=r"^the file is empty$"):
        Originals(home).keep(io.BytesIO(b""))
    assert list(home.originals.iterdir()) == []
    assert list(home.scratch.iterdir()) == []


class Endless(io.RawIOBase):
    """A stream without an end, as a named pipe may be."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return b"x" * size


def test_a_stream_larger_than_the_limit_is_refused_and_leaves_nothing(home: Home) -> None:
    with pytest.raises(Refused, match=r"^the file is larger than 200 MB$"):
        Originals(home).keep(Endless())  # type: ignore[arg-type]
    assert list(home.scratch.iterdir()) == []


def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as stream:
        stream.truncate(SIZE_LIMIT + 1)
    with pytest.raises(Refused, match=r"^the file is larger than 200 MB$"), opened(large):
        raise AssertionError("it was opened")


def test_a_named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Refused, match=r"^it is not a regular file$"), opened(tmp_path / "pipe"):
        raise AssertionError("it was opened")


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No such file"), opened(tmp_path / "gone"):
        raise AssertionError("it was opened")


@pytest.mark.parametrize("digest", ["", "abc", "../../etc/passwd", ABC.upper(), ABC + "\n"])
def test_only_a_digest_names_an_original(home: Home, digest: str) -> None:
    with pytest.raises(ValueError, match=r"^not a SHA-256"):
        Originals(home).path(digest)


def test_identifying_bytes_agrees_with_keeping_them(home: Home) -> None:
    content = b"some text" * 300_000
    assert fingerprint_of(io.BytesIO(content)) == Originals(home).keep(io.BytesIO(content))


def test_a_store_that_cannot_be_written_is_told_in_a_sentence(home: Home) -> None:
    home.scratch.rmdir()
    with pytest.raises(ArchiveTrouble, match=r"cannot be kept .* Nothing of it was added[.]"):
        Originals(home).keep(io.BytesIO(b"abc"))
