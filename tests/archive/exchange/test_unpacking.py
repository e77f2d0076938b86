"""What leaves an archive in a bag comes back without loss, and what is no such bag does not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import purging
from archive.amending import amend, describing
from archive.authority import Authority
from archive.catalogue import authorities, extracts, records
from archive.catalogue import originals as catalogued
from archive.catalogue.chain import canonical, link
from archive.catalogue.database import Catalogue, open_catalogue
from archive.checking import check_catalogue
from archive.errors import ArchiveTrouble, UserMistake
from archive.exchange import unpacking
from archive.founding import begin_archive
from archive.home import Home
from archive.journal import write_journal
from archive.mending import mend
from archive.originals import Originals
from archive.record import Statement
from tests.archive.exchange.archives import (
    AT,
    BRIDGE,
    FERRY,
    filled,
    packed,
    rows,
    stored,
    unpacked,
)
from tests.archive.test_fixity import alter, check
from tests.archive.test_ingest import add, submission

OWN = {"event", "change"}
"""Tables in which an archive has rows about itself."""


@dataclass(frozen=True)
class Made:
    """Archives that every test here begins with: one with something in every table, its records
    by name, a bag of it all; and one with nothing in it."""

    root: Path
    ids: dict[str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("made")
    begin_archive(root / "other")
    home, _ = begin_archive(root / "home")
    catalogue = open_catalogue(home)
    ids = filled(home, catalogue)
    packed(home, catalogue, root / "bag")
    catalogue.close()
    return Made(root, ids)


@pytest.fixture
def ids(made: Made) -> dict[str, str]:
    return made.ids


@pytest.fixture
def bag(made: Made, tmp_path: Path) -> Path:
    """A bag of the whole archive `home`."""
    return shutil.copytree(made.root / "bag", tmp_path / "bag")


@pytest.fixture
def home(made: Made, tmp_path: Path) -> Home:
    return Home(shutil.copytree(made.root / "home", tmp_path / "home"))


@pytest.fixture
def other(made: Made, tmp_path: Path) -> Iterator[tuple[Home, Catalogue]]:
    """Another archive, with nothing in it."""
    home = Home(shutil.copytree(made.root / "other", tmp_path / "other"))
    catalogue = open_catalogue(home)
    yield home, catalogue
    catalogue.close()


def seal(bag: Path) -> None:
    """Make a bag's manifests say what is in it."""
    info = bag / "bag-info.txt"
    kept = [line for line in info.read_text().splitlines() if "Oxum" not in line]
    info.write_text("\n".join(kept) + "\n")
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        names = sorted(p.relative_to(bag).as_posix() for p in bag.rglob("*") if p.is_file())
        lines = [
            f"{hashlib.sha256((bag / name).read_bytes()).hexdigest()}  {name}\n"
            for name in names
            if name.startswith("data/") is not manifest.startswith("tag")
            and not name.startswith("tagmanifest")
        ]
        (bag / manifest).write_text("".join(lines), encoding="utf-8")


