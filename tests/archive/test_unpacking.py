from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from archive.readers.sniffing import MAIL, MBOX, WARC, ZIP
from archive.record import Statement
from archive.submission import Problem, Submission, from_bytes
from archive.unpacking import Unfolded, unfold
from archive.values import described
from tests.archive.containing import TEXTS, bag, warc, zip_bomb, zipped
from tests.archive.hostile import BOMBS

PAGE = b"<!doctype html><title>The ferry stopped</title><p>Nobody crossed the river."


def submitted(content: bytes, name: str, **said: str) -> Submission:
    statements = tuple(Statement(key, value, "manifest") for key, value in said.items())
    return from_bytes(content, name, name, statements, described(statements))


def unfolded(content: bytes, name: str, **said: str) -> list[Unfolded | Problem]:
    return list(unfold(submitted(content, name, **said)))


def told(content: bytes, name: str) -> list[tuple[str, str]]:
    """What there is, by name, with its media type or with why it is not there."""
    return [
        (each.place, each.reason)
        if isinstance(each, Problem)
        else (each.submission.name, each.reason or each.media_type)
        for each in unfold(submitted(content, name))
    ]


def parts(content: bytes, name: str, **said: str) -> list[Unfolded]:
    found = unfolded(content, name, **said)[1:]
    assert all(isinstance(each, Unfolded) for each in found), found
    return [each for each in found if isinstance(each, Unfolded)]


def test_a_file_that_is_no_container_is_itself() -> None:
    (itself,) = unfolded(TEXTS["ferry.txt"], "ferry.txt")
    assert isinstance(itself, Unfolded)
    assert (itself.content, itself.media_type, itself.opened) == (
        TEXTS["ferry.txt"], "text/plain", False,
    )  # fmt: skip


def test_the_files_of_a_zip_follow_it_and_know_where_they_were() -> None:
    junk = {".hidden": b"x", "__MACOSX/ferry.txt": b"x", "night/": b""}
    content = zipped({**TEXTS, **junk})
    whole, *found = unfolded(content, "press.zip")
    assert isinstance(whole, Unfolded)
    assert (whole.media_type, whole.opened, whole.content) == (ZIP, True, content)
    names = [(each.submission.name, each.content) for each in found if isinstance(each, Unfolded)]
    assert names == [
        ("press.zip/ferry.txt", TEXTS["ferry.txt"]),
        ("press.zip/night/boat.html", TEXTS["night/boat.html"]),
    ]
    part_of = found[1].submission.part_of if isinstance(found[1], Unfolded) else None
    assert part_of is not None
    assert (part_of.name, part_of.path, part_of.position) == ("press.zip", "night/boat.html", 2)
    assert len(part_of.within) == 1


def test_what_is_said_of_a_container_is_said_of_its_parts_as_far_as_it_can_be_true() -> None:
    (page,) = parts(
        warc(("https://ledger.example/ferry", PAGE)), "crawl.warc.gz",
        title="The crawl of March", publisher="The Ledger", access="staff", issued="2021",
    )  # fmt: skip
    said = page.submission.description
    assert (said.publisher, said.access, said.title, said.issued) == (
        "The Ledger", "staff", None, None,
    )  # fmt: skip
    assert (said.url, said.captured) == ("https://ledger.example/ferry", "2021-03-05T10:00:00Z")


@pytest.mark.parametrize("coding", ["", "gzip", "br"])
@pytest.mark.parametrize("compressed", [True, False])
def test_pages_come_out_of_a_warc_as_they_were_shown(compressed: bool, coding: str) -> None:
    content = warc(
        ("https://ledger.example/ferry", PAGE), ("https://ledger.example/boat", PAGE + b" Or so."),
        compressed=compressed, coding=coding,
    )  # fmt: skip
    whole, *_ = unfolded(content, "crawl.warc")
    assert isinstance(whole, Unfolded)
    assert whole.media_type == WARC
    assert [(each.submission.name, each.content) for each in parts(content, "crawl.warc")] == [
        ("crawl.warc/https://ledger.example/ferry", PAGE),
        ("crawl.warc/https://ledger.example/boat", PAGE + b" Or so."),
    ]


