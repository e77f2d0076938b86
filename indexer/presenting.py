"""Answers as the JSON that programs read: the same on the command line and in the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indexer.answer import (
    Answer,
    Dates,
    Expansion,
    Grid,
    GridCell,
    Hit,
    Naming,
    Passage,
    Reason,
    RelatedRecord,
)
from indexer.links import record_path
from indexer.state import SearchState
from indexer.zoom import period_of


def answer_as_json(answer: Answer, state: SearchState, base_url: str) -> dict[str, Any]:
    """One object; `base_url` makes each `href` absolute, '' leaves a path.

    `facets` has the values of each field with their counts, and of `date` the bars of the
    histogram with their `certain` and `possible` counts; a `value` null is "not stated".
    """
    facets: dict[str, list[dict[str, Any]]] = {
        facet.name: [
            {"value": v.value, "label": v.label, "count": v.count}
            | ({"chosen": True} if v.chosen else {})
            | ({"excluded": True} if v.excluded else {})
            for v in facet.values
        ]
        for facet in answer.facets
    }
    if answer.dates is not None:
        facets["date"] = _bars(answer.dates)
    return {
        "total": answer.total,
        "folded": answer.folded,
        "hits": [hit_as_json(hit, state, base_url) for hit in answer.hits],
        "facets": facets,
        "notes": list(answer.notes),
        "equivalents": [_expansion(each) for each in answer.expansions],
        "suggestions": [{"q": each.q, "total": each.total} for each in answer.suggestions],
    }


def hit_as_json(hit: Hit, state: SearchState, base_url: str) -> dict[str, Any]:
    """One record found, with its passages, and why."""
    return {
        "id": hit.record.id,
        "href": f"{base_url}/r/{hit.record.id}",
        "title": hit.title,
        "title_marks": [list(mark) for mark in hit.title_marks],
        "outlet": hit.outlet,
        "authors": list(hit.authors),
        "date": hit.date,
        "stance": list(hit.stances),
        "access": hit.access.value,
        "score": hit.score,
        "snippets": [_passage(hit, passage, state, base_url) for passage in hit.passages],
        "more": hit.more,
        "why": [_reason(reason) for reason in hit.reasons],
        "republications": [
            {"id": each.id, "title": each.title, "outlet": each.outlet, "date": each.date}
            for each in hit.republications
        ],
    }


def passage_href(hit: Hit, passage: Passage, state: SearchState) -> str:
    """Where a passage leads: the record's page, opened at it."""
    return record_path(
        hit.record.id,
        state,
        passage=(passage.start, passage.end),
        extract_id=hit.record.extract_id,
    )


def grid_as_json(grid: Grid, state: SearchState, base_url: str) -> dict[str, Any]:
    """Outlets by positions towards a target: `cells` holds those that have a record."""
    return {
        "target": grid.target,
        "targets": [{"value": code, "label": heading} for code, heading in grid.targets],
        "rows": list(grid.rows),
        "columns": list(grid.columns),
        "cells": [
            {"outlet": outlet, "stance": stance} | _cell(cell, state, base_url)
            for (outlet, stance), cell in grid.cells.items()
        ],
        "more": grid.more,
    }


def naming_as_json(lenses: Iterable[Naming]) -> list[dict[str, Any]]:
    """For each set of equivalent names, in how many records each outlet uses each name."""
    return [
        {
            "heading": lens.heading,
            "kind": lens.kind,
            "id": lens.id,
            "names": list(lens.names),
            "rows": [
                {
                    "outlet": row,
                    "counts": {name: lens.counts.get((row, name), 0) for name in lens.names},
                }
                for row in lens.rows
            ],
        }
        for lens in lenses
    ]


def related_as_json(found: Iterable[RelatedRecord], base_url: str) -> list[dict[str, Any]]:
    """The records that share text with one, and the passages, side by side."""
    return [
        {
            "id": each.record.id,
            "href": base_url + record_path(each.record.id),
            "title": each.title,
            "outlet": each.outlet,
            "date": each.date,
            "republication": each.republication,
            "words": each.words,
            "first": each.first,
            "sureness": each.sureness,
            "decided": each.decided,
            "passages": [
                {
                    "words": passage.words,
                    "here": list(passage.here),
                    "there": list(passage.there),
                    "aligned": [
                        {"change": piece.change, "here": piece.here, "there": piece.there}
                        for piece in passage.aligned
                    ],
                }
                for passage in each.passages
            ],
        }
        for each in found
    ]


def _bars(dates: Dates) -> list[dict[str, Any]]:
    bars: list[dict[str, Any]] = [
        {
            "value": period_of(bar, dates.unit),
            "count": bar.certain + bar.possible,
            "certain": bar.certain,
            "possible": bar.possible,
        }
        for bar in dates.bars
    ]
    return bars + ([{"value": None, "count": dates.undated}] if dates.undated else [])


def _cell(cell: GridCell, state: SearchState, base_url: str) -> dict[str, Any]:
    best = {"id": cell.best.record.id, "title": cell.best.title}
    passage = cell.passage and _passage(cell.best, cell.passage, state, base_url)
    return {"count": cell.count, "best": best | {"snippet": passage}}


def _passage(hit: Hit, passage: Passage, state: SearchState, base_url: str) -> dict[str, Any]:
    return {
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "marks": [list(mark) for mark in passage.marks],
        "href": base_url + passage_href(hit, passage, state),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "typed": reason.typed,
        "way": reason.way.value,
        "found": list(reason.found),
        "count": reason.count,
        "language": reason.language,
    }


def _expansion(each: Expansion) -> dict[str, Any]:
    return {
        "typed": each.typed,
        "others": list(each.others),
        "heading": each.heading,
        "kind": each.kind,
        "id": each.id,
    }
