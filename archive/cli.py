"""The archivist's verbs: init, add, extract, show, relate, authorities."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import click

from archive import authority, extraction, ingest
from archive.catalogue import authorities as catalogued
from archive.catalogue import events, extracts, parts, receipts, records, relations
from archive.catalogue.database import open_catalogue
from archive.console import Context, progress, say, say_json, tell
from archive.decision import Kind, Outcome
from archive.edtf import date_in_words
from archive.errors import ArchiveTrouble, UserMistake
from archive.founding import begin_archive, upgrade_archive
from archive.garbage import collect_seldom
from archive.gathering import files_under, gather
from archive.manifest import read_manifest
from archive.originals import Originals
from archive.presenting import extract_as_json, record_as_json
from archive.reading import Source, moment_of, unread
from archive.record import PROPERTIES
from archive.relation import Relation, RelationKind
from archive.submission import Problem, from_file
from archive.unpacking import Unfolded, unfold
from archive.values import one_line

_PATHS = click.Path(path_type=Path)
_STALE = timedelta(days=1)
_MANY = 500
"""Documents after which it pays that a process beside indexes what was added."""

_RELATIONS = {
    "republication-of": RelationKind.REPUBLICATION,
    "version-of": RelationKind.VERSION,
    "different": RelationKind.DIFFERENT,
}


@click.command(epilog="\b\nExample:  pressmark init")
@click.pass_obj
def init(context: Context) -> None:
    """Begin an archive.

    Makes the folder that PRESSMARK_HOME names (./var/home if it names none). An archive
    that is already there is left as it is, unless an older program began it: then its
    catalogue is upgraded.
    """
    home, new = begin_archive(context.root)
    if not new:
        found = upgrade_archive(home)
        what = (
            f"its catalogue was upgraded from version {found}" if found else "nothing was changed"
        )
        tell(f"There is already an archive at {home.root}; {what}.")
        return
    catalogue = open_catalogue(home)
    context.after_change(home, catalogue)
    catalogue.close()
    tell(f"A new archive was begun at {home.root}.")


@click.command(epilog="\b\nExample:  pressmark add corpus --manifest corpus/manifest.csv")
@click.argument("paths", nargs=-1, type=_PATHS, metavar="PATH...")
@click.option("--manifest", type=_PATHS, help="CSV or JSON Lines that describes the files.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_obj
def add(context: Context, paths: tuple[Path, ...], manifest: Path | None, dry_run: bool) -> None:
    """Add documents: files, folders, JSON Lines files of articles, and what containers hold.

    ZIP files, bags, mailboxes and WARC files are kept as they are and unpacked; an e-mail's
    attachments are added beside it.

    Prints a line for each document: what came of it, its record's id, its name. What could
    not be added, and what waits for a decision, is told on stderr and makes the exit status 1.
    """
    if not paths and manifest is None:
        raise click.UsageError("Name the files or folders to add, or a --manifest.")
    described = read_manifest(manifest) if manifest else None
    with context.archive() as (home, catalogue):
        Originals(home).sweep(before=context.now() - _STALE)
        gathering = gather(paths, described, home=home.root)
        for note in gathering.notes:
            tell(note)
        outcomes = ingest.add(
            gathering,
            catalogue,
            Originals(home),
            agent=context.agent,
            now=context.now,
            dry_run=dry_run,
        )
        counts: Counter[str] = Counter()
        all_good = listening = True
        with ExitStack() as beside:
            for outcome in _counted(outcomes, gathering.count()):
                counts[outcome.kind] += 1
                all_good = all_good and outcome.good
                try:
                    if listening:
                        _tell_outcome(outcome, dry_run=dry_run)
                except BrokenPipeError:
                    listening = False  # nobody reads on; the documents are added all the same
                if counts.total() == _MANY and not dry_run:
                    collect_seldom()
                    beside.enter_context(context.beside_changes(home))
        if not dry_run:
            context.after_change(home, catalogue)
    would = "would be: " if dry_run else ""
    tell(would + (", ".join(f"{n} {kind}" for kind, n in counts.items()) or "nothing to add"))
    if not all_good:
        raise click.exceptions.Exit(1)


@click.command(epilog="\b\nExample:  pressmark extract corpus/red-cross-azerbaijan --json")
@click.argument("paths", nargs=-1, required=True, type=_PATHS, metavar="PATH...")
@click.option("--url", help="The address the page was published at.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
def extract(paths: tuple[Path, ...], url: str | None, as_json: bool) -> None:
    """Show what the readers find in files by themselves.

    Needs no archive and adds nothing.
    """
    failed = False
    for path in paths:
        for file, name in files_under(path, tell):
            for each in unfold(from_file(file, name)):
                if isinstance(each, Problem):
                    tell(str(each))
                    failed = True
                elif not each.opened:
                    _tell_extract(each, url, as_json=as_json)
    if failed:
        raise click.exceptions.Exit(1)


@click.command(epilog="\b\nExample:  pressmark show 4r9zk2m0c7ht --json")
@click.argument("record_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
@click.pass_obj
def show(context: Context, record_id: str, as_json: bool) -> None:
    """Show a record: what it says, who said it, where its originals are."""
    with context.archive() as (home, catalogue), catalogue.reading() as connection:
        record = records.get(connection, record_id)
        if record is None:
            raise ArchiveTrouble(f"There is no record “{record_id}” in the archive at {home.root}.")
        held = extracts.get(connection, record.extract_id) if record.extract_id else None
        data = record_as_json(
            record,
            held,
            history=records.revisions(connection, record_id),
            received=receipts.provenance(connection, record_id),
            claims=receipts.claims(connection, record_id),
            said=receipts.statements(connection, record_id),
            events=events.of_record(connection, record_id),
            wholes=parts.containers_of(connection, [o.digest for o in record.originals]),
        )
    if as_json:
        say_json(data)
        return
    say(f"{record.id}, revision {record.revision}, added {record.added:%Y-%m-%d}")
    if record.withdrawn is not None:
        say(f"  {'Withdrawn':<12} {record.withdrawn}")
    description = record.description
    for row in PROPERTIES:
        value = getattr(description, row.name)
        each = value if isinstance(value, tuple) else (value,) if value else ()
        shown = "; ".join(getattr(p, "name", None) or str(p) for p in each)
        if row.name == "issued" and value:
            shown = f"{date_in_words(value)} ({value})"
        if shown:
            say(f"  {row.label:<12} {shown}  [{record.basis.get(row.name, '')}]")
    for original in record.originals:
        facts = f"{original.size} bytes {original.media_type}"
        say(f"  {'Original':<12} sha256:{original.digest} {facts}")
    for whole in data["part_of"]:
        facts = f"sha256:{whole['sha256']} {whole['size']} bytes {whole['media_type']}"
        say(f"  {'Part of':<12} {whole['name']} ({whole['path']}) {facts}")
    for warning in data["warnings"]:
        say(f"  {'Told':<12} {warning}")
    for each in data["excluded"]:
        say(f"  {'Not searched':<12} “{each['quote']}”  [{each['agent']}: {each['reason']}]")
    for each in data["codings"]:
        why = f"{each['coder']}: {each['reason'] or 'not given'}"
        say(f"  {'Coded':<12} {each['stance']}  [{why}]")
    for claim in data["pending"]:
        say(f"  {'Pending':<12} {claim['property']} “{claim['value']}” ({claim['where']})")


@click.command(
    epilog="\b\nExample:  pressmark relate 4r9zk2m0c7ht republication-of 8w1xq5d3n6vb "
    "--reason 'named at its end'"
)
@click.argument("record_id", metavar="RECORD")
@click.argument("kind", metavar="KIND", type=click.Choice(tuple(_RELATIONS)))
@click.argument("other_id", metavar="OTHER")
@click.option("--reason", required=True, help="Why, in a few words; it stays in the history.")
@click.pass_obj
def relate(context: Context, record_id: str, kind: str, other_id: str, reason: str) -> None:
    """Decide what a record is to another one.

    KIND is republication-of, version-of (both are then listed under the first of them) or
    different (they never are, however alike their texts). The newest decision on two records
    is in force.
    """
    if record_id == other_id:
        raise UserMistake(f"“{record_id}” was named twice; name two different records.")
    if not one_line(reason).strip():
        raise UserMistake("The reason is empty; say in a few words why.")
    with context.archive() as (home, catalogue):
        with catalogue.writing() as connection:
            found = records.many(connection, (record_id, other_id))
            for each in (record_id, other_id):
                if each not in found:
                    raise ArchiveTrouble(
                        f"There is no record “{each}” in the archive at {home.root}; "
                        "nothing was changed."
                    )
            decided = Relation(
                record_id, _RELATIONS[kind], other_id, context.now(), context.agent, reason.strip()
            )
            changed = relations.put(connection, decided)
        if changed:
            context.after_change(home, catalogue)
    told = "" if changed else " already; nothing was changed"
    tell(f"{record_id} {kind} {other_id}{told}.")


@click.group(epilog="\b\nExample:  pressmark authorities import corpus/authorities/*.csv")
def authorities() -> None:
    """Bring authorities in and out: headings for outlets, people, places and targets."""


@authorities.command(
    "import", epilog="\b\nExample:  pressmark authorities import corpus/authorities/places.csv"
)
@click.argument("files", nargs=-1, required=True, type=_PATHS, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@click.pass_obj
def import_(context: Context, files: tuple[Path, ...], dry_run: bool) -> None:
    """Import authorities from CSV files: all of the files, or none if anything is wrong.

    The columns are kind, id, heading, variants, equivalents, same_as, time_zone, note.
    """
    read_in = [each for file in files for each in authority.read_csv(file)]
    with context.archive() as (home, catalogue):
        with catalogue.writing() as connection:
            different, merged_here = catalogued.arriving(connection, read_in)
            if not dry_run:
                catalogued.put(connection, different, at=context.now(), agent=context.agent)
        if not dry_run:
            context.after_change(home, catalogue)
    for each in merged_here:
        tell(f"The {each.kind} “{each.id}” was merged into “{each.replaced_by}”; passed over.")
    would = "would be " if dry_run else ""
    tell(f"{len(read_in)} authorities read, {len(different)} {would}new or changed.")


@authorities.command(
    "export", epilog="\b\nExample:  pressmark authorities export > authorities.csv"
)
@click.pass_obj
def export(context: Context) -> None:
    """Print all authorities as CSV."""
    with context.archive() as (_, catalogue), catalogue.reading() as connection:
        held = catalogued.every(connection)
    table = io.StringIO()
    authority.write_csv(held, table)
    click.echo(table.getvalue(), nl=False)


COMMANDS = (init, add, extract, show, relate, authorities)


def _counted(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    with progress("Adding", beside_lines=True) as show_progress:
        for done, outcome in enumerate(outcomes, start=1):
            show_progress(done, max(done, total))
            yield outcome


def _tell_extract(each: Unfolded, url: str | None, *, as_json: bool) -> None:
    said, name = each.submission.description, each.submission.name
    source = Source(each.content, name, url or said.url, moment_of(said.captured))
    found = unread(each.reason) if each.reason else extraction.extract(source)
    for warning in found.warnings:
        tell(f"{name}: {warning}")
    data = extract_as_json(found)
    if as_json:
        say_json(data)
        return
    say(name)
    for label in ("title", "outlet", "authors", "date", "language", "source"):
        value = data[label]
        shown = ", ".join(value) if isinstance(value, list) else value
        say(f"  {label:<9} {shown or 'not stated'}")
    say(f"  {'text':<9} {len(found.text or '')} characters")


def _tell_outcome(outcome: Outcome, *, dry_run: bool) -> None:
    if outcome.kind is Kind.REFUSED:
        tell(f"{outcome.name}: {outcome.reason}")
        return
    record_id = outcome.record_id or "-"
    would = "would be " if dry_run else ""
    click.echo("\t".join((would + outcome.kind, record_id, outcome.name)))
    if outcome.kind is Kind.PENDING:
        tell(f"{outcome.name}: {outcome.reason}; waits for a decision at record {record_id}")
    for warning in outcome.warnings:
        tell(f"{outcome.name}: {warning}")
