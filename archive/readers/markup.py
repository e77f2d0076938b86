"""A page's mark-up as trees: bounded in size and depth, whatever the page is like.

Two trees of the same mark-up: `soup` (BeautifulSoup on lxml) for what the page states of
itself, `root` (lxml) for the article's text, which trafilatura wants and which may be long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup
from lxml import etree
from lxml import html as lxml_html

MARKUP_LIMIT = 10_000_000
"""Characters of mark-up that are parsed, once embedded data are dropped."""

DEPTH_LIMIT = 200
"""Elements within elements; the tags of deeper ones are dropped and their text kept."""

SOUP_ELEMENTS = 50_000
"""Tags at the beginning of a page that the soup is made of; pages have a few thousand."""

SOUP_LIMIT = 5_000_000
"""Characters at the beginning of a page that the soup is made of."""

_DATA_ADDRESS = re.compile(r"""(?<=["'(])data:[a-z0-9.+-]+/[^"')\s>]{200,}""", re.IGNORECASE)
_TAG_START = re.compile(r"<(?=[a-zA-Z])")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_UNCOUNTED = frozenset(
    (  # noqa: SIM905
        "area base br col embed hr img input link meta param source track wbr p li td th tr dt"
        " dd option html head body"
    ).split()
)
SILENT = frozenset(
    (  # noqa: SIM905
        "script style noscript template svg iframe object button select option input textarea"
    ).split()
)
"""Elements whose text is no part of what a page says."""

BLOCKS = frozenset(
    (  # noqa: SIM905
        "p div li h1 h2 h3 h4 h5 h6 blockquote pre tr td th section article main header footer"
        " aside nav ul ol dl dt dd table figure figcaption form fieldset address hr body center"
    ).split()
)
"""Elements that begin and end a line of their own."""

_BREAKS = frozenset(("br", "lb"))
SPACED = frozenset(
    (  # noqa: SIM905
        "br p div li ul ol td tr th h1 h2 h3 h4 section article time dt dd"
    ).split()
)
"""Elements that part the words before and after them."""

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page; `tags` are the elements of `soup` in document order.

    `cut` is true when its mark-up was longer than is parsed, `flattened` when its elements
    were nested too deep, `partial` when only the beginning is in the soup.
    """

    root: lxml_html.HtmlElement
    soup: BeautifulSoup
    tags: tuple[Tag, ...]
    markup: str
    cut: bool
    flattened: bool
    partial: bool


Event = tuple[str, str]
"""A step through a tree: `start` or `end` and a tag, `text` and characters."""


_ELSEWHERE = re.compile(
    r"comment|related|recommend|teaser|sidebar|(?<!entry-)(?<!post-)footer|most-?read|more-?from|newsletter|widget|promo"
    r"|author-?bio|about-?author|popular|trending|carousel|disqus|cookie|kommentar"
)
_HERE = re.compile(r"article-?_*(?:content|body|text)|story-?_*(?:content|body)|main-?_*content")
_CROWDED = re.compile(
    r"<([a-zA-Z][\w:-]*)(?:\s++[^\s<>\"'=]++(?:=(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"']*+))?+){1000,}+"
)


def parse(markup: str) -> Page | None:
    """The page that a browser would roughly see; None where there is no element at all.

    Never raises on hostile mark-up, but `MemoryError`.  Time and memory are linear in the first
    `MARKUP_LIMIT` characters.
    """
    markup = _XML_DECLARATION.sub("", markup, count=1)
    if len(markup) > MARKUP_LIMIT // 20:
        markup = _DATA_ADDRESS.sub("data:", markup)
    cut = len(markup) > MARKUP_LIMIT
    markup = markup[:MARKUP_LIMIT]
    markup = _CROWDED.sub(r"<\1", markup)
    root, too_deep = _tree(markup)
    if too_deep:
        markup = _flattened(markup)
        root, _ = _tree(markup)
    if root is None:
        return None
    soup, partial = _soup(markup)
    tags = tuple(soup.find_all(True))
    return Page(root, soup, tags, markup, cut, too_deep, partial)


def beside(chain: Iterable[tuple[str, str]]) -> bool:
    """Whether an element is beside the article: in a footer, comments, related stories.

    `chain` is the element and those it stands in, innermost first: tag and marks (class, id
    and data hooks, lower case) of each.  The footer of an article is no such place: it is where
    HTML puts who wrote it and when.
    """
    footer = False
    for tag, marks in islice(chain, 10):
        if tag in ("body", "article", "main"):
            return footer and tag != "article"
        if tag in ("aside", "nav"):
            return True
        if _ELSEWHERE.search(marks) and not _HERE.search(marks):
            return True
        footer = footer or tag == "footer"
    return footer


def lines(
    events: Iterable[Event],
    block_tags: frozenset[str] = BLOCKS,
    silent_tags: frozenset[str] = SILENT | {"title", "nav", "footer"},
) -> Iterator[str]:
    """Every block of text in a walk through a tree, on a line of its own.

    An article's own footer is heard where footers are silent."""
    line: list[str] = []
    silent = articles = 0
    for kind, value in events:
        if kind == "text":
            if not silent:
                line.append(value)
        elif silent or (value in silent_tags and not (value == "footer" and articles)):
            silent += 1 if kind == "start" else -1
        elif value in block_tags:
            if value == "article":
                articles += 1 if kind == "start" else -1
            if line and (text := one_line("".join(line))):
                yield text
            line.clear()
        elif value in _BREAKS and kind == "start":
            line.append(" ")
    if text := one_line("".join(line)):
        yield text


def one_line(text: str) -> str:
    """A text with every run of white space as one space."""
    return " ".join(text.split())


def _soup(markup: str) -> tuple[BeautifulSoup, bool]:
    starts = islice(_TAG_START.finditer(markup), SOUP_ELEMENTS, None)
    end = min(next((found.start() for found in starts), SOUP_LIMIT), SOUP_LIMIT)
    # The line end keeps BeautifulSoup from taking a short text for a file's name or address.
    begun = "\n" + markup[:end]
    try:
        soup = BeautifulSoup(begun, "lxml", multi_valued_attributes=None)
    except (ParserRejectedMarkup, AssertionError, ValueError):
        soup = BeautifulSoup("\n", "lxml")
    return soup, end < len(markup)


def _tree(markup: str) -> tuple[lxml_html.HtmlElement | None, bool]:
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        root = None
    troubles = {entry.type_name for entry in parser.error_log}
    if "ERR_NO_MEMORY" in troubles:  # which lxml tells as a syntax error
        raise MemoryError
    return root, root is not None and "ERR_RESOURCE_LIMIT" in troubles


def _flattened(markup: str) -> str:
    depth = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _UNCOUNTED or tag[3].endswith("/"):
            return tag[0]
        if tag[1]:
            deep = depth > DEPTH_LIMIT
            depth = max(0, depth - 1)
        else:
            depth += 1
            deep = depth > DEPTH_LIMIT
        return " " if deep else tag[0]

    return _TAG.sub(keep, markup)
