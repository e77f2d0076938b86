from __future__ import annotations

from pathlib import Path

import pytest

from archive.containers import BadBag, bag
from archive.gathering import gather
from archive.submission import Problem
from tests.archive.containing import TEXTS, put
from tests.archive.containing import bag as bag_of

MANIFEST = "manifest-sha256.txt"


def fault(folder: Path) -> str:
    with pytest.raises(BadBag) as caught:
        bag.payload(bag.in_folder(folder))
    return str(caught.value)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_the_payload_of_a_whole_bag(tmp_path: Path, algorithm: str) -> None:
    put(tmp_path, bag_of(TEXTS, algorithm=algorithm))
    assert bag.payload(bag.in_folder(tmp_path)) == ("data/ferry.txt", "data/night/boat.html")


def test_a_wrong_digest_names_the_file(tmp_path: Path) -> None:
    put(tmp_path, {**bag_of(TEXTS), "data/night/boat.html": b"Another boat."})
    assert fault(tmp_path) == ("data/night/boat.html is not as its manifest says (sha256 differs)")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    put(tmp_path, bag_of(TEXTS))
    (tmp_path / "data" / "ferry.txt").unlink()
    assert fault(tmp_path) == "data/ferry.txt is missing"


def test_a_file_that_no_manifest_has_is_named(tmp_path: Path) -> None:
    put(tmp_path, {**bag_of(TEXTS), "data/more.txt": b"More."})
    assert fault(tmp_path) == "data/more.txt is in no manifest"


@pytest.mark.parametrize(
    "path", ["data/../../secret", "/etc/passwd", "../secret", "~/secret", "C:\\secret"]
)
def test_a_path_that_escapes_is_named(tmp_path: Path, path: str) -> None:
    put(tmp_path, bag_of(TEXTS))
    with (tmp_path / MANIFEST).open("a") as manifest:
        manifest.write(f"{'0' * 64}  {path}\n")
    assert fault(tmp_path) == f"{MANIFEST}, line 3: {path} leads out of the bag"


def test_a_link_that_escapes_is_named(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(TEXTS["ferry.txt"])
    put(tmp_path / "bag", bag_of(TEXTS))
    (tmp_path / "bag" / "data" / "ferry.txt").unlink()
    (tmp_path / "bag" / "data" / "ferry.txt").symlink_to(secret)
    assert fault(tmp_path / "bag") == "data/ferry.txt leads out of the bag"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bagit.txt", b"Hello.", "bagit.txt does not say that this is a bag"),
        (MANIFEST, b"nonsense\n", f"{MANIFEST}, line 1 is no digest and path"),
        (MANIFEST, b"\xff\xfe", f"{MANIFEST} is not in UTF-8"),
        (MANIFEST, b"00  bagit.txt\n", f"bagit.txt has no place in {MANIFEST}"),
        ("manifest-crc32.txt", b"00  data/ferry.txt\n",
         "manifest-crc32.txt has digests that are not known here"),
        ("tagmanifest-md5.txt", b"00  bagit.txt\n",
         "bagit.txt is not as its manifest says (md5 differs)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_bags_own_files_is_told(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    put(tmp_path, {**bag_of(TEXTS), name: content})
    assert fault(tmp_path) == reason


def test_a_bag_among_the_paths_gives_its_payload_or_one_problem(tmp_path: Path) -> None:
    put(tmp_path, {"loose.txt": b"Loose."})
    put(tmp_path / "bag", bag_of(TEXTS))
    gathering = gather([tmp_path])
    names = [each.name for each in gathering if not isinstance(each, Problem)]
    assert names == ["loose.txt", "bag/data/ferry.txt", "bag/data/night/boat.html"]
    assert gathering.count() == 3
    (tmp_path / "bag" / "data" / "ferry.txt").write_bytes(b"Another.")
    _, problem = gather([tmp_path])
    assert problem == Problem(
        "bag",
        "the bag is not whole: data/ferry.txt is not as its manifest says (sha256 differs); "
        "nothing of it was added",
    )
    assert len(list(gather([tmp_path / "bag"]))) == 1
