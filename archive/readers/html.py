"""The HTML reader: what a page states of itself, and its article's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from archive.readers import byline, jsonld, language, maintext, metatags, republication
from archive.readers.charset import decode, without_controls
from archive.readers.conclusion import conclude
from archive.readers.markup import Page, parse
from archive.readers.outlet import is_bare, own_name
from archive.reading import TEXT_LIMIT, Source
from archive.record import Extract, Statement

KEY = "html/1"


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
    root = page.root
    graph = jsonld.graph_of(root)
    shown = tuple(byline.headlines(root))
    article = jsonld.article_of(graph, tuple(statement.value for statement in shown))
    text = maintext.main_text(root, body=jsonld.body_of(article))
    stated = [*jsonld.statements(graph, article), *metatags.statements(root)]
    tongues = [*_language(root), *(said for said in stated if said.property == "language")]
    detected = language.detect_language(text)
    if detected:
        tongues.append(Statement("language", detected, "detected"))
    tags = language.locale_tags([said.value for said in tongues]) or ("en",)
    headline = next((said.value for said in shown if said.where != "title"), None)
    statements = [
        *_own_name(page, stated, source.url),
        *tongues,
        *(said for said in stated if said.property != "language"),
        *metatags.canonical(root),
        *byline.site_names(root),
        *byline.authors(root),
        *byline.dates(root, tags),
        *byline.lines_near(root, headline, tags),
        *shown,
        *republication.notices(text.split("\n\n")),
    ]
    description, basis = conclude(statements, address=source.url)
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


def _language(root: etree._Element) -> Iterator[Statement]:
    for attribute in ("lang", "{http://www.w3.org/XML/1998/namespace}lang"):
        value = root.get(attribute)
        if value:
            yield Statement("language", value, "html lang")
            return


def _own_name(page: Page, stated: Sequence[Statement], address: str | None) -> Iterator[Statement]:
    names = [said.value for said in stated if said.property == "publisher"]
    if not all(is_bare(name.strip()) for name in names):
        return
    urls = [
        said.value for said in (*metatags.canonical(page.root), *stated) if said.property == "url"
    ]
    for url in (*urls, address):
        name = own_name(page.markup, url)
        if name:
            yield Statement("publisher", name, "page text")
            return
