"""What is done with authorities that concerns records: `authorities merge`, `pin`, `unpin`."""

from __future__ import annotations

import click
from sqlalchemy import Connection

import archive.cli
from archive import amending
from archive.authority import KINDS, NAMED, Authority, merged
from archive.catalogue import authorities
from archive.console import Context, amend_record, say, tell
from archive.errors import UserMistake
from archive.record import PROPERTIES, Pin
from indexer.affected import changes_of

_NAMES = {row.column: row.name for row in PROPERTIES if row.name in NAMED}
_SHOWN = 20


@archive.cli.authorities.command(
    epilog="\b\nExample:  pressmark authorities merge outlet the-ledger ledger --dry-run"
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("id")
@click.argument("into")
@click.option("--dry-run", is_flag=True, help="Show what would change, and do nothing.")
@click.pass_obj
def merge(context: Context, kind: str, id: str, into: str, dry_run: bool) -> None:
    """Make the authority ID one with the authority INTO, which keeps its id and its heading.

    Its names become variants of the other's. Shows which records change.
    """
    with context.archive() as (home, catalogue):
        with catalogue.writing() as connection:
            pair = merged(_found(connection, kind, id), _found(connection, kind, into))
            changes = changes_of(home, connection, pair)
            if not dry_run:
                authorities.put(connection, pair, at=context.now(), agent=context.agent)
        for each in changes[:_SHOWN]:
            title = each.record.description.title or "title not stated"
            say(f"{each.record.id}  {each.field}: {each.before} → {each.after}  “{title}”")
        if len(changes) > _SHOWN:
            say(f"… and {len(changes) - _SHOWN} more")
        if not dry_run:
            context.after_change(home, catalogue)
    would = "would be" if dry_run else "is"
    tell(f"“{pair[0].heading}” {would} “{pair[1].heading}”; {len(changes)} records change")


@click.command(
    epilog='\b\nExample:  pressmark pin 4r9zk2m0c7ht author "Ivo Tarn" ivo-tarn-the-younger'
)
@click.argument("record_id", metavar="ID")
@click.argument("property", type=click.Choice(list(_NAMES)))
@click.argument("name")
@click.argument("authority")
@click.option("--reason", default="", help="Why, for the record's history.")
@click.pass_obj
def pin(
    context: Context, record_id: str, property: str, name: str, authority: str, reason: str
) -> None:
    """Say that a NAME in a record means this AUTHORITY and no namesake."""
    with context.archive() as (home, catalogue):
        with catalogue.reading() as connection:
            _found(connection, NAMED[_NAMES[property]], authority)
        amend_record(
            context,
            home,
            catalogue,
            record_id,
            amending.pinning(Pin(_NAMES[property], name, authority)),
            reason=reason or f"{property} “{name}” means {authority}",
        )
    tell(f"“{name}” means {authority} in this record")


@click.command(epilog='\b\nExample:  pressmark unpin 4r9zk2m0c7ht author "Ivo Tarn"')
@click.argument("record_id", metavar="ID")
@click.argument("property", type=click.Choice(list(_NAMES)))
@click.argument("name")
@click.option("--reason", default="", help="Why, for the record's history.")
@click.pass_obj
def unpin(context: Context, record_id: str, property: str, name: str, reason: str) -> None:
    """Take back which authority a NAME in a record means."""
    with context.archive() as (home, catalogue):
        amend_record(
            context,
            home,
            catalogue,
            record_id,
            amending.unpinning(_NAMES[property], name),
            reason=reason or f"took back which {property} “{name}” means",
        )
    tell(f"“{name}” is not pinned in this record any more")


COMMANDS = (pin, unpin)


def _found(connection: Connection, kind: str, id: str) -> Authority:
    found = authorities.get(connection, kind, id)
    if found is None:
        raise UserMistake(f"There is no {kind} “{id}” among the authorities.")
    return found[0]