def rewrite(bag: Path, sheet: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change each document of a sheet, and seal the bag again."""
    path = bag / "data" / "metadata" / f"{sheet}.jsonl"
    documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for document in documents:
        change(document)
    path.write_text("".join(canonical(d) + "\n" for d in documents), encoding="utf-8")
    seal(bag)


def refused(home: Home, catalogue: Catalogue, bag: Path) -> str:
    """Why a bag is refused; nothing of it is in the archive then."""
    before = rows(catalogue)
    with pytest.raises(UserMistake) as told:
        unpacked(home, catalogue, bag)
    assert rows(catalogue) == before
    return str(told.value)


def test_an_archive_comes_back_byte_for_byte_and_row_for_row(
    home: Home, catalogue: Catalogue, ids: dict[str, str], bag: Path, other: tuple[Home, Catalogue]
) -> None:
    done = unpacked(*other, bag)
    assert set(done.added) == set(ids.values())
    assert (done.held, done.authorities, done.originals) == (0, 2, 3)
    assert done.refused == done.lacking == ()
    assert stored(other[0]) == stored(home)
    ours, theirs = rows(catalogue), rows(other[1])
    for name in ours.keys() - OWN:
        assert theirs[name] == ours[name], name
    new = set(theirs["event"]) - set(ours["event"])
    assert len(new) == 1
    assert "3 records imported from the bag bag" in new.pop()


def test_what_came_back_is_proven_and_leaves_again_the_same(
    bag: Path, other: tuple[Home, Catalogue], tmp_path: Path
) -> None:
    unpacked(*other, bag)
    write_journal(*other)
    checked = check_catalogue(other[0])
    assert (checked.faults, checked.unknown) == ((), 0)
    packed(*other, tmp_path / "again")
    for name in ("records", "originals", "authorities", "relations"):
        path = Path("data", "metadata", f"{name}.jsonl")
        assert (tmp_path / "again" / path).read_bytes() == (bag / path).read_bytes()
    manifest = Path("data", "manifest.csv")
    assert (tmp_path / "again" / manifest).read_bytes() == (bag / manifest).read_bytes()


def test_the_same_bag_again_changes_nothing(bag: Path, other: tuple[Home, Catalogue]) -> None:
    unpacked(*other, bag)
    before = rows(other[1])
    done = unpacked(*other, bag)
    assert (done.added, done.held, done.authorities_held, done.refused) == ((), 3, 2, ())
    assert rows(other[1]) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(
    bag: Path, other: tuple[Home, Catalogue]
) -> None:
    before = rows(other[1])
    foreseen = unpacked(*other, bag, dry_run=True)
    assert rows(other[1]) == before
    assert stored(other[0]) == {}
    assert unpacked(*other, bag) == foreseen


def test_records_come_beside_those_that_are_there(
    ids: dict[str, str], bag: Path, other: tuple[Home, Catalogue]
) -> None:
    home, catalogue = other
    add(home, catalogue, submission(b"A ford, further up.\n", "ford.txt"))
    (there,) = rows(catalogue)["record"]
    done = unpacked(home, catalogue, bag)
    assert set(done.added) == set(ids.values())
    assert there in rows(catalogue)["record"]
    write_journal(home, catalogue)
    assert check_catalogue(home).faults == ()
    with catalogue.reading() as connection:
        bridge = records.get(connection, ids["bridge.txt"])
        assert bridge is not None
        assert bridge.extract_id is not None
        extract = extracts.get(connection, bridge.extract_id)
        history = records.history(connection, bridge.id)
    assert extract is not None
    assert extract.text == BRIDGE.decode()
    # Its passages name an extract by its number, which is another one here: a revision says so.
    assert [each.reason for each in history][-1] == (
        "its passages name the extracts that are in this archive"
    )
    assert {passage.extract_id for passage in bridge.excluded} == {bridge.extract_id}
    assert bridge.codings[0].passage == bridge.excluded[0]
    again = unpacked(home, catalogue, bag)
    assert (again.added, again.held, again.refused) == ((), 3, ())


def test_an_original_that_is_there_already_stays_one(
    ids: dict[str, str], bag: Path, other: tuple[Home, Catalogue]
) -> None:
    home, catalogue = other
    (own,) = add(home, catalogue, submission(FERRY, "mine.txt"))
    unpacked(home, catalogue, bag)
    with catalogue.reading() as connection:
        ours = records.get(connection, own.record_id or "")
        theirs = records.get(connection, ids["ferry.txt"])
    assert ours is not None
    assert theirs is not None
    assert ours.extract_id == theirs.extract_id
    assert len(stored(home)) == 3


def test_a_record_with_another_history_here_is_refused_and_the_rest_taken(
    home: Home,
    catalogue: Catalogue,
    ids: dict[str, str],
    other: tuple[Home, Catalogue],
    tmp_path: Path,
) -> None:
    packed(home, catalogue, tmp_path / "first", ids["ferry.txt"])
    unpacked(*other, tmp_path / "first")
    for archive, title in ((catalogue, "The ferry"), (other[1], "A ferry")):
        said = describing([Statement("title", title, "archivist")])
        amend(archive, ids["ferry.txt"], said, based_on=None, at=AT, agent="ana", reason="clearer")
    packed(home, catalogue, tmp_path / "second")
    before = rows(other[1])["revision"]
    done = unpacked(*other, tmp_path / "second")
    assert set(done.added) == {ids["bridge.txt"], ids["gate.txt"]}
    assert done.refused[0] == (
        ids["ferry.txt"],
        "it has another history here, from revision 2 on",
    )
    assert set(before) < set(rows(other[1])["revision"])
    with other[1].reading() as connection:
        kept = records.get(connection, ids["ferry.txt"])
    assert kept is not None
    assert kept.description.title == "A ferry"


def test_what_was_purged_here_does_not_come_back_with_a_bag(
    ids: dict[str, str], bag: Path, other: tuple[Home, Catalogue]
) -> None:
    home, catalogue = other
    (own,) = add(home, catalogue, submission(FERRY, "mine.txt"))
    assert own.record_id is not None
    tombstone = purging.make_tombstone(
        catalogue, own.record_id, at=AT, agent="otto", reason="court order"
    )
    purging.remove_traces(home, catalogue, tombstone)
    done = unpacked(home, catalogue, bag)
    assert set(done.added) == {ids["bridge.txt"], ids["gate.txt"]}
    digest = hashlib.sha256(FERRY).hexdigest()
    assert dict(done.refused)[ids["ferry.txt"]] == f"the original {digest} was purged here"
    assert digest not in stored(home)
    assert "Nobody crossed" not in str(rows(catalogue)["extract"])
    assert check_catalogue(home).faults == ()


def test_a_purge_while_a_bag_is_read_stops_its_import(
    bag: Path, other: tuple[Home, Catalogue], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, catalogue = other
    (own,) = add(home, catalogue, submission(FERRY, "mine.txt"))
    assert own.record_id is not None
    keep = unpacking._keep_originals

    def purge_and_keep(*known: Any) -> None:
        purging.make_tombstone(
            catalogue, own.record_id or "", at=AT, agent="otto", reason="court order"
        )
        keep(*known)

    monkeypatch.setattr(unpacking, "_keep_originals", purge_and_keep)
    with pytest.raises(ArchiveTrouble, match="changed while the bag was read"):
        unpacked(home, catalogue, bag)
    assert len(rows(catalogue)["record"]) == 1


def test_a_record_that_went_on_in_one_of_the_two_is_told_or_held(
    home: Home, catalogue: Catalogue, ids: dict[str, str], bag: Path,
    other: tuple[Home, Catalogue], tmp_path: Path,
) -> None:  # fmt: skip
    unpacked(*other, bag)
    said = describing([Statement("title", "The ferry", "archivist")])
    amend(catalogue, ids["ferry.txt"], said, based_on=None, at=AT, agent="ana", reason="clearer")
    packed(home, catalogue, tmp_path / "newer")
    done = unpacked(*other, tmp_path / "newer")
    assert done.refused == ((ids["ferry.txt"], "it is at revision 1 here and at 2 in the bag"),)
    held = unpacked(home, catalogue, bag)
    assert (held.added, held.held, held.refused) == ((), 3, ())


def test_what_the_bag_has_beside_the_same_revisions_is_told(
    home: Home, catalogue: Catalogue, ids: dict[str, str], bag: Path,
    other: tuple[Home, Catalogue], tmp_path: Path,
) -> None:  # fmt: skip
    unpacked(*other, bag)
    add(home, catalogue, submission(FERRY, "another name.txt"))
    packed(home, catalogue, tmp_path / "newer")
    done = unpacked(*other, tmp_path / "newer")
    assert done.refused == (
        (
            ids["ferry.txt"],
            "its revisions are here, but not all that the bag has of it in “provenance”",
        ),
    )


def test_an_authority_with_another_history_is_refused(
    bag: Path, other: tuple[Home, Catalogue]
) -> None:
    home, catalogue = other
    with catalogue.writing() as connection:
        authorities.put(connection, [Authority("place", "ousma", "Usma")], at=AT, agent="x")
    done = unpacked(home, catalogue, bag)
    assert done.refused == (("place ousma", "it has another history here, from revision 1 on"),)
    assert len(done.added) == 3
    with catalogue.reading() as connection:
        headings = {each.id: each.heading for each in authorities.every(connection)}
    assert headings == {"ledger": "The Ledger", "ousma": "Usma"}


def test_an_original_that_the_archive_had_lost_is_lacking_here_too(
    home: Home, catalogue: Catalogue, other: tuple[Home, Catalogue], tmp_path: Path
) -> None:
    digest = hashlib.sha256(FERRY).hexdigest()
    Originals(home).path(digest).unlink()
    packed(home, catalogue, tmp_path / "bag")
    done = unpacked(*other, tmp_path / "bag")
    assert done.lacking == ((digest, "not in the bag, for there it was missing"),)
    with other[1].reading() as connection:
        assert [each.digest for each in catalogued.damaged(connection)] == [digest]


def test_mending_takes_originals_from_it(home: Home, catalogue: Catalogue, bag: Path) -> None:
    digest = hashlib.sha256(FERRY).hexdigest()
    alter(home, digest)
    check(home, catalogue, AT + timedelta(days=1))
    mended = mend(home, catalogue, bag, at=AT, agent="ana")
    assert (mended.whole, mended.left) == ((digest,), ())
    assert Originals(home).path(digest).read_bytes() == FERRY


def an_original(bag: Path) -> Path:
    return next(path for path in (bag / "data" / "originals").rglob("*") if path.is_file())


def flip(bag: Path) -> None:
    path = an_original(bag)
    path.chmod(0o644)
    path.write_bytes(b"\0" + path.read_bytes()[1:])


def lose(bag: Path) -> None:
    an_original(bag).unlink()


def cut(bag: Path) -> None:
    path = bag / "data" / "metadata" / "records.jsonl"
    path.write_bytes(path.read_bytes()[:-100])


def escape(bag: Path) -> None:
    with (bag / "manifest-sha256.txt").open("a") as stream:
        stream.write(f"{'0' * 64}  data/../../outside.txt\n")


def escape_to_a_neighbour(bag: Path) -> None:
    bag.with_name("bag-2").mkdir()
    (bag.with_name("bag-2") / "x").write_text("x")
    digest = hashlib.sha256(b"x").hexdigest()
    with (bag / "manifest-sha256.txt").open("a") as stream:
        stream.write(f"{digest}  data/../../bag-2/x\n")


def stowaway(bag: Path) -> None:
    (bag / "data" / "more.txt").write_text("more")


def tag_stowaway(bag: Path) -> None:
    (bag / "notes.txt").write_text("more")


def retag(bag: Path) -> None:
    (bag / "bag-info.txt").write_text("Payload-Oxum: 1.1\n")


def unvouched(bag: Path) -> None:
    (bag / "tagmanifest-sha256.txt").unlink()


def link_out(bag: Path) -> None:
    path = an_original(bag)
    moved = bag.with_name("moved")
    path.rename(moved)
    path.symlink_to(moved)


def link_folder(bag: Path) -> None:
    shutil.move(bag / "data" / "originals", bag.with_name("moved"))
    (bag / "data" / "originals").symlink_to(bag.with_name("moved"))


def pipe(bag: Path) -> None:
    os.mkfifo(bag / "data" / "pipe")


def fetch(bag: Path) -> None:
    path = an_original(bag)
    name = path.relative_to(bag).as_posix()
    (bag / "fetch.txt").write_text(f"http://127.0.0.1:9/x {path.stat().st_size} {name}\n")
    path.unlink()


def no_text(bag: Path) -> None:
    (bag / "manifest-sha256.txt").write_bytes(b"\xff\xfe" * 50)


def no_version(bag: Path) -> None:
    (bag / "bagit.txt").write_text("BagIt-Version: many\n")


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (flip, "has not the digest that is listed"),
        (lose, "FileMissing|exists in manifest but was not found|Payload-Oxum"),
        (cut, "Payload-Oxum|has not the digest"),
        (escape, "unsafe"),
        (escape_to_a_neighbour, "is missing|unsafe"),
        (stowaway, "Payload-Oxum|not in manifest"),
        (tag_stowaway, "no manifest lists the file notes.txt"),
        (retag, "Payload-Oxum"),
        (unvouched, "no manifest lists the file"),
        (link_out, "is a link"),
        (link_folder, "is a link"),
        (pipe, "no regular file"),
        (fetch, "fetch.txt"),
        (no_text, "is not as it was packed"),
        (no_version, "is not as it was packed"),
    ],
)
def test_a_bag_that_is_not_as_it_was_packed_changes_nothing(
    bag: Path, other: tuple[Home, Catalogue], harm: Callable[[Path], None], reason: str
) -> None:
    harm(bag)
    told = refused(*other, bag)
    assert any(each in told for each in reason.split("|")), told
    assert "\n" not in told
    assert stored(other[0]) == {}


def change_revision(document: dict[str, Any]) -> None:
    row = document["revision"][-1]
    row["content"] = row["content"].replace('"originals"', '"0riginals"')


def forging(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """Change what the newest revision of a record says, with a digest that is right."""

    def forge(document: dict[str, Any]) -> None:
        row = document["revision"][-1]
        content = json.loads(row["content"])
        change(content)
        row["content"] = canonical(content)
        row["digest"] = link(row["content"], row["previous"])

    return forge


def describing_it(**values: object) -> Callable[[dict[str, Any]], None]:
    return forging(lambda content: content["description"].update(values))


PASSAGE = {
    "extract_id": 99, "start": 0, "end": 1, "quote": "T", "before": "", "after": "", "lost": False
}  # fmt: skip


def setting(table: str, column: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        held = document[table]
        (held[0] if isinstance(held, list) else held)[column] = value

    return change


@pytest.mark.parametrize(
    ("sheet", "change", "reason"),
    [
        ("records", change_revision, "revision 1 is not what its digest says"),
        ("records", forging(lambda c: c.update(originals=[])), "not its own"),
        ("records", forging(lambda c: c.update(basis=7)), "cannot be read as a record"),
        ("records", forging(lambda c: c.update(pins=[{}])), "cannot be read as a record"),
        ("records", forging(lambda c: c.update(excluded=[PASSAGE])), "that is not there"),
        ("records", describing_it(issued=7), "cannot be read as a record"),
        ("records", describing_it(issued="2025-02-30"), "cannot be read as a record"),
        ("records", describing_it(title=["a"]), "cannot be read as a record"),
        ("records", describing_it(creator=[1]), "cannot be read as a record"),
        ("records", describing_it(stance=["<script>"]), "cannot be read as a record"),
        ("records", describing_it(access="all"), "cannot be read as a record"),
        ("originals", setting("extract", "warnings", [1]), "an extract cannot be read"),
        ("originals", setting("extract", "description", 1), "an extract cannot be read"),
        ("records", setting("record", "id", "../../../etc"), "the id of a record is none"),
        ("records", setting("record", "extract_id", 99), "names an original that is not there"),
        ("records", setting("record", "extract_id", -1), "is not of its type"),
        ("records", setting("record", "added", "yesterday"), "is no time"),
        ("records", setting("record", "withdrawn", True), "whether it is withdrawn"),
        ("records", setting("record", "revision", 7), "not at the newest of its revisions"),
        ("records", setting("revision", "record_id", "0123456789ab"), "about something else"),
        ("records", setting("event", "outcome", "perhaps"), "is none of failure, success"),
        ("records", setting("provenance", "colour", "red"), "does not know"),
        ("records", setting("statement", "property", "colour"), "is none of"),
        ("records", lambda d: d.update(job=[]), "which this program does not know"),
        ("records", lambda d: d.pop("revision"), "not at the newest of its revisions"),
        ("records", lambda d: d.update(revision={}), "is not in its form"),
        ("originals", setting("original", "digest", "../x"), "is no SHA-256"),
        ("originals", setting("original", "size", "much"), "is not of its type"),
        ("originals", setting("extract", "text", 7), "is not of its type"),
        ("authorities", setting("authority", "content", "{}"), "what its newest revision says"),
        ("relations", setting("relation", "kind", "twin"), "is none of"),
        ("archive", lambda d: d.update(job={}), "not one row"),
    ],
)
def test_a_bag_that_holds_what_no_archive_holds_changes_nothing(
    bag: Path,
    other: tuple[Home, Catalogue],
    sheet: str,
    change: Callable[[dict[str, Any]], None],
    reason: str,
) -> None:
    done = False

    def once(document: dict[str, Any]) -> None:
        nonlocal done
        if done or (sheet == "relations" and "relation" not in document):
            return
        if sheet != "records" or ("provenance" in document and len(document["provenance"]) == 2):
            change(document)
            done = True

    rewrite(bag, sheet, once)
    assert reason in refused(*other, bag)


def test_half_a_surrogate_pair_is_no_text(bag: Path, other: tuple[Home, Catalogue]) -> None:
    path = bag / "data" / "metadata" / "records.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"agent":"ana"', b'"agent":"\\ud800"'))
    seal(bag)
    assert "is not of its type" in refused(*other, bag)


@pytest.mark.parametrize(
    "line", [b"{", b"\xff", b"[" * 100_000, b'"records"', b"7", b"{}", b'{"record":1}']
)
def test_lines_that_are_no_documents_change_nothing(
    bag: Path, other: tuple[Home, Catalogue], line: bytes
) -> None:
    path = bag / "data" / "metadata" / "records.jsonl"
    path.write_bytes(path.read_bytes() + line + b"\n")
    seal(bag)
    assert "records.jsonl, line 4, " in refused(*other, bag)


def test_a_record_that_is_there_twice_changes_nothing(
    bag: Path, other: tuple[Home, Catalogue]
) -> None:
    path = bag / "data" / "metadata" / "records.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[0]]))
    seal(bag)
    refused(*other, bag)


def test_a_bag_of_another_make_or_of_a_newer_one_is_told(
    bag: Path, other: tuple[Home, Catalogue], tmp_path: Path
) -> None:
    about = bag / "data" / "metadata" / "about.json"
    data = json.loads(about.read_text())
    about.write_text(json.dumps({**data, "catalogue": "9999"}))
    seal(bag)
    assert "packed by a newer Pressmark" in refused(*other, bag)
    about.unlink()
    seal(bag)
    assert "not one of Pressmark’s" in refused(*other, bag)
    (tmp_path / "folder").mkdir()
    assert "is no bag" in refused(*other, tmp_path / "folder")
    assert "There is no folder" in refused(*other, tmp_path / "nowhere")


def test_originals_are_good_before_the_catalogue_speaks_of_them(
    bag: Path, other: tuple[Home, Catalogue], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that changes its mind between the check and the copy loses nothing."""
    flip_after = unpacking.examine_bag

    def examined(*arguments: Any) -> None:
        flip_after(*arguments)
        flip(bag)

    monkeypatch.setattr(unpacking, "examine_bag", examined)
    assert "damaged" in refused(*other, bag)
