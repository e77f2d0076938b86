"""The researcher's and the librarian's verbs: search, update, reindex."""

from __future__ import annotations

import click

from archive.console import Context, progress, say, say_json, tell
from archive.edtf import date_in_words
from archive.errors import UserMistake
from archive.values import one_line
from indexer.answer import Hit, Passage
from indexer.audience import Audience
from indexer.engine import Filter, Sort
from indexer.presenting import answer_as_json, passage_href
from indexer.query.errors import QueryError
from indexer.search import SearchService
from indexer.state import SearchState
from indexer.update import reindex as build_anew
from indexer.update import update as bring_up_to_date


@click.command(
    epilog="\b\nExample:  pressmark search '\"aid convoy\" -medicine' --date 2024..2025",
    # A query may begin with a sign: -word is a query, not an option.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("query", default="")
@click.option("--outlet", multiple=True, help="Only this outlet; “none” for not stated.")
@click.option("--author", multiple=True, help="Only this author; “none” for not stated.")
@click.option("--date", "dates", default="", metavar="FROM..TO", help="Like 2024-09..2025-03.")
@click.option("--stance", multiple=True, help="Only this stance, like icrc:critical.")
@click.option("--any", "any_words", is_flag=True, help="Any of the words will do.")
@click.option("--no-equivalents", is_flag=True, help="Do not look for equivalent names.")
@click.option("--sort", type=click.Choice([s.value for s in Sort]), help="Order of the hits.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0, 1000))
@click.option("--offset", default=0, show_default=True, type=click.IntRange(0))
@click.option("--json", "as_json", is_flag=True, help="The answer as one JSON object.")
@click.pass_obj
def search(
    context: Context,
    query: str,
    outlet: tuple[str, ...],
    author: tuple[str, ...],
    dates: str,
    stance: tuple[str, ...],
    any_words: bool,
    no_equivalents: bool,
    sort: str | None,
    limit: int,
    offset: int,
    as_json: bool,
) -> None:
    """Search the archive.

    Words must all match; "a phrase" matches as it stands; AND, OR, NOT, -word, outlet:name,
    author:none, date:2024-09 and begin* are understood. An outlet, author or stance given twice
    means either.
    """
    since, dots, until = dates.partition("..")
    with context.archive() as (home, catalogue):
        service = SearchService(home, catalogue)
        state = SearchState(
            q=query,
            filters=tuple(
                Filter(name, service.resolved(name, values))
                for name, values in (("outlet", outlet), ("author", author), ("stance", stance))
                if values
            ),
            since=since.strip(),
            until=until.strip() if dots else since.strip(),
            any_words=any_words,
            equivalents=not no_equivalents,
            sort=Sort(sort) if sort else None,
        )
        try:
            answer = service.search(state, audience=Audience.STAFF, limit=limit, offset=offset)
        except QueryError as error:
            raise UserMistake(f"{error.message}\n{error.caret(query)}\n{error.advice}") from error
    if as_json:
        say_json(answer_as_json(answer, state, context.base_url))
        return
    for note in answer.notes:
        tell(note)
    for number, hit in enumerate(answer.hits, start=offset + 1):
        _say_hit(number, hit, state)
    tell(f"{answer.total} found, {len(answer.hits)} shown")


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


COMMANDS = (search, update, reindex)


def _say_hit(number: int, hit: Hit, state: SearchState) -> None:
    say(f"{number}. {hit.title or '[no title]'}")
    date = date_in_words(hit.date) if hit.date else "date not stated"
    authors = ", ".join(hit.authors) or "author not stated"
    say(f"   {hit.outlet or 'outlet not stated'} · {date} · {authors}")
    if hit.stances:
        say(f"   {', '.join(hit.stances)}")
    for passage in hit.passages:
        click.echo(f"   … {_with_marks(passage)} …")
        say(f"     {passage_href(hit, passage, state)}")


def _with_marks(passage: Passage) -> str:
    """The passage for a terminal, its marks in bold; click leaves that out of a pipe."""
    text, end = "", 0
    for start, stop in passage.marks:
        text += one_line(passage.text[end:start])
        text += click.style(one_line(passage.text[start:stop]), bold=True)
        end = stop
    return text + one_line(passage.text[end:])
