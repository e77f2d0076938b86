"""Answers as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.console import say, tell
from archive.edtf import date_in_words
from archive.values import one_line
from indexer.answer import Answer, Grid, Hit, Naming, Passage, Reason, RelatedRecord
from indexer.fields import FIELD
from indexer.headings import Headings
from indexer.presenting import passage_href
from indexer.state import SearchState
from indexer.zoom import period_of

_UNSTATED = "not stated"


def say_answer(answer: Answer, state: SearchState, *, first: int, facets: bool) -> None:
    """The hits from number `first` on, and with `facets` the counts."""
    for note in answer.notes:
        tell(note)
    for each in answer.expansions:
        others = ", ".join(each.others)
        tell(f"{each.typed}: also sought are {others} (--no-equivalents for what is typed alone).")
    for number, hit in enumerate(answer.hits, start=first):
        _say_hit(number, hit, state)
    if facets:
        _say_facets(answer)
    for suggestion in answer.suggestions:
        tell(f"Did you mean: {suggestion.q} ({suggestion.total} found)")
    folded = f", {answer.folded} of them as republications" if answer.folded else ""
    tell(f"{answer.total} found{folded}, {len(answer.hits)} shown")


def say_grid(grid: Grid) -> None:
    """A line for each outlet: its records by position towards the target."""
    columns = [code.rpartition(":")[2] if code else "no position" for code in grid.columns]
    rows = [
        [row or f"outlet {_UNSTATED}", *(_count(grid, row, column) for column in grid.columns)]
        for row in grid.rows
    ]
    _say_table([grid.target or "", *columns], rows)
    if grid.more:
        tell(f"{grid.more} more outlets are not shown.")


def say_names(lenses: Iterable[Naming]) -> None:
    """For each set of names a line for each outlet: in how many records it uses each."""
    told = False
    for lens in lenses:
        told = True
        rows = [
            [row or f"outlet {_UNSTATED}", *(str(lens.counts.get((row, n), 0)) for n in lens.names)]
            for row in lens.rows
        ]
        _say_table([lens.heading, *lens.names], rows)
    if not told:
        tell("No word of this search is one of several equivalent names.")


def say_related(found: Iterable[RelatedRecord], record_id: str) -> None:
    """For each record with text in common: what it is, who was first, the words shared."""
    told = False
    for each in found:
        told = True
        kind = "republication" if each.republication else "shared passages"
        outlet = each.outlet or f"outlet {_UNSTATED}"
        date = date_in_words(each.date) if each.date else f"date {_UNSTATED}"
        say(f"{each.record.id}  {each.title or '[no title]'} ({outlet}, {date})")
        first = {None: "who was first cannot be told", record_id: "this record was first"}
        order = first.get(each.first, "that record was first")
        say(f"   {kind}, {each.words} words; {order}, {each.sureness}")
        for passage in each.passages:
            kept = (p.here.strip() for p in passage.aligned if p.change == "kept")
            say(f"   {passage.words} words: … {' … '.join(kept)} …")
    if not told:
        tell("No other record shares a passage with it.")


def _say_hit(number: int, hit: Hit, state: SearchState) -> None:
    say(f"{number}. {hit.title or '[no title]'}")
    date = date_in_words(hit.date) if hit.date else "date not stated"
    authors = ", ".join(hit.authors) or "author not stated"
    say(f"   {hit.outlet or 'outlet not stated'} · {date} · {authors}")
    if hit.stances:
        say(f"   {', '.join(hit.stances)}")
    for passage in hit.passages:
        before, after = "… " if passage.start else "", "" if passage.last else " …"
        click.echo(f"   {before}{_with_marks(passage)}{after}")
        say(f"     {passage_href(hit, passage, state)}")
    if hit.more:
        say(f"   {hit.more} more in this record")
    for reason in hit.reasons:
        say(f"   why: {_why(reason)}")
    for each in hit.republications:
        say(f"   republished by {each.outlet or 'an outlet not stated'}: /r/{each.id}")


def _say_facets(answer: Answer) -> None:
    for facet in answer.facets:
        say(facet.label)
        for value in facet.values:
            say(f"  {value.count:>7,}  {value.label}")
    if answer.dates is not None:
        say("Date")
        for bar in answer.dates.bars:
            possible = f", {bar.possible} of them possibly" if bar.possible else ""
            period = period_of(bar, answer.dates.unit)
            say(f"  {bar.certain + bar.possible:>7,}  {period}{possible}")
        if answer.dates.undated:
            say(f"  {answer.dates.undated:>7,}  {_UNSTATED}")


def _why(reason: Reason) -> str:
    found = ", ".join(reason.found)
    language = (
        f" ({FIELD['language'].label_of(reason.language, Headings())})" if reason.language else ""
    )
    return f"{reason.typed} by {reason.way.value}{language}: {found} ({reason.count} ×)"


def _count(grid: Grid, row: str | None, column: str | None) -> str:
    cell = grid.cells.get((row, column))
    return str(cell.count) if cell else "-"


def _say_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False)
    for number, cell in enumerate(head):
        table.add_column(Text(one_line(cell)), justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    Console(soft_wrap=True).print(table)


def _with_marks(passage: Passage) -> str:
    """The passage for a terminal, its marks in bold; click leaves that out of a pipe."""
    text, end = "", 0
    for start, stop in passage.marks:
        text += one_line(passage.text[end:start])
        text += click.style(one_line(passage.text[start:stop]), bold=True)
        end = stop
    return text + one_line(passage.text[end:])
