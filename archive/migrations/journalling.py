"""What a migration says of a table that the journal keeps.

A migration that creates a table calls `journal` for it, or names it in
`archive.catalogue.entries.TRANSIENT`.  One that changes rows does so by UPDATE, so that
the triggers enter them again; one that makes a table anew calls `journal` again.
"""

from __future__ import annotations

from alembic import op


def journal(table: str, *key: str) -> None:
    """Enter the table's rows for the journal, those it has now and from now on every write."""
    for verb, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        op.execute(
            f'CREATE TRIGGER "{table}_{verb.lower()}" AFTER {verb} ON "{table}" BEGIN '
            f"INSERT INTO entry (table_name, row_key) VALUES ('{table}', {_key(key, row + '.')}); "
            "END"
        )
    op.execute(
        "INSERT INTO entry (table_name, row_key) "
        f"SELECT '{table}', {_key(key, '')} FROM \"{table}\" ORDER BY {', '.join(key)}"
    )


def _key(columns: tuple[str, ...], prefix: str) -> str:
    # Not JSON: SQLite does not trust a trigger with its JSON functions.
    return " || ',' || ".join(f"quote({prefix}{column})" for column in columns)
