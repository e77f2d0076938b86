"""The HTML reader: what a page states of itself, and its article's text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.readers import (
    byline,
    jsonld,
    key_for,
    labels,
    language,
    maintext,
    metatags,
    republication,
)
from archive.readers.charset import decode, without_controls
from archive.readers.conclusion import conclude
from archive.readers.elements import attribute
from archive.readers.markup import Page, parse
from archive.readers.names import key_of
from archive.readers.outlet import PAGE_TEXT, is_bare, label_of, own_name
from archive.reading import TEXT_LIMIT, Source
from archive.record import Extract, Statement

KEY = key_for("html")


def read(source: Source) -> Extract:
    """Read an HTML page.  Never raises; what is amiss is told in `warnings`."""
    decoded = decode(source.content, markup=True)
    page = parse(without_controls(decoded.text))
    warnings = list(decoded.warnings)
    if page is None:
        warnings.append("Text not extracted: the page has no content.")
        return Extract(KEY, None, warnings=tuple(warnings), charset=decoded.charset)
    if page.flattened:
        warnings.append("The page's elements are nested too deep: read without the deepest.")
    if page.cut:
        warnings.append("The page is too long: only its beginning was read.")
    if page.partial and not page.cut:
        warnings.append("The page is very long: only its beginning was searched for statements.")
    graph = jsonld.graph_of(page)
    shown = tuple(byline.headlines(page))
    article = jsonld.article_of(graph, tuple(statement.value for statement in shown))
    text = maintext.main_text(page.root, body=jsonld.body_of(article))
    stated = [*jsonld.statements(graph, article), *metatags.statements(page)]
    titles = [said.value for said in stated if said.property == "title"]
    shown = tuple(byline.headlines(page, titles))
    tongues = [*_language(page), *(said for said in stated if said.property == "language")]
    detected = language.detect_language(text)
    if detected:
        tongues.append(Statement("language", detected, "detected"))
    tags = language.locale_tags([said.value for said in tongues]) or ("en",)
    headline = next((said.value for said in shown if said.where != "title"), None)
    own, apart = byline.without_others(page, headline)
    named = any(said.property == "publisher" for said in stated)
    hosts = _labels(page, stated, source.url)
    statements = [
        *_own_name(page, stated, source.url),
        *tongues,
        *(said for said in stated if said.property != "language"),
        *metatags.canonical(page),
        *byline.publishers(page),
        *byline.site_names(page),
        *(() if named else byline.holders(page, hosts)),
        *byline.accounts(page, hosts),
        *byline.authors(own),
        *labels.labelled(own),
        *byline.dates(own, tags),
        *byline.lines_near(own, headline, text, tags, apart),
        *byline.dateline(text, tags),
        *_dated_address(page, source.url),
        *shown,
        *republication.notices(text.split("\n\n")),
    ]
    description, basis = conclude(statements, address=source.url, captured=source.captured)
    text = maintext.without_headline(text, description.title)
    cut = page.cut or len(text) > TEXT_LIMIT
    if not text:
        warnings.append("Text not extracted: the page shows none.")
    return Extract(
        KEY,
        text[:TEXT_LIMIT] or None,
        description,
        basis,
        tuple(dict.fromkeys(statements)),
        tuple(warnings),
        cut,
        decoded.charset,
    )


def _language(page: Page) -> Iterator[Statement]:
    root = next((tag for tag in page.tags if tag.name == "html"), None)
    for name in ("lang", "xml:lang"):
        value = attribute(root, name) if root is not None else ""
        if value:
            yield Statement("language", value, "html lang")
            return


_DATED = re.compile(r"/(\d{4}[/-](?:0[1-9]|1[0-2])[/-](?:0[1-9]|[12]\d|3[01]))(?:/|$)")


def _dated_address(page: Page, address: str | None) -> Iterator[Statement]:
    """The day in the path of the page's address, which sites make of that of publication."""
    for url in (*(said.value for said in metatags.canonical(page)), address or ""):
        found = _DATED.search(url)
        if found:
            yield Statement("issued", found[1], "address")
            return


def _own_name(page: Page, stated: Sequence[Statement], address: str | None) -> Iterator[Statement]:
    names = [said.value for said in stated if said.property == "publisher"]
    if names and not any(is_bare(name) or (name.isalpha() and name.isupper()) for name in names):
        return
    for url in _addresses(page, stated, address):
        name = own_name(page.markup, url)
        if name:
            yield Statement("publisher", name, PAGE_TEXT)
            return


def _addresses(page: Page, stated: Sequence[Statement], address: str | None) -> Iterator[str]:
    """Where the page says that it is, and where it was taken from."""
    said = (*metatags.canonical(page), *stated)
    yield from (statement.value for statement in said if statement.property == "url")
    yield from filter(None, (address,))


def _labels(page: Page, stated: Sequence[Statement], address: str | None) -> frozenset[str]:
    hosts = map(label_of, _addresses(page, stated, address))
    return frozenset(key for key in map(key_of, hosts) if len(key) > 1)
