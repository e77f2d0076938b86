"""The librarian's verbs for the index and the jobs: index, jobs, worker."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import click

from archive.catalogue import jobs as catalogued
from archive.catalogue.database import Catalogue
from archive.console import NUMBER, Context, progress, say, say_json, tell
from archive.errors import UserMistake
from archive.job import Job
from archive.logs import log_as_json
from archive.values import one_line
from indexer.checking import check_index, repair_index
from indexer.jobs.asking import change, foresee, start
from indexer.jobs.kinds import KIND
from indexer.jobs.presenting import how_far, how_it_stands, what
from indexer.reindexing import roll_back
from indexer.standing import standing
from indexer.worker import is_at_work, work

_SHOWN = 30
_NICER = 10


@click.group(epilog="\b\nExample:  pressmark index check")
def index() -> None:
    """Look after the index."""


@index.command(epilog="\b\nExample:  pressmark index status")
@click.pass_obj
def status(context: Context) -> None:
    """Say how the index stands; the exit status is 1 if something is to be done."""
    with context.archive() as (home, catalogue):
        found = standing(home, catalogue)
    _row("records", f"{'-' if found.records is None else found.records}")
    _row("changes to be indexed", f"{found.behind}")
    _row("entries to be journaled", f"{'-' if found.journal_lag is None else found.journal_lag}")
    _row("index from before", f"{'kept' if found.previous else 'none'}")
    _row("unfinished reindex", f"{'yes' if found.unfinished else 'none'}")
    _row("worker", f"{'running' if found.worker else 'none'}")
    for notice in found.notices:
        tell(notice)
    if not found.sound:
        raise click.exceptions.Exit(1)


@index.command(epilog="\b\nExample:  pressmark index check --repair")
@click.option("--repair", is_flag=True, help="Mend what is found, from the catalogue.")
@click.pass_obj
def check(context: Context, repair: bool) -> None:
    """Prove that the index is what was written and what the catalogue says.

    Reads every file of it against the digests taken when it was written, and compares what it
    holds with the catalogue, record by record. Prints a line for each fault; the exit status
    is then 1, unless --repair has mended them all. Without --repair nothing is changed.
    """
    with context.archive() as (home, catalogue), progress("Checking") as show:
        if repair:
            found, left = repair_index(home, catalogue, show)
        else:
            found = left = check_index(home, catalogue, show)
    for fault in found.faults:
        say(fault)
    tell(f"{left.held} records in the index; {len(found.faults) or 'no'} faults found.")
    if left.behind:
        tell(f"{left.behind} changes are not indexed yet.")
    if repair and found.faults:
        tell(f"{len(left.faults) or 'No'} faults are left.")
    for fault in left.faults if repair else ():
        say(fault)
    if left.faults:
        raise click.exceptions.Exit(1)


@index.command(epilog="\b\nExample:  pressmark index rollback")
@click.pass_obj
def rollback(context: Context) -> None:
    """Let the index before the last reindex answer again, once it has learnt what changed since."""
    with context.archive() as (home, catalogue):
        count = roll_back(home, catalogue)
    tell(f"The index from before answers again; it holds {count} records.")


@click.group(epilog="\b\nExample:  pressmark jobs list", invoke_without_command=True)
@click.pass_context
def jobs(click_context: click.Context) -> None:
    """Start, watch and stop jobs, which the worker does; alone it lists them."""
    if click_context.invoked_subcommand is None:
        click_context.invoke(list_)


@jobs.command("list", epilog="\b\nExample:  pressmark jobs list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a job.")
@click.pass_obj
def list_(context: Context, as_json: bool = False) -> None:
    """List the jobs: those to come, then those that ended last."""
    with context.archive() as (_, catalogue), catalogue.reading() as connection:
        found = (*catalogued.waiting(connection), *catalogued.over(connection, limit=_SHOWN))
    for job in found:
        if as_json:
            say_json(as_data(job))
        else:
            _row(str(job.id), how_it_stands(job), what(job), how_far(job), job.message)


@jobs.command(epilog="\b\nExample:  pressmark jobs show 12")
@click.argument("job_id", metavar="ID", type=NUMBER)
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
@click.pass_obj
def show(context: Context, job_id: int, as_json: bool) -> None:
    """Show a job: who asked for it, how far it is, what came of it."""
    with context.archive() as (_, catalogue), catalogue.reading() as connection:
        job = catalogued.get(connection, job_id)
    if job is None:
        raise UserMistake(f"There is no job {job_id}.")
    if as_json:
        say_json(as_data(job))
        return
    _row(str(job.id), what(job))
    for label, value in (
        ("state", how_it_stands(job)),
        ("asked by", f"{job.asked_by}, {job.asked_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("progress", how_far(job)),
        ("started", f"{job.started:%Y-%m-%d %H:%M:%S} UTC" if job.started else ""),
        ("ended", f"{job.ended:%Y-%m-%d %H:%M:%S} UTC" if job.ended else ""),
        ("message", job.message),
    ):
        if value:
            _row(label, value)
    for failure in job.failures:
        _row("failed", failure)


@jobs.command("start", epilog="\b\nExample:  pressmark jobs start reindex --query 'language:ru'")
@click.argument("kind", type=click.Choice(tuple(KIND)))
@click.option("--query", help="Only the records that it finds (reindex, reextract).")
@click.option("--due", is_flag=True, help="Only the originals whose turn has come (fixity).")
@click.option("--repair", is_flag=True, help="Mend what is found (check).")
@click.option("--target", type=click.Path(path_type=Path), help="The folder of backups (backup).")
@click.option("--dry-run", is_flag=True, help="Tell how many records would change (reextract).")
@click.pass_obj
def start_(
    context: Context,
    kind: str,
    query: str | None,
    due: bool,
    repair: bool,
    target: Path | None,
    dry_run: bool,
) -> None:
    """Ask for a job, and print its number: reindex, update, reextract (read the originals again
    whose readers are better now), fixity, check (of the index), backup."""
    options = {
        "query": query,
        "due": due,
        "repair": repair,
        "target": str(target.absolute()) if target else None,
    }
    with context.archive() as (home, catalogue):
        if dry_run:
            count = foresee(home, catalogue, kind, options, agent=context.agent, now=context.now)
            tell(f"{count} {'record' if count == 1 else 'records'} would be read again.")
            return
        job = start(catalogue, kind, options, agent=context.agent, at=context.now())
        at_work = is_at_work(home)
    say(str(job.id))
    tell(f"Job {job.id} is {job.state}: {what(job)}.")
    if not at_work:
        tell("No worker is running; “pressmark serve” and “pressmark worker” start one.")


def _verb(name: str, help_text: str) -> click.Command:
    @click.command(name, help=help_text, epilog=f"\b\nExample:  pressmark jobs {name} 12")
    @click.argument("job_id", metavar="ID", type=NUMBER)
    @click.pass_obj
    def verb(context: Context, job_id: int) -> None:
        with context.archive() as (_, catalogue):
            job = _changed(context, catalogue, job_id, name)
        tell(f"Job {job.id} is {how_it_stands(job)}: {what(job)}.")

    return verb


def _changed(context: Context, catalogue: Catalogue, job_id: int, verb: str) -> Job:
    return change(catalogue, job_id, verb, agent=context.agent, at=context.now())


for _name, _help in (
    ("pause", "Stop a job at its next step, to be gone on with later."),
    ("resume", "Go on with a job that was paused or needs attention."),
    ("cancel", "Stop a job for good."),
    ("retry", "Do again what a job could not do, or a job that was cancelled; as a new job."),
):
    jobs.add_command(_verb(_name, _help))


@click.command(epilog="\b\nExample:  pressmark worker")
@click.pass_obj
def worker(context: Context) -> None:
    """Do what “pressmark serve” has done beside it: index what is added, keep the journal, do
    the jobs. Ends with Ctrl-C. One is enough for an archive, and no more than one begins."""
    with context.archive() as (home, _):
        pass
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    os.nice(_NICER)
    log_as_json()
    tell("The worker is at work (Ctrl-C ends it)")
    work(home, ending.wait, context.now, patient=False)


COMMANDS = (index, jobs, worker)


def _row(*cells: str) -> None:
    click.echo("\t".join(one_line(cell) for cell in cells))


def as_data(job: Job) -> dict[str, object]:
    """A job as JSON has it."""
    return {
        "id": job.id,
        "kind": job.kind,
        "parameters": dict(job.parameters),
        "state": job.state.value,
        "asked_by": job.asked_by,
        "asked_at": job.asked_at.isoformat(),
        "done": job.done,
        "total": job.total,
        "rate": job.rate,
        "started": job.started.isoformat() if job.started else None,
        "ended": job.ended.isoformat() if job.ended else None,
        "message": job.message,
        "failures": list(job.failures),
    }
