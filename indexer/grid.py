"""Outlets by their positions towards a target, for the records of a search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from archive.values import POSITIONS
from indexer.answer import Grid, GridCell
from indexer.asked import Asked
from indexer.query.terms import AnyOf, Having, Node, Without

MOST_ROWS = 25
"""Rows of a grid or of a naming lens: the outlets with the most records."""


def grid_of(connection: Connection, asked: Asked, target: str | None) -> Grid:
    """The search's records by outlet and by position towards `target`; without one, towards
    what most of the records take a position to.  Raises QueryError."""
    stances = asked.search(limit=0, facets=("stance",)).facets["stance"]
    counts: Counter[str] = Counter()
    for each in stances:
        if each.value is not None:
            counts[each.value.rpartition(":")[0]] += each.count
    if target is None and counts:
        target = counts.most_common(1)[0][0]
    held = [each.value for each in stances if each.value is not None]
    positions = dict.fromkeys(
        (*POSITIONS, *sorted(v.rpartition(":")[2] for v in held if _towards(v, target)))
    )
    codes = tuple(f"{target}:{position}" for position in positions) if target else ()
    having = tuple(Having("stance", code) for code in codes)
    nodes: tuple[Node, ...] = (*having, Without(AnyOf(having)))
    columns = (*codes, None)
    cells = asked.cross("outlet", nodes)
    rows = most_first((row, cell.count) for (row, _), cell in cells.items())
    best = [cell.best for (row, _), cell in cells.items() if row in rows]
    found = asked.hits(connection, best)
    shown = {hit.record.id: hit for hit in found}
    return Grid(
        target=target,
        targets=tuple((c, asked.headings.heading_of_code("target", c)) for c in counts),
        rows=rows,
        columns=columns,
        cells={
            (row, columns[place]): GridCell(
                cell.count, hit, hit.passages[0] if hit.passages else None
            )
            for (row, place), cell in cells.items()
            if row in rows and (hit := shown.get(cell.best.id))
        },
        more=len({row for row, _ in cells}) - len(rows),
    )


def most_first(counted: Iterable[tuple[str | None, int]]) -> tuple[str | None, ...]:
    """The rows with the most records, at most `MOST_ROWS`; "not stated" last."""
    totals: Counter[str | None] = Counter()
    for row, count in counted:
        totals[row] += count
    ordered = sorted(totals, key=lambda row: (-totals[row], row or ""))[:MOST_ROWS]
    return tuple(sorted(ordered, key=lambda row: row is None))


def _towards(stance: str, target: str | None) -> bool:
    return stance.rpartition(":")[0] == target
