"""Answers as the JSON that programs read."""

from __future__ import annotations

from typing import Any

from indexer.answer import Answer, Hit, Passage
from indexer.links import record_path
from indexer.state import SearchState


def answer_as_json(answer: Answer, state: SearchState, base_url: str) -> dict[str, Any]:
    """`{"total", "hits", "facets"}`; `base_url` makes each `href` absolute, '' leaves a path."""
    return {
        "total": answer.total,
        "hits": [_hit(hit, state, base_url) for hit in answer.hits],
        "facets": {
            facet.name: [{"value": v.value, "count": v.count} for v in facet.values]
            for facet in answer.facets
        },
    }


def passage_href(hit: Hit, passage: Passage, state: SearchState) -> str:
    """Where a passage leads: the record's page, opened at it."""
    return record_path(
        hit.record.id,
        state,
        passage=(passage.start, passage.end),
        extract_id=hit.record.extract_id,
    )


def _hit(hit: Hit, state: SearchState, base_url: str) -> dict[str, Any]:
    return {
        "id": hit.record.id,
        "title": hit.title,
        "outlet": hit.outlet,
        "authors": list(hit.authors),
        "date": hit.date,
        "stance": list(hit.stances),
        "score": hit.score,
        "snippets": [
            {
                "text": passage.text,
                "marks": [list(mark) for mark in passage.marks],
                "href": base_url + passage_href(hit, passage, state),
            }
            for passage in hit.passages
        ],
    }
