"""The researcher's and the librarian's verbs: search, update, reindex."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import click

from archive.catalogue import records
from archive.catalogue.database import Catalogue
from archive.console import Context, progress, say, say_json, tell, write
from archive.errors import ArchiveTrouble, UserMistake
from indexer.audience import Audience
from indexer.citing import keep
from indexer.engine import Filter, Sort
from indexer.exporting.export import Export
from indexer.exporting.formats import FORMATS
from indexer.fields import FIELDS
from indexer.links import saved_search_path
from indexer.presenting import answer_as_json, grid_as_json, naming_as_json, related_as_json
from indexer.query.errors import QueryError
from indexer.query.literal import as_literal
from indexer.reindexing import reindex as build_anew
from indexer.search import SearchService
from indexer.state import EXCLUDED, SearchState
from indexer.terminal import say_answer, say_grid, say_names, say_related
from indexer.update import update as bring_up_to_date

_FORMATS = {each.name: each for each in FORMATS}


def _with_fields(command: Callable[..., None]) -> Callable[..., None]:
    """Two options for each field: what it must be, and what it must not."""
    for field in reversed(FIELDS):
        label = field.label.lower()
        for name, what in (
            (f"not-{field.name}", f"Not this {label}."),
            (field.name, f"Only this {label}; “none” for not stated."),
        ):
            command = click.option(f"--{name}", multiple=True, help=what)(command)
    return command


@click.command(
    epilog="\b\nExample:  pressmark search '\"night boat\" OR ferry' --date 2021..2022",
    # A query may begin with a sign: -word is a query, not an option.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("query", default="")
@_with_fields
@click.option("--date", "dates", default="", metavar="FROM..TO", help="Like 2024-09..2025-03.")
@click.option("--any", "any_words", is_flag=True, help="Any of the words will do.")
@click.option("--no-equivalents", is_flag=True, help="Do not look for equivalent names.")
@click.option("--sort", type=click.Choice([s.value for s in Sort]), help="Order of the hits.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, 1000))
@click.option("--offset", default=0, show_default=True, type=click.IntRange(0))
@click.option("--facets", is_flag=True, help="Counts by outlet, author, date, … as well.")
@click.option("--grid", metavar="TARGET", help="Outlets by stance to TARGET, like icrc.")
@click.option("--names", is_flag=True, help="Which outlet uses which of the equivalent names.")
@click.option("--format", "format_name", type=click.Choice(list(_FORMATS)), help="All results.")
@click.option("--cite", "is_cited", is_flag=True, help="Keep this search, to be cited.")
@click.option("--json", "as_json", is_flag=True, help="The answer as one JSON object.")
@click.pass_obj
def search(
    context: Context,
    /,
    query: str,
    dates: str,
    any_words: bool,
    no_equivalents: bool,
    sort: str | None,
    limit: int,
    offset: int,
    facets: bool,
    grid: str | None,
    names: bool,
    format_name: str | None,
    is_cited: bool,
    as_json: bool,
    **fields: tuple[str, ...],
) -> None:
    """Search the archive.

    Words must all match; "a phrase" matches as it stands; AND, OR, NOT, -word, NEAR/5,
    outlet:name, author:none, date:2024-09, begin*, w*ld, simil~ and =Exact are understood.
    A field given twice means either. --grid, --names, --format and --cite are instead of the
    hits, for all of the results.
    """
    instead = [grid is not None, names, format_name is not None, is_cited]
    if sum(instead) > 1:
        raise click.UsageError("Of --grid, --names, --format and --cite take one.")
    if as_json and (format_name or is_cited):
        raise click.UsageError("--json does not go with --format or --cite.")
    since, dots, until = dates.partition("..")
    with context.archive() as (home, catalogue):
        service = SearchService(home, catalogue)
        state = SearchState(
            q=query,
            filters=_filters(service, fields),
            since=since.strip(),
            until=until.strip() if dots else since.strip(),
            any_words=any_words,
            equivalents=not no_equivalents,
            sort=Sort(sort) if sort else None,
        )
        asked = _Asked(context, catalogue, service, state)
        try:
            if grid is not None:
                _say_grid(asked, grid, as_json=as_json)
            elif names:
                _say_names(asked, as_json=as_json)
            elif format_name is not None:
                _write_all(asked, format_name)
            elif is_cited:
                _cite(asked)
            else:
                answer = service.search(state, audience=Audience.STAFF, limit=limit, offset=offset)
                if as_json:
                    say_json(answer_as_json(answer, state, context.base_url))
                else:
                    say_answer(answer, state, first=offset + 1, facets=facets)
        except QueryError as error:
            told = f"{error.message}\n{error.caret(query)}\n{error.advice}"
            if literal := as_literal(query):
                told += f"\nOr search for the words alone: {literal}"
            raise UserMistake(told) from error


@click.command(epilog="\b\nExample:  pressmark update")
@click.pass_obj
def update(context: Context) -> None:
    """Bring the index up to date with the catalogue."""
    with context.archive() as (home, catalogue), progress("Indexing") as show:
        count = bring_up_to_date(home, catalogue, show)
    tell(f"{count} records indexed.")


@click.command(epilog="\b\nExample:  pressmark reindex")
@click.pass_obj
def reindex(context: Context) -> None:
    """Build the index anew from the catalogue, while the old one goes on answering."""
    with context.archive() as (home, catalogue), progress("Indexing") as show:
        count = build_anew(home, catalogue, show)
    tell(f"{count} records indexed; the new index answers now.")


@click.command(epilog="\b\nExample:  pressmark lineage 4r9zk2m0c7ht --json")
@click.argument("record_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON array.")
@click.pass_obj
def lineage(context: Context, record_id: str, as_json: bool) -> None:
    """Show the records that share text with a record, and who was first."""
    with context.archive() as (home, catalogue), catalogue.reading() as connection:
        record = records.get(connection, record_id)
        if record is None:
            raise ArchiveTrouble(f"There is no record “{record_id}” in the archive at {home.root}.")
        service = SearchService(home, catalogue)
        found = service.related(connection, record, audience=Audience.STAFF)
    if as_json:
        say_json(related_as_json(found, context.base_url))
    else:
        say_related(found, record_id)


COMMANDS = (search, lineage, update, reindex)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search at the command line, which is staff."""

    context: Context
    catalogue: Catalogue
    service: SearchService
    state: SearchState


