"""What is asked of the elements of a page's soup: attributes, text, marks, surroundings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from bs4.element import NavigableString, PreformattedString, Tag

from archive.readers.markup import BLOCKS, SILENT, SPACED, Event, beside, lines, one_line

_STEPS = 2_000
_MARKS = ("class", "id", "data-testid")


def attribute(tag: Tag, name: str) -> str:
    """An attribute as written; empty where the element has none of that name."""
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def text_of(tag: Tag) -> str:
    """The text of an element on one line, without its scripts and styles.

    Of an element with very many others in it, only the beginning.
    """
    if tag.name in SILENT or not tag.contents:
        return ""
    return " ".join(lines(islice(_walk(tag), _STEPS), SPACED, SILENT))


def marks_of(tag: Tag) -> str:
    """The class, id and data hooks of an element, lower case: what its maker calls it."""
    names = [attribute(tag, name) for name in _MARKS if name in tag.attrs]
    return " ".join(names).lower() if names else ""


def elsewhere(tag: Tag) -> bool:
    """Whether an element is beside the article: in a footer, comments, related stories."""
    return beside((node.name, marks_of(node)) for node in around(tag))


def around(tag: Tag) -> Iterator[Tag]:
    """The element and those it stands in, innermost first."""
    node: Tag | None = tag
    while node is not None:
        yield node
        node = node.parent


def within(tag: Tag, other: Tag | None) -> bool:
    """Whether an element stands in another."""
    return any(node is other for node in tag.parents)


def blocks(tag: Tag, without: Collection[int] = ()) -> list[str]:
    """Every block of text in an element, and what stands between line breaks, in order; not
    that of elements whose `id()` is among those `without`."""
    return list(lines(_walk(tag, without), BLOCKS | {"br"}))


def descendants(tag: Tag) -> Iterator[Tag]:
    """The elements in an element, in document order; of very many, the first."""
    return (node for node in islice(tag.descendants, _STEPS) if isinstance(node, Tag))


def text_before(tag: Tag) -> str:
    """What stands directly before an element: the text, and the element if it is only text."""
    said: list[str] = []
    for node in tag.previous_siblings:
        if isinstance(node, Tag):
            if node.string is not None:
                said.append(text_of(node))
            break
        if not isinstance(node, PreformattedString):
            said.append(str(node))
    return one_line(" ".join(reversed(said)))


def _walk(tag: Tag, without: Collection[int] = ()) -> Iterator[Event]:
    # Not by recursion: a page decides how deep its elements are nested.
    yield "start", tag.name
    stack = [(tag.name, iter(tag.contents))]
    while stack:
        name, children = stack[-1]
        for child in children:
            if isinstance(child, Tag):
                if id(child) in without:
                    continue
                yield "start", child.name
                stack.append((child.name, iter(child.contents)))
                break
            if isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                yield "text", child
        else:
            stack.pop()
            yield "end", name
