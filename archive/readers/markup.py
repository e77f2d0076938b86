"""A page's mark-up as a tree: bounded in size and depth, whatever the page is like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml import html as lxml_html

MARKUP_LIMIT = 10_000_000
"""Characters of mark-up that are parsed, once embedded data are dropped."""

DEPTH_LIMIT = 200
"""Elements within elements; the tags of deeper ones are dropped and their text kept."""

_DATA_ADDRESS = re.compile(r"""(?<=["'(])data:[a-z0-9.+-]+/[^"')\s>]{200,}""", re.IGNORECASE)
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
_SPACED = frozenset(
    (  # noqa: SIM905
        "br p div li ul ol td tr th h1 h2 h3 h4 section article time dt dd"
    ).split()
)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page.  `cut` is true when its mark-up was longer than is parsed."""

    root: lxml_html.HtmlElement
    markup: str
    cut: bool
    flattened: bool


_ELSEWHERE = re.compile(
    r"comment|related|recommend|teaser|sidebar|footer|most-?read|more-?from|newsletter|widget|promo"
    r"|author-?bio|about-?author|popular|trending|carousel|disqus|cookie|kommentar"
)
_HERE = re.compile(r"article-?_*(?:content|body|text)|story-?_*(?:content|body)|main-?_*content")
_CROWDED = re.compile(
    r"<([a-zA-Z][\w:-]*)(?:\s++[^\s<>\"'=]++(?:=(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"']*+))?+){1000,}+"
)


def parse(markup: str) -> Page | None:
    """The page that a browser would roughly see; None where there is no element at all.

    Never raises on hostile mark-up.  Time and memory are linear in the first
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
    return None if root is None else Page(root, markup, cut, too_deep)


def text_of(element: etree._Element) -> str:
    """The text of an element on one line, without its scripts and styles."""
    if len(element) == 0:
        return "" if element.tag in SILENT else _SPACES.sub(" ", element.text or "").strip()
    return " ".join(blocks(element, _SPACED, SILENT))


def marks_of(element: etree._Element) -> str:
    """The class, id and data hooks of an element, lower case: what its maker calls it."""
    get = element.get
    return " ".join(filter(None, (get("class"), get("id"), get("data-testid")))).lower()


def elsewhere(element: etree._Element) -> bool:
    """Whether an element is beside the article: in a footer, comments, related stories."""
    node: etree._Element | None = element
    for _ in range(10):
        if node is None or node.tag in ("body", "article", "main"):
            return False
        marks = marks_of(node)
        if node.tag in ("aside", "footer", "nav"):
            return True
        if _ELSEWHERE.search(marks) and not _HERE.search(marks):
            return True
        node = node.getparent()
    return False


def elements(root: etree._Element, xpath: str) -> list[etree._Element]:
    """The elements that an XPath selects, in document order."""
    selected = root.xpath(xpath)
    assert isinstance(selected, list)
    return [element for element in selected if isinstance(element, etree._Element)]


def blocks(
    root: etree._Element,
    block_tags: frozenset[str] = BLOCKS,
    silent_tags: frozenset[str] = SILENT | {"head", "nav", "footer"},
) -> list[str]:
    """Every block of text under an element on a line of its own, in document order."""
    found: list[str] = []
    line: list[str] = []

    def end() -> None:
        text = _SPACES.sub(" ", "".join(line)).strip()
        line.clear()
        if text:
            found.append(text)

    silent: etree._Element | None = None
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag
        if event == "start":
            if silent is None and tag in silent_tags:
                silent = node
            if silent is None:
                if tag in block_tags:
                    end()
                elif tag in _BREAKS:
                    line.append(" ")
                if node.text:
                    line.append(node.text)
            continue
        if silent is None and tag in block_tags:
            end()
        if silent is node:
            silent = None
        if silent is None and node.tail:
            line.append(node.tail)
    end()
    return found


def _tree(markup: str) -> tuple[lxml_html.HtmlElement | None, bool]:
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None, False
    return root, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


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
