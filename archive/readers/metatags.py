"""What a page's <meta> and <link> elements state of the article.

Sources: Open Graph and its article:* properties, Dublin Core in HTML (DCMI), Highwire
(citation_*), parse.ly, Sailthru and schema.org names in common use.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bs4 import Tag

from archive.readers.elements import attribute
from archive.readers.markup import Page
from archive.record import Statement

LONGEST = 5_000
"""Characters; a longer content is no statement about the article."""

MOST = 100
"""Statements of one property; a page that has more is not to be believed."""

_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "title",
        (
            "og:title",
            "citation_title",
            "dc.title",
            "dcterms.title",
            "headline",
            "parsely-title",
            "sailthru.title",
            "twitter:title",
            "hdl",
            "title",
        ),
    ),
    (
        "issued",
        (
            "article:published_time",
            "og:article:published_time",
            "article:published",
            "datepublished",
            "parsely-pub-date",
            "sailthru.date",
            "cxenseparse:recs:publishtime",
            "cxenseparse:publishtime",
            "publishdate",
            "publish_date",
            "publish-date",
            "pubdate",
            "article.published",
            "published_time",
            "published",
            "article_date_original",
            "article-publish-date",
            "originalpublicationdate",
            "publication_date",
            "citation_publication_date",
            "citation_online_date",
            "citation_date",
            "dcterms.issued",
            "dc.date.issued",
            "dcterms.date",
            "dc.date",
            "dcterms.created",
            "dc.date.created",
            "dcterms.available",
            "bt:pubdate",
            "displaydate",
            "og:pubdate",
            "og:published_time",
            "og:publish_date",
            "og:release_date",
            "article:publicationdate",
            "dat",
            "date",
        ),
    ),
    (
        "modified",
        (
            "article:modified_time",
            "og:article:modified_time",
            "og:updated_time",
            "datemodified",
            "article.updated",
            "dcterms.modified",
            "dc.date.modified",
            "lastmod",
            "last-modified",
            "revised",
        ),
    ),
    (
        "creator",
        (
            "author",
            "article:author_name",
            "article:author",
            "og:article:author",
            "citation_author",
            "dc.creator",
            "dcterms.creator",
            "dc.contributor.author",
            "parsely-author",
            "sailthru.author",
            "cxenseparse:author",
            "article.author",
            "byl",
            "byline",
            "authors",
            "author_name",
            "twitter:creator:name",
        ),
    ),
    (
        "publisher",
        (
            "og:site_name",
            "citation_journal_title",
            "dc.publisher",
            "dcterms.publisher",
            "application-name",
            "apple-mobile-web-app-title",
            "twitter:site:name",
            "publisher",
            "copyright",
        ),
    ),
    (
        "language",
        (
            "og:locale",
            "content-language",
            "dc.language",
            "dcterms.language",
            "inlanguage",
            "language",
        ),
    ),
    ("url", ("og:url", "twitter:url", "parsely-link")),
)
_AUTHOR_LABEL = re.compile(
    r"\W*(?:written\s+by|posted\s+by|author|by\b|verfasst\s+von|geschrieben\s+von|autor|écrit\s+par"
    r"|auteur|escrito\s+por|scritto\s+da|написано|автор|yazan|napisane|skrevet\s+av|geschreven\s+door)",
    re.IGNORECASE,
)
_KINDS = ("property", "name", "itemprop", "http-equiv")
_DUBLIN_CORE = re.compile(r"^(dc|dcterms?)[:.]")
_ORDER = {name: (property_, rank) for property_, names in _NAMES for rank, name in enumerate(names)}


def statements(page: Page) -> Iterator[Statement]:
    """Everything that <meta> states, exactly as found, best-kept names first."""
    found: list[tuple[int, int, Statement]] = []
    metas = [tag for tag in page.tags if tag.name == "meta"]
    for position, meta in enumerate(metas):
        content = attribute(meta, "content")
        if not content.strip() or len(content) > LONGEST:
            continue
        named = (name for kind in _KINDS for name in attribute(meta, kind).split())
        for name in named:
            known = _ORDER.get(_DUBLIN_CORE.sub(r"\1.", name.lower()))
            if known:
                property_, rank = known
                statement = Statement(property_, content, f"meta {name}")
                found.append((rank, position, statement))
                break
    found.extend(_labelled(metas))
    counts: Counter[str] = Counter()
    for _, _, statement in sorted(found, key=lambda entry: entry[:2]):
        counts[statement.property] += 1
        if counts[statement.property] <= MOST:
            yield statement


def _labelled(metas: Sequence[Tag]) -> Iterator[tuple[int, int, Statement]]:
    contents = {
        attribute(meta, "name") or attribute(meta, "property"): attribute(meta, "content")
        for meta in metas
    }
    for number in "12":
        label, value = contents.get(f"twitter:label{number}"), contents.get(f"twitter:data{number}")
        if label and value and _AUTHOR_LABEL.match(label):
            yield 50, int(number), Statement("creator", value, f"meta twitter:data{number}")


def canonical(page: Page) -> Iterator[Statement]:
    """The page's own word on its canonical address."""
    for link in page.tags:
        if link.name != "link":
            continue
        address = attribute(link, "href")
        if "canonical" in attribute(link, "rel").lower().split() and address:
            yield Statement("url", address, "link canonical")
