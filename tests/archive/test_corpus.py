"""What the readers find by themselves in the sample archive's files, held against its answers."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from archive.readers import read
from archive.reading import Source

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
FIELDS = ("title", "outlet", "authors", "date", "language", "source")


def plain(value: str | None) -> str:
    return "".join(character for character in (value or "").casefold() if character.isalnum())


def same(field: str, found: Any, expected: Any) -> bool:
    if field == "authors":
        return {plain(name) for name in found} == {plain(name) for name in expected}
    if field in ("date", "language"):
        return bool(found == expected)
    return plain(found) == plain(expected)


@lru_cache(maxsize=1)
def readings() -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    pairs = []
    for line in (CORPUS / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        content = (CORPUS / expected["file"]).read_bytes()
        described = read(Source(content, expected["file"])).description
        found = {
            "title": described.title,
            "outlet": described.publisher,
            "authors": list(described.creator),
            "date": described.issued,
            "language": described.language,
            "source": described.source,
        }
        pairs.append((expected, found))
    return tuple(pairs)


def test_the_answers_name_every_field_of_every_file() -> None:
    assert len(readings()) == 50
    assert all(set(expected) == {"file", *FIELDS} for expected, _ in readings())


@pytest.mark.parametrize(
    ("field", "right"),
    [
        ("title", 49),  # a capture that begins with a picture's caption has no headline
        ("outlet", 50),
        ("authors", 50),
        ("date", 50),
        ("language", 50),
        ("source", 50),
    ],
)
def test_the_readers_find_by_themselves_what_a_file_states(field: str, right: int) -> None:
    counts = Counter(same(field, found[field], expected[field]) for expected, found in readings())
    assert counts[True] >= right


@pytest.mark.parametrize("field", ["outlet", "authors", "date", "source"])
def test_what_a_file_does_not_state_is_not_invented(field: str) -> None:
    invented = {
        expected["file"]: found[field]
        for expected, found in readings()
        if not expected[field] and found[field]
    }
    assert invented == {}