def _filters(service: SearchService, fields: Mapping[str, tuple[str, ...]]) -> tuple[Filter, ...]:
    filters = []
    for name, values in fields.items():
        field = name.removeprefix(EXCLUDED)
        if values:
            filters.append(Filter(field, service.resolved(field, values), field != name))
    return tuple(filters)


def _say_grid(asked: _Asked, target: str, *, as_json: bool) -> None:
    grid = asked.service.grid(asked.state, target, audience=Audience.STAFF)
    if target not in dict(grid.targets):
        known = ", ".join(code for code, _ in grid.targets) or "none"
        tell(f"No record of this search takes a position towards “{target}”; targets: {known}.")
    if as_json:
        say_json(grid_as_json(grid, asked.state, asked.context.base_url))
    else:
        say_grid(grid)


def _say_names(asked: _Asked, *, as_json: bool) -> None:
    lenses = asked.service.naming(asked.state, audience=Audience.STAFF)
    if as_json:
        say_json(naming_as_json(lenses))
    else:
        say_names(lenses)


def _write_all(asked: _Asked, name: str) -> None:
    with asked.catalogue.reading() as connection:
        headings = asked.service.headings(connection)
    today = asked.context.now().date()
    export = Export(asked.state, asked.context.base_url, today, headings)
    hits = asked.service.every(asked.state, audience=Audience.STAFF)
    for piece in _FORMATS[name].written(hits, export):
        write(piece)


def _cite(asked: _Asked) -> None:
    saved = keep(
        asked.service,
        asked.catalogue,
        asked.state,
        audience=Audience.READER,
        at=asked.context.now(),
    )
    say(asked.context.base_url + saved_search_path(saved.digest))
    tell("At this address the site says later what has changed since, to every reader.")
