"""The one command, `pressmark`: the verbs of all packages, and how it ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address

import click

import archive.accounts_cli
import archive.cli
import archive.history_cli
import archive.keeping_cli
import indexer.authorities_cli
import indexer.cli
import indexer.exchange_cli
import indexer.jobs_cli
import indexer.purge_cli
import indexer.review_cli
import indexer.stance_cli
from archive import __version__
from archive.catalogue.database import Catalogue
from archive.console import Context, progress, tell
from archive.errors import ArchiveTrouble, UserMistake
from archive.home import Home
from archive.journal import write_journal
from indexer.keeping_up import keeping_up
from indexer.update import update
from webapp.settings import process_environment, read_settings


def _address(_context: click.Context, _option: click.Parameter, text: str) -> str:
    try:
        return text and str(ip_address(text))
    except ValueError as error:
        raise click.BadParameter(f"“{text}” is no address of a machine.") from error


@click.group(
    epilog="\b\nBegin with:  pressmark init",
    context_settings={"max_content_width": 100},
)
@click.version_option(__version__, prog_name="pressmark")
def pressmark() -> None:
    """Pressmark, an archive of press documents with full-text search.

    The archive is in the folder that PRESSMARK_HOME names, ./var/home if it names none.
    Exit status: 0 done, 1 the archive says no, 2 not understood.
    """


@pressmark.command(epilog="\b\nExample:  pressmark serve --port 8000")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--proxy", default="", callback=_address, help="The proxy in front, like 127.0.0.1.")
@click.pass_obj
def serve(context: Context, host: str, port: int, proxy: str) -> None:
    """Start the site, and the worker that indexes what is added meanwhile. Ends with Ctrl-C.

    Everybody may read, unless PRESSMARK_READING is closed. The desk and the jobs are for those
    who sign in; “pressmark user add” makes an account. Behind a proxy, say with --proxy which
    address it sends from: its word is taken for where visitors are, which tells one who tries
    passwords from all others.
    """
    # Imported late: the other verbs need neither Flask nor the server.
    from webapp.server import serve as serve_site

    with context.archive() as (home, _):
        pass  # told now, before anything is started, if there is no archive
    serve_site(
        home,
        host=host,
        port=port,
        base_url=context.base_url,
        closed=context.closed,
        proxy=proxy,
    )


for verb in (
    *archive.cli.COMMANDS,
    *archive.history_cli.COMMANDS,
    *archive.keeping_cli.COMMANDS,
    *archive.accounts_cli.COMMANDS,
    *indexer.authorities_cli.COMMANDS,
    *indexer.cli.COMMANDS,
    *indexer.exchange_cli.COMMANDS,
    *indexer.jobs_cli.COMMANDS,
    *indexer.purge_cli.COMMANDS,
    *indexer.review_cli.COMMANDS,
    *indexer.stance_cli.COMMANDS,
):
    pressmark.add_command(verb)


def main() -> None:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    status = run(sys.argv[1:], process_environment())
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter must not try again on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run one command; the exit status.  Known trouble is one sentence on stderr."""
    try:
        settings = read_settings(environment)
        context = Context(
            root=settings.home,
            agent=settings.agent,
            base_url=settings.base_url,
            closed=settings.closed,
            now=lambda: datetime.now(UTC),
            after_change=_index_changes,
            beside_changes=keeping_up,
        )
        # Without standalone mode, click returns the status that a command ended itself with.
        ended = pressmark.main(list(arguments), "pressmark", standalone_mode=False, obj=context)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except UserMistake as error:
        tell(f"Error: {error}")
        return 2
    except ArchiveTrouble as error:
        tell(f"Error: {error}")
        return 1
    except SystemExit:
        # So click ends when nobody reads the output any more, which is no trouble.
        return 0
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        tell(f"Error: the system says: {error.strerror}{where}.")
        return 1
    except (KeyboardInterrupt, click.Abort):
        tell("Stopped.")
        return 130
    return ended if isinstance(ended, int) else 0


def _index_changes(home: Home, catalogue: Catalogue) -> None:
    write_journal(home, catalogue)
    try:
        with progress("Indexing") as show:
            update(home, catalogue, show)
    except ArchiveTrouble as error:
        raise ArchiveTrouble(f"It is in the archive, but not in the index. {error}") from error
