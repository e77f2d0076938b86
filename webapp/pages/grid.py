"""The grid: how the outlets in a search stand towards one target, and where they say so."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from archive.errors import UserMistake
from archive.formulas import defused
from indexer.answer import Grid, GridCell, Passage
from indexer.engine import Filter
from indexer.links import record_path
from indexer.presenting import passage_href
from indexer.query.errors import QueryError
from indexer.state import SearchState, to_parameters
from webapp.addresses import grid_address, permalink, search_address
from webapp.pages.search import asked_state, refused, sentence
from webapp.services import services
from webapp.visitor import audience

COLUMNS = ("outlet", "target", "stance", "records", "title", "passage", "permalink", "link")
"""Of the grid as CSV: a line a cell; title, passage and links are those of the best record."""

_NO_POSITION = "no position stated"
_BEFORE, _SHOWN = 40, 160
"""Characters of a passage in a cell: before its first mark at most, and in all."""

page = Blueprint("grid", __name__)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is shown: what it holds, if anything, under which position; its passage
    cut to fit; and the search for its records, None where no search says just that."""

    position: str
    held: GridCell | None
    passage: Passage | None
    address: str | None


@page.get("/grid")
def show() -> ResponseReturnValue:
    """Outlets by stances towards `target`, for the records of a search."""
    state = asked_state()
    try:
        grid = _grid(state)
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    positions = tuple(_position(column) for column in grid.columns)
    return render_template(
        "grid.html",
        state=state,
        grid=grid,
        asked=sentence(state, ordered=False),
        heading=dict(grid.targets).get(grid.target or "", grid.target),
        positions=positions,
        rows=[(outlet, _cells(outlet, grid, state)) for outlet in grid.rows],
        kept=to_parameters(replace(state, page=1)),
        back=search_address(state),
        csv=grid_address(state, grid.target, "csv"),
        record_path=record_path,
        passage_href=passage_href,
    ), 200


@page.get("/grid.csv")
def table() -> ResponseReturnValue:
    """The same as CSV (RFC 4180), one line for each cell, empty ones too."""
    state = asked_state()
    try:
        grid = _grid(state)
    except (QueryError, UserMistake) as error:
        return refused(state, error)
    # Spreadsheets misread UTF-8 without a byte order mark.
    buffer = io.StringIO("\ufeff", newline="")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for outlet in grid.rows:
        for column in grid.columns:
            row = _line(outlet, column, grid, state)
            writer.writerow([defused(cell) for cell in row])
    response = Response(buffer.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="grid.csv"'
    return response


def narrowed(state: SearchState, field: str, value: str | None) -> SearchState:
    """The search with only this value of a field selected, whatever was selected of it."""
    others = tuple(f for f in state.filters if f.field != field or f.excluded)
    return replace(state, filters=(*others, Filter(field, (value,))), page=1)


def _grid(state: SearchState) -> Grid:
    site = services()
    target = request.args.get("target", "").strip() or None
    return site.search.grid(state, target, audience=audience())


def _line(
    outlet: str | None, column: str | None, grid: Grid, state: SearchState
) -> tuple[str, ...]:
    begin = (outlet or "not stated", grid.target or "", _position(column))
    cell = grid.cells.get((outlet, column))
    if cell is None:
        return (*begin, "0", "", "", "", "")
    best, passage = cell.best, cell.passage
    path = passage_href(best, passage, state) if passage else record_path(best.record.id, state)
    lasting = permalink(best.record.id)
    text = passage.text if passage else ""
    return (*begin, str(cell.count), best.title or "", text, lasting, urljoin(lasting, path))


def _cells(outlet: str | None, grid: Grid, state: SearchState) -> list[Cell]:
    cells = []
    for column in grid.columns:
        held = grid.cells.get((outlet, column))
        passage = held.passage if held else None
        cells.append(
            Cell(
                _position(column),
                held,
                _cut(passage) if passage else None,
                _address(outlet, column, grid, state),
            )
        )
    return cells


def _cut(passage: Passage) -> Passage:
    """The words of a passage around its first mark, as many as a cell holds."""
    text = passage.text
    if len(text) <= _SHOWN:
        return passage
    first, end = passage.marks[0] if passage.marks else (0, 0)
    start = 0 if first <= _BEFORE else text.find(" ", first - _BEFORE, first) + 1 or first
    stop = len(text)
    if start + _SHOWN < stop:
        stop = text.rfind(" ", max(end, start), start + _SHOWN)
        stop = stop if stop > start else max(end, start + _SHOWN)
    return Passage(
        passage.start + start,
        passage.start + stop,
        text[start:stop],
        tuple((a - start, b - start) for a, b in passage.marks if start <= a and b <= stop),
        last=passage.last and stop == len(text),
    )


def _address(outlet: str | None, column: str | None, grid: Grid, state: SearchState) -> str | None:
    of_outlet = narrowed(state, "outlet", outlet)
    if column is None:
        codes = tuple(code for code in grid.columns if code is not None)
        return search_address(_without_all(of_outlet, codes))
    chosen = state.chosen("stance")
    if not chosen or column in chosen:
        return search_address(narrowed(of_outlet, "stance", column))
    # Two stances of which both must hold cannot be ticked; they can be asked for in words.
    if state.any_words or '"' in column:
        return None
    q, wanted = state.q.strip(), f'stance:"{column}"'
    return search_address(replace(of_outlet, q=f"({q}) {wanted}" if q else wanted))


def _without_all(state: SearchState, codes: tuple[str, ...]) -> SearchState:
    excluded = tuple(dict.fromkeys((*state.excluded("stance"), *codes)))
    others = tuple(f for f in state.filters if f.field != "stance" or not f.excluded)
    added = (Filter("stance", excluded, excluded=True),) if excluded else ()
    return replace(state, filters=(*others, *added))


def _position(column: str | None) -> str:
    return _NO_POSITION if column is None else column.rpartition(":")[2]
