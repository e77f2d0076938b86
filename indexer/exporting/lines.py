"""The results of a search as JSON Lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from indexer.answer import Hit
from indexer.exporting.export import Export
from indexer.presenting import hit_as_json

# What some programs take for the end of a line, what turns a line round, and what is no
# UTF-8.  In JSON text they can only stand in strings, where the escape means the same.
_ACTING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def json_lines(hits: Iterable[Hit], export: Export) -> Iterator[str]:
    """The object of each hit as in the answer of a search, on a line."""
    for hit in hits:
        data = hit_as_json(hit, export.state, export.base_url)
        text = json.dumps(data, ensure_ascii=False)
        yield _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
