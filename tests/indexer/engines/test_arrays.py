"""A file of arrays: what is written is read, and what was altered is never taken for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexer.engine import GenerationUnreadable
from indexer.engines.arrays import BLOCK, ArrayFile, ArrayWriter, narrowed

LONG = np.arange(100_000, dtype=np.uint32)
SHORT = np.array([3, 1, 2], dtype=np.uint8)


def written(path: Path) -> Path:
    with ArrayWriter(path) as writer:
        writer.add("short", SHORT)
        slot = writer.reserve("long", np.uint32, len(LONG))
        slot.append(LONG[:70_000])
        slot.append(LONG[70_000:])
        writer.add("empty", np.empty(0, dtype=np.int64))
        writer.notes["documents"] = 3
    return path


def read(path: Path, *names: str) -> None:
    file = ArrayFile(path)
    for name in names:
        file.array(name)


def alter(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_arrays_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = ArrayFile(written(tmp_path / "file"))
    assert file.array("short").tolist() == [3, 1, 2]
    assert np.array_equal(file.array("long"), LONG)
    assert file.part("long", 69_998, 70_002).tolist() == [69_998, 69_999, 70_000, 70_001]
    assert file.array("empty").dtype == np.int64
    assert len(file.array("empty")) == 0
    assert file.notes["documents"] == 3
    assert "long" in file
    assert "other" not in file


def test_what_was_read_stays_when_the_file_is_deleted(tmp_path: Path) -> None:
    file = ArrayFile(written(tmp_path / "file"))
    (tmp_path / "file").unlink()
    assert np.array_equal(file.array("long"), LONG)


def test_what_was_read_cannot_be_written_to(tmp_path: Path) -> None:
    array = ArrayFile(written(tmp_path / "file")).array("short")
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 9


def test_a_block_is_checked_when_it_is_touched_and_only_then(tmp_path: Path) -> None:
    path = written(tmp_path / "file")
    alter(path, 5 * BLOCK)
    file = ArrayFile(path)
    assert file.array("short").tolist() == [3, 1, 2]
    assert file.part("long", 0, 10).tolist() == list(range(10))
    for _ in range(2):
        with pytest.raises(GenerationUnreadable, match="file is damaged"):
            file.array("long")


def test_a_flipped_bit_is_found_wherever_it_is_read(tmp_path: Path) -> None:
    with ArrayWriter(tmp_path / "file") as writer:
        writer.add("short", SHORT)
        writer.add("other", np.arange(70, dtype=np.uint16))
    whole = (tmp_path / "file").read_bytes()
    unused = range(32, 64)  # between the header and the arrays
    for place in range(len(whole)):
        if place in unused:
            continue
        path = tmp_path / "altered"
        path.write_bytes(whole)
        alter(path, place)
        with pytest.raises(GenerationUnreadable):
            read(path, "short", "other")


def test_another_format_is_refused_by_its_number(tmp_path: Path) -> None:
    path = written(tmp_path / "file")
    data = bytearray(path.read_bytes())
    data[8] = 7
    path.write_bytes(data)
    with pytest.raises(GenerationUnreadable, match="file has format 7 and not 1"):
        ArrayFile(path)
    path.write_bytes(b"something else altogether, and longer than a header is")
    with pytest.raises(GenerationUnreadable, match="file is not one of its files"):
        ArrayFile(path)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole = written(tmp_path / "file").read_bytes()
    for length in (1, 31, 64, 1000, len(whole) - 1):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises(GenerationUnreadable):
            ArrayFile(tmp_path / "cut")


def test_numbers_are_told_in_as_few_bytes_as_hold_them() -> None:
    kinds = [narrowed(np.array([0, most])).dtype for most in (255, 256, 65_536, 2**32)]
    assert kinds == [np.uint8, np.uint16, np.uint32, np.int64]
