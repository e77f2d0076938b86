"""What only an engine with files can get wrong: being made, written, damaged and reopened."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in

from indexer.document import IndexDocument
from indexer.engine import GenerationBusy, GenerationUnreadable, SearchRequest
from indexer.engines.merging import MOST_LARGE, MOST_SMALL
from indexer.engines.whoosh_generation import WhooshGeneration, create, open_generation
from indexer.query.terms import Everything, Phrase


def document(id: str, *words: str) -> IndexDocument:
    return IndexDocument(id, {"body": words}, {"outlet": ("Coast",)}, 1, 1, 1, 1, "open")


def made(folder: Path) -> WhooshGeneration:
    return create(folder, ["body"], ["outlet"])


def ids(generation: WhooshGeneration) -> list[str]:
    return sorted(generation.searcher().ids())


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.seg"))


def test_what_was_applied_is_there_when_opened_again(tmp_path: Path) -> None:
    made(tmp_path / "new" / "index").apply([document("1", "a", "b")])
    reopened = open_generation(tmp_path / "new" / "index")
    request = SearchRequest(Phrase("body", ("a", "b")))
    assert [hit.id for hit in reopened.searcher().search(request).hits] == ["1"]
    reopened.apply([document("2")])
    assert ids(open_generation(tmp_path / "new" / "index")) == ["1", "2"]


def test_one_generation_sees_what_another_over_its_folder_commits(tmp_path: Path) -> None:
    first = made(tmp_path / "index")
    second = open_generation(tmp_path / "index")
    second.apply([document("1")])
    assert ids(first) == ["1"]
    first.apply([document("2")], ["1"])
    assert ids(second) == ["2"]


def test_the_searcher_stays_the_same_until_a_commit(tmp_path: Path) -> None:
    generation = made(tmp_path / "index")
    generation.apply([document("1")])
    searcher = generation.searcher()
    assert generation.searcher() is searcher
    generation.apply([], ["unknown"])
    assert generation.searcher() is searcher
    generation.apply([document("1")])
    assert generation.searcher() is not searcher


def test_an_index_is_never_made_over_anything(tmp_path: Path) -> None:
    made(tmp_path / "index").apply([document("1")])
    with pytest.raises(FileExistsError, match="not empty"):
        made(tmp_path / "index")
    assert ids(open_generation(tmp_path / "index")) == ["1"]


def test_a_second_writer_is_told_that_the_index_is_busy(tmp_path: Path) -> None:
    generation = made(tmp_path / "index")
    other = open_generation(tmp_path / "index")
    writer = generation._writer()
    try:
        with pytest.raises(GenerationBusy) as refusal:
            other.apply([document("1")])
    finally:
        writer.cancel()
    assert refusal.value.path == tmp_path / "index"
    other.apply([document("1")])
    assert ids(generation) == ["1"]


def test_a_commit_that_fails_leaves_the_last_one_and_the_next_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = made(tmp_path / "index")
    generation.apply([document("1")])

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            generation.apply([document("2")], ["1"])
    assert ids(generation) == ids(open_generation(tmp_path / "index")) == ["1"]
    generation.apply([document("3")])
    assert ids(open_generation(tmp_path / "index")) == ["1", "3"]
    assert len(segments(tmp_path / "index")) == 2


def test_everything_is_on_the_disk_before_the_table_of_contents_is_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = made(tmp_path / "index")
    steps: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noted_fsync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        steps.append("folder" if path.is_dir() else path.name.split(".")[1])
        fsync(handle)

    def noted_rename(old: str, new: str) -> None:
        steps.append("rename")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted_rename)
    generation.apply([document("1", "a")])
    before, after = steps[: steps.index("rename")], steps[steps.index("rename") :]
    assert sorted(before[:-1]) == ["seg", "sha256", "toc"]
    assert before[-1] == "folder"
    assert after == ["rename", "folder"]


def test_many_small_commits_leave_few_segments_and_few_files(tmp_path: Path) -> None:
    generation = made(tmp_path / "index")
    random_numbers = random.Random(1)
    expected: dict[str, str] = {}
    for i in range(150):
        id, gone = str(random_numbers.randrange(60)), str(random_numbers.randrange(60))
        expected.pop(gone, None)
        expected[id] = f"w{i}"
        generation.apply([document(id, f"w{i}")], [gone])
        assert len(segments(tmp_path / "index")) <= (MOST_LARGE + MOST_SMALL)
    assert ids(generation) == sorted(expected)
    result = generation.searcher().search(SearchRequest(Everything(), limit=100))
    assert result.total == len(expected)
    assert len(list((tmp_path / "index").iterdir())) <= 2 * (MOST_LARGE + MOST_SMALL) + 2
    generation.apply([], expected)
    assert segments(tmp_path / "index") == []


def test_a_folder_without_an_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("absent", "file", "."):
        with pytest.raises(GenerationUnreadable) as refusal:
            open_generation(tmp_path / name)
        assert refusal.value.reason == "there is no index"
        assert refusal.value.path == tmp_path / name


def test_another_programs_index_is_refused(tmp_path: Path) -> None:
    create_in(str(tmp_path), Schema(text=TEXT()))
    with pytest.raises(GenerationUnreadable, match="another version"):
        open_generation(tmp_path)


def test_damage_is_told_with_the_file_it_is_in(tmp_path: Path) -> None:
    made(tmp_path / "index").apply([document("1", "a")])
    (segment,) = segments(tmp_path / "index")

    cut = shutil.copytree(tmp_path / "index", tmp_path / "cut")
    os.truncate(cut / segment.name, 100)
    with pytest.raises(GenerationUnreadable, match=f"{segment.name} has 100 bytes instead of"):
        open_generation(cut)

    gone = shutil.copytree(tmp_path / "index", tmp_path / "gone")
    (gone / segment.name).unlink()
    with pytest.raises(GenerationUnreadable, match=f"{segment.name} is missing"):
        open_generation(gone)

    noise = shutil.copytree(tmp_path / "index", tmp_path / "noise")
    for contents in noise.glob("*.toc"):
        contents.write_bytes(b"\x00" * 500)
    with pytest.raises(GenerationUnreadable):
        open_generation(noise)
    for contents in noise.glob("*.toc"):
        contents.write_bytes(b"")
    with pytest.raises(GenerationUnreadable):
        open_generation(noise)


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    generation = made(tmp_path / "index")
    generation.apply([document("1", "a")])
    generation.apply([document("2", "a")])
    assert generation.damaged() == []
    segment = segments(tmp_path / "index")[0]
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    assert generation.damaged() == [segment.name]


def test_compacting_leaves_nothing_of_what_was_removed(tmp_path: Path) -> None:
    generation = made(tmp_path / "index")
    generation.apply([document("1", "quicksilverish", "tea"), document("2", "tea")])
    generation.apply([document("3", "cinnabarine")])
    generation.apply([], removed=["1", "3"])
    generation.compact()
    files = [path for path in generation.folder.iterdir() if path.is_file()]
    for word in (b"quicksilverish", b"cinnabarine"):
        assert not [path.name for path in files if word in path.read_bytes()]
    assert ids(generation) == ["2"]
    assert generation.damaged() == []
    generation.compact()
    assert ids(generation) == ["2"]


def test_compacting_removes_what_a_killed_commit_left(tmp_path: Path) -> None:
    generation = made(tmp_path / "index")
    generation.apply([document("1", "quicksilverish")])
    (segment,) = generation.folder.glob("*.seg")
    left = [segment.with_name("MAIN_0123456789abcdef.seg"), generation.folder / "_MAIN_0.toc"]
    for path in left:
        path.write_bytes(segment.read_bytes())
    generation.compact()
    assert [path for path in left if path.exists()] == []
    assert ids(generation) == ["1"]
