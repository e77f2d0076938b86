from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from xml.etree.ElementTree import Element, fromstring

from hypothesis import given
from hypothesis import strategies as st

from archive.record import Access, Description, Record
from indexer.answer import Hit, Passage
from indexer.exporting.atom import Entry, atom_feed, entry_of
from indexer.exporting.opensearch import opensearch_description

ATOM = "{http://www.w3.org/2005/Atom}"
SELF = "https://archive.example/feed?q=quay&from=2024"
EARLY = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
LATE = datetime(2026, 1, 3, 1, 0, tzinfo=timezone(timedelta(hours=2)))


def hit(title: str | None, *authors: str, outlet: str | None = None, text: str = "") -> Hit:
    record = Record(
        "4r9zk2m0c7ht", 1, EARLY, Description(title=title, language="az-latn"), {}, (), None
    )
    passages = (Passage(0, len(text), text, ()),) if text else ()
    return Hit(
        record=record, score=1.0, title=title, title_marks=(), outlet=outlet, authors=authors,
        date=None, stances=(), access=Access.OPEN, passages=passages, more=0,
    )  # fmt: skip


def feed_of(*entries: Entry, title: str = "Search: quay") -> Element:
    written = atom_feed(
        title,
        self_link=SELF,
        alternate="https://archive.example/?q=quay&from=2024",
        updated=EARLY,
        entries=entries,
    )
    assert written.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns=")
    return fromstring(written)


def texts(element: Element, path: str) -> list[str | None]:
    return [each.text for each in element.findall("/".join(ATOM + p for p in path.split("/")))]


def test_a_feed_has_what_rfc_4287_asks_for() -> None:
    old = entry_of(hit("Old", "A. Holt", text="By the\nquay"), link="https://archive.example/r/1")
    new = entry_of(hit(None, outlet="Courier"), link="https://archive.example/r/2", updated=LATE)
    feed = feed_of(new, old)
    assert texts(feed, "id") == [SELF]
    assert texts(feed, "title") == ["Search: quay"]
    assert texts(feed, "updated") == ["2026-01-02T23:00:00Z"]
    assert texts(feed, "author/name") == ["Pressmark"]
    assert [(each.get("rel"), each.get("href")) for each in feed.findall(f"{ATOM}link")] == [
        ("self", SELF),
        ("alternate", "https://archive.example/?q=quay&from=2024"),
    ]
    assert texts(feed, "entry/title") == ["[no title stated]", "Old"]
    assert texts(feed, "entry/updated") == ["2026-01-02T23:00:00Z", "2026-01-02T03:04:05Z"]
    assert texts(feed, "entry/published") == ["2026-01-02T03:04:05Z"] * 2
    assert texts(feed, "entry/author/name") == ["Courier", "A. Holt"]
    assert texts(feed, "entry/summary") == ["By the quay"]
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "az-latn"


def test_the_id_of_an_entry_stays_when_the_archive_moves() -> None:
    here, there = (entry_of(hit("T"), link=link) for link in ("http://a/r/1", "http://b/r/1"))
    assert here.id == there.id == "urn:uuid:a52dc549-aa05-5e53-a11e-dfe734362816"


def test_an_empty_feed_has_the_time_that_it_is_given() -> None:
    feed = feed_of()
    assert texts(feed, "updated") == ["2026-01-02T03:04:05Z"]
    assert feed.find(f"{ATOM}entry") is None


@given(st.text() | st.text(alphabet="<>&]\"'\x00\x0b\ud800\ufffe\uffff\u2028\u202e\nx"))
def test_no_text_breaks_a_feed(text: str) -> None:
    feed = feed_of(
        entry_of(hit(text, text, text=text), link="https://archive.example/r/1"), title=text
    )
    (title,) = texts(feed, "entry/title")
    assert not set(title or "") & set("\x00\x0b\n\ud800\ufffe\uffff\u2028\u202e")
    assert len(feed) == 7
    assert len(feed.findall(f"{ATOM}entry")) == 1


def test_an_opensearch_description() -> None:
    document = fromstring(
        opensearch_description(
            "Pressmark",
            "Search <the> archive",
            pages="https://archive.example/?q={searchTerms}&page={startPage?}",
            feed="https://archive.example/feed?q={searchTerms}",
            icon="https://archive.example/static/pressmark.svg",
        )
    )
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    assert document.tag == f"{space}OpenSearchDescription"
    assert document.findtext(f"{space}ShortName") == "Pressmark"
    assert document.findtext(f"{space}Description") == "Search <the> archive"
    assert [(u.get("type"), u.get("template")) for u in document.findall(f"{space}Url")] == [
        ("text/html", "https://archive.example/?q={searchTerms}&page={startPage?}"),
        ("application/atom+xml", "https://archive.example/feed?q={searchTerms}"),
    ]
