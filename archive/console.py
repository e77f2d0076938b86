"""What every command works with, and how it speaks: data on stdout, all else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from archive.amending import Change, amend
from archive.catalogue.database import Catalogue, open_catalogue
from archive.home import Home, existing_home
from archive.record import Record
from archive.values import one_line

NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of a question, a revision or a job: what the catalogue can count to."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the composed command hands to every verb.

    `base_url` is the site's public address or empty; `closed` is whether reading it needs an
    account.
    `after_change` is called once a verb has changed the catalogue; `beside_changes` is a block in
    which a verb that changes much does so.
    """

    root: Path
    agent: str
    base_url: str
    closed: bool
    now: Callable[[], datetime]
    after_change: Callable[[Home, Catalogue], None]
    beside_changes: Callable[[Home], AbstractContextManager[None]]

    @contextmanager
    def archive(self) -> Iterator[tuple[Home, Catalogue]]:
        """The archive, open.  Raises `ArchiveTrouble` if there is none."""
        home = existing_home(self.root)
        catalogue = open_catalogue(home)
        try:
            yield home, catalogue
        finally:
            catalogue.close()


def amend_record(
    context: Context,
    home: Home,
    catalogue: Catalogue,
    record_id: str,
    change: Change,
    *,
    reason: str,
) -> Record:
    """Change a record of the open archive for who runs the command, and bring the index up to
    date; the record after it.  Raises as `amend` does."""
    after = amend(
        catalogue,
        record_id,
        change,
        based_on=None,
        at=context.now(),
        agent=context.agent,
        reason=reason,
    )
    context.after_change(home, catalogue)
    return after


def say(text: str) -> None:
    """One line of data.  Nothing in it can steer a terminal."""
    click.echo(one_line(text))


def write(piece: str) -> None:
    """A piece of a file, as it is: what writes it has made it harmless."""
    click.echo(piece.encode("utf-8", "replace"), nl=False)


def tell(text: str) -> None:
    """What the person at the terminal should know, on stderr; it may have several lines."""
    for line in text.split("\n"):
        sys.stderr.write(one_line(line) + "\n")


def say_json(data: Any) -> None:
    """One line of JSON.  Half surrogate pairs, which UTF-8 cannot carry, are replaced."""
    text = json.dumps(data, ensure_ascii=False)
    click.echo(text.encode("utf-8", "replace").decode())


@contextmanager
def progress(what: str, *, beside_lines: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, where that is a terminal; call the result with (done, total).

    With `beside_lines` only where the lines of data that are told meanwhile go elsewhere:
    on the same terminal they are progress enough.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    hidden = not sys.stderr.isatty() or (beside_lines and sys.stdout.isatty())
    with Progress(
        *columns, console=console, transient=True, disable=hidden, redirect_stdout=False
    ) as bars:
        task = bars.add_task(what, total=None)

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield show