@pytest.mark.parametrize("compressed", [True, False])
def test_of_a_warc_that_is_cut_there_is_what_came_before_the_cut(compressed: bool) -> None:
    pages = [(f"https://ledger.example/{n}", PAGE + b"%d" % n * 500) for n in range(9)]
    content = warc(*pages, compressed=compressed)
    found = told(content[: len(content) * 2 // 3], "crawl.warc")
    assert found[-1] == (
        "crawl.warc", "the WARC file is cut short or damaged; what came before is added",
    )  # fmt: skip
    assert found[1:-1] == [
        (f"crawl.warc/https://ledger.example/{n}", "text/html") for n in range(len(found) - 2)
    ]
    assert 3 <= len(found) - 2 <= 7
    only_a_byte = told(content[:-1], "crawl.warc")
    assert len(only_a_byte) == 11
    assert only_a_byte[-1] == found[-1]
    assert told(content[:300], "crawl.warc") == [
        ("crawl.warc", "the WARC file is cut short or damaged, before its first page")
    ]


def test_messages_come_out_of_a_mailbox_and_attachments_out_of_messages() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ana Ruiz <ana@ledger.example>", "The ferry"
    message["Message-ID"] = "<1@ledger.example>"
    message.set_content("See the attachment.\n")
    message.add_attachment(TEXTS["ferry.txt"], "text", "plain", filename="ferry.txt")
    message.add_attachment(b"\x89PNG\r\n", "image", "png", cid="<logo>", disposition="inline")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Bo Lind <bo@ledger.example>", "Before"
    inner.set_content("An older one.\n")
    message.add_attachment(inner)
    line = b"From ana@ledger.example Fri Mar  5 10:00:00 2021\n"
    first, second = message.as_bytes(), inner.as_bytes()
    mailbox = line + first + b"\n" + line + second
    assert told(mailbox, "inbox") == [
        ("inbox", MBOX),
        ("inbox/1.eml", MAIL),
        ("inbox/1.eml/ferry.txt", "text/plain"),
        ("inbox/1.eml/2.eml", MAIL),
        ("inbox/2.eml", MAIL),
    ]
    assert parts(mailbox, "inbox")[1].content == TEXTS["ferry.txt"]
    assert parts(mailbox, "inbox")[0].content == first + b"\n"


def test_a_zip_that_would_be_too_large_is_not_unpacked() -> None:
    bomb = zip_bomb(1_000_000_000)
    assert len(bomb) < 1_100_000
    assert told(bomb, "bomb.zip") == [
        ("bomb.zip", "the ZIP file of 1.0 MB would unpack to 1,000 MB")
    ]


def test_a_zip_that_lies_about_its_sizes_gives_no_more_than_it_says() -> None:
    honest = zipped({"a.txt": bytes(500_000)})
    size, lie = (500_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    found = told(honest.replace(size, lie), "lie.zip")
    assert found[1:] == [("lie.zip/a.txt", "it is damaged in the ZIP file")]


def test_containers_are_opened_to_a_depth() -> None:
    content = TEXTS["ferry.txt"]
    for n in range(6):
        content = zipped({f"{n}.zip" if n else "ferry.txt": content})
    reason = "it lies in 4 containers, and a further one is not unpacked"
    assert told(content, "deep.zip")[-1] == ("deep.zip/5.zip/4.zip/3.zip/2.zip", reason)


def test_a_zip_of_zips_of_zips_comes_to_few_and_ends() -> None:
    found = told(BOMBS["quine.zip"](), "quine.zip")
    assert len(found) == 41
    assert found[4][1] == "it lies in 4 containers, and a further one is not unpacked"


def test_the_same_container_twice_is_opened_once() -> None:
    inner = zipped(TEXTS)
    assert [name for name, _ in told(zipped({"a.zip": inner, "b.zip": inner}), "c.zip")] == [
        "c.zip", "c.zip/a.zip", "c.zip/a.zip/ferry.txt", "c.zip/a.zip/night/boat.html",
        "c.zip/b.zip",
    ]  # fmt: skip


def test_a_page_that_unpacks_to_too_much_is_named() -> None:
    content = warc(
        ("https://ledger.example/ferry", PAGE), ("https://ledger.example/bomb", bytes(201_000_000)),
        coding="gzip",
    )  # fmt: skip
    assert told(content, "crawl.warc")[1:] == [
        ("crawl.warc/https://ledger.example/ferry", "text/html"),
        ("crawl.warc/https://ledger.example/bomb", "the page is larger than 200 MB"),
    ]


def test_files_that_cannot_be_had_are_named_and_the_others_follow() -> None:
    content = zipped({"a.txt": b"The first of three." * 9, "b.txt": b"x" * 999, "c.txt": b"Last."})
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        start = file.getinfo("b.txt").header_offset + 30 + len("b.txt")
    broken = content[:start] + b"\xff\xff\xff" + content[start + 3 :]
    assert told(broken, "a.zip")[1:] == [
        ("a.zip/a.txt", "text/plain"),
        ("a.zip/b.txt", "it is damaged in the ZIP file"),
        ("a.zip/c.txt", "text/plain"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"PK\x03\x04" + b"\xff" * 300, "a.zip", "the ZIP file is damaged"),
        (zipped({}), "a.zip", "the ZIP file holds no files"),
        (warc(), "a.warc", "the WARC file holds no page that was answered with status 200"),
        (b"WARC/1.0\r\nnot at all\r\n\r\n", "a.warc",
         "the WARC file holds no page that was answered with status 200"),
    ],
    ids=["damaged", "empty", "no page", "no WARC"],
)  # fmt: skip
def test_a_container_without_parts_says_why(content: bytes, name: str, reason: str) -> None:
    assert told(content, name) == [(name, reason)]


def test_of_a_bag_in_a_zip_the_payload_follows() -> None:
    files = {f"press/{name}": content for name, content in bag(TEXTS).items()}
    assert told(zipped(files), "press.zip") == [
        ("press.zip", ZIP),
        ("press.zip/press/data/ferry.txt", "text/plain"),
        ("press.zip/press/data/night/boat.html", "text/html"),
    ]


def test_nothing_follows_of_a_bag_that_is_not_whole() -> None:
    files = {**bag(TEXTS), "data/ferry.txt": b"Another ferry."}
    assert told(zipped(files), "press.zip") == [
        (
            "press.zip",
            "the bag is not whole: data/ferry.txt is not as its manifest says "
            "(sha256 differs); nothing of it was added",
        )
    ]


def test_an_empty_file_is_a_problem() -> None:
    (problem,) = unfolded(b"", "empty.txt")
    assert problem == Problem("empty.txt", "the file is empty")
