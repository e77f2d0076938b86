from __future__ import annotations

import json
import random
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from archive import journal
from archive.catalogue import entries, schema, soundness
from archive.catalogue.database import Catalogue, open_catalogue
from archive.catalogue.entries import Entry, kept
from archive.errors import ArchiveTrouble
from archive.founding import begin_archive
from archive.home import Home
from archive.journal import (
    Closed,
    JournalDamaged,
    OtherCatalogue,
    find_reach,
    journal_lag,
    read_journal,
    replay_journal,
    write_journal,
)
from tests.archive.test_catalogue import begin


def written(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def differences(home: Home, catalogue: Catalogue, folder: Path) -> list[str]:
    """Where the catalogue differs from what its journal makes of nothing."""
    other = open_catalogue(begin_archive(folder)[0])
    with other.writing() as connection:
        replay_journal(home, connection)
    with catalogue.reading() as ours, other.reading() as theirs:
        found = list(soundness.differences(ours, theirs, (), entries.newest(ours)))
    other.close()
    return found


def test_every_row_that_is_written_is_entered_and_taken_down(
    home: Home, catalogue: Catalogue
) -> None:
    begin(catalogue)
    assert journal_lag(home, catalogue) == 8
    assert write_journal(home, catalogue) == 8
    assert journal_lag(home, catalogue) == 0
    assert write_journal(home, catalogue) == 0
    *written, closed = list(read_journal(home))
    assert isinstance(closed, Closed)
    assert [each[0].table for each in written if not isinstance(each, Closed)] == [
        "original", "extract", "statement", "record", "record_original", "revision", "change",
        "event",
    ]  # fmt: skip


def test_a_line_is_one_canonical_object_with_a_digest_of_its_row_and_a_link(
    home: Home, catalogue: Catalogue
) -> None:
    begin(catalogue)
    with catalogue.writing() as connection:
        connection.execute(update(schema.original).values(media_type='a "quoted" \\ Ə\u2028\n'))
    write_journal(home, catalogue)
    *lines, _ = (home.journal / "000000000001.jsonl").read_bytes().decode().split("\n")[:-1]
    before = ""
    for line in lines:
        data = json.loads(line)
        assert line == written(data)
        assert data["digest"] == sha256(written(data["row"]).encode()).hexdigest()
        linked = [data["seq"], data["table"], data["key"], data["digest"]]
        before = sha256(f"{before}\n{written(linked)}".encode()).hexdigest()
        assert data["link"] == before


def test_every_table_is_kept_or_named_as_transient(catalogue: Catalogue) -> None:
    with catalogue.reading() as connection:
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        triggers = set(found.scalars())
    assert triggers == {
        f"{table.name}_{verb}" for table in kept() for verb in ("insert", "update", "delete")
    }


def test_the_journal_alone_makes_the_catalogue_anew(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    begin(catalogue)
    write_journal(home, catalogue)
    with catalogue.writing() as connection:
        connection.execute(update(schema.event).values(detail="it’s \n «said»\u2028 twice"))
        connection.execute(delete(schema.statement))
    begin(catalogue, "r2", "b" * 64)
    write_journal(home, catalogue)
    assert differences(home, catalogue, tmp_path / "other") == []


def test_a_key_with_quotes_is_read_as_it_was_written(catalogue: Catalogue) -> None:
    with catalogue.writing() as connection:
        connection.execute(text("INSERT INTO authority VALUES ('per''son', 'o,''brien', 1, '{}')"))
    with catalogue.reading() as connection:
        (entry,) = entries.after(connection, 0, limit=9)
    assert entry == Entry(1, "authority", ("per'son", "o,'brien"))


def test_the_journal_goes_on_in_another_file_when_one_is_full(
    home: Home, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "FILE_BYTES", 1000)
    for n in range(3):
        begin(catalogue, f"r{n}", f"{n}" * 64)
        write_journal(home, catalogue)
    assert sorted(path.name for path in home.journal.iterdir()) == [
        "000000000001.jsonl", "000000000009.jsonl", "000000000017.jsonl"
    ]  # fmt: skip
    assert differences(home, catalogue, tmp_path / "other") == []


def test_a_journal_that_was_lost_is_written_anew(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    begin(catalogue)
    write_journal(home, catalogue)
    shutil.rmtree(home.journal)
    assert write_journal(home, catalogue) == 8
    assert differences(home, catalogue, tmp_path / "other") == []


def test_a_journal_torn_anywhere_counts_to_its_last_batch_and_is_mended(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    begin(catalogue)
    write_journal(home, catalogue)
    first = (home.journal / "000000000001.jsonl").stat().st_size
    begin(catalogue, "r2", "b" * 64)
    write_journal(home, catalogue)
    (path,) = home.journal.iterdir()
    whole = path.read_bytes()
    for end in {0, 1, first - 1, first, first + 1, *range(first, len(whole), 397), len(whole) - 1}:
        path.write_bytes(whole[:end])
        assert find_reach(home).position == (8 if end >= first else 0)
        assert sum(not isinstance(each, Closed) for each in read_journal(home)) in (0, 8)
        assert write_journal(home, catalogue) == (8 if end >= first else 16)
        (path,) = home.journal.iterdir()
        assert sum(not isinstance(each, Closed) for each in read_journal(home)) == 16
    assert differences(home, catalogue, tmp_path / "other") == []


def test_what_was_not_yet_durable_may_be_anything(home: Home, catalogue: Catalogue) -> None:
    begin(catalogue)
    write_journal(home, catalogue)
    (path,) = home.journal.iterdir()
    with path.open("ab") as stream:
        stream.write(b"\0" * 9000 + b"\r\n{}\n\xff" + b"\0" * 50)
    begin(catalogue, "r2", "b" * 64)
    assert find_reach(home).torn
    assert write_journal(home, catalogue) == 8
    assert not find_reach(home).torn
    assert sum(not isinstance(each, Closed) for each in read_journal(home)) == 16


def test_every_flipped_bit_is_found_or_written_again(home: Home, catalogue: Catalogue) -> None:
    for n in range(3):
        begin(catalogue, f"r{n}", f"{n}" * 64)
        write_journal(home, catalogue)
    (path,) = home.journal.iterdir()
    whole = path.read_bytes()
    places = random.Random(5)
    for _ in range(100):
        flipped = bytearray(whole)
        flipped[places.randrange(len(whole))] ^= 1 << places.randrange(8)
        path.write_bytes(flipped)
        if find_reach(home).torn:
            assert write_journal(home, catalogue) > 0
            assert sum(not isinstance(each, Closed) for each in read_journal(home)) == 24
        else:
            with pytest.raises(JournalDamaged, match=r"damaged at .*, line \d+"):
                list(read_journal(home))


def test_a_file_that_is_missing_in_between_is_found(
    home: Home, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "FILE_BYTES", 1000)
    for n in range(3):
        begin(catalogue, f"r{n}", f"{n}" * 64)
        write_journal(home, catalogue)
    (home.journal / "000000000009.jsonl").unlink()
    with pytest.raises(JournalDamaged, match=r"000000000017[.]jsonl, line 1"):
        list(read_journal(home))


def test_damage_within_leaves_what_is_whole_before_it(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    for n in range(3):
        begin(catalogue, f"r{n}", f"{n}" * 64)
        write_journal(home, catalogue)
    (path,) = home.journal.iterdir()
    lines = path.read_bytes().splitlines(keepends=True)
    lines[12] = lines[12].replace(b"a", b"b", 1)
    path.write_bytes(b"".join(lines))
    other = open_catalogue(begin_archive(tmp_path / "other")[0])
    with other.writing() as connection, pytest.raises(JournalDamaged, match="line 13"):
        replay_journal(home, connection)
    with other.reading() as connection:
        assert entries.newest(connection) == 8
    begin(other, "r9", "9" * 64)
    with other.reading() as connection:
        assert entries.newest(connection) == 16
    other.close()


def test_an_older_catalogue_and_another_one_are_told(
    home: Home, catalogue: Catalogue, tmp_path: Path
) -> None:
    begin(catalogue)
    write_journal(home, catalogue)
    elder, _ = begin_archive(tmp_path / "elder")
    shutil.copytree(home.journal, elder.journal, dirs_exist_ok=True)
    opened = open_catalogue(elder)
    with pytest.raises(OtherCatalogue, match="pressmark restore"):
        write_journal(elder, opened)
    begin(opened, "r9", "9" * 64)
    with pytest.raises(OtherCatalogue), opened.writing() as connection:
        replay_journal(home, connection)
    opened.close()


def test_a_disk_that_refuses_is_told_in_a_sentence(home: Home, catalogue: Catalogue) -> None:
    begin(catalogue)
    home.journal.rmdir()
    home.journal.write_text("in the way")
    with pytest.raises(ArchiveTrouble, match=r"^The journal in .* What was acknowledged is"):
        write_journal(home, catalogue)
