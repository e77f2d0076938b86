"""JSON-LD in a page: what it says of the article.

Broken JSON-LD is common: comments, trailing commas, raw newlines and several values in
one script are tolerated, and what cannot be mended is passed over.
Source: JSON-LD 1.1; the types and properties of schema.org.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archive.readers.elements import attribute
from archive.readers.markup import Page
from archive.record import Statement

WHERE = "json-ld"
ORGANISATION = "json-ld author organization"
"""Where an author was found that the page calls an organisation, not a person."""

_NODES = 20_000
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_ARTICLE = re.compile(r"(?:article|blogposting|posting|review|report|reportage|interview)$", re.I)
_LESSER = frozenset({"webpage", "itempage", "creativework", "videoobject", "newsmediaobject"})
_PARTS_OF_SITES = frozenset(("creativework", "website", "newspaper", "periodical", "product"))
"""Types of what an article is part of that may be the outlet; a page and a series are not."""
_WORDS = re.compile(r"\w+")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """The objects of a page's JSON-LD: in document order, and by their @id."""

    nodes: tuple[Node, ...]
    by_id: Mapping[str, Node]


def graph_of(page: Page) -> Graph:
    """Every JSON-LD object in the page, nested ones included."""
    nodes: list[Node] = []
    for script in page.tags:
        if script.name == "script" and "ld+json" in attribute(script, "type").lower():
            for value in _values(script.get_text()):
                _collect(value, nodes)
    by_id: dict[str, Node] = {}
    for node in nodes:
        name = node.get("@id")
        if isinstance(name, str) and len(node) > len(by_id.get(name, {})):
            by_id[name] = node
    return Graph(tuple(nodes), by_id)


def article_of(graph: Graph, headlines: tuple[str, ...] = ()) -> Node | None:
    """The object that describes the page's article; None where there is none.

    Of several articles the one whose headline is one of `headlines` (the page's own) wins.
    """
    known = {_key(headline) for headline in headlines} - {""}
    best: Node | None = None
    best_rank = (0, 0, 0)
    for node in graph.nodes:
        types = [kind.lower() for kind in _strings(node.get("@type"))]
        if any(_ARTICLE.search(kind) for kind in types):
            kind_rank = 2
        elif any(kind in _LESSER for kind in types) and node.get("datePublished"):
            kind_rank = 1
        else:
            continue
        title = _key(next(_strings(node.get("headline") or node.get("name")), ""))
        same = int(bool(title) and any(title in other or other in title for other in known))
        said = sum(bool(node.get(name)) for name in ("headline", "datePublished", "author"))
        rank = (kind_rank + same, said, 0)
        if rank > best_rank:
            best, best_rank = node, rank
    return best


def statements(graph: Graph, article: Node | None) -> Iterator[Statement]:
    """What the article's object states, as found."""
    if article is not None:
        for property_, names in (
            ("title", ("headline", "name")),
            ("issued", ("datePublished", "dateCreated")),
            ("modified", ("dateModified",)),
            ("language", ("inLanguage",)),
        ):
            for name in names:
                for value in _strings(article.get(name), graph):
                    yield Statement(property_, value, f"{WHERE} {name}")
        for name in ("author", "creator"):
            for part in _listed(article.get(name)):
                for value in _strings(part, graph):
                    where = ORGANISATION if _is_organisation(part, graph) else f"{WHERE} {name}"
                    yield Statement("creator", value, where)
        for name in ("publisher", "sourceOrganization", "copyrightHolder"):
            for value in _strings(article.get(name), graph):
                yield Statement("publisher", value, f"{WHERE} {name}")
        for part in _listed(article.get("isPartOf")):
            if not _PARTS_OF_SITES.isdisjoint(_types(part)):
                for value in _strings(part):
                    yield Statement("publisher", value, f"{WHERE} isPartOf")
        for name in ("url", "mainEntityOfPage"):
            for value in _addresses(article.get(name)):
                yield Statement("url", value, f"{WHERE} {name}")
        for value in _strings(article.get("editor"), graph):
            yield Statement("contributor", value, f"{WHERE} editor")
    for node in graph.nodes:
        types = [kind.lower() for kind in _strings(node.get("@type"))]
        if "newsmediaorganization" in types or "website" in types:
            for value in _strings(node.get("name")):
                yield Statement("publisher", value, f"{WHERE} {types[0]}")


def body_of(article: Node | None) -> str:
    """The article's text, where JSON-LD gives it; else empty."""
    body = article.get("articleBody") if article else None
    if not isinstance(body, str):
        return ""
    return html.unescape(re.sub(r"<(?:/?p|br|/div)\b[^>]*>", "\n\n", body))


def _types(value: Any) -> frozenset[str]:
    """The types of an object, lower case; none of what is no object."""
    kinds = _strings(value.get("@type")) if isinstance(value, dict) else ()
    return frozenset(kind.lower() for kind in kinds)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_organisation(value: Any, graph: Graph) -> bool:
    if not isinstance(value, dict):
        return False
    if "@type" not in value and isinstance(value.get("@id"), str):
        value = graph.by_id.get(value["@id"], {})
    return any("organization" in kind.lower() for kind in _strings(value.get("@type")))


def _values(text: str) -> Iterator[Any]:
    text = _COMMENT.sub("", text.strip()).strip()
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text), html.unescape(text)):
        position, found = 0, []
        try:
            while position < len(attempt):
                value, position = decoder.raw_decode(attempt, position)
                found.append(value)
                while position < len(attempt) and attempt[position] in " \t\r\n;,":
                    position += 1
        except (ValueError, RecursionError):
            if not found:
                continue
        yield from found
        return


def _collect(value: Any, nodes: list[Node]) -> None:
    waiting = [value]
    while waiting and len(nodes) < _NODES:
        value = waiting.pop()
        if isinstance(value, dict):
            nodes.append(value)
            waiting.extend(reversed([v for v in value.values() if isinstance(v, dict | list)]))
        elif isinstance(value, list):
            waiting.extend(reversed(value[:_NODES]))


def _strings(value: Any, graph: Graph | None = None, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, list) and depth < 4:
        for part in value[:200]:
            yield from _strings(part, graph, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        name = value.get("name") or value.get("alternateName") or value.get("@value")
        if not name and graph and isinstance(value.get("@id"), str):
            target = graph.by_id.get(value["@id"], {})
            name = target.get("name")
        if not name and isinstance(value.get("@list"), list):
            name = value["@list"]
        if not name and isinstance(value.get("familyName"), str):
            name = f"{value.get('givenName') or ''} {value['familyName']}".strip()
        yield from _strings(name, graph, depth + 1)


def _addresses(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name in ("@id", "url"):
            if isinstance(value.get(name), str):
                yield value[name]


def _key(text: str) -> str:
    return " ".join(_WORDS.findall(html.unescape(text).casefold()))
