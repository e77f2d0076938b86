from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive import readers
from archive.extraction import Extraction, extract, extract_all
from archive.extraction.confinement import LIMITS, Limits
from archive.extraction.telling import told, understood
from archive.reading import UNREAD, Source
from archive.record import Extract
from tests.archive.breaking import ROOM, Burning, Calling, Crashing, Vanishing, Writing
from tests.archive.hostile import BOMBS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (
    b"<!doctype html><html lang=en><meta name=author content='Ana Ruiz; \xc3\x84nne'>"
    b"<title>The ferry stopped</title><p>The ferry did not come over the river on Monday.</html>"
)
LONG = b"<html><body>" + b"<p>The ferry did not come, said Ana Ruiz of the board.</p>" * 100_000


@pytest.fixture(scope="module")
def extraction() -> Iterator[Extraction]:
    """One child process, which reads."""
    extraction = Extraction(at_once=1)
    yield extraction
    extraction.close()


@pytest.fixture
def within(extraction: Extraction) -> Callable[..., tuple[Extract, ...]]:
    """What comes of bytes within limits of their own."""

    def read(*contents: bytes, limits: Limits = LIMITS) -> tuple[Extract, ...]:
        return extraction.read([Source(content, "a.html") for content in contents], limits)

    return read


def test_what_a_child_reads_is_what_the_reader_makes_of_it() -> None:
    source = Source(PAGE, "a.html", "https://ledger.example/ferry")
    assert extract(source) == readers.read(source)


def test_a_told_extract_is_understood_as_it_was() -> None:
    found = replace(readers.read(Source(PAGE, "a.html")), text="half a pair: \ud800", cut=True)
    assert understood(told(found)) == found


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"reader": "html/1"}', b"\x80\x04."])
def test_what_is_no_extract_is_not_understood(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"not an extract|Expecting|decode"):
        understood(content)


def test_many_originals_are_read_in_order() -> None:
    sources = [Source(b"<title>Page %d</title><p>Words." % n, "a.html") for n in range(150)]
    titles = [each.description.title for each in extract_all(sources)]
    assert titles == [f"Page {n}" for n in range(150)]


@pytest.mark.parametrize(
    ("content", "limits", "reason"),
    [
        (
            LONG,
            replace(LIMITS, memory=280_000_000),
            "Text not extracted: it took more than 280 MB of memory.",
        ),
        (
            Burning(ROOM),  # how long a page takes depends on the machine
            replace(LIMITS, processor=1),
            "Text not extracted: it took more than 1 seconds of processor time.",
        ),
        (
            LONG,
            replace(LIMITS, seconds=0.3),
            "Text not extracted: it took more than 0.3 seconds.",
        ),
    ],
)
def test_what_breaches_a_limit_is_told_and_the_others_are_read(
    within: Callable[..., tuple[Extract, ...]], content: bytes, limits: Limits, reason: str
) -> None:
    # The short page needs none of what the others are denied, however busy the machine is.
    before, long, after = within(b"GIF8", content, b"GIF8", limits=limits)
    assert (long.reader, long.text, long.warnings) == (UNREAD, None, (reason,))
    assert before == after
    assert before.warnings == ("Text not extracted: no reader for image/gif.",)


@pytest.mark.parametrize("name", ["bomb.docx", "bomb.pdf"])
def test_a_document_that_takes_too_much_is_told(extraction: Extraction, name: str) -> None:
    limits = Limits(memory=600_000_000, processor=10, seconds=300.0)
    (found,) = extraction.read([Source(BOMBS[name](), name)], limits)
    assert (found.reader, found.text) == (UNREAD, None)
    assert found.warnings[0].startswith("Text not extracted: it took more than ")


def test_what_is_nested_deep_is_read_or_told(extraction: Extraction) -> None:
    sources = [Source(BOMBS[name](), name) for name in ("deep.html", "deep.eml")]
    page, message = extraction.read(sources)
    assert page.text == "The words below."
    assert message.warnings == ("Text not extracted: what it is made of is nested too deep.",)


def test_a_byline_of_two_megabytes_names_nobody_at_length(extraction: Extraction) -> None:
    (found,) = extraction.read([Source(BOMBS["byline.html"](), "byline.html")])
    assert found.description.title == "The ferry"
    assert all(len(name) < 300 for name in found.description.creator)


def test_a_reader_that_breaks_its_process_costs_only_its_own_file(
    within: Callable[..., tuple[Extract, ...]],
) -> None:
    before, broken, after = within(PAGE, Crashing(ROOM), PAGE)
    assert broken.warnings == ("Text not extracted: the program that reads it broke (Aborted).",)
    assert before == after == readers.read(Source(PAGE, "a.html"))


def test_a_child_that_is_gone_is_replaced(within: Callable[..., tuple[Extract, ...]]) -> None:
    # Unpickling it is the end of the process that would have begun another to read it.
    _, lost, found = within(PAGE, Vanishing(ROOM), PAGE)
    assert lost.warnings == ("Text not extracted: the process that read it ended unexpectedly.",)
    assert found == readers.read(Source(PAGE, "a.html"))


def test_a_reader_reaches_no_network(within: Callable[..., tuple[Extract, ...]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        call = Calling(b"%d what was read" % server.getsockname()[1] + ROOM)
        _, calling = within(PAGE, call)
        assert calling.text is None
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_reader_writes_no_file(
    within: Callable[..., tuple[Extract, ...]], tmp_path: Path
) -> None:
    target = tmp_path / "written"
    within(PAGE, Writing(bytes(target) + ROOM))
    assert not target.exists() or target.read_bytes() == b""


def test_native_code_has_no_network_where_the_system_allows_it() -> None:
    script = (
        "import sys; from archive.extraction.confinement import without_network\n"
        "if not without_network(): sys.exit(77)\n"
        "lines = [line.split(':') for line in open('/proc/self/net/dev')]\n"
        "sys.exit([line[0].strip() for line in lines if line[1:]] != ['lo'])"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode
    if ended == 77:
        pytest.skip("this system gives no network namespaces")
    assert ended == 0


def test_a_little_text_is_read_without_a_process() -> None:
    extraction = Extraction()
    (found,) = extraction.read([Source(b"The ferry stopped\n\nNobody crossed.", "a.txt")])
    assert found.description.title == "The ferry stopped"
    assert extraction._children == []
